"""Step before all others: the names of people leave the texts. What redaction by rule could not know is found here.

Three ways, in this order: names that the record tells (the agent's), words behind "my name is" or between "Dear" and a
comma, and a small model that judges words in their place. The model knows English only; in other languages lists and
rules judge (`names_abroad`). What one turn gives away is hidden in all of them, and the company's own words stay.
"""

import functools
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.foreign_words import first_names, surnames
from insights.enrichment.known_names import MARKER, redact_names
from insights.enrichment.name_cues import asks_for_name, only_a_name, told_names
from insights.enrichment.name_features import PLACE_BEGINS, TITLES, Known, Token, features, tokens_of, word_list
from insights.enrichment.name_phrases import asks_abroad
from insights.enrichment.names_abroad import answer_abroad, pieces_abroad
from insights.enrichment.own_words import NONE, OwnWords
from insights.enrichment.tongues import ENGLISH, FOLDER, UNDECIDED, fold, lexicon, tongues_of

NAME = "names"
RULES = "2"
WEIGHTS = Path(__file__).parent / "weights" / "names.npz"
_PARTICLES = word_list("particles")
_MONTHS = word_list("calendar") | {"aug", "sep", "sept", "oct", "nov", "dec"}
FIRST_NAME = 1.5  # log-odds
_LONGEST_GAP = 3
_ASKED_AGAIN = 4  # turns within which an answer to "your name?" is taken for one

_INITIALS = frozenset("BCDEFGHJKLMNOPQRSTUVWXYZ")  # "I" and "A" are words

Piece = tuple[int, int]


@dataclass(frozen=True)
class NameHead:
    """A logistic regression over hashed features, and the words that are no names."""

    version: str
    weights: list[float]
    bias: float
    threshold: float
    known: Known

    @classmethod
    def load(cls, path: Path) -> "NameHead":
        """Read the weights; raises FileNotFoundError where they were never trained."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(
                version=str(stored["version"]),
                weights=stored["weights"].astype(np.float64).tolist(),
                bias=float(stored["bias"]),
                threshold=float(stored["threshold"]),
                known=known_words(stored["ordinary"]),
            )

    def is_name(self, tokens: Sequence[Token], at: int) -> bool:
        """Judge one word in its place."""
        return self.score(tokens, at) >= self.threshold

    def score(self, tokens: Sequence[Token], at: int) -> float:
        """Return log-odds that the word is a person's name; a first name that is nothing else gets a start."""
        weights, known, token = self.weights, self.known, tokens[at]
        lower = token.lower
        is_first = token.text[0].isupper() and lower in known.first and lower not in known.words_too
        start = FIRST_NAME if is_first and lower not in known.places and not known.is_ordinary(lower) else 0.0
        return start + self.bias + sum(weights[bucket] for bucket in features(tokens, at, self.known))


def known_words(ordinary: NDArray[np.uint32]) -> Known:
    """Put the lists that ship and the learned ordinary words together."""
    return Known(
        first=word_list("first_names"),
        last=word_list("surnames"),
        places=word_list("places"),
        ordinary=frozenset(ordinary.tolist()),
        words_too=word_list("words_too"),
    )


@functools.cache
def head() -> NameHead:
    """The head that ships, loaded once per process."""
    return NameHead.load(WEIGHTS)


