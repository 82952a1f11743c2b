"""Step: was it solved, in the customer's own last words; did they ask for a superior; had they come before.

Three ways: SOLVED, UNSOLVED, and UNCLEAR where neither is said, which is usual. Never from what the agent says: "glad I
could help" closes solved and unsolved contacts alike. English only; elsewhere it is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from insights.enrichment.outcome_cues import (
    Cue,
    asks_for_superior,
    tells_of_before,
    tells_solved,
    tells_unsolved,
)
from insights.enrichment.reading import Finding, Reading, Said, Span
from insights.enrichment.sentiment import is_english

NAME = "outcome"
LAST_TURNS = 4  # of the customer: earlier ones tell of the problem, not of its end
MOST_CHARACTERS = 10_000
_BAD = -0.55  # below, "thanks for your help" is bitter or only polite
# fixed per kind of finding, not fitted: how often it was right on our own labelled lines; see docs/enrichment.md
SURE = {"SOLVED": 0.92, "UNSOLVED": 0.88, "SOLVED_AFTER_TROUBLE": 0.8, "UNCLEAR": 0.7}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the words tell, and where: spans of stored texts."""

    outcome: str
    confidence: float
    outcome_spans: tuple[Span, ...]
    superior: tuple[Span, ...]
    before: tuple[Span, ...]


def version() -> str:
    """What reads."""
    return "1"


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add outcome, asked_for_superior and seen_before; needs language and sentiment before it."""
    return [_judge(reading, finding) for reading, finding in zip(readings, findings, strict=True)]


def evidence(said: Sequence[Said], sentiment: float | None = None) -> Evidence:
    """Return what the customer's words tell of the outcome, an escalation and earlier contacts."""
    own = [piece for piece in said if piece.speaker == "CUSTOMER"]
    outcome, confidence, spans = _outcome(own[-LAST_TURNS:], sentiment)
    return Evidence(
        outcome,
        confidence,
        spans,
        tuple(span for piece in own for span in _spans(piece, asks_for_superior(_read_part(piece)))),
        tuple(span for piece in own for span in _spans(piece, tells_of_before(_read_part(piece)))),
    )


def _judge(reading: Reading, finding: Finding) -> Finding:
    if not reading.words or not is_english(reading, finding):
        return replace(finding, outcome="", outcome_confidence=None, asked_for_superior=None, seen_before=None)
    found = evidence(reading.said, finding.sentiment)
    return replace(
        finding,
        outcome=found.outcome,
        outcome_confidence=found.confidence,
        asked_for_superior=bool(found.superior),
        seen_before=bool(found.before),
    )


def _outcome(own: Sequence[Said], sentiment: float | None) -> tuple[str, float, tuple[Span, ...]]:
    """The last that is said counts: "it did not work, but now it does"."""
    solved = [(place, cue) for place, piece in enumerate(own) for cue in tells_solved(_read_part(piece))]
    unsolved = [(place, cue) for place, piece in enumerate(own) for cue in tells_unsolved(_read_part(piece))]
    last_good = max(((place, cue.start) for place, cue in solved), default=(-1, -1))
    last_bad = max(((place, cue.start) for place, cue in unsolved), default=(-1, -1))
    if last_good == last_bad:
        return "UNCLEAR", SURE["UNCLEAR"], ()
    if last_bad > last_good:
        return "UNSOLVED", SURE["UNSOLVED"], _all_spans(own, unsolved)
    if sentiment is not None and sentiment < _BAD and len(own) == 1:
        return "UNCLEAR", SURE["UNCLEAR"], ()
    return "SOLVED", SURE["SOLVED_AFTER_TROUBLE" if unsolved else "SOLVED"], _all_spans(own, solved)


def _all_spans(own: Sequence[Said], cues: Sequence[tuple[int, Cue]]) -> tuple[Span, ...]:
    return tuple(span for place, cue in cues for span in _spans(own[place], [cue]))


def _spans(piece: Said, cues: Sequence[Cue]) -> list[Span]:
    return [Span(piece.turn, cue.start, cue.end) for cue in cues]


def _read_part(piece: Said) -> str:
    return piece.text[:MOST_CHARACTERS]
