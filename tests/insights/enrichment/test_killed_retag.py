"""A re-tag whose worker is killed with -9 in the middle goes on where it stood, and tells the same diff."""

import os
import time
from uuid import uuid4

import pytest

from insights.enrichment import embed
from insights.enrichment.encoder import encoder
from insights.enrichment.retagging import prepare, retag_batch
from insights.enrichment.taxonomy import Node
from insights.enrichment.taxonomy_edits import change
from insights.enrichment.taxonomy_versions import edit, load_first, open_draft, start_tagging
from insights.models import Embedding, Enrichment, Feedback, Mention, Retagged, TaxonomyVersion, Topic
from insights.tasks.taxonomy import resume_tagging
from tests.factories.workers import kill, worker

pytestmark = [pytest.mark.slow, pytest.mark.live, pytest.mark.django_db(transaction=True)]
KILLS = 2
SUBJECTS = ["The router", "Your app", "My bill", "The technician", "The delivery", "Support", "The new plan"]
VERDICTS = ["is great", "does not work", "came on Monday", "was rude to me", "is fine", "saved my day", "is a mess"]
RETAGGED = int(os.environ.get("CXHUB_KILL_RETAGGED", "8000"))  # eight batches
TREE = (
    Node("bills", "Bills", examples=("My bill is wrong", "The invoice is a mess", "I was charged twice")),
    Node("app", "App", examples=("The app crashes", "The app does not work", "The app freezes all the time")),
    Node("staff", "Staff", examples=("The technician was rude to me", "Support was unfriendly")),
)


def _put_down_read(now, count):
    """Texts that are read already, with the vectors of the few that differ, and mentions that the draft will change."""
    texts = [f"{subject} {verdict}" for subject in SUBJECTS for verdict in VERDICTS]
    vectors = [embed.to_bytes(vector) for vector in encoder().encode(texts)]
    rows = [
        Feedback(
            kind="SURVEY", channel="WEB", occurred_at=now, source="kill", source_id=str(number), content_hash="x",
            text=texts[number % len(texts)],
        )
        for number in range(count)
    ]  # fmt: skip
    Feedback.objects.bulk_create(rows)
    Enrichment.objects.bulk_create(
        [Enrichment(feedback=row, state="DONE", language="en", enriched_at=now) for row in rows]
    )
    Embedding.objects.bulk_create(
        [
            Embedding(feedback=row, vector=vectors[number % len(texts)], encoder=embed.version())
            for number, row in enumerate(rows)
        ]
    )
    topics = list(Topic.objects.order_by("key"))
    Mention.objects.bulk_create(
        [
            Mention(feedback=row, topic=topics[number % len(topics)], tagged_by="model:topics-1", confidence=0.9)
            for number, row in enumerate(rows)
        ]
    )


def _retagged(number):
    version = TaxonomyVersion.objects.get(number=number)
    rows = Retagged.objects.filter(version=version).order_by("feedback_id").values_list("feedback", "topics", "changed")
    return version.state, version.texts_done, version.diff, list(rows)


def _retag_until(number, wanted, queue, process, seconds):
    """Ask for the work again and again, as the clock does, until `wanted` texts are judged and, of all, it is ready."""
    deadline, asked = time.monotonic() + seconds, 0.0
    while True:
        state, done, *_ = TaxonomyVersion.objects.values_list("state", "texts_done").get(number=number)
        if state == "READY" or (wanted < RETAGGED and done >= wanted):
            return done
        if time.monotonic() > asked + 5:
            resume_tagging.apply_async(queue=queue)
            asked = time.monotonic()
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, f"{done} texts were judged in {seconds} s"
        time.sleep(0.02)


@pytest.mark.timeout(900)
def test_a_re_tag_killed_in_the_middle_goes_on_and_tells_the_same_diff(now, tmp_path):
    load_first(TREE, now=now)
    _put_down_read(now, RETAGGED)
    number = open_draft(now=now).number
    edit(number, change, now=now, key="app", examples=("The app is great", "Your app saved my day", "Your app is fine"))
    start_tagging(number, now=now)
    queue = f"kill-{uuid4().hex[:8]}"
    with (tmp_path / "workers.log").open("wb") as log:
        for turn in range(1, KILLS + 1):
            with worker(queue, log) as process:
                done = _retag_until(number, turn * RETAGGED // 8, queue, process, 120)
                kill(process)
            assert 0 < done < RETAGGED, "the kill must have come in the middle"
        with worker(queue, log) as process:
            _retag_until(number, RETAGGED, queue, process, 300)
    killed = _retagged(number)
    assert killed[:2] == ("READY", RETAGGED)
    assert sum(row["gained"] + row["lost"] for row in killed[2].values()) > 0
    assert len(killed[3]) == RETAGGED

    start_tagging(number, now=now)
    assert prepare(number)
    while retag_batch(number):
        pass
    assert _retagged(number) == killed