@functools.cache
def version() -> str:
    """What hides: rules, lists and head."""
    lists = "".join(sorted(head().known.first | head().known.last | head().known.places | first_names() | surnames()))
    abroad = "".join(file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.txt")))
    return f"{RULES}-{zlib.crc32((lists + abroad).encode()):08x}-{head().version}"


def hide_names(text: str) -> str:
    """Return a text without names of people. Hiding again changes nothing."""
    return _hide(text, name_pieces(text)) if text else text


def hide_in_conversation(
    texts: Sequence[str],
    speakers: Sequence[str] = (),
    names: Collection[str] = (),
    own: OwnWords = NONE,
    declared: str = "",
) -> list[str]:
    """Return the texts of one feedback without names. `names` are known ones; `speakers` say who said what.

    An answer to "may I have your name?" is a name, however it is written; what is found in one text is looked for in
    the others. `own` words are never names; `declared` is the language that the source tells.
    """
    known = head().known
    telling = [name for name in names if _tells(name, known)]
    tongues = tongues_of(texts, declared)
    hidden = redact_names(texts, telling, tongues, own) if telling else list(texts)
    if speakers:
        hidden = _answers_hidden(hidden, speakers, tongues)
    found: set[str] = set()
    for place, text in enumerate(hidden):
        pieces = name_pieces(text, tongues[place], own) if text else []
        found.update(text[start:end] for start, end in pieces)
        hidden[place] = _hide(text, pieces)
    spread = sorted({word.text for name in found for word in tokens_of(name) if _spreads(word, known)})
    return redact_names(hidden, spread, tongues, own) if spread else hidden


def name_pieces(text: str, tongue: str | None = None, own: OwnWords = NONE) -> list[Piece]:
    """Return where names stand in a text of this language (None: told from it), in order, apart from one another."""
    kept = own.places(text)
    tongue = tongues_of([text])[0] if tongue is None else tongue
    if tongue == ENGLISH:
        return _judged(text, kept)
    found = pieces_abroad(text, tongue, kept)
    return found if tongue else _with_whole_names(text, found, _judged(text, kept))


def _with_whole_names(text: str, found: list[Piece], judged: Sequence[Piece]) -> list[Piece]:
    """In a text of no known language believe the English model where it finds two words and more, none of them known.

    Lists of addresses are such texts; so is one German noun, which the model takes for a name.
    """
    words, first = lexicon(UNDECIDED), first_names()
    for start, end in judged:
        parts = [fold(part) for part in text[start:end].split()]
        if len(parts) > 1 and not any(words.is_word(part) and part not in first for part in parts):
            found = sorted([(start, end), *(one for one in found if one[1] <= start or end <= one[0])])
    return found


def _judged(text: str, kept: Sequence[Piece]) -> list[Piece]:
    """Return what the rules and the model for English find."""
    tokens = tokens_of(text)
    judge = head()
    known = judge.known
    barred: set[int] = set()
    for start, end in kept:
        barred |= {at for at, token in enumerate(tokens) if start < token.end and token.start < end}
    chosen = set(told_names(text, tokens, known)) - barred
    for place, token in enumerate(tokens):
        if place in chosen or place in barred or not known.is_candidate(token):
            continue
        if not _is_of_something_else(tokens, place, known) and judge.is_name(tokens, place):
            chosen.add(place)
    return _joined(text, tokens, _with_neighbours(tokens, chosen, known) - barred) if chosen else []


def _is_of_something_else(tokens: Sequence[Token], place: int, known: Known) -> bool:
    """Whether it is a month ("August", not "August Miller"), an account ("@acme"), or of a place ("San Diego")."""
    if tokens[place].lower in _MONTHS:
        after = tokens[place + 1].lower if place + 1 < len(tokens) else ""
        return after not in known.last
    before = tokens[place - 1] if place else None
    return before is not None and (
        before.text == "@" or (before.lower in PLACE_BEGINS and before.text[0].isupper() and before.text != "St")
    )


def _with_neighbours(tokens: Sequence[Token], chosen: set[int], known: Known) -> set[int]:
    """Take the other half of a name: the stranger before or behind, written like the half that is known."""
    for place in sorted(chosen):
        for beside in (place + 1, place - 1):
            if (
                0 <= beside < len(tokens)
                and beside not in chosen
                and _is_other_half(tokens[place], tokens[beside], known)
            ):
                chosen = chosen | {beside}
    return chosen


def _is_other_half(half: Token, other: Token, known: Known) -> bool:
    lower = other.lower
    if not other.text[0].isalpha() or len(lower) < 3 or lower in known.places or known.is_ordinary(lower):
        return False
    if abs(other.start - half.end) > 1 and abs(half.start - other.end) > 1:
        return False
    if other.text[0].isupper():
        return known.is_candidate(other) and half.text[0].isupper()
    listed = known.first if other.start > half.start else known.last
    return half.text[0].islower() and half.lower in listed and lower not in known.words_too


def _joined(text: str, tokens: Sequence[Token], chosen: set[int]) -> list[Piece]:
    """Make one piece of "Maria J. van der Berg"."""
    pieces: list[Piece] = []
    last = -2
    for place in sorted(chosen):
        start, end = _start_of(tokens, place), _end_of(tokens[place])
        if pieces and (start <= pieces[-1][1] or _belongs(text, tokens, last, place)):
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
        last = place
    return pieces


def _belongs(text: str, tokens: Sequence[Token], left: int, right: int) -> bool:
    between = tokens[left + 1 : right]
    if len(between) > _LONGEST_GAP or "\n" in text[tokens[left].end : tokens[right].start]:
        return False
    return all(
        one.lower in _PARTICLES or one.text in {".", "-", "’", "'"} or (len(one.text) == 1 and one.text.isupper())
        for one in between
    ) and (not between or between[0].text != "." or len(tokens[left].text) == 1)


def _start_of(tokens: Sequence[Token], place: int) -> int:
    """Titles and an initial before a name go with it: "Mrs. Smith", "R. Smith"."""
    at = place
    while at > 0:
        before = at - 2 if tokens[at - 1].text == "." and at > 1 else at - 1
        word = tokens[before].text
        if not (tokens[before].lower in TITLES and word[0].isupper()) and not (len(word) == 1 and word in _INITIALS):
            break
        at = before
    return tokens[at].start


def _end_of(token: Token) -> int:
    """The genitive's s stays."""
    return token.end - 2 if token.text.lower().endswith(("'s", "’s")) else token.end


def _hide(text: str, pieces: Sequence[Piece]) -> str:
    for start, end in reversed(pieces):
        text = f"{text[:start]}{MARKER}{text[end:]}"
    return text


def _answers_hidden(texts: list[str], speakers: Sequence[str], tongues: Sequence[str]) -> list[str]:
    """Hide what a customer answers, with nothing else, when asked for a name."""
    hidden, waiting = list(texts), 0
    for place, (text, speaker) in enumerate(zip(texts, speakers, strict=True)):
        if speaker != "CUSTOMER":
            waiting = _ASKED_AGAIN if _asks(text, tongues[place]) else waiting
        elif waiting:
            waiting -= 1
            pieces = _answer(text, tongues[place])
            if pieces:
                hidden[place] = _hide(text, pieces)
                waiting = 0
    return hidden


def _asks(text: str, tongue: str) -> bool:
    return asks_for_name(text) if tongue == ENGLISH else asks_abroad(text)


def _answer(text: str, tongue: str) -> Sequence[Piece]:
    return only_a_name(text, tokens_of(text), head().known) if tongue == ENGLISH else answer_abroad(text, tongue)


def _tells(name: str, known: Known) -> bool:
    """Whether a name that the record tells is a person's: "Support Team" is not."""
    words = [word for word in tokens_of(name) if word.text[0].isalpha()]
    return any(word.lower in known.first or not known.is_ordinary(word.lower) for word in words)


def _spreads(word: Token, known: Known) -> bool:
    """Whether a found name is looked for elsewhere: not where it is an ordinary word too, nor an initial."""
    return len(word.text) > 2 and word.text[0].isupper() and not known.is_ordinary(word.lower)
