"""The Agreement page: what it shows, whom it refuses, what it says when empty, and that its chart is the API's data."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from insights.analysis.agreement import agreement
from insights.dashboards.boards.agreement_words import passage
from insights.dashboards.filters import asked
from insights.metrics.viewer import EVERYTHING
from insights.models import Feedback
from tests.factories.both_sides import APP, END, tell
from tests.insights.dashboards.company import a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(facts, built):
    tell(facts, built)


def page(client, **asked_for):
    return client.get(reverse("agreement"), asked_for)


def figure(html):
    return json.loads(re.search(r'<script id="figure-agreement" type="application/json">(.*?)</script>', html, re.S)[1])


def test_it_says_first_where_sides_differ_and_which_to_believe(both, sign_in):
    html = page(sign_in()).content.decode()
    assert "Contacts tell what surveys hardly do: app" in html
    assert "Surveys tell what contacts hardly do: more" in html
    assert re.search(r'id="class-ONLY_IN_CONTACTS">Only in contacts <span class="quiet num">', html)
    assert "so it is not about who is heard" in html
    assert 'aria-current="page"' in html


def test_the_charts_data_are_the_apis(both, sign_in):
    client = sign_in()
    html = page(client, customers="MATCHED").content.decode()
    address = re.search(r'href="(/api/v1/agreement\?[^"]*)"', html)[1].replace("&amp;", "&")
    told = client.get(address).json()
    assert told["query"]["customers"] == "MATCHED"
    drawn = {
        re.match(r"<b>(.*?)</b>", text)[1]: (trace["name"], x, y)
        for trace in figure(html)["data"]
        for text, x, y in zip(trace["text"], trace["x"], trace["y"], strict=True)
    }
    topics = [one for one in told["topics"] if not one["has_topics_below"]]
    assert set(drawn) == {one["name"] for one in topics}
    for one in topics:
        name, x, y = drawn[one["name"]]
        assert name.replace(" ", "_").upper().replace("CANNOT_SAY_YET", "NOT_YET") == one["class"]
        for plotted, side in ((x, "surveys"), (y, "contacts")):
            if one[side]["value"]:
                assert plotted == pytest.approx(100 * one[side]["value"], abs=1e-3)
    assert told["summary"][0] in html.replace("&#x27;", "'")


def test_every_export_leads_to_the_same_topics(both, sign_in):
    client = sign_in()
    html = page(client).content.decode()
    addresses = [one.replace("&amp;", "&") for one in re.findall(r'href="(/api/v1/exports/agreement\?[^"]*)"', html)]
    assert len(addresses) == 3
    csv = b"".join(client.get(addresses[0]).streaming_content).decode()
    assert csv.count("\n") == 7
    assert "why" in csv.splitlines()[0]


def test_both_sides_words_stand_next_to_each_other_and_are_marked(both, sign_in):
    html = sign_in().get(reverse("agreement-words"), {"topic": "bill"}).content.decode()
    assert html.index("Surveys") < html.index("Contacts")
    assert html.count('<mark class="told" title="tells of the topic">The bill</mark>') == 4


def test_of_matched_customers_the_same_people_come_first(both, sign_in):
    html = sign_in().get(reverse("agreement-words"), {"topic": "bill", "customers": "MATCHED"}).content.decode()
    assert html.count("the same customer on both sides") == 4
    assert "Nothing in" not in html


def test_a_side_without_words_says_so(both, sign_in):
    html = sign_in().get(reverse("agreement-words"), {"topic": "app"}).content.decode()
    assert "Nothing in surveys mentions it here." in html


def test_words_are_for_whoever_may_read_records(both):
    client = Client()
    client.force_login(a_person("Agent"))
    assert page(client).status_code == 200
    assert client.get(reverse("agreement-words"), {"topic": "bill"}).status_code == 403


def test_strangers_are_sent_to_sign_in(db, client):
    assert page(client).status_code == 302


@pytest.mark.parametrize("wrong", [{"chanel": "CHAT"}, {"since": "yesterday"}])
def test_what_cannot_be_asked_is_said_in_words(both, sign_in, wrong):
    response = page(sign_in(), **wrong)
    assert response.status_code == 400


def test_without_data_the_page_says_what_to_do(db, sign_in):
    html = page(sign_in()).content.decode()
    assert "import" in html.lower()


def test_a_choice_with_one_side_alone_says_what_to_do(both, sign_in):
    html = page(sign_in(), channel="CHAT").content.decode()
    assert "There is nothing to compare: no words from surveys here." in html


def test_few_queries_whatever_the_number_of_topics(both, sign_in, django_assert_max_num_queries):
    client = sign_in()
    page(client)
    with django_assert_max_num_queries(16):
        page(client)


def test_a_passage_marks_the_words_and_keeps_to_them(both):
    feedback = Feedback.objects.filter(text=APP).prefetch_related("mentions__topic", "turns").first()
    pieces = passage(feedback, {"app"})
    assert [piece.text for piece in pieces if piece.why] == ["log in to the app"]
    assert "".join(piece.text for piece in pieces) == APP
    feedback.text = "x" * 300 + f" {APP} " + "y" * 300
    for mention in feedback.mentions.all():
        mention.start, mention.end = mention.start + 301, mention.end + 301
    cut = passage(feedback, {"app"})
    assert [piece.text for piece in cut if piece.why] == ["log in to the app"]
    assert (cut[0].text[0], cut[-1].text[-1]) == ("…", "…")


def test_the_pages_numbers_are_the_analysis_own(both):
    found = agreement(asked([], last_day=END.date()), EVERYTHING)
    app = next(one for one in found.topics if one.key == "app")
    assert (app.lines["ALL"].kind, app.belief.which) == ("ONLY_IN_CONTACTS", "CONTACTS")
