"""Ask the engine in a few words."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from insights.metrics.answer import Answer
from insights.metrics.engine import answer
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import EVERYTHING, Viewer
from insights.models import Calibration
from tests.insights.mart.conftest import NOW, Facts, built, facts  # noqa: F401 (fixtures)


def query(metric: str, since: str = "2026-03-01", until: str = "2026-04-01", **rest: Any) -> MetricQuery:
    """Return a question; filters as a dictionary."""
    filters = tuple((name, tuple(values)) for name, values in rest.pop("filters", {}).items())
    return MetricQuery(
        metric=metric, since=date.fromisoformat(since), until=date.fromisoformat(until), filters=filters, **rest
    )


def calibrated(*same: tuple[str, str], labelled: int = 120, different: tuple[tuple[str, str], ...] = ()) -> None:
    """Let labels have shown this, until something else is shown."""
    Calibration.objects.update(is_stale=True)
    verdicts = [(pair, "SAME") for pair in same] + [(pair, "DIFFERENT") for pair in different]
    Calibration.objects.create(
        made_at=NOW,
        checked_at=NOW,
        sentiment_version="1",
        labelled={"SURVEY": labelled, "CHAT": labelled, "CALL": 3},
        pairs=[{"first": one, "second": other, "verdict": verdict} for (one, other), verdict in verdicts],
    )


@pytest.fixture
def ask() -> Callable[..., Answer]:
    """Ask the engine as somebody who may see everything, unless a viewer is given."""

    def ask_now(metric: str, *, viewer: Viewer = EVERYTHING, **rest: Any) -> Answer:
        return answer(query(metric, **rest), viewer, now=NOW)

    return ask_now


@pytest.fixture
def total(facts: Facts, built: Callable[..., int], ask: Callable[..., Answer]) -> Callable[..., Any]:  # noqa: F811
    """Build the mart of the facts told so far and return the total of a question about March."""

    def total_of(metric: str, **rest: Any) -> Any:
        built()
        return ask(metric, **rest).total

    return total_of
