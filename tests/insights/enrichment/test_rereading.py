"""The model's own word on a text can be had again, whatever is stored as the result."""

import pytest

from insights.enrichment import pipeline
from insights.enrichment.rereading import sentiment_of
from insights.models import Calibration, Enrichment, Feedback

pytestmark = pytest.mark.django_db
GLAD = "The staff were lovely and very helpful to me."
ANGRY = "This is a terrible service, I am very angry and disappointed."


def test_the_model_s_own_score_is_found_again_though_a_person_overruled_it(tell, now):
    glad, angry = tell(GLAD), tell(ANGRY, kind="CONTACT")
    pipeline.enrich_batch(now)
    read = dict(Enrichment.objects.values_list("pk", "sentiment"))
    Enrichment.objects.update(sentiment=0.0, sentiment_label="NEUTRAL")
    found = sentiment_of([angry.pk, glad.pk, glad.pk])
    assert {key: one.sentiment for key, one in found.items()} == {
        key: pytest.approx(score, abs=0.02) for key, score in read.items()
    }
    assert found[angry.pk].sentiment < 0 < found[glad.pk].sentiment


def test_words_that_were_edited_and_wait_are_left_out_and_so_is_another_language(tell, now):
    edited, foreign = tell(GLAD), tell("Das Personal war sehr freundlich und hat mir gut geholfen.")
    pipeline.enrich_batch(now)
    Feedback.objects.filter(pk=edited.pk).update(text=ANGRY)
    assert sentiment_of([edited.pk, foreign.pk]) == {}


@pytest.mark.parametrize(("version", "is_stale"), [("an older one", True), (None, False)])
def test_reading_with_another_version_makes_the_calibration_stale(tell, now, version, is_stale):
    made = Calibration.objects.create(
        made_at=now,
        checked_at=now,
        sentiment_version=version or pipeline.versions()["sentiment"],
        labelled={},
        pairs=[],
    )
    tell(GLAD)
    pipeline.enrich_batch(now)
    made.refresh_from_db()
    assert made.is_stale is is_stale
