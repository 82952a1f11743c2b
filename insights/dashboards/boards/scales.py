"""Which media's sentiment may share an axis: a matrix of each two, how many texts were labelled, and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from insights.analysis.calibration import MARGIN
from insights.analysis.calibration_labels import nothing_known
from insights.dashboards.names import moment
from insights.dashboards.numbers import number
from insights.dashboards.words import listed
from insights.mart.comparable import FEWEST
from insights.mart.medium import MEDIA
from insights.metrics.axes import NAMES
from insights.models import Calibration

_WORDS = {"SAME": "same", "DIFFERENT": "different", "UNKNOWN": "not known"}
_USUAL = ("SURVEY", "CHAT", "MAIL", "CALL")  # shown though nothing is labelled: where the work begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Two media beside each other. `told` is empty where a medium meets itself."""

    verdict: str
    told: str
    gap: str  # the widest of the gaps with its interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One medium against the others."""

    name: str
    labelled: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """The section."""

    sentence: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    tasks: tuple[str, ...]
    margin: str
    checked: str


def scales(made: Calibration | None) -> Scales:
    """Return the section for the result that stands."""
    told = nothing_known() if made is None else {"labelled": made.labelled, "pairs": made.pairs}
    labelled: Mapping[str, int] = told["labelled"]
    pairs = {frozenset((pair["first"], pair["second"])): pair for pair in told["pairs"]}
    media = [medium for medium in MEDIA if medium in _USUAL or labelled.get(medium)]
    return Scales(
        sentence=_sentence(media, pairs),
        heads=tuple(_head(medium) for medium in media),
        lines=tuple(
            Line(
                name=_head(medium),
                labelled=number(labelled.get(medium, 0)),
                fields=tuple(_field(pairs, medium, other) for other in media),
            )
            for medium in media
        ),
        tasks=tuple(_tasks(media, labelled, pairs)),
        margin=number(MARGIN, 2),
        checked=moment(made.checked_at) if made else "",
    )


def _head(medium: str) -> str:
    return NAMES[medium].capitalize()


def _sentence(media: Iterable[str], pairs: Mapping[frozenset[str], Mapping[str, Any]]) -> str:
    same = [two for two in combinations(media, 2) if _verdict(pairs, *two) == "SAME"]
    if not same:
        return "No two media are proven to share a scale: each has numbers and axes of its own."
    return f"Proven to share a scale: {'; '.join(listed([NAMES[one] for one in two]) for two in same)}."


def _verdict(pairs: Mapping[frozenset[str], Mapping[str, Any]], one: str, other: str) -> str:
    pair = pairs.get(frozenset((one, other)))
    return str(pair["verdict"]) if pair else "UNKNOWN"


def _field(pairs: Mapping[frozenset[str], Mapping[str, Any]], one: str, other: str) -> Field:
    if one == other:
        return Field(verdict="", told="", gap="")
    verdict, pair = _verdict(pairs, one, other), pairs.get(frozenset((one, other)))
    widest = max(pair["gaps"] if pair else (), key=lambda gap: abs(gap["difference"]), default=None)
    gap = ""
    if widest is not None:
        reach = f"{number(widest['low'], 2, signed=True)} to {number(widest['high'], 2, signed=True)}"
        gap = f"{number(widest['difference'], 2, signed=True)} ({reach}) at {number(widest['score'], 1, signed=True)}"
    return Field(verdict=verdict.lower(), told=_WORDS[verdict], gap=gap)


def _tasks(
    media: Iterable[str], labelled: Mapping[str, int], pairs: Mapping[frozenset[str], Mapping[str, Any]]
) -> Iterable[str]:
    """Say what would settle what is not known."""
    listed_media = list(media)
    short = {medium: FEWEST - labelled.get(medium, 0) for medium in listed_media if labelled.get(medium, 0) < FEWEST}
    for medium, missing in short.items():
        yield f"Label {missing}{' more' if labelled.get(medium) else ''} {NAMES[medium]} of the gold set."
    for one, other in combinations([medium for medium in listed_media if medium not in short], 2):
        if _verdict(pairs, one, other) == "UNKNOWN":
            yield f"Labels leave open whether {NAMES[one]} and {NAMES[other]} are alike: label more of both."
