"""Which metrics stand where: the Overview's two sides, and what its charts may show."""

from collections.abc import Iterable
from dataclasses import dataclass

from insights.dashboards.boards.tiles import Place, Voice
from insights.metrics.registry import METRICS

SURVEYS = (
    Place(metric="nps", voice="surveys"),
    Place(metric="csat", voice="surveys"),
    Place(metric="ces", voice="surveys", label="CES, found it easy"),
    Place(metric="responses", voice="surveys"),
    Place(metric="fcr_customer", voice="surveys", label="Solved, customers say", kind="SURVEY", is_optional=True),
    Place(metric="negative_share", voice="surveys", label="Negative words in surveys", kind="SURVEY"),
)
CONTACTS = (
    Place(metric="contacts", voice="contacts"),
    Place(metric="repeat_rate", voice="contacts", label="Came back within 7 days"),
    Place(metric="aht_seconds", voice="contacts", label="Handle time per call"),
    Place(metric="abandonment_rate", voice="contacts", label="Gave up waiting", is_optional=True),
    Place(metric="fcr_company", voice="contacts", label="Solved, company says"),
    Place(metric="negative_share", voice="contacts", label="Negative words in contacts", kind="CONTACT"),
)
CUTS = (
    *("segment", "topic", "product", "region", "channel", "queue", "team", "touchpoint", "source", "language"),
    "owner_department",
)
SHOWN = "surveys.nps"
LEFT, RIGHT = "surveys.csat", "contacts.repeat_rate"
_KINDS = {"surveys": "SURVEY", "contacts": "CONTACT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One line of a list to choose from."""

    value: str
    label: str
    is_chosen: bool


def catalog(voice: Voice) -> dict[str, Place]:
    """Return all metrics of one side by their key on pages, such as "contacts.aht_seconds"."""
    side = "SURVEYS" if voice == "surveys" else "CONTACTS"
    named = {(place.metric, place.voice): place for place in (*SURVEYS, *CONTACTS)}
    places: dict[str, Place] = {}
    for metric in METRICS.values():
        if metric.side not in {side, "BOTH"}:
            continue
        kind = _KINDS[voice] if metric.side == "BOTH" else ""
        label = f"{metric.label} in {voice}" if kind else metric.label
        places[f"{voice}.{metric.key}"] = named.get(
            (metric.key, voice), Place(metric=metric.key, voice=voice, label=label, kind=kind)
        )
    return places


def chosen(key: str, fallback: str, voices: Iterable[Voice] = ("surveys", "contacts")) -> tuple[str, Place]:
    """Return the place with this key, else the fallback's."""
    found = {name: place for voice in voices for name, place in catalog(voice).items()}
    return (key, found[key]) if key in found else (fallback, found[fallback])


def label(place: Place) -> str:
    """Return the place's name on pages."""
    return place.label or METRICS[place.metric].label


def options(voice: Voice, key: str) -> list[Option]:
    """Return the list of one side's metrics, the chosen one marked."""
    return [Option(value=name, label=label(place), is_chosen=name == key) for name, place in catalog(voice).items()]
