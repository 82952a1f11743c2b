"""A company whose surveys and contacts disagree on the app and on stores, and agree on bills."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from insights.models import Mention
from tests.insights.mart.conftest import Facts

END = datetime(2026, 5, 31, 9, tzinfo=UTC)
APP, STORE, BILL = (
    "I cannot log in to the app since the update, it just closes.",
    "In your store I waited an hour and was told another price than online.",
    "The bill holds an amount that nobody can explain to me.",
)
_WORDS = {"app": "log in to the app", "store": "In your store", "bill": "The bill"}


def tell(facts: Facts, built: Callable[..., int], customers: int = 240) -> None:
    """Each customer contacts the company, two in three also answer; what a topic is about stands in its texts."""
    for key, parent in (("digital", ""), ("app", "digital"), ("store", ""), ("bill", ""), ("other", ""), ("more", "")):
        facts.topic(key, parent=parent)
    for number in range(customers):
        at = END - timedelta(hours=7 * number + 1)
        who = {"customer": f"c{number}", "segment": ("Gold", "Basic")[number % 3 > 0]}
        topic, text = (
            ("app", APP) if number % 3 == 0 else ("bill", BILL) if number % 3 == 1 else ("other", "Something.")
        )
        contact = facts.contact(
            at, **who, text=text, topics=[(topic, -0.5)], channel=("CHAT", "EMAIL")[number % 2],
            queue=("Desk", "Line")[number % 2], direction="INBOUND", sentiment=-0.5, sentiment_label="NEGATIVE",
        )  # fmt: skip
        if number % 3 != 2 or number % 6 == 2:
            topic, text = ("store", STORE) if number % 3 == 0 else ("bill", BILL) if number % 2 else ("more", "Fine.")
            facts.survey(
                at + timedelta(minutes=30), **who, text=text, topics=[(topic, 0.2)], channel="EMAIL", survey="After",
                nps=8, about=contact if number % 2 else None, sentiment=0.2, sentiment_label="NEUTRAL",
            )  # fmt: skip
    facts.store()
    for mention in Mention.objects.select_related("feedback", "topic"):
        words = _WORDS.get(mention.topic.key, "")
        if words and words in mention.feedback.text:
            mention.start = mention.feedback.text.index(words)
            mention.end = mention.start + len(words)
            mention.save(update_fields=["start", "end"])
    built()
