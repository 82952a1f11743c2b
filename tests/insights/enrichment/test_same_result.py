"""The same words always read the same: alone, in a batch, in any order, from stored vectors, in another process."""

import hashlib
import json
import os
import random
import subprocess
import sys
from dataclasses import fields
from uuid import UUID

import numpy as np
import pytest
from django.conf import settings

from insights.enrichment import pipeline, steps
from insights.enrichment.reading import Finding, Reading, Said, customer_words, reading_of
from insights.enrichment.steps import run_steps
from insights.enrichment.taxonomy import Node
from insights.enrichment.taxonomy_versions import load_first
from insights.models import Competitor, Embedding, Enrichment, Feedback, Mention, Turn, UnitVectors

pytestmark = pytest.mark.django_db
TREE = (
    Node("app", "App", examples=("Your app crashes", "I cannot open the app", "The app shows an error")),
    Node("bills", "Bills", examples=("My bill is wrong", "I was charged twice", "Overcharged on my last bill")),
)
TEXTS = (
    "The app crashes",
    "I WAS CHARGED TWICE!!! This is the third time I call, nobody answers and I'm moving to OrbiTel.",
    "I was charged twice on my bill, but Anna in the shop was lovely. The app shows an error as well. Please fix it.",
    "My name is Maria Fernandez and I cannot open the app. It would be great if you could add a dark mode.",
    "Your app crashes whenever I open it on my telephone. That was case 17.",
    "Your app crashes whenever I open it on my telephone. That was case 18.",
    "Das Internet geht seit drei Tagen nicht und niemand ruft zurück.",
    "İstanbul'daki mağaza çok iyiydi, teşekkürler. Aşırı memnun kaldım.",
    "Thanks, solved now",
    "ok",
    "👍",
    "",
    "[EMAIL] [NAME]",
    "<p>It <b>works</b> again</p> https://example.org/x and I’d like to buy a second phone, how much is it?",
    "The bill is wrong. " * 90,
)
TALK = (
    ("AGENT", "Good morning, how may I help you?"),
    ("CUSTOMER", "Hi, I have waited two hours on hold. My bill is wrong and I was overcharged."),
    ("AGENT", "Terrible. I hate that. Which name is it under?"),
    ("CUSTOMER", "fernandez"),
    ("AGENT", "I see."),
    ("CUSTOMER", "It is still not solved. I want to speak to your manager, or I am cancelling my contract."),
)
IN_ANOTHER = """
import json, sys
import django
django.setup()
from tests.insights.enrichment.test_same_result import digests, unread
print(json.dumps(digests(unread(), int(sys.argv[1]))))
"""


def unread() -> list[Reading]:
    """The texts, with keys that are the same in every process."""
    made = [reading_of(UUID(int=place), text, kind="CONTACT", said=[Said(text)]) for place, text in enumerate(TEXTS)]
    said = [Said(text, speaker, place) for place, (speaker, text) in enumerate(TALK)]
    words = customer_words("CONTACT", "", "", TALK)
    return [*made, reading_of(UUID(int=99), words, kind="CONTACT", said=said)]


def digests(readings: list[Reading], seed: int) -> dict[str, str]:
    """Read the words in this process, in an order drawn by the seed; no step here needs a database."""
    drawn = random.Random(seed).sample(readings, len(readings))
    found = run_steps(drawn, steps=steps.WORD_STEPS)
    return {str(reading.feedback): _digest(finding) for reading, finding in zip(drawn, found, strict=True)}


def _digest(finding: Finding) -> str:
    """All that was found, numbers to the last bit."""
    told = hashlib.blake2b(digest_size=16)
    for field in fields(finding):
        value = getattr(finding, field.name)
        parts = value if field.name == "pieces" and value is not None else (value,)
        for part in parts:
            told.update(part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode())
    return told.hexdigest()


@pytest.fixture
def company(now):
    load_first(TREE, now=now)
    Competitor.objects.create(name="OrbiTel")


@pytest.mark.usefixtures("company")
def test_every_step_finds_the_same_alone_in_a_batch_and_in_any_order():
    readings = unread()
    alone = [_digest(run_steps([reading])[0]) for reading in readings]
    for seed in range(3):
        order = random.Random(seed).sample(range(len(readings)), len(readings))
        found = run_steps([readings[place] for place in order])
        assert [_digest(finding) for finding in found] == [alone[place] for place in order]


def test_another_process_finds_the_same_to_the_last_bit():
    environment = {**os.environ, "CXHUB_MODEL_DIR": str(settings.MODEL_DIR), "PYTHONHASHSEED": "7"}
    told = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER, "5"],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(told.stdout) == digests(unread(), 1)


def _stored(limit, now):
    while pipeline.enrich_batch(now, limit):
        pass
    mention = ("feedback__source_id", "topic__key", "sentiment", "confidence", "start", "end", "turn__position")
    columns = [name for name in pipeline.READ_FIELDS if name not in {"enriched_at", "intents"}]
    return {
        "columns": sorted(map(str, Enrichment.objects.values_list("feedback__source_id", *columns))),
        "likes": sorted(map(str, Enrichment.objects.values_list("feedback__source_id", "duplicate_of__source_id"))),
        "intents": {
            key: {name: {**told, "turn": None} for name, told in (intents or {}).items()}
            for key, intents in Enrichment.objects.values_list("feedback__source_id", "intents")
        },
        "vectors": {
            key: (bytes(vector), bytes(tone))
            for key, vector, tone in Embedding.objects.values_list("feedback__source_id", "vector", "tone")
        },
        "units": {
            key: bytes(units) for key, units in UnitVectors.objects.values_list("feedback__source_id", "vectors")
        },
        "mentions": sorted(map(str, Mention.objects.values_list(*mention))),
        "texts": dict(Feedback.objects.values_list("source_id", "text")),
        "turns": sorted(Turn.objects.values_list("position", "text")),
    }


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("limit", [1, 4, 128])
def test_what_is_stored_is_the_same_whatever_the_size_of_a_batch_and_when_it_is_read_again(tell, now, limit):
    for text in TEXTS:
        tell(text, kind="CONTACT")
    tell(turns=list(TALK), kind="CONTACT")
    once = _stored(limit, now)
    Enrichment.objects.update(state="PENDING")
    again = _stored(128 if limit == 1 else 1, now)
    for what, found in once.items():
        assert again[what] == found, what
    assert once["mentions"]
    assert any("COMPETITOR" in found for found in once["intents"].values())
    assert any("[NAME]" in text for text in once["texts"].values())
