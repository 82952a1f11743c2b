"""Small builders of the records that sources make, and of the delivery they come in."""

from datetime import UTC, datetime
from typing import Any

from insights.intake.record import ContactRecord, CustomerRecord, FeedbackRecord, ScoreRecord
from insights.models import Delivery

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def a_delivery(source: str = "csv", **given: Any) -> Delivery:
    """Return a delivery that nothing has to be read from."""
    return Delivery.objects.create(source=source, **given)


def nps(value: float, question: str = "recommend", **given: Any) -> ScoreRecord:
    """Return an answer to "would you recommend us"."""
    return ScoreRecord(measure="NPS", question=question, value=value, scale_minimum=0, scale_maximum=10, **given)


def a_survey(source_id: str = "s1", **given: Any) -> FeedbackRecord:
    """Return a survey answer."""
    told = {"kind": "SURVEY", "occurred_at": NOON, "channel": "EMAIL", "scores": (nps(9),), **given}
    return FeedbackRecord(source_id=source_id, **told)


def a_contact(source_id: str = "c1", **given: Any) -> FeedbackRecord:
    """Return a contact."""
    told = {"kind": "CONTACT", "occurred_at": NOON, "channel": "CHAT", "contact": ContactRecord(), **given}
    return FeedbackRecord(source_id=source_id, **told)


def customer(email: str = "", **given: Any) -> CustomerRecord:
    """Return who a record is from."""
    return CustomerRecord(email=email, **given)
