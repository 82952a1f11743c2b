"""What was read out of one feedback's words, in words, with the very words that tell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.core.exceptions import ObjectDoesNotExist

from insights.access.rows import said_alike, words_hidden
from insights.dashboards.boards.mention_words import Marked
from insights.dashboards.numbers import number
from insights.enrichment.outcome import Evidence, evidence
from insights.enrichment.reading import Said, Span
from insights.metrics.viewer import Viewer
from insights.models import Enrichment, Feedback

_OUTCOMES = {"SOLVED": "solved", "UNSOLVED": "not solved", "UNCLEAR": "not said", "": "not known"}
_WHY = {"outcome": "tells whether it was solved", "superior": "asks for a superior", "before": "not the first time"}
_INTENTS = {
    "COMPLAINT": "complains",
    "CHURN_RISK": "may leave",
    "IDEA": "has an idea",
    "COMPETITOR": "names a competitor",
    "PURCHASE": "wants to buy",
}
MOST_QUOTED = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words; `why` says what it is evidence of, or nothing."""

    text: str
    why: str = ""
    is_topic: bool = False  # whether it carries a topic


def told_by(feedback: Feedback) -> Evidence | None:
    """Return what the words tell and where; None where they may not be seen or were not read."""
    reading: Enrichment | None = getattr(feedback, "enrichment", None)
    if reading is None or words_hidden(feedback) or not reading.outcome:
        return None
    return evidence(said(feedback), reading.sentiment)


def said(feedback: Feedback) -> list[Said]:
    """Return the stored pieces of a feedback, as its reading had them."""
    turns = [Said(turn.text, turn.speaker, turn.pk) for turn in feedback.turns.all()]
    return turns or [Said(feedback.text)]


def pieces(text: str, turn: int | None, found: Evidence | None, topics: Sequence[Marked] = ()) -> tuple[Piece, ...]:
    """Part a text where evidence, and what carries a topic, begins and ends."""
    spans = [(one.start, one.end, f"about {one.topic}", True) for one in topics if one.turn == turn]
    if found is not None:
        told = [("superior", found.superior), ("before", found.before), ("outcome", found.outcome_spans)]
        spans += [
            (one.start, one.end, _WHY[name], False) for name, told_by in told for one in told_by if one.turn == turn
        ]
    ends = sorted({0, len(text), *(end for start, until, *_ in spans for end in (start, until) if end < len(text))})
    return tuple(_piece(text, start, until, spans) for start, until in pairwise(ends))


def _piece(text: str, start: int, until: int, spans: Sequence[tuple[int, int, str, bool]]) -> Piece:
    over = [span for span in spans if span[0] <= start and until <= span[1]]
    why = dict.fromkeys(why for _, _, why, _ in over)
    return Piece(text[start:until], "; ".join(why), any(is_topic for *_, is_topic in over))


def read_out(feedback: Feedback, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return names and values for the page; nothing where there are no words to read."""
    try:
        reading = feedback.enrichment
    except ObjectDoesNotExist:
        return ()
    found, texts = told_by(feedback), {piece.turn: piece.text for piece in said(feedback)}
    sure = "" if reading.sentiment_confidence is None else f", {reading.sentiment_confidence:.0%} sure"
    sentiment = "not known" if reading.sentiment is None else f"{number(reading.sentiment, 2, signed=True)}{sure}"
    alike = said_alike(feedback, viewer).count()
    return (
        ("State", reading.get_state_display()),
        *((("In short", reading.summary),) if reading.summary else ()),
        ("Language", reading.language or "not known"),
        ("Sentiment", sentiment),
        ("Effort", _effort(reading)),
        ("About to, or asks for", _intents(reading, {} if words_hidden(feedback) else texts)),
        ("Solved, their words say", _outcome(reading) + _quoted(found.outcome_spans if found else (), texts)),
        ("Asked for a superior", _known(reading.asked_for_superior) + _quoted(found.superior if found else (), texts)),
        ("Not the first time", _known(reading.seen_before) + _quoted(found.before if found else (), texts)),
        *((("Said almost the same", f"{number(alike)} other{'' if alike == 1 else 's'}"),) if alike else ()),
        ("Read by", ", ".join(f"{step} {version}" for step, version in reading.versions.items()) or "nothing yet"),
    )


def _outcome(reading: Enrichment) -> str:
    sure = "" if reading.outcome_confidence is None else f", {reading.outcome_confidence:.0%} sure"
    return _OUTCOMES[reading.outcome] + sure


def _effort(reading: Enrichment) -> str:
    if reading.effort is None:
        return "not known"
    return f"{number(reading.effort, 2)} of 1{', high' if reading.is_high_effort else ''}"


def _intents(reading: Enrichment, texts: dict[int | None, str]) -> str:
    """Say each intent with how sure it is and the words that carry it."""
    if reading.intents is None:
        return "not known"
    told = []
    for intent, found in sorted(reading.intents.items()):
        name = f" ({found['name']})" if found.get("name") else ""
        words = texts.get(found.get("turn"), "")[found["start"] : found["end"]] if "start" in found else ""
        told.append(f"{_INTENTS[intent]}{name}, {found['confidence']:.0%} sure" + (f", “{words}”" if words else ""))
    return "; ".join(told) or "nothing found"


def _known(value: bool | None) -> str:
    return "not known" if value is None else "yes" if value else "no"


def _quoted(spans: Sequence[Span], texts: dict[int | None, str]) -> str:
    words = [texts.get(span.turn, "")[span.start : span.end] for span in spans[-MOST_QUOTED:]]
    return "".join(f", “{one}”" for one in words if one)
