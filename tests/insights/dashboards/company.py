"""A small company for pages: 120 days of surveys and contacts of two segments, told and built."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import Group, User

from insights.access import make_roles
from insights.models import Turn
from tests.insights.mart.conftest import Facts

PASSWORD = "a long enough pass phrase"
END = datetime(2026, 5, 31, 9, tzinfo=UTC)
DAYS, EACH_DAY = 120, 1


def tell(facts: Facts, built: Callable[..., int]) -> None:
    """Store 120 contacts and 120 survey answers; Gold is content, Bronze is not, and got worse in the last 90 days."""
    contacts = []
    for number in range(DAYS * EACH_DAY):
        at = END - timedelta(days=number // EACH_DAY, hours=number % EACH_DAY)
        segment = ("Gold", "Bronze")[number % 2]
        own = {"segment": segment, "product": f"Plan {number % 3}", "region": "North", "customer": f"c{number % 90}"}
        contacts.append(
            facts.contact(
                at,
                **own,
                channel=("VOICE", "CHAT")[number % 2],
                queue="Billing",
                talk_seconds=200.0 + number % 60,
                hold_seconds=10.0,
                wrap_up_seconds=30.0,
                was_answered=True,
                was_abandoned=False,
                company_says_solved=number % 5 > 0,
                sentiment=-0.4,
                sentiment_label=("NEGATIVE", "NEUTRAL")[number % 2],
            )
        )
        facts.survey(
            at + timedelta(minutes=30),
            **own,
            channel="EMAIL",
            queue="Billing",
            survey="After contact",
            text="The invoice was wrong again and nobody could tell me why." if number % 4 == 0 else "",
            nps=9 if segment == "Gold" else (3 if number < 90 * EACH_DAY else 8),
            csat=5 if segment == "Gold" else 2,
            ces=6,
            **({"sentiment": -0.6, "sentiment_label": "NEGATIVE"} if number % 4 == 0 else {}),
        )
    facts.store()
    Turn.objects.bulk_create(
        Turn(feedback=contact, position=place, speaker=speaker, offset_seconds=8.0 * place, text=text)
        for contact in contacts
        for place, (speaker, text) in enumerate(
            [("CUSTOMER", "My router is slow in the evening, every evening."), ("AGENT", "I will look at it.")]
        )
    )
    built()


def a_person(role: str, name: str = "anna") -> User:
    """Return someone with this role who can sign in."""
    make_roles()
    user = User.objects.create_user(name, password=PASSWORD)
    user.groups.add(Group.objects.get(name=role))
    return user
