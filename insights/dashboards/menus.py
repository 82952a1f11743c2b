"""What there is to choose from: asked once per version of the data and kept, since filters do not change it."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.core.cache import cache

from insights.mart.engine import open_version
from insights.metrics import engine
from insights.metrics.drilldown import DataBounds
from insights.metrics.periods import Period
from insights.metrics.viewer import Viewer

SECONDS_KEPT = 6 * 3600


def bounds(viewer: Viewer) -> DataBounds:
    """Return the days the viewer has data for."""
    return DataBounds(**_kept(("bounds", viewer.scope_key), lambda: asdict(engine.data_bounds(viewer))))


def values(dimension: str, period: Period, viewer: Viewer) -> list[tuple[str, int]]:
    """Return which values a dimension has in a period, and how often, the most frequent first."""
    key = (dimension, str(period.since), str(period.until), viewer.scope_key)
    found: list[tuple[str, int]] = _kept(
        key, lambda: [(value.value, value.count) for value in engine.values_of(dimension, period, viewer)]
    )
    return found


def _kept(key: tuple[str, ...], ask: Callable[[], Any]) -> Any:
    """Return what was kept for this version of the data, else ask. A version is known by when it was built, too."""
    version = open_version()
    if version is None:
        return ask()
    stamp = "|".join((str(version.number), version.note.built_at.isoformat(), *key))
    name = f"menu:{hashlib.sha256(stamp.encode()).hexdigest()}"
    return cache.get_or_set(name, ask, SECONDS_KEPT)
