"""The agreement on facts in a mart: the engine's numbers, the right matched customers, few statements."""

from datetime import date

import pytest

from insights.analysis.agreement import agreement, asked
from insights.analysis.agreement_counts import texts_of_matched
from insights.analysis.agreement_words import summary
from insights.mart.engine import Version, open_version
from insights.metrics.engine import answer
from insights.metrics.query import InvalidQuery, MetricQuery
from insights.metrics.scope import NotAllowed
from insights.metrics.viewer import EVERYTHING, Viewer
from insights.models import QualityRun
from tests.insights.mart.conftest import NOW, built, facts  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db
MARCH = MetricQuery(metric="responses", since=date(2026, 3, 1), until=date(2026, 4, 1))
READER, OUTSIDER = EVERYTHING, Viewer()


@pytest.fixture
def company(facts, built):  # noqa: F811
    """60 customers contact about bills (30) or the app (40); 40 of them answer about bills (10) or shops (12)."""
    facts.topic("money")
    facts.topic("bills", parent="money")
    facts.topic("app")
    facts.topic("shops")
    for number in range(60):
        of = ["bills"] * (number < 30) + ["app"] * (number >= 20)
        queue, segment = ("Desk", "Line")[number % 2], ("Gold", "Basic")[number < 40]
        told = [(topic, -0.5 if topic == "app" else 0.1 * (number % 3)) for topic in of]
        facts.contact(
            customer=f"c{number}", text="words", topics=told, channel=("CHAT", "VOICE")[number % 2], queue=queue,
            segment=segment, direction="INBOUND",
        )  # fmt: skip
        if number < 40:
            of = ["bills"] * (number < 10) + ["shops"] * (number >= 28)
            told = [(topic, 0.4 - 0.1 * (number % 3)) for topic in of]
            facts.survey(customer=f"c{number}", text="words", topics=told, channel="EMAIL", segment=segment)
    for number in range(20):
        facts.survey(customer=f"only{number}", text="words", topics=["shops"] * (number < 5), channel="EMAIL")
    facts.contact(text="not read yet", channel="CHAT", direction="INBOUND")
    facts.survey(text="")
    built()


def _of(number):
    return ["rare"] * (number < 3) + ["shops"] * (number > 30)


def topic(found, key):
    return next(one for one in found.topics if one.key == key)


def test_there_is_nothing_before_there_is_data():
    assert agreement(MARCH, READER) is None


def test_shares_are_those_of_the_metric(company):
    found = agreement(MARCH, READER)
    for side, kind in (("surveys", "SURVEY"), ("contacts", "CONTACT")):
        query = MetricQuery(
            metric="topic_share", since=MARCH.since, until=MARCH.until, by=("topic",), filters=(("kind", (kind,)),)
        )
        told = answer(query, READER, now=NOW)
        rows = {row.by["topic"]: row for row in told.rows if row.by["topic"]}
        for key, row in rows.items():
            share = getattr(topic(found, key).lines["ALL"].shares, side)
            assert (share.value * 100, share.texts) == (pytest.approx(row.value), row.n)
            assert share.read == pytest.approx(row.coverage)
    assert {one.key for one in found.topics} == {"money", "bills", "app", "shops"}


def test_filters_narrow_both_sides_as_they_narrow_the_metric(company):
    found = agreement(MARCH.narrowed("segment", ["Basic"]), READER)
    assert found.texts["ALL"] == {"SURVEYS": 40, "CONTACTS": 40}
    narrowed = agreement(MARCH.narrowed("topic", ["money"]), READER)
    assert {one.key for one in narrowed.topics} == {"money", "bills"}
    assert topic(narrowed, "bills").lines["ALL"].shares == topic(agreement(MARCH, READER), "bills").lines["ALL"].shares


def test_sentiment_is_that_of_the_metric_where_a_side_has_one(company):
    query = MetricQuery(
        metric="topic_sentiment", since=MARCH.since, until=MARCH.until, by=("topic",), filters=(("kind", ("SURVEY",)),)
    )
    rows = {row.by["topic"]: row for row in answer(query, READER, now=NOW).rows}
    mood = topic(agreement(MARCH, READER), "bills").lines["ALL"].moods
    assert (mood.surveys.value, mood.surveys.n) == (pytest.approx(rows["bills"].value), rows["bills"].n)
    assert mood.contacts.value is None  # chats and calls are not shown to share a scale


def test_matched_customers_are_those_with_words_on_both_sides(company):
    found = agreement(MARCH, READER)
    assert found.texts["ALL"] == {"SURVEYS": 60, "CONTACTS": 60}
    assert found.texts["MATCHED"] == {"SURVEYS": 40, "CONTACTS": 40}
    shops = topic(found, "shops").lines
    assert (shops["ALL"].shares.surveys.mentions, shops["MATCHED"].shares.surveys.mentions) == (17, 12)


def test_an_answer_of_nobody_known_belongs_to_the_customer_of_its_contact(facts, built):  # noqa: F811
    facts.topic("app")
    for number in range(12):
        contact = facts.contact(customer=f"c{number}" if number < 6 else None, text="words", topics=["app"])
        facts.survey(about=contact, text="words", topics=["app"])
        facts.survey(text="of somebody else", topics=[])
    built()
    found = agreement(MARCH, READER)
    assert found.texts["ALL"] == {"SURVEYS": 24, "CONTACTS": 12}
    assert found.texts["MATCHED"] == {"SURVEYS": 12, "CONTACTS": 12}


