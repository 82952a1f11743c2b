"""What of the data needs a person, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from insights.analysis.health import Health, Task
from insights.dashboards.names import value_name
from insights.dashboards.numbers import day, number

MOST_TASKS_SAID = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A task in words, and where to look."""

    sentence: str
    url: str
    label: str


def headline(found: Health) -> str:
    """Return whether anything needs a person, in one sentence."""
    if not found.sources:
        return "Nothing has been told yet, so there is nothing to watch."
    if not found.tasks:
        return "Everything arrives as usual. Nothing needs a person."
    places = list(dict.fromkeys(_place(task) for task in found.tasks))
    many = len(found.tasks)
    listed = ", ".join(places[:MOST_TASKS_SAID]) + (" and others" if len(places) > MOST_TASKS_SAID else "")
    return f"{'One thing needs' if many == 1 else f'{many} things need'} a person: {listed}."


def _place(task: Task) -> str:
    if task.source:
        return called(task.source, task.account)
    return {"READING": "the reading of texts", "MART": "the copy that numbers come from"}[task.kind]


def called(source: str, account: str) -> str:
    """Return what people call an account of a source."""
    name = value_name("source", source)
    return f"{name} ({account})" if account else name


def task_said(task: Task, found: Health) -> Said:
    """Return a task in words."""
    place, facts = _place(task), task.facts
    sources = f"{reverse('sources')}#arrived"
    match task.kind:
        case "SILENT":
            told = f"{place} has been silent for {duration(facts['silent_hours'])}; usually something comes "
            return Said(sentence=f"{told}every {duration(facts['usual_hours'])}.", url=sources, label="Its deliveries")
        case "SET_ASIDE":
            many = int(facts["records"])
            told = f"{place}: {number(many)} {'record is' if many == 1 else 'records are'} set aside and can be mended."
            return Said(sentence=told, url=_aside(found, task), label="See why")
        case "FAILED":
            many = int(facts["deliveries"])
            told = f"{place}: {number(many)} {'delivery' if many == 1 else 'deliveries'} of the last 7 days "
            return Said(sentence=f"{told}could not be read.", url=sources, label="See why")
        case "VOLUME":
            when = day(datetime.fromisoformat(str(facts["day"])).date())
            told = f"{place}: {number(float(facts['records']))} records on {when}, "
            return Said(sentence=f"{told}usually {number(float(facts['usual']))}.", url="", label="")
        case "CONNECTION":
            told = f"{facts['label']} ({place}) fails: {facts['why']}"
            return Said(sentence=told, url=reverse("sources"), label="Sources")
        case "READING":
            told = f"{number(float(facts['texts']))} texts could not be read after three tries."
            return Said(sentence=told, url="", label="")
    told = f"{number(float(facts['days']))} days have waited for over half an hour to be copied. Is a worker running?"
    return Said(sentence=told, url="", label="")


def _aside(found: Health, task: Task) -> str:
    for one in found.sources:
        if (one.source, one.account) == (task.source, task.account) and one.arrivals.set_aside_in:
            return f"{reverse('delivery', args=[one.arrivals.set_aside_in])}#aside"
    return reverse("sources")


def duration(hours: float | int | str) -> str:
    """Return 40 minutes, 6 hours or 4 days."""
    length = float(hours)
    if length < 1:
        many, unit = max(round(length * 60), 1), "minute"
    elif length < 48:
        many, unit = round(length), "hour"
    else:
        many, unit = round(length / 24), "day"
    return f"{number(many)} {unit}{'' if many == 1 else 's'}"
