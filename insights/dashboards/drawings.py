"""Small drawings beside a number, as SVG coordinates: the sparkline with its band and the whisker."""

from collections.abc import Sequence
from dataclasses import dataclass

from insights.metrics.answer import Row

WIDTH, HEIGHT = 200.0, 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisker:
    """A value in its interval, and where the compared period stood, in 0 … 200 along one line."""

    low: float
    point: float
    high: float
    before: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """The course over the period: SVG paths in a box of 200 x 40, broken where there is no value."""

    line: str
    band: str
    end_x: float
    end_y: float


def whisker(total: Row, rows: Sequence[Row]) -> Whisker | None:
    """Return the value's whisker, on the range in which the buckets of the same period moved."""
    if total.value is None or total.low is None or total.high is None:
        return None
    before = total.change.before if total.change else None
    marks = [total.low, total.high, *([] if before is None else [before])]
    if total.by or total.records.bucket is None:
        marks += [row.value for row in rows if row.value is not None and row.state == "OK"]
    least, most = min(marks), max(marks)
    margin = (most - least) * 0.06 or 1.0
    scale = WIDTH / (most - least + 2 * margin)
    place = [round((mark - least + margin) * scale, 1) for mark in (total.low, total.value, total.high)]
    return Whisker(
        low=place[0],
        point=place[1],
        high=place[2],
        before=None if before is None else round((before - least + margin) * scale, 1),
    )


def spark(rows: Sequence[Row]) -> Spark | None:
    """Return the sparkline of the buckets with its band; nothing for fewer than three values."""
    known = [(place, row) for place, row in enumerate(rows) if row.value is not None]
    if len(known) < 3:
        return None
    edges = [edge for _, row in known for edge in (row.value, row.low, row.high) if edge is not None]
    least, most = min(edges), max(edges)
    step = WIDTH / max(len(rows) - 1, 1)

    def y(value: float) -> float:
        return round(HEIGHT - 2 - (value - least) / ((most - least) or 1.0) * (HEIGHT - 4), 1)

    runs = _runs(known)
    line = " ".join(_path([(place * step, y(row.value or 0.0)) for place, row in run]) for run in runs)
    band = " ".join(
        _path(
            [(place * step, y(_or(row.high, row.value))) for place, row in run]
            + [(place * step, y(_or(row.low, row.value))) for place, row in reversed(run)]
        )
        + "Z"
        for run in runs
        if len(run) > 1
    )
    last_place, last = known[-1]
    return Spark(line=line, band=band, end_x=round(last_place * step, 1), end_y=y(last.value or 0.0))


def _or(edge: float | None, value: float | None) -> float:
    return edge if edge is not None else value or 0.0


def _runs(known: Sequence[tuple[int, Row]]) -> list[list[tuple[int, Row]]]:
    runs: list[list[tuple[int, Row]]] = []
    for place, row in known:
        if runs and runs[-1][-1][0] == place - 1:
            runs[-1].append((place, row))
        else:
            runs.append([(place, row)])
    return runs


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{round(x, 1):g},{y:g}" for x, y in points)
