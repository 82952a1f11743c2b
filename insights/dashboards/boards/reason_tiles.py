"""The few numbers over the tree of reasons, each with its course."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from insights.dashboards.boards.headline import survivors
from insights.dashboards.boards.reason_columns import Side, Wish, with_window
from insights.dashboards.boards.tiles import Place, Tile, question, tiles
from insights.metrics.answer import Answer
from insights.metrics.query import MetricQuery
from insights.metrics.registry import METRICS


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One tile's place, and whether it depends on the window of coming back."""

    place: Place
    by_window: bool = False

    def question(self, page: MetricQuery, wish: Wish, bucket: str) -> MetricQuery:
        """Return what it asks: its total, its change and its course at once."""
        asked = question(page, self.place, bucket)
        return with_window(asked, wish) if self.by_window else asked


def _contacts(metric: str, label: str = "") -> Asked:
    return Asked(place=Place(metric=metric, voice="contacts", label=label))


_FAILURE = _contacts("failure_demand")
_GAP = Asked(place=Place(metric="resolution_gap", voice="both", label="Company says solved more than customers"))
_TILES: dict[Side, tuple[Asked, ...]] = {
    "contacts": (
        _contacts("contacts"),
        _FAILURE,
        Asked(place=Place(metric="repeat_rate", voice="contacts", label="Came back"), by_window=True),
        _GAP,
        _contacts("aht_seconds", "Handle time per call"),
        Asked(place=Place(metric="contact_cost", voice="contacts", is_optional=True)),
    ),
    "cx": (
        Asked(place=Place(metric="fcr_customer", voice="surveys", label="Solved, customers say", kind="SURVEY")),
        _GAP,
        _contacts("survey_coverage", "Contacts with a survey answer"),
        _FAILURE,
    ),
}


def tiles_on(side: Side) -> tuple[Asked, ...]:
    """Return the tiles of a side, without those that nothing defines."""
    return tuple(asked for asked in _TILES[side] if asked.place.metric in METRICS)


def tiles_of(asked: Sequence[Asked], answers: Sequence[Answer]) -> tuple[Tile, ...]:
    """Return the tiles for the answers."""
    places = [
        replace(one.place, label=f"{one.place.label} within {_days(answer)}") if one.by_window else one.place
        for one, answer in zip(asked, answers, strict=True)
    ]
    sure = {place for place, _ in survivors(list(zip(places, answers, strict=True)))}
    return tuple(tiles(places, answers, sure))


def _days(answer: Answer) -> str:
    window = answer.query.parameter("window_days")
    return "a day" if window == "1" else f"{window} days"
