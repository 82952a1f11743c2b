"""What a step is given (the customer's own words, cleaned) and what it finds out."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

LONGEST_CHARACTERS = 10_000  # about 1,800 words are read; all words are counted
# what redaction leaves behind ([EMAIL], {{SSN}}, <PHONE_NUMBER>, XX/XX/XXXX), mark-up and addresses are not words
_NOT_WORDS = re.compile(
    r"\[[A-Z][A-Z0-9_ ]{1,30}\]"
    r"|\{\{[^{}\n]{1,40}\}\}"
    r"|</?[A-Za-z][^<>]{0,300}>"
    r"|\b(?:[Xx]{2,}[/-]){1,3}[Xx0-9]{2,}\b|\bX{2,}\b|\bx{3,}\b"
    r"|\bhttps?://\S+"
)
_SPACES = re.compile(r"[^\S\n]+")
_WORD = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Said:
    """One piece as it is stored, so that spans found in it can be shown: a turn, or the whole text of a feedback."""

    text: str  # redacted, not cleaned: character positions are those of the stored text
    speaker: str = "CUSTOMER"
    turn: int | None = None  # the turn's key; None: the feedback's own text


@dataclass(frozen=True, slots=True)
class Reading:
    """One text as the steps see it."""

    feedback: UUID
    text: str  # the customer's words, without markers, at most LONGEST_CHARACTERS
    words: int
    declared_language: str = ""  # as the source says, "en"; blank where it does not
    digest: str = ""  # of `text`, to know whether a stored vector is of these words
    kind: str = ""  # SURVEY, CONTACT, REVIEW, NOTE
    said: tuple[Said, ...] = ()  # all speakers, in order


@dataclass(frozen=True, slots=True)
class Span:
    """Where it was said: the turn (None: the feedback's own text) and characters [start, end) of its stored text."""

    turn: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """One topic found in a text."""

    topic: UUID
    confidence: float  # 0 … 1, calibrated
    span: Span | None = None
    sentiment: float | None = None  # of the words around the span; None: not known


@dataclass(frozen=True, slots=True)
class Intent:
    """One intent found in a text."""

    confidence: float
    span: Span | None = None
    name: str = ""  # of the competitor
    sentiment: float | None = None  # of the words around the competitor's name; None: not known


@dataclass(frozen=True, slots=True)
class Finding:
    """What the steps read out of one text. None and blank are "not known", never neutral."""

    language: str = ""
    language_confidence: float | None = None
    vector: NDArray[np.float16] | None = None
    tone: NDArray[np.float16] | None = None  # of the same words, from the middle of the encoder; there with the vector
    # by token: where it stands in the words (n, 2), and the middle of the encoder (n, 384); never stored
    pieces: tuple[NDArray[np.int64], NDArray[np.float16]] | None = None
    moods: Mapping[Span, float | None] | None = None  # of spans of these very words that were judged before
    units: NDArray[np.float16] | None = None  # (sentences, 384) of a longer text; None: the whole stands for all
    sentiment: float | None = None
    sentiment_label: str = ""
    sentiment_confidence: float | None = None
    effort: float | None = None
    is_high_effort: bool | None = None
    topics: tuple[Found, ...] | None = None  # None: not read; empty: read, and none fits
    intents: Mapping[str, Intent] | None = None  # by COMPLAINT, CHURN_RISK, IDEA, COMPETITOR, PURCHASE; None: not read
    outcome: str = ""  # SOLVED, UNSOLVED, UNCLEAR
    outcome_confidence: float | None = None
    asked_for_superior: bool | None = None
    seen_before: bool | None = None
    summary: str = ""


def clean(text: str) -> str:
    """Return the words of a text: no markers, no mark-up, nothing that UTF-8 or PostgreSQL refuses."""
    printable = text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
    return _SPACES.sub(" ", _NOT_WORDS.sub(" ", printable)).strip()


def count_words(text: str) -> int:
    """Count what holds at least one letter, in any script."""
    return sum(1 for word in text.split() if _WORD.search(word))


def reading_of(
    feedback: UUID, text: str, declared_language: str = "", kind: str = "", said: Sequence[Said] = ()
) -> Reading:
    """Make a reading of a raw (but redacted) text."""
    words = clean(text)
    shown = words[:LONGEST_CHARACTERS]
    return Reading(
        feedback=feedback,
        text=shown,
        words=count_words(words),
        declared_language=declared_language.replace("_", "-").split("-")[0].strip().lower()[:12],
        digest=hashlib.blake2b(shown.encode(), digest_size=8).hexdigest(),
        kind=kind,
        said=tuple(said),
    )


def customer_words(kind: str, title: str, text: str, turns: Sequence[tuple[str, str]]) -> str:
    """Choose what the customer said out of a feedback; `turns` are (speaker, text) in order.

    With turns only the customer's count: an agent's courtesy must not colour the customer's mood, and a conversation in
    which the customer says nothing has no words. Without turns it is the text; the title of a contact or a review is
    the customer's too (a subject line, a headline), the title of a survey is the company's.
    """
    if turns:
        return "\n".join(said for speaker, said in turns if speaker == "CUSTOMER")
    if title and kind in {"CONTACT", "REVIEW"} and not text.startswith(title):
        return f"{title}\n{text}"
    return text
