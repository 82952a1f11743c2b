"""Waiting texts become readings, once, whatever happens on the way."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from insights.enrichment import competitors, pipeline, sentiment
from insights.enrichment.encoder import EncoderMissing
from insights.enrichment.outdated import mark_outdated
from insights.enrichment.steps import versions
from insights.models import Competitor, DirtyDay, Embedding, Enrichment

pytestmark = pytest.mark.django_db
ANGRY = "The internet has been broken for a week and nobody helps. This is terrible service."


def _row(feedback):
    return Enrichment.objects.get(feedback=feedback)


def test_a_waiting_text_is_read_and_done(tell, now):
    feedback = tell(ANGRY)

    assert pipeline.enrich_batch(now) == 1

    row = _row(feedback)
    assert (row.state, row.attempts, row.error, row.enriched_at) == ("DONE", 0, "", now)
    assert row.language == "en"
    assert row.sentiment_label == "NEGATIVE"
    assert row.sentiment < -0.3
    assert row.words == 15
    assert {"names", "language", "embed", "sentiment", "outcome", "summary", "text"} <= row.versions.keys()
    assert len(bytes(Embedding.objects.get(feedback=feedback).vector)) == 384 * 2


def test_nothing_waiting_is_nothing_done(now):
    assert pipeline.enrich_batch(now) == 0


def test_a_batch_takes_no_more_than_its_limit(tell, now):
    for _ in range(3):
        tell(ANGRY)
    assert [pipeline.enrich_batch(now, 2), pipeline.enrich_batch(now, 2), pipeline.enrich_batch(now, 2)] == [2, 1, 0]


def test_the_local_day_of_the_feedback_becomes_dirty(tell, now):
    late = now.replace(hour=23, minute=30)
    tell(ANGRY, occurred_at=late)
    pipeline.enrich_batch(now)
    assert [row.day for row in DirtyDay.objects.all()] == [
        late.astimezone(ZoneInfo(settings.REPORTING_TIME_ZONE)).date()
    ]
    assert DirtyDay.objects.get().day != late.date()


def test_a_second_mark_of_a_day_grows_its_count(tell, now):
    tell(ANGRY)
    pipeline.enrich_batch(now)
    tell(ANGRY)
    pipeline.enrich_batch(now)
    assert DirtyDay.objects.get().marks == 2


def test_the_agents_words_do_not_colour_the_customer(tell, now):
    said = "My internet does not work since Monday, this is awful."
    alone = tell(turns=[("CUSTOMER", said)])
    flattered = tell(
        turns=[("AGENT", "Wonderful to hear from you! Great day!"), ("CUSTOMER", said), ("BOT", "I love to help you!")]
    )
    pipeline.enrich_batch(now)
    one, other = _row(alone), _row(flattered)
    assert (one.sentiment, one.words, one.language) == (other.sentiment, other.words, other.language)
    assert bytes(alone.embedding.vector) == bytes(flattered.embedding.vector)


def test_a_conversation_without_the_customer_has_no_sentiment(tell, now):
    feedback = tell("Solved, great!", turns=[("AGENT", "I closed this wonderful ticket. Great!")])
    pipeline.enrich_batch(now)
    row = _row(feedback)
    assert (row.state, row.words, row.sentiment, row.sentiment_label, row.language) == ("DONE", 0, None, "", "")
    assert not Embedding.objects.exists()


@pytest.mark.parametrize(
    "text", ["", "   ", "[EMAIL] [NAME]", "{{SSN}} XX/XX/XXXX XXXX", "😀", "12345", "<br/>", "\u200f"]
)
def test_no_words_is_unknown_and_never_neutral(tell, now, text):
    feedback = tell(text)
    pipeline.enrich_batch(now)
    row = _row(feedback)
    assert (row.state, row.words) == ("DONE", 0)
    assert (row.sentiment, row.sentiment_label, row.sentiment_confidence) == (None, "", None)
    assert (row.language, row.language_confidence) == ("", None)


def test_a_language_without_a_model_has_no_sentiment_but_a_vector(tell, now):
    feedback = tell("Der Techniker ist zum dritten Mal nicht gekommen, das ist eine Frechheit.")
    pipeline.enrich_batch(now)
    row = _row(feedback)
    assert (row.language, row.sentiment, row.sentiment_label) == ("de", None, "")
    assert Embedding.objects.filter(feedback=feedback).exists()


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "שירות גרוע מאוד " * 50, "🙂" * 5000, "if (x) { return; }", "\ud7ff\ue000 ok"]
)
def test_odd_texts_are_read_without_failing(tell, now, text):
    feedback, normal = tell(text), tell(ANGRY)
    pipeline.enrich_batch(now)
    assert {_row(feedback).state, _row(normal).state} == {"DONE"}


def test_a_text_that_changed_is_read_anew_and_loses_its_old_vector(tell, now):
    feedback = tell(ANGRY)
    pipeline.enrich_batch(now)
    feedback.text = ""
    feedback.save()
    Enrichment.objects.update(state="PENDING")
    pipeline.enrich_batch(now)
    assert (_row(feedback).sentiment, _row(feedback).words) == (None, 0)
    assert not Embedding.objects.exists()


def _fail_on(monkeypatch, word):
    real = sentiment.is_english

    def judge(reading, finding):
        if word in reading.text:
            raise ValueError(f"cannot read {word}")
        return real(reading, finding)

    monkeypatch.setattr(sentiment, "is_english", judge)


def test_one_poison_text_does_not_fail_the_others(tell, now, monkeypatch):
    good = [tell(f"{ANGRY} Call {number}.") for number in range(6)]
    bad = tell("poison in here")
    _fail_on(monkeypatch, "poison")

    assert pipeline.enrich_batch(now) == 7

    assert {_row(feedback).state for feedback in good} == {"DONE"}
    row = _row(bad)
    assert (row.state, row.attempts, row.error) == ("PENDING", 1, "ValueError: cannot read poison")
    assert row.not_before == now + timedelta(minutes=1)


def test_a_failing_text_waits_longer_each_time_and_is_set_aside_after_three(tell, now, monkeypatch):
    bad = tell("poison in here")
    _fail_on(monkeypatch, "poison")
    claimed = {
        seconds: pipeline.enrich_batch(now + timedelta(seconds=seconds)) for seconds in (0, 59, 60, 359, 360, 86_400)
    }
    assert claimed == {0: 1, 59: 0, 60: 1, 359: 0, 360: 1, 86_400: 0}
    row = _row(bad)
    assert (row.state, row.attempts, row.not_before) == ("FAILED", 3, None)
    assert "cannot read poison" in row.error


def test_a_missing_encoder_is_nobodys_fault(tell, now, monkeypatch):
    feedback = tell(ANGRY)

    def missing():
        raise EncoderMissing("install it")

    monkeypatch.setattr("insights.enrichment.embed.encoder", missing)
    with pytest.raises(EncoderMissing):
        pipeline.enrich_batch(now)
    assert (_row(feedback).state, _row(feedback).attempts) == ("PENDING", 0)


def test_what_an_older_version_read_is_read_again_from_its_stored_vector(tell, now, monkeypatch):
    feedback, fresh = tell(ANGRY), tell("The staff were lovely and very helpful to me.")
    pipeline.enrich_batch(now)
    assert mark_outdated() == 0
    row = _row(feedback)
    row.versions["sentiment"] = "older"
    row.sentiment = 0.123
    row.save()

    assert mark_outdated() == 1
    assert _row(fresh).state == "DONE"

    def unwanted():
        raise AssertionError("the vector was stored")

    monkeypatch.setattr("insights.enrichment.embed.encoder", unwanted)
    before = bytes(Embedding.objects.get(feedback=feedback).vector)
    pipeline.enrich_batch(now)
    again = _row(feedback)
    assert again.versions["sentiment"] == versions()["sentiment"]
    assert again.sentiment < -0.3
    assert bytes(Embedding.objects.get(feedback=feedback).vector) == before


@pytest.mark.django_db(transaction=True)
def test_rows_that_another_worker_holds_are_left_to_it(tell, now):
    tell(ANGRY)
    there = connection.settings_dict
    address = {"host": there["HOST"], "port": there["PORT"], "user": there["USER"], "password": there["PASSWORD"]}
    with psycopg.connect(dbname=there["NAME"], **address) as other:
        other.execute("SELECT 1 FROM insights_enrichment FOR UPDATE")
        assert pipeline.enrich_batch(now) == 0
        other.rollback()
    assert pipeline.enrich_batch(now) == 1


def test_a_batch_costs_a_fixed_number_of_queries(tell, now, django_assert_max_num_queries):
    for _ in range(20):
        tell(ANGRY)
    with django_assert_max_num_queries(25):
        pipeline.enrich_batch(now)
    assert connection.in_atomic_block


def test_a_batch_is_read_and_written_down_by_one_state_of_the_lists(tell, now, monkeypatch):
    """A competitor listed while a batch is read is not among its versions: the night's re-reading then finds it."""
    feedback = tell(ANGRY)
    read = pipeline.run_steps

    def listed_meanwhile(*given):
        found = read(*given)
        Competitor.objects.create(name="Fast Net")
        return found

    before = competitors.version()
    monkeypatch.setattr(pipeline, "run_steps", listed_meanwhile)
    pipeline.enrich_batch(now)
    assert _row(feedback).versions[competitors.NAME] == before != competitors.version()
