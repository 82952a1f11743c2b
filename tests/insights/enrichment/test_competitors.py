"""Other companies' names in what customers say: as written, with a slip, and not in other words."""

from uuid import UUID

import pytest

from insights.enrichment import competitors
from insights.enrichment.competitor_names import CompetitorNames
from insights.enrichment.reading import Said, Span, reading_of
from insights.enrichment.steps import WORD_STEPS, run_steps
from insights.models import Competitor

NAMES = CompetitorNames([("Northwind Mobile", ("Northwind Mobile", "northwind")), ("Zed", ("Zed",))])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Northwind Mobile is cheaper.", [("Northwind Mobile", "Northwind Mobile")]),
        ("I go to NORTHWIND's shop.", [("Northwind Mobile", "NORTHWIND's")]),
        ("northwnd is better", [("Northwind Mobile", "northwnd")]),
        ("Zed and Northwind.", [("Zed", "Zed"), ("Northwind Mobile", "Northwind")]),
        ("Zen, zeds, azed and the north wind.", []),
        ("", []),
    ],
)
def test_a_name_is_found_as_a_whole_word_or_with_one_slip(text, found):
    assert [(one.name, text[one.start : one.end]) for one in NAMES.find(text)] == found


def test_without_a_list_nothing_is_found():
    assert list(CompetitorNames([]).find("Northwind is cheaper.")) == []


@pytest.mark.django_db
def test_the_list_that_people_keep_is_what_is_read_and_what_the_version_names():
    before = competitors.version()
    Competitor.objects.create(name="Northwind", aliases="NW Mobile\n\nnorthwind mobile")
    Competitor.objects.create(name="Parked", is_active=False)
    assert competitors.version() != before
    text = "Your price is awful and the service is bad, but NW Mobile is great and cheap. Parked outside."
    reading = reading_of(UUID(int=0), text, said=[Said(text)])
    found = competitors.read([reading], run_steps([reading], steps=WORD_STEPS))[0].intents["COMPETITOR"]
    assert (found.name, found.confidence) == ("Northwind", 1.0)
    assert found.span == Span(None, text.index("NW"), text.index("NW") + len("NW Mobile"))
    assert found.sentiment > 0


@pytest.mark.django_db
def test_an_agent_who_names_a_competitor_says_nothing_about_the_customer():
    Competitor.objects.create(name="Northwind")
    said = [Said("Is it Northwind you mean, perhaps?", "AGENT", 1), Said("No, my bill is wrong again.", "CUSTOMER", 2)]
    reading = reading_of(UUID(int=0), said[1].text, said=said)
    assert "COMPETITOR" not in competitors.read([reading], run_steps([reading], steps=WORD_STEPS))[0].intents


@pytest.mark.django_db
def test_a_text_that_was_not_read_for_intents_stays_unknown():
    Competitor.objects.create(name="Northwind")
    text = "Northwind ist billiger und die Beratung dort ist auch viel besser."
    reading = reading_of(UUID(int=0), text, said=[Said(text)])
    assert competitors.read([reading], run_steps([reading], steps=WORD_STEPS))[0].intents is None
