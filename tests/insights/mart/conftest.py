"""Facts in a few words, put straight into PostgreSQL, and a mart built from them."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings

from insights.mart import build
from insights.models import ContactFacts, Customer, DirtyDay, Enrichment, Feedback, Mention, Score, Topic

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
_CONTACT = {field.name for field in ContactFacts._meta.get_fields()} - {"feedback"}
_READING = {
    *("sentiment", "sentiment_label", "is_high_effort", "intents", "outcome", "asked_for_superior", "seen_before"),
    "is_classified",
}
_SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}


def local(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime:
    """Return the instant at which clocks in the zone show `text`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


class Facts:
    """Keeps what a test tells and stores it in a few statements."""

    def __init__(self) -> None:
        self._number = count(1)
        self._customers: dict[str, Customer] = {}
        self._topics: dict[str, Topic] = {}
        self._told: list[Feedback | Score | ContactFacts | Enrichment | Mention] = []

    def customer(self, name: str) -> Customer:
        """Return the customer of this name."""
        if name not in self._customers:
            self._customers[name] = Customer()
        return self._customers[name]

    def topic(self, key: str, parent: str = "", department: str = "", demand: str = "VALUE") -> Topic:
        """Tell of a topic, once its parent is told."""
        above = self._topics[parent] if parent else None
        self._topics[key] = Topic(key=key, name=key, parent=above, owner_department=department, demand=demand)
        return self._topics[key]

    def contact(self, at: datetime | str = "2026-03-10T10:00", **facts: Any) -> Feedback:
        """Tell of a contact; facts of ContactFacts, of Feedback and readings may be mixed."""
        own = {name: facts.pop(name) for name in list(facts) if name in _CONTACT}
        feedback = self._feedback("CONTACT", at, facts)
        self._told.append(ContactFacts(feedback=feedback, **own))
        return feedback

    def survey(self, at: datetime | str = "2026-03-10T10:00", **facts: Any) -> Feedback:
        """Tell of a survey answer; nps, csat and ces are a value, or (value, minimum, maximum[, higher_is_better])."""
        scores = {measure: facts.pop(measure) for measure in _SCALES if measure in facts}
        feedback = self._feedback("SURVEY", at, facts)
        for position, (measure, score) in enumerate(scores.items()):
            value, low, high, *turned = score if isinstance(score, tuple) else (score, *_SCALES[measure])
            self._told.append(
                Score(
                    feedback=feedback,
                    measure=measure.upper(),
                    question=measure,
                    value=value,
                    scale_minimum=low,
                    scale_maximum=high,
                    higher_is_better=turned[0] if turned else True,
                    position=position,
                )
            )
        return feedback

    def _feedback(self, kind: str, at: datetime | str, facts: dict[str, Any]) -> Feedback:
        """`topics` are keys, or pairs of a key and the sentiment there; told of, even as none, they are a reading."""
        mentions = [told if isinstance(told, tuple) else (told, None) for told in facts.get("topics") or ()]
        if facts.pop("topics", None) is not None:
            facts.setdefault("is_classified", bool(mentions))
        reading = {name: facts.pop(name) for name in list(facts) if name in _READING}
        if isinstance(facts.get("customer"), str):
            facts["customer"] = self.customer(facts["customer"])
        feedback = Feedback(
            kind=kind,
            source=facts.pop("source", "test"),
            source_id=str(next(self._number)),
            content_hash="",
            occurred_at=local(at) if isinstance(at, str) else at,
            channel=facts.pop("channel", "VOICE"),
            **facts,
        )
        self._told.append(feedback)
        if reading:
            told = Enrichment(feedback=feedback, state="DONE", enriched_at=NOW, versions={"names": "1"}, **reading)
            self._told.append(told)
        for key, sentiment in mentions:
            topic = self._topics[key]
            self._told.append(
                Mention(feedback=feedback, topic=topic, sentiment=sentiment, confidence=0.9, tagged_by="test")
            )
        return feedback

    def store(self) -> None:
        """Write what was told since the last time."""
        Customer.objects.bulk_create([c for c in self._customers.values() if c._state.adding])
        for topic in self._topics.values():
            if topic._state.adding:
                topic.save()
        for model in (Feedback, Score, ContactFacts, Enrichment, Mention):
            model.objects.bulk_create([fact for fact in self._told if isinstance(fact, model)])
        self._told.clear()


@pytest.fixture
def facts(settings: LazySettings) -> Facts:
    """Tell facts; `built` stores them and builds the mart. Days are Berlin's."""
    settings.REPORTING_TIME_ZONE = "Europe/Berlin"
    return Facts()


@pytest.fixture
def built(facts: Facts) -> Callable[..., int]:
    """Store the facts and build the whole mart; returns the version."""

    def build_now(now: datetime = NOW) -> int:
        facts.store()
        made = build.rebuild_all(now)
        assert made is not None
        assert made.version is not None
        return made.version

    return build_now


def mark(*days: str) -> None:
    """Mark days dirty as intake does."""
    for day in days:
        dirty, is_new = DirtyDay.objects.get_or_create(day=day, defaults={"marked_at": NOW})
        if not is_new:
            DirtyDay.objects.filter(pk=dirty.pk).update(marks=dirty.marks + 1)
