"""A small company behind the API: three weeks of contacts and surveys, their mart, and people with tokens."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from insights.access import issue_token, make_roles
from insights.api.handover import Handover
from insights.mart.build import rebuild_all
from insights.models import ContactFacts, Customer, Enrichment, Feedback, Mention, Score, Topic, Turn

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
PERIOD = "since=2026-01-01&until=2026-02-01"
ALL_SCOPES = ("metrics:read", "feedback:read", "imports:write")

Speak = Callable[..., Client]


class Bearer(Client):
    """A client that sends its token with every request."""

    def __init__(self, secret: str) -> None:
        super().__init__(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
        self.secret = secret


@pytest.fixture(autouse=True)
def _no_static_files(settings, tmp_path) -> None:
    """The API serves none; WhiteNoise only wants the folder to be there."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture(autouse=True)
def _no_quota(settings) -> None:
    """Many tests in one minute are no flood; test_throttling.py sets one."""
    settings.API_REQUESTS_PER_MINUTE = 0


@pytest.fixture
def roles(db) -> None:
    make_roles()


@pytest.fixture
def person(roles) -> Callable[[str], User]:
    def make(role: str = "Contact-center manager", name: str = "") -> User:
        user = User.objects.create_user(name or role.lower().replace(" ", "-"), password="a long enough pass phrase")
        user.groups.add(Group.objects.get(name=role))
        return user

    return make


@pytest.fixture
def speak(person) -> Speak:
    """Return a maker of clients: speak(scopes, role) sends a fresh token of a person with that role."""

    def make(*scopes: str, role: str = "Contact-center manager") -> Bearer:
        user = User.objects.filter(groups__name=role).first() or person(role)
        _, secret = issue_token(user=user, scopes=scopes or ALL_SCOPES, days=1, name="test", now=timezone.now())
        return Bearer(secret)

    return make


@pytest.fixture(autouse=True)
def _broker_not_known_to_be_away(monkeypatch) -> None:
    """What one test found out about the broker is not told to the next."""
    monkeypatch.setattr("insights.api.hooks.handover", Handover())


@pytest.fixture
def tasks(monkeypatch) -> list[tuple[str, tuple[str, ...]]]:
    """Collect what is handed to the workers instead of handing it over."""
    sent: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr(
        "celery.app.base.Celery.send_task", lambda self, name, args=(), **more: sent.append((name, args))
    )
    return sent


def contact(number: int, customer: Customer, **facts: object) -> Feedback:
    own = {
        "kind": "CONTACT",
        "source": "zendesk",
        "source_id": f"c{number}",
        "content_hash": str(number),
        "customer": customer,
        "occurred_at": BEGIN + timedelta(hours=7 * number),
        "channel": ("VOICE", "CHAT", "EMAIL")[number % 3],
        "queue": ("Billing", "Technical")[number % 2],
        "team": ("North", "South")[number % 2],
        "agent": f"Agent {number % 4}",
        "text": f"=HYPERLINK(1) invoice {number} is wrong" if number % 5 == 0 else f"My invoice {number} is wrong",
    }
    return Feedback(**{**own, **facts})


@pytest.fixture
def company(db) -> dict[str, list[Feedback]]:
    """60 contacts and 40 survey answers of 30 customers, enriched, with one topic, and the mart built."""
    customers = Customer.objects.bulk_create(Customer(segment="Gold", region="North") for _ in range(30))
    contacts = Feedback.objects.bulk_create(contact(number, customers[number % 30]) for number in range(60))
    surveys = Feedback.objects.bulk_create(
        Feedback(
            kind="SURVEY",
            source="qualtrics_csv",
            source_id=f"s{number}",
            content_hash=str(number),
            customer=customers[number % 30],
            occurred_at=BEGIN + timedelta(hours=11 * number),
            channel="EMAIL",
            survey="After contact",
            text="Solved quickly",
            about=contacts[number],
        )
        for number in range(40)
    )
    ContactFacts.objects.bulk_create(
        ContactFacts(feedback=one, talk_seconds=100.0 + n, company_says_solved=n % 3 == 0, was_answered=True)
        for n, one in enumerate(contacts)
    )
    Turn.objects.bulk_create(
        Turn(feedback=one, position=place, speaker=speaker, text=f"{speaker} speaks")
        for one in contacts
        for place, speaker in enumerate(("CUSTOMER", "AGENT"))
    )
    Score.objects.bulk_create(
        Score(feedback=one, measure="NPS", question="Q1", value=n % 11, scale_minimum=0, scale_maximum=10)
        for n, one in enumerate(surveys)
    )
    everything = [*contacts, *surveys]
    Enrichment.objects.bulk_create(
        Enrichment(
            feedback=one,
            state="DONE",
            language="en",
            sentiment=-0.5,
            sentiment_label="NEGATIVE",
            versions={"names": "1", "sentiment": "1"},
            enriched_at=BEGIN,
        )
        for one in everything
    )
    topic = Topic.objects.create(key="invoice", name="Invoice")
    Mention.objects.bulk_create(
        Mention(feedback=one, topic=topic, confidence=0.9, tagged_by="model:topics-1", start=3, end=10)
        for one in contacts
    )
    rebuild_all(timezone.now())
    return {"contacts": contacts, "surveys": surveys}
