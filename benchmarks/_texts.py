"""Made-up texts that no cache helps with, as readings or stored to be read."""

import random
from typing import Any
from uuid import UUID

WORDS = (
    *("the", "my", "your", "service", "delivery", "internet", "bill", "agent", "was", "is", "not", "very", "slow"),
    *("great", "late", "kind", "broken", "helpful", "again", "still", "and", "because", "when", "after", "before"),
    *("router", "order", "app", "store", "phone", "called", "waited", "paid", "fixed", "told", "asked", "two", "day"),
)
COMMENT = 17  # words
TURNS = 10  # of a conversation, by turns the agent's and the customer's
Said = list[tuple[str, str]]


def sentence(dice: random.Random, words: int) -> str:
    """Return so many words as a sentence."""
    return " ".join(dice.choices(WORDS, k=words)).capitalize() + "."


def one_sentence(dice: random.Random) -> Said:
    """A comment of 17 words in one sentence."""
    return [("", sentence(dice, COMMENT))]


def two_sentences(dice: random.Random) -> Said:
    """A comment of 17 words in two sentences."""
    return [("", f"{sentence(dice, 8)} {sentence(dice, 9)}")]


def conversation(dice: random.Random) -> Said:
    """Ten turns: the agent's of 15 words, the customer's of one sentence or two, 12 to 22 words."""
    made = []
    for turn in range(TURNS):
        if turn % 2 == 0:
            made.append(("AGENT", sentence(dice, 15)))
        else:
            rest = f" {sentence(dice, 10)}" if turn % 4 == 1 else ""
            made.append(("CUSTOMER", sentence(dice, 12) + rest))
    return made


KINDS: dict[str, tuple[str, Any]] = {
    "comment": ("comments of 17 words, one sentence", one_sentence),
    "two": ("comments of 17 words, two sentences", two_sentences),
    "conversation": ("conversations of ten turns", conversation),
}


def readings(kind: str, count: int, seed: int) -> list[Any]:
    """Return so many as the steps see them."""
    from insights.enrichment.reading import Said as Stored  # noqa: PLC0415  # Django is set up by then
    from insights.enrichment.reading import customer_words, reading_of  # noqa: PLC0415

    dice = random.Random(f"{kind} {seed}")
    made = []
    for number in range(count):
        told = KINDS[kind][1](dice)
        if kind == "conversation":
            said = [Stored(text, speaker, place) for place, (speaker, text) in enumerate(told)]
            words = customer_words("CONTACT", "", "", told)
            made.append(reading_of(UUID(int=number), words, kind="CONTACT", said=said))
        else:
            made.append(reading_of(UUID(int=number), told[0][1], kind="SURVEY", said=[Stored(told[0][1])]))
    return made


def store(kind: str, count: int, seed: int) -> None:
    """Put so many into the database, waiting to be read."""
    from django.utils import timezone  # noqa: PLC0415

    from insights.models import Enrichment, Feedback, Turn  # noqa: PLC0415

    dice = random.Random(f"{kind} {seed}")
    told = [KINDS[kind][1](dice) for _ in range(count)]
    is_talk = kind == "conversation"
    rows = [
        Feedback(
            kind="CONTACT" if is_talk else "SURVEY",
            channel="CHAT" if is_talk else "WEB",
            occurred_at=timezone.now(),
            source="benchmark",
            source_id=f"{kind} {seed} {number}",
            content_hash="",
            text="" if is_talk else said[0][1],
        )
        for number, said in enumerate(told)
    ]
    Feedback.objects.bulk_create(rows)
    if is_talk:
        Turn.objects.bulk_create(
            Turn(feedback=row, position=place, speaker=speaker, text=text)
            for row, said in zip(rows, told, strict=True)
            for place, (speaker, text) in enumerate(said)
        )
    Enrichment.objects.bulk_create(Enrichment(feedback=row) for row in rows)
