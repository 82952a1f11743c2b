"""What people talk about: both sides' topics beside each other, in numbers and words."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from insights.dashboards.boards.talk import Talk, talk
from insights.dashboards.filters import asked
from insights.metrics.engine import records
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import EVERYTHING, Viewer
from insights.models import Enrichment, Feedback
from tests.insights.dashboards.company import END
from tests.insights.mart.conftest import NOW, Facts

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
TEXT = "The invoice was wrong again, and nobody could tell me why it was."


def _tree(facts: Facts) -> None:
    facts.topic("billing")
    facts.topic("invoices", "billing")
    facts.topic("network")


def _tell(facts: Facts, built: Callable[..., int]) -> None:
    """Eighty texts of each side in two quarters; invoices came up of late, and only in contacts."""
    _tree(facts)
    for number in range(80):
        at = END - timedelta(days=2 * number + 1)
        network = ["network"] if number % 4 == 0 else []
        facts.contact(
            at, text=TEXT, topics=["invoices"] if number < 45 and number % 2 else network, customer=f"a{number}"
        )
        facts.survey(at, text="The network is slow again.", topics=network, customer=f"b{number}")
    built()


def _section(viewer: Viewer = EVERYTHING, **filters: str) -> Talk:
    return talk(asked(filters.items(), last_day=END.date()), viewer, now=NOW)


def test_topics_stand_with_both_sides_shares_and_only_sure_changes(facts: Facts, built: Callable[..., int]) -> None:
    _tell(facts, built)
    section = _section()
    assert [(line.name, line.above) for line in section.lines] == [("invoices", "billing"), ("network", "")]
    (answered, called), network = section.lines[0].bars, section.lines[1].bars
    assert (answered.said.note, answered.length) == ("not mentioned", None)
    assert called.said.value == "49"
    assert called.change is not None
    assert called.change.text.startswith("up 49 points")
    assert [bar.change for bar in network] == [None, None]
    assert called.low < called.length < called.high <= 200
    assert section.notes[1].startswith("Contacts: 45 texts, of which 24 % fit no topic")


def test_a_number_leads_to_its_evidence_and_to_the_very_records(
    facts: Facts, built: Callable[..., int], sign_in: SignIn
) -> None:
    _tell(facts, built)
    bar = _section().lines[0].bars[1]
    client = sign_in()
    page = client.get(bar.evidence_url).content.decode()
    assert "49" in page
    assert "Share of a topic" in page
    assert client.get(bar.records_url).status_code == 200
    pairs = [pair.split("=") for pair in bar.records_url.partition("?")[2].split("&")]
    query = MetricQuery.from_pairs("topic_mentions", [(n, v) for n, v in pairs if n != "metric"], today=END.date())
    assert records(query, EVERYTHING, now=NOW).count == 22


def test_the_page_fetches_the_section_and_the_words(facts: Facts, built: Callable[..., int], sign_in: SignIn) -> None:
    _tell(facts, built)
    client = sign_in()
    assert 'hx-get="/talk/?' in client.get("/").content.decode()
    section = client.get("/talk/").content.decode()
    assert section.count('class="talk-line"') == 2
    words = client.get(_section().lines[1].words_url).content.decode()
    assert words.count("<blockquote") == 2
    assert "The network is slow again." in words


def test_a_topic_filter_shows_that_topic_and_those_below(facts: Facts, built: Callable[..., int]) -> None:
    _tell(facts, built)
    assert [line.name for line in _section(topic="billing").lines] == ["invoices"]


def test_who_may_not_read_records_sees_shares_alone(facts: Facts, built: Callable[..., int], sign_in: SignIn) -> None:
    _tell(facts, built)
    client = sign_in("Agent")
    section = client.get("/talk/").content.decode()
    assert 'class="talk-line"' in section
    assert "/talk/words/" not in section
    assert "/records/" not in section
    assert client.get(_section().lines[0].words_url).status_code == 403


def test_without_topics_it_says_how_to_get_them(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact(END, text=TEXT)
    built()
    assert "taxonomy load" in _section().silence


def test_where_no_text_fits_it_says_of_how_many(facts: Facts, built: Callable[..., int]) -> None:
    _tree(facts)
    for number in range(12):
        facts.contact(END, text=TEXT, topics=[], customer=f"c{number}")
    built()
    assert _section().silence.startswith("None of these 12 texts fits a topic")


def test_while_texts_are_read_it_says_how_far(facts: Facts, built: Callable[..., int]) -> None:
    _tree(facts)
    facts.contact(END, text=TEXT)
    built()
    Enrichment.objects.create(feedback=Feedback.objects.get())
    assert "0 of 1 texts read" in _section().silence
