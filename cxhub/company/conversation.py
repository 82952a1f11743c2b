"""What was said in a contact: the customer's and the agent's turns, out of the ledger's facts."""

import re
from dataclasses import dataclass
from random import Random

from cxhub.company.phrasebook import phrasebook
from cxhub.company.slots import Gaps, Person
from cxhub.company.voice import band, casual
from cxhub.company.world import TOPIC_KEYS, TOPICS

WRITTEN = ("EMAIL", "WEB")
SLIPS = {"VOICE": 0.05, "CHAT": 0.28, "EMAIL": 0.12, "WEB": 0.14, "MESSAGING": 0.34}
_LAENDER = ("der Schweiz", "der Türkei", "Marokko", "Norwegen", "Thailand", "Serbien", "Ägypten", "Kanada")
_TOGETHER = ("title", "problem", "look", "fix", "stuck")  # one story
_GROUPS = {"Billing": "billing", "Home Network": "network", "Mobile Network": "network", "App and Online": "online"}
OTHER_LANGUAGES = ("fr", "es", "it", "pl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a text must tell."""

    topic: str
    channel: str
    mood: float
    was_solved: bool
    is_again: bool
    language: str
    seed: int
    first_reply: int = 3600  # seconds, where it is written
    score: int | None = None  # given with a comment


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance and when it was said, in seconds since the first."""

    speaker: str  # "customer", "agent", "note"
    text: str
    offset: int


class _Talk:
    """One conversation in the making."""

    def __init__(self, brief: Brief, person: Person) -> None:
        self.brief, self.book = brief, phrasebook()
        self.draw = Random(brief.seed)  # noqa: S311  # a made-up company, not a secret
        self.gaps = Gaps(self.draw, person)
        self.turns: list[Turn] = []
        self.clock = 0
        self.place = self.draw.random()
        if brief.score is not None:
            self.gaps.set("score", str(brief.score))
        if brief.language == "de":
            self._speak_german()

    def _speak_german(self) -> None:
        """Fill with figures and euros the gaps that are words in English."""
        draw = self.draw
        for name, low, high in (("days", 2, 12), ("weeks", 2, 6), ("months", 3, 15), ("times", 3, 7)):
            self.gaps.set(name, str(draw.randrange(low, high)))
        for name, low, high in (("amount", 38, 160), ("amount2", 8, 38), ("topup", 10, 30)):
            self.gaps.set(name, f"{draw.randrange(low, high)},{draw.randrange(100):02d} Euro")
        self.gaps.set("country", _LAENDER[draw.randrange(len(_LAENDER))])

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    def say(self, section: str) -> str:
        return self.book.say(section, self.draw, self.gaps)

    def about(self, what: str) -> str:
        place = self.place if what in _TOGETHER else None
        return self.book.say(f"{self.brief.topic} {what}", self.draw, self.gaps, place)

    def any(self, what: str) -> str:
        german = f"de {what}"
        return self.say(german if self.brief.language == "de" and german in self.book.sections else f"any {what}")

    def add(self, speaker: str, text: str, pause: int) -> None:
        self.turns.append(Turn(speaker, tidy(text), self.clock))
        self.clock += pause

    def tell(self, text: str, pause: int, sign: str = "") -> None:
        self.add("customer", casual(self.draw, tidy(text), SLIPS[self.brief.channel]) + sign, pause)


_AFTER_DATE = re.compile(r"(\d)\.\.(?!\.)")
_GAPS = re.compile(r" {2,}")
_BEFORE_MARK = re.compile(r" +([.,?!;])(?!\.)")


def tidy(text: str) -> str:
    """Return the text without the doubled spaces that empty choices leave."""
    text = _AFTER_DATE.sub(r"\1.", _BEFORE_MARK.sub(r"\1", _GAPS.sub(" ", text)))
    return text.replace("?.", "?").replace("!.", "!").strip()


def converse(brief: Brief, person: Person) -> tuple[str, list[Turn]]:
    """Return the subject and the turns of a contact; the first turn is the customer's telling of it."""
    talk = _Talk(brief, person)
    subject = tidy(talk.about("title"))
    if brief.language in OTHER_LANGUAGES:
        _foreign(talk)
    elif brief.channel in WRITTEN:
        _written(talk)
    else:
        _live(talk)
    return subject, talk.turns


def opening(talk: _Talk, *, detail_chance: float) -> str:
    """Return how the customer tells what it is about."""
    brief = talk.brief
    hello = talk.any("hello").strip() if talk.chance(0.62) else ""
    parts = [hello]
    if brief.is_again and brief.mood < 0.3 and talk.chance(0.8):
        parts.append(talk.any("again"))
    parts.append(talk.about("de" if brief.language == "de" else "problem"))
    if brief.language != "de" and talk.chance(detail_chance):
        parts.append(talk.about("detail"))
    mood = band(brief.mood)
    if talk.chance(0.85 if mood != "calm" else 0.5):
        parts.append(talk.any(mood))
        if mood == "angry" and talk.chance(0.4):
            parts.append(talk.any("annoyed"))
    text = " ".join(part for part in parts[1:] if part)
    if hello.endswith(",") and brief.language != "de" and text[1:2].islower() and talk.chance(0.6):
        text = text[0].lower() + text[1:]
    return (
        f"{hello}\n\n{text}" if hello and brief.channel == "EMAIL" and talk.chance(0.7) else f"{hello} {text}".strip()
    )


def _written(talk: _Talk) -> None:
    text = opening(talk, detail_chance=0.75)
    sign = talk.any("sign") if talk.brief.channel == "EMAIL" and talk.chance(0.75) else ""
    talk.tell(text, max(talk.brief.first_reply, 60), sign)
    talk.gaps.set("look", talk.any("look") if talk.brief.language == "de" else talk.about("look"))
    talk.gaps.set("end", _ending(talk))
    if talk.brief.language == "de":
        talk.add("agent", f"{talk.say('de agent_hello')} {talk.say('de look')} {_ending(talk)}", 3600)
    else:
        talk.add("agent", talk.say("any agent_mail"), 3600 + talk.draw.randrange(20 * 3600))
    if talk.chance(0.35 if talk.brief.was_solved else 0.5):
        talk.tell(talk.any("thanks" if talk.brief.was_solved else "unhappy"), 3600)
    if talk.chance(0.15):
        talk.add("note", talk.say("any note"), 60)


def _ending(talk: _Talk) -> str:
    what = "fix" if talk.brief.was_solved else "stuck"
    return talk.any(what) if talk.brief.language == "de" else talk.about(what)


def _live(talk: _Talk) -> None:
    brief = talk.brief
    pace, is_voice = (9, True) if brief.channel == "VOICE" else (35, False)
    if is_voice:
        talk.add("agent", talk.any("agent_hello"), 5)
    talk.tell(opening(talk, detail_chance=0.45), pace * 2)
    if not is_voice:
        talk.add("agent", talk.any("agent_hello"), pace)
    if talk.chance(0.8):
        talk.add("agent", talk.any("agent_sorry"), pace)
        talk.tell(talk.any("identify"), pace)
    _work_on_it(talk, pace)
    talk.tell(talk.any("thanks" if brief.was_solved else "unhappy"), pace)
    if talk.chance(0.7):
        talk.add("agent", talk.any("agent_close"), pace)
    if talk.chance(0.12):
        talk.add("note", talk.say("any note"), 60)


def _work_on_it(talk: _Talk, pace: int) -> None:
    """The agent looks, the customer adds something or asks, the agent does what can be done."""
    if talk.brief.language == "de":
        talk.add("agent", talk.say("de look"), pace * 3)
    else:
        talk.gaps.set("look", talk.about("look"))
        talk.add("agent", talk.say("any agent_wait"), pace * 3)
        if talk.chance(0.5):
            talk.tell(talk.about("detail"), pace)
        elif talk.chance(0.6):
            talk.tell(talk.any("accept" if talk.brief.was_solved else "refuse"), pace)
    talk.add("agent", _ending(talk), pace * 2)


def _foreign(talk: _Talk) -> None:
    """Languages the company hardly serves: the customer writes theirs, the agent answers in English."""
    group = _GROUPS.get(TOPICS[TOPIC_KEYS.index(talk.brief.topic)].queue, "other")
    talk.tell(talk.say(f"{talk.brief.language} {group}"), 600)
    talk.gaps.set("look", talk.about("look"))
    talk.add("agent", talk.say("any agent_wait"), 600)
    talk.add("agent", talk.about("fix" if talk.brief.was_solved else "stuck"), 60)


def comment(brief: Brief, person: Person) -> str:
    """Return the comment of a survey answer: mostly short, often without a verb."""
    talk, good = _Talk(brief, person), brief.mood >= 0.1
    if brief.language in OTHER_LANGUAGES:
        return talk.say(f"{brief.language} {'good' if good else 'bad'}")
    if brief.language == "de":
        return tidy(talk.about("degood" if good else "debad") + _german_tail(talk, good))
    if talk.chance(0.02):
        return talk.say("any short_good" if good else "any short_bad")
    talk.gaps.set("bad", talk.about("bad"))
    if -0.15 < brief.mood < 0.2 and talk.chance(0.35):
        return casual(talk.draw, tidy(talk.say("any mixed")), 0.15)
    return casual(talk.draw, tidy(_remark(talk, "good" if good else "bad")), 0.15)


def _german_tail(talk: _Talk, is_good: bool) -> str:
    if not talk.chance(0.88):
        return ""
    tail = talk.say("de tail_good" if is_good else "de tail_bad")
    tail = f". {tail}"
    return tail + (f". {talk.say('de tail_good' if is_good else 'de tail_bad')}" if talk.chance(0.25) else "")


def _remark(talk: _Talk, side: str) -> str:
    """Return a topic's remark, led in, carried on or followed by a last word; seldom bare."""
    text = talk.about(side)
    lead, more, second, tail = (talk.chance(share) for share in (0.34, 0.26, 0.24, 0.48))
    if not (lead or more or second or tail) and talk.chance(0.75):
        tail = True
    if lead:
        text = f"{talk.say(f'any lead_{side}')} {text}"
    if more:
        text = _carried_on(talk, text, talk.about(side))
    elif second:
        text = f"{text.rstrip('.')} {talk.say(f'any second_{side}')}"
    if tail:
        text = f"{text.rstrip('.')}. {talk.say(f'any tail_{side}')}"
    if talk.chance(0.08):
        text += "\n" + talk.say("any annoyed" if side == "bad" else "any happy")
    return text[:1].upper() + text[1:] if talk.chance(0.6) else text


def _carried_on(talk: _Talk, text: str, more: str) -> str:
    if more.lower() in text.lower() or more.split()[:2] == text.split()[:2]:
        return text
    join = _JOIN[int(talk.draw.random() * len(_JOIN))]
    return text.rstrip(".") + join + (more if join in _NEW_SENTENCE else more[:1].lower() + more[1:])


_JOIN = (", ", ". ", " and ", "\n", " - ", "; ")
_NEW_SENTENCE = (". ", "\n")
