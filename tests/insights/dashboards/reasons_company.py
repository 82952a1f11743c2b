"""A small company with reasons: a tree of topics, agents' codes, and witnesses who do not agree."""

from collections.abc import Callable
from datetime import timedelta

from insights.models import Feedback, Mention
from tests.insights.dashboards.company import END
from tests.insights.mart.conftest import Facts

TEXT = "The invoice was wrong again, and nobody could tell me why it was."
WORDS = "The invoice was wrong again"
WRONG, LATE, PLAN = 60, 40, 30


def tell_reasons(facts: Facts, built: Callable[..., int]) -> None:
    """130 contacts of 90 days: about wrong charges (the company says solved, customers do not), deliveries and plans.

    Wrong charges came up in the last 90 days only; deliveries were as many before. Twelve wrong charges are about a
    late delivery, too. Of the codes one has no topic's name.
    """
    facts.topic("billing", department="Finance")
    facts.topic("bills", "billing", demand="FAILURE")
    facts.topic("wrong_charge", "bills", demand="FAILURE")
    facts.topic("delivery", department="Logistics")
    facts.topic("router_late", "delivery", demand="FAILURE")
    facts.topic("prices", department="Sales")
    facts.topic("tariff_change", "prices")
    for number in range(WRONG):
        two = ["wrong_charge", "router_late"] if number < 12 else ["wrong_charge"]
        contact = _contact(facts, number, two, "wrong_charge" if number % 4 else "B17", solved=True)
        if number < 40:
            facts.survey(
                END - timedelta(days=number % 80, hours=1),
                about=contact,
                customer=f"a{number}",
                customer_says_solved=number % 4 == 0,
                text=TEXT,
                topics=["wrong_charge"],
            )
    for number in range(LATE):
        _contact(facts, number, ["router_late"], "D2", solved=number % 5 > 0)
        _contact(facts, number + 95, ["router_late"], "D2", solved=number % 5 > 0)
    for number in range(PLAN):
        _contact(facts, number, ["tariff_change"], "tariff-change", solved=True)
    facts.store()
    mentions = list(Mention.objects.filter(topic__key="wrong_charge"))
    for mention in mentions:
        mention.start, mention.end, mention.confidence = 0, len(WORDS), 0.95
    Mention.objects.bulk_update(mentions, ["start", "end", "confidence"])
    built()


def _contact(facts: Facts, number: int, topics: list[str], code: str, *, solved: bool) -> Feedback:
    return facts.contact(
        END - timedelta(days=number % 80 if number < 95 else number, hours=number % 5),
        text=TEXT,
        topics=topics,
        reason_code=code,
        customer=f"{topics[0]}{number}",
        channel=("VOICE", "CHAT")[number % 2],
        queue="Billing",
        talk_seconds=200.0 + number % 95,
        hold_seconds=10.0,
        wrap_up_seconds=30.0,
        was_answered=True,
        was_abandoned=False,
        transfers=number % 3 // 2,
        was_escalated=number % 10 == 0,
        company_says_solved=solved,
        outcome="UNSOLVED" if number % 3 else "SOLVED",
    )
