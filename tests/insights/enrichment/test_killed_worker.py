"""A real worker on a real broker, killed with -9 in the middle: everything is read, and as if nothing had happened."""

import os
import time
from uuid import uuid4

import pytest

from insights.enrichment.pipeline import READ_FIELDS, enrich_batch
from insights.enrichment.taxonomy import Node
from insights.enrichment.taxonomy_versions import load_first
from insights.models import Embedding, Enrichment, Feedback, Mention, Signature, Turn, UnitVectors
from insights.tasks.enrichment import enrich_pending
from tests.factories.workers import Process, kill, worker

pytestmark = [pytest.mark.slow, pytest.mark.live, pytest.mark.django_db(transaction=True)]
TEXTS = int(os.environ.get("CXHUB_KILL_TEXTS", "600"))  # by hand: 10000
KILLS = 2
COMPARED = [name for name in READ_FIELDS if name != "enriched_at"]
SUBJECTS = [
    "The router that stands in my kitchen since last Tuesday",
    "Your new app for telephones with the blue button",
    "My last bill for both of our contracts in March",
    "The technician you sent to our house at the lake",
    "Delivery of that parcel for grandmother's birthday",
    "Support by chat during the long Easter weekend",
    "A plan for families with unlimited roaming abroad",
]
VERDICTS = [
    "is great and saved my day",
    "crashes whenever I open it on my telephone",
    "came on Monday as it was promised to me",
    "was rude, and nobody wanted to hear about it",
    "is fine, thank you very much for that",
    "costs twice what your shop told us in spring",
    "made me wait three hours on hold",
]
TREE = (
    Node("app", "App", examples=("Your app crashes", "I cannot open the app", "The app shows an error")),
    Node(
        "bills", "Bills", examples=("My bill is wrong", "The bill costs twice as much", "Overcharged on my last bill")
    ),
)


def _put_down(now, count):
    """Surveys, some of them near-duplicates of others, and every fifth a conversation in which a name is told."""
    feedback = [
        Feedback(
            kind="CONTACT" if number % 5 == 0 else "SURVEY",
            channel="CHAT" if number % 5 == 0 else "WEB",
            occurred_at=now,
            source="kill",
            source_id=str(number),
            content_hash="x",
            text="" if number % 5 == 0 else _said(number),
        )
        for number in range(count)
    ]
    Feedback.objects.bulk_create(feedback)
    turns = [
        Turn(feedback=row, position=position, speaker=speaker, text=text)
        for row in feedback[::5]
        for position, (speaker, text) in enumerate(
            [
                ("AGENT", "Good morning, how may I help you?"),
                ("CUSTOMER", f"My name is Maria Fernandez. It {VERDICTS[int(row.source_id) // 5 % 7]}."),
                ("AGENT", "Thank you, Maria, that is solved now."),
            ]
        )
    ]
    Turn.objects.bulk_create(turns)
    Enrichment.objects.bulk_create([Enrichment(feedback=row) for row in feedback])


def _said(number):
    return f"{SUBJECTS[number % 7]} {VERDICTS[number // 7 % 7]}. That was case {number}."


def _readings():
    """All that reading leaves, of every text: columns, group of likes, vectors, mentions, and the rewritten words."""
    mention = ("feedback_id", "topic_id", "sentiment", "confidence", "tagged_by", "turn_id", "start", "end")
    return {
        "rows": {
            row["feedback_id"]: row for row in Enrichment.objects.values("feedback_id", "duplicate_of", *COMPARED)
        },
        "vectors": {
            key: (bytes(vector), bytes(tone))
            for key, vector, tone in Embedding.objects.values_list("feedback_id", "vector", "tone")
        },
        "units": {key: bytes(units) for key, units in UnitVectors.objects.values_list("feedback_id", "vectors")},
        "mentions": sorted(map(str, Mention.objects.values_list(*mention))),
        "texts": dict(Feedback.objects.values_list("pk", "text")),
        "turns": dict(Turn.objects.values_list("pk", "text")),
    }


def _forget(texts, turns):
    """Put the words back as they came, with nothing read of them."""
    for model in (Embedding, UnitVectors, Mention, Signature, Enrichment):
        model.objects.all().delete()
    Feedback.objects.bulk_update([Feedback(pk=key, text=text) for key, text in texts.items()], ["text"])
    Turn.objects.bulk_update([Turn(pk=key, text=text) for key, text in turns.items()], ["text"])
    Enrichment.objects.bulk_create([Enrichment(feedback_id=key) for key in texts])


def _wait_until_done(count: int, queue: str, process: Process, seconds: float) -> None:
    """Ask for the work again and again, as the clock does, until `count` texts are read."""
    deadline, asked = time.monotonic() + seconds, 0.0
    while Enrichment.objects.filter(state="DONE").count() < count:
        if time.monotonic() > asked + 5:
            enrich_pending.apply_async(queue=queue)
            asked = time.monotonic()
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, f"fewer than {count} texts were read in {seconds} s"
        time.sleep(0.05)


@pytest.mark.timeout(1200)
def test_a_worker_killed_in_the_middle_loses_nothing_and_reads_nothing_differently(now, tmp_path):
    with (tmp_path / "workers.log").open("wb") as log:
        _kill_in_the_middle(now, log)


def _kill_in_the_middle(now, log):
    load_first(TREE, now=now)
    _put_down(now, TEXTS)
    as_they_came = dict(Feedback.objects.values_list("pk", "text")), dict(Turn.objects.values_list("pk", "text"))
    queue = f"kill-{uuid4().hex[:8]}"
    done_at_kill = []
    for turn in range(1, KILLS + 1):
        with worker(queue, log) as process:
            _wait_until_done(turn * TEXTS // 6, queue, process, 120)
            kill(process)
        done_at_kill.append(Enrichment.objects.filter(state="DONE").count())
    assert all(0 < done < TEXTS for done in done_at_kill), "the kills must have come in the middle"
    after_kill = _readings()["rows"]
    with worker(queue, log) as process:
        _wait_until_done(TEXTS, queue, process, 900)
    killed = _readings()
    assert set(Enrichment.objects.values_list("state", "attempts")) == {("DONE", 0)}
    for key, row in after_kill.items():
        if row["state"] == "DONE":  # likes may still find an earlier first text
            assert {**killed["rows"][key], "duplicate_of": None} == {**row, "duplicate_of": None}

    _forget(*as_they_came)
    while enrich_batch(now):
        pass
    undisturbed = _readings()
    for what, found in undisturbed.items():
        assert found == killed[what], what
    assert undisturbed["mentions"], "some must speak of a topic"
    assert any(row["duplicate_of"] for row in undisturbed["rows"].values()), "some must be near-duplicates"
    assert not any("Maria" in text for text in undisturbed["turns"].values()), "names must have been taken out"
