"""Which metrics stand where: the Overview's two sides, and what its charts may show."""

from collections.abc import Iterable
from dataclasses import dataclass

from insights.dashboards.boards.tiles import Place, Voice
from insights.mart.medium import BY_CHANNEL, OTHER
from insights.metrics.axes import NAMES
from insights.metrics.definition import Metric
from insights.metrics.registry import METRICS

_MEDIA = {medium: NAMES[medium] for medium in (*BY_CHANNEL, OTHER)}  # of contacts
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
    Place(metric="contact_rate", voice="contacts", label="Contacts per 100 customers and day", is_optional=True),
    Place(metric="repeat_rate", voice="contacts", label="Came back within 7 days"),
    Place(metric="aht_seconds", voice="contacts", label="Handle time per call"),
    Place(metric="abandonment_rate", voice="contacts", label="Gave up waiting", is_optional=True),
    Place(metric="fcr_company", voice="contacts", label="Solved, company says"),
    *(
        Place(
            metric="negative_share",
            voice="contacts",
            label=f"Negative words in {name}",
            medium=medium,
            is_optional=True,
        )
        for medium, name in _MEDIA.items()
    ),
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
    named = {(place.metric, place.voice, place.medium): place for place in (*SURVEYS, *CONTACTS)}
    places: dict[str, Place] = {}
    for metric in METRICS.values():
        if metric.side not in {side, "BOTH"} or metric.only_by:
            continue  # what only some cuts and filters tell stands in a tile, where it can be left out
        for place in _places(metric, voice):
            key = ".".join(filter(None, (voice, metric.key, place.medium.lower())))
            places[key] = named.get((place.metric, voice, place.medium), place)
    return places


def _places(metric: Metric, voice: Voice) -> list[Place]:
    """Return one place, or one for each medium where the metric's scale may differ by it."""
    if metric.scale and voice == "contacts":
        return [
            Place(metric=metric.key, voice=voice, label=f"{metric.label} in {name}", medium=medium)
            for medium, name in _MEDIA.items()
        ]
    kind = _KINDS[voice] if metric.side == "BOTH" else ""
    return [Place(metric=metric.key, voice=voice, label=f"{metric.label} in {voice}" if kind else "", kind=kind)]


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