def test_who_answered_is_the_metric_survey_coverage_by_each_cut(facts, built):  # noqa: F811
    facts.topic("app")
    for number in range(60):
        contact = facts.contact(
            text="words", topics=["app"] * (number % 3 == 0), queue=f"q{number % 4}", segment=f"s{number % 2}",
            channel=("VOICE", "CHAT")[number % 5 == 0], direction=("INBOUND", "OUTBOUND")[number > 50],
        )  # fmt: skip
        if number % 2 == 0:
            facts.survey(about=contact, text="words", topics=[])
    built()
    who = agreement(MARCH, READER).who
    for cut in ("segment", "channel", "queue", "topic"):
        query = MetricQuery(metric="survey_coverage", since=MARCH.since, until=MARCH.until, by=(cut,))
        told = answer(query, READER, now=NOW)
        rows = {row.by[cut]: row for row in told.rows if row.by[cut]}
        values = {value.value: value for value in who.of(cut)}
        assert set(values) == set(rows)
        for name, row in rows.items():
            assert values[name].contacts == row.n
            if row.value is not None:
                assert values[name].answered == pytest.approx(row.value * row.n / 100)
        assert (who.contacts, who.contacts_answered) == (
            told.total.n,
            pytest.approx(told.total.value * told.total.n / 100),
        )
    assert (who.answers, who.answers_with_words, who.answers_read) == (30, 30, 30)


def test_few_statements_are_run_whatever_the_number_of_topics(company, monkeypatch):
    asked_for = []
    run = Version.columns_over
    monkeypatch.setattr(Version, "columns_over", lambda *given: asked_for.append(given) or run(*given))
    first = agreement(MARCH, READER)
    assert len(asked_for) == 3
    assert agreement(MARCH, READER) == first
    assert len(asked_for) == 3  # kept


def test_a_new_measurement_of_the_reading_is_seen_at_once(company):
    low = {"value": 0.2, "low": 0.1, "high": 0.4, "n": 20, "state": "INDICATIVE"}
    before = agreement(MARCH, READER)
    one = {"name": "shops", "precision": low, "recall": low}
    QualityRun.objects.create(at=NOW, figures={"sides": {"SURVEY": [one], "CONTACT": []}})
    after = agreement(MARCH, READER)
    assert after.made_of != before.made_of
    assert "LOW_PRECISION" in [reason.code for reason in topic(after, "shops").belief.reasons]


def test_whoever_may_not_read_rows_is_not_told_of_few_customers(facts, built):  # noqa: F811
    facts.topic("app")
    facts.topic("rare")
    facts.topic("shops")
    for number in range(40):
        facts.contact(customer=f"c{number}", text="w", topics=["app"] * (number < 20) + _of(number))
        facts.survey(customer=f"c{number}", text="w", topics=["app"] * (number < 12) + ["shops"] * (number > 20))
    built()
    seen, hidden = agreement(MARCH, READER), agreement(MARCH, OUTSIDER)
    assert topic(seen, "rare").lines["ALL"].shares is not None
    assert topic(hidden, "rare").lines["ALL"].shares is None
    assert [reason.code for reason in topic(hidden, "rare").belief.reasons] == ["HIDDEN"]
    assert topic(hidden, "app").lines["ALL"].shares == topic(seen, "app").lines["ALL"].shares


def test_matched_customers_are_hidden_where_few_are_left_by_subtraction(facts, built):  # noqa: F811
    facts.topic("app")
    facts.topic("bills")
    facts.topic("shops")
    for number in range(60):
        facts.contact(customer=f"c{number}", text="w", topics=["app"] * (number < 40) + ["bills"] * (number > 10))
        if number > 2:  # three who speak of the app are on one side only
            facts.survey(customer=f"c{number}", text="w", topics=["app", "bills", "shops"])
    built()
    found = agreement(MARCH, OUTSIDER)
    assert topic(found, "app").lines["ALL"].shares is not None
    assert topic(found, "app").lines["MATCHED"].shares is None
    assert topic(found, "bills").lines["MATCHED"].shares is not None


def test_a_filter_that_shows_persons_is_refused_to_who_may_not_see_them(company):
    with pytest.raises(NotAllowed):
        agreement(MARCH.narrowed("agent", ["Kim"]), OUTSIDER)


def test_a_viewers_limits_narrow_both_sides(company):
    found = agreement(MARCH, Viewer(may_read_rows=True, only={"channel": ("CHAT", "EMAIL")}))
    assert found.texts["ALL"] == {"SURVEYS": 60, "CONTACTS": 30}


def test_three_sentences_say_what_matters(company):
    said = summary(agreement(MARCH, READER), "ALL")
    assert len(said) == 3
    assert "app, in 67 %" in said[1]
    assert "shops, in 28 %" in said[2]
    nothing = summary(agreement(MARCH.narrowed("channel", ["EMAIL"]), READER), "ALL")
    assert nothing == ("There is nothing to compare: no words from contacts here. Choose a longer period.",)


def test_an_address_is_read_or_refused():
    today = date(2026, 3, 31)
    query, scope = asked([("customers", "MATCHED"), ("channel", "CHAT")], today=today)
    assert (scope, query.wanted) == ("MATCHED", {"channel": ("CHAT",)})
    for wrong in (("by", "channel"), ("kind", "SURVEY"), ("customers", "BOTH"), ("bucket", "day")):
        with pytest.raises(InvalidQuery):
            asked([wrong], today=today)


def test_the_newest_texts_of_matched_customers_are_found_by_side(company):
    query = MetricQuery(metric="topic_share", since=MARCH.since, until=MARCH.until)
    found = texts_of_matched(open_version(), query, READER, ["shops"], 5)
    assert (len(found["SURVEYS"]), len(found["CONTACTS"])) == (5, 0)
