"""Small drawings beside a number, as SVG coordinates: the sparkline with its band and the whisker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from insights.metrics.answer import Answer, Row
from insights.metrics.periods import next_bucket
from insights.metrics.query import MetricQuery

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


def whisker(answer: Answer) -> Whisker | None:
    """Return the whisker of the whole, on the range in which its buckets moved; a count is their sum, so on its own."""
    total = answer.total
    if total.value is None or total.low is None or total.high is None:
        return None
    before = total.change.before if total.change else None
    marks = [total.low, total.high, *([] if before is None else [before])]
    if answer.metric.kind != "TOTAL":
        marks += [row.value for row in answer.rows if row.value is not None and row.state == "OK"]
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


def spark(answer: Answer) -> Spark | None:
    """Return the sparkline of the buckets with its band; nothing for fewer than three values in a row.

    Buckets cut off by the period's edges are left out of a count: they would look like a fall.
    """
    rows = [row for row in answer.rows if answer.metric.kind != "TOTAL" or not days_missing(row, answer.query)]
    known = [(place, row) for place, row in enumerate(rows) if row.value is not None]
    runs = _runs(known)
    if max(map(len, runs), default=0) < 3:
        return None
    edges = [edge for _, row in known for edge in (row.value, row.low, row.high) if edge is not None]
    least, most = min(edges), max(edges)
    step = WIDTH / max(len(rows) - 1, 1)

    def y(value: float) -> float:
        return round(HEIGHT - 2 - (value - least) / ((most - least) or 1.0) * (HEIGHT - 4), 1)

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


def days_missing(row: Row, query: MetricQuery) -> int:
    """Return how many of its bucket's days the period leaves out."""
    if row.bucket is None or query.bucket in {None, "hour"}:
        return 0
    start = date.fromisoformat(row.bucket[:10])
    end = next_bucket(start, query.bucket or "day")
    return max((query.since - start).days, 0) + max((end - query.until).days, 0)


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
