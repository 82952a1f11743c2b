"""The Quality page: people with each other, ours with people, drift in words, and what was learned from labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from insights.analysis.refit import REFITTED
from insights.dashboards.boards.labelling import ASKED, answer_name
from insights.dashboards.names import moment
from insights.models import AdoptedHead, Label, QualityRun, Topic

Task = Label.Task
_WIDE = 200  # units of a whisker's drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisker:
    """Where a share and its interval stand in a drawing."""

    low: float
    high: float
    point: float
    before: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A share in words, with its drawing where there is one."""

    words: str
    interval: str
    is_faint: bool
    whisker: Whisker | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One class or topic."""

    name: str
    n: int
    precision: Told
    recall: Told
    f1: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One task."""

    name: str
    sentence: str
    macro: Told
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The whole page."""

    headline: str
    at: str
    agreement: tuple[tuple[str, Told, int], ...]
    tasks: tuple[Measured, ...]
    drift: tuple[tuple[str, str, str, bool], ...]  # what, figures, words, did it move
    drift_words: str
    heads: tuple[AdoptedHead, ...]
    refits: tuple[tuple[str, str], ...]


def quality(run: QualityRun | None) -> Quality:
    """Return the page of the last measurement; there may be none yet."""
    figures: Mapping[str, Any] = run.figures if run else {}
    drift: Mapping[str, Any] = run.drift if run else {}
    names = dict(Topic.objects.values_list("key", "name"))
    signals = drift.get("signals", [])
    heads = AdoptedHead.objects.select_related("by").defer("weights").order_by("-number")[:20]
    return Quality(
        headline=_headline(figures),
        at=moment(run.at) if run else "",
        agreement=tuple(_agreed(one, names) for one in figures.get("agreement", []) if one["texts"]),
        tasks=tuple(_measured(one, names) for one in figures.get("tasks", [])),
        drift=tuple((one["label"], _moved(one), one["words"], one["moved"]) for one in signals),
        drift_words=_drift_words(drift),
        heads=tuple(heads),
        refits=tuple((task, Task(task).label) for task in REFITTED),
    )


def _headline(figures: Mapping[str, Any]) -> str:
    for one in figures.get("tasks", []):
        accuracy = one["accuracy"]
        if accuracy["value"] is not None:
            low, high = round(100 * accuracy["low"]), round(100 * accuracy["high"])
            return f"{Task(one['task']).label}: {low} to {high} of 100 answers agree with people."
    return "Nothing is measured yet: it takes ten judged texts of the gold set."


def _agreed(one: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, Told, int]:
    about = names.get(one["topic"], one["topic"]) if one["topic"] else Task(one["task"]).label
    return about, told({**one, "value": one["alpha"], "state": "OK", "n": one["texts"]}, decimals=True), one["texts"]


def _measured(one: Mapping[str, Any], names: Mapping[str, str]) -> Measured:
    coverage, accuracy = told(one["coverage"]), told(one["accuracy"])
    error = one["calibration"]["error"]
    sure = "" if error is None else f" Its confidence is off by {100 * error:.0f} points on average."
    is_topic = one["task"] == Task.TOPIC
    shown = "of the topics shown are right" if is_topic else "of the answers are right"
    answered = "have a topic" if is_topic else "are answered"
    return Measured(
        name=Task(one["task"]).label if is_topic else ASKED[Task(one["task"])],
        sentence=f"{one['n']} texts. {coverage.words} {answered}; {accuracy.words} {shown}.{sure}",
        macro=told(one["macro_f1"]),
        lines=tuple(
            Line(
                name=names.get(row["name"], row["name"]) if is_topic else answer_name(one["task"], row["name"]),
                n=row["true"],
                precision=told(row["precision"]),
                recall=told(row["recall"]),
                f1=told(row["f1"]),
            )
            for row in one["classes"]
        ),
    )


def told(measure: Mapping[str, Any], *, decimals: bool = False) -> Told:
    """Return a measured share in words, with its drawing; as a number where it is no share of a hundred."""
    value, low, high = measure["value"], measure["low"], measure["high"]
    if value is None:
        return Told(words=f"too few ({measure['n']})", interval="", is_faint=True, whisker=None)
    if low is None or high is None:
        return Told(words=_number(value, decimals), interval="", is_faint=True, whisker=None)
    ends = [round(_WIDE * min(max(one, 0.0), 1.0), 1) for one in (low, high, value)]
    return Told(
        words=_number(value, decimals),
        interval=f"{_number(low, decimals)} to {_number(high, decimals)}",
        is_faint=measure["state"] == "INDICATIVE",
        whisker=Whisker(low=ends[0], high=ends[1], point=ends[2]),
    )


def _number(share: float, decimals: bool) -> str:
    return f"{share:.2f}".replace("-", "−") if decimals else f"{100 * share:.0f} %"


def _moved(one: Mapping[str, Any]) -> str:
    if one.get("psi") is not None:
        return f"index of shift {one['psi']:.2f}"
    if one["before"] is None or one["last"] is None:
        return ""
    return f"{one['before']:.2f}, now {one['last']:.2f}"


def _drift_words(drift: Mapping[str, Any]) -> str:
    if not drift:
        return "Nothing is measured yet."
    if not drift.get("enough"):
        return (
            f"{drift['texts_last']} texts in the last seven days and {drift['texts_before']} in the 28 before: "
            f"too few to tell."
        )
    moved = [one for one in drift["signals"] if one["moved"]]
    if moved:
        return f"{len(moved)} of {len(drift['signals'])} signs moved in the last seven days against the 28 before."
    return "Nothing moved in the last seven days against the 28 before."
