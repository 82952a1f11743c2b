"""Which judgements calibration stands on, and how its result is kept."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from insights.analysis.calibration_labels import calibrate, judged, nothing_known, standing
from insights.enrichment.rereading import Reread
from insights.models import Calibration, Feedback, Label

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
_numbers = count(1)


def told(value: str, kind: str = "SURVEY", channel: str = "WEB", **label) -> Feedback:
    feedback = Feedback.objects.create(
        kind=kind, channel=channel, source="test", source_id=str(next(_numbers)), content_hash="", occurred_at=NOW
    )
    label_it(feedback, value, **label)
    return feedback


def label_it(feedback: Feedback, value: str, **label) -> None:
    person = User.objects.create_user(f"person {next(_numbers)}")
    given = {"task": "SENTIMENT", "purpose": "GOLD", "by": person, "words_digest": "now", **label}
    Label.objects.create(feedback=feedback, value=value, **given)


def reader(score: float = 0.25):
    def read(keys: Sequence[UUID]) -> Mapping[UUID, Reread]:
        return {key: Reread(score, "now") for key in keys}

    return read


def as_lists(found):
    return {
        medium: list(zip(one.scores.tolist(), one.judgements.tolist(), strict=True)) for medium, one in found.items()
    }


def test_texts_stand_by_their_medium_with_score_and_judgement():
    told("POSITIVE")
    told("NEGATIVE", "CONTACT", "VOICE")
    told("NEUTRAL", "CONTACT", "IVR")
    told("NEUTRAL", "REVIEW", "WEB")
    assert as_lists(judged(reader())) == {
        "SURVEY": [(0.25, 1.0)],
        "CALL": [(0.25, -1.0), (0.25, 0.0)],
        "REVIEW": [(0.25, 0.0)],
    }


def test_a_text_that_several_people_judged_counts_once_with_their_mean():
    feedback = told("POSITIVE")
    label_it(feedback, "NEUTRAL")
    assert as_lists(judged(reader())) == {"SURVEY": [(0.25, 0.5)]}


def test_corrections_uncertain_texts_and_other_tasks_do_not_count():
    told("POSITIVE", purpose="CORRECTION")
    told("POSITIVE", purpose="QUEUE")
    told("YES", task="COMPLAINT")
    assert judged(reader()) == {}


def test_a_judgement_of_words_that_were_edited_since_does_not_count():
    told("POSITIVE", words_digest="before")
    kept = told("NEGATIVE", words_digest="before")
    label_it(kept, "NEUTRAL")
    told("POSITIVE", words_digest="")  # noted without its words: taken as of these
    assert as_lists(judged(reader())) == {"SURVEY": [(0.25, 0.0), (0.25, 1.0)]}


def test_what_the_model_cannot_read_does_not_count():
    told("POSITIVE")
    assert judged(lambda keys: {}) == {}


def test_the_same_labels_give_the_same_row_noted_as_checked_again():
    told("POSITIVE")
    first = calibrate(NOW, reader())
    again = calibrate(NOW + timedelta(days=1), reader())
    assert (again.pk, again.made_at, again.checked_at) == (first.pk, NOW, NOW + timedelta(days=1))
    assert standing() == again


def test_more_labels_give_a_new_row_and_the_older_one_stays_as_history():
    told("POSITIVE")
    calibrate(NOW, reader())
    told("NEGATIVE")
    made = calibrate(NOW + timedelta(days=1), reader())
    assert made.labelled["SURVEY"] == 2
    assert list(Calibration.objects.order_by("pk").values_list("is_stale", flat=True)) == [True, False]


def test_what_was_found_with_another_version_of_the_reading_does_not_stand():
    made = calibrate(NOW, reader())
    assert standing() == made
    Calibration.objects.update(sentiment_version="older")
    assert standing() is None


def test_without_labels_every_pair_is_unknown():
    made = calibrate(NOW)
    assert {"labelled": made.labelled, "pairs": made.pairs} == nothing_known()
    assert {pair["verdict"] for pair in made.pairs} == {"UNKNOWN"}
    assert set(made.labelled.values()) == {0}
