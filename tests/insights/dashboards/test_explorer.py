"""The Explorer: asks, marks, narrows, goes on, and refuses in words."""

import re

import pytest

from insights.enrichment import embed
from insights.enrichment.encoder import encoder
from insights.enrichment.indexing import make_due, take_up
from insights.enrichment.taxonomy_versions import draft
from insights.models import Embedding, Enrichment, Feedback, SearchDue
from tests.insights.dashboards.told_topics import tell_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def findable(company) -> None:
    """Take the company's texts up into search, with the vectors of their words."""
    Enrichment.objects.update(versions={"names": "1"}, language="en", state="DONE", enriched_at="2026-06-01T00:00:00Z")
    invoice, router = (
        encoder().encode([text])[0] for text in ("The invoice was wrong again", "My router is slow in the evening")
    )
    Embedding.objects.bulk_create(
        Embedding(
            feedback_id=key,
            vector=embed.to_bytes(invoice if kind == "SURVEY" else router),
            encoder=embed.version(),
        )
        for key, kind in Enrichment.objects.values_list("feedback_id", "feedback__kind")
    )
    make_due(Enrichment.objects.values_list("feedback_id", flat=True))
    while take_up():
        pass


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_it_says_how_to_look_before_anything_is_asked(findable, sign_in):
    assert "Look for words as in a web search" in words(sign_in().get("/explorer/"))


def test_words_are_marked_where_they_stand(findable, sign_in):
    page = sign_in().get("/explorer/?q=invoices&mode=WORDS").content.decode()
    assert '<mark class="told">invoice</mark>' in page
    assert "router" not in page.split("<article", 1)[1].split("</article>")[0]


def test_meaning_says_so(findable, sign_in):
    shown = words(sign_in().get("/explorer/?q=slow+internet+at+night&mode=MEANING"))
    assert "Found by close in meaning" in shown
    assert "texts by meaning, the best first" in shown


def test_more_like_this_and_the_next_page(findable, sign_in):
    client, key = sign_in(), Feedback.objects.filter(kind="CONTACT").first().pk
    page = client.get(f"/explorer/?like={key}").content.decode()
    assert "More like this text" in page
    following = re.search(r'href="(\?[^"]+)" rel="next"', page)[1].replace("&amp;", "&")
    assert client.get(f"/explorer/{following}").content.decode().count("<article") == 20


def test_filters_and_period_narrow(findable, sign_in):
    client = sign_in()
    page = client.get("/explorer/?q=router&mode=WORDS&channel=CHAT").content.decode()
    assert page.count("<article") == 20
    assert "Phone</span>" not in page.split("<article", 1)[1]
    assert "Nothing was found" in words(client.get("/explorer/?q=router&since=2020-01-01&until=2020-02-01"))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("?like=7", "does not name a record"),
        ("?q=x&mode=MAGIC", "no way of looking"),
        (f"?q={'x' * 501}", "at most 500 characters"),
    ],
)
def test_what_cannot_be_looked_for_is_said_in_words(address, sentence, company, sign_in):
    page = sign_in().get(f"/explorer/{address}")
    assert page.status_code == 200
    assert sentence in words(page)


def test_a_filter_that_texts_do_not_have_is_refused(company, sign_in):
    assert sign_in().get("/explorer/?q=x&demand=VALUE").status_code == 400


def test_texts_not_yet_taken_up_are_counted(company, sign_in):
    SearchDue.objects.bulk_create(SearchDue(feedback_id=key) for key in Feedback.objects.values_list("pk", flat=True))
    assert "240 more are being taken up" in words(sign_in().get("/explorer/"))


def test_who_may_not_read_records_does_not_get_in(company, sign_in):
    assert sign_in("Agent").get("/explorer/").status_code == 403


def test_it_asks_the_database_a_fixed_number_of_times(findable, sign_in, django_assert_max_num_queries):
    client = sign_in()
    client.get("/explorer/?q=router")
    with django_assert_max_num_queries(30):
        client.get("/explorer/?q=router+slow")


def test_a_search_is_saved_as_a_topic_of_the_draft_with_the_texts_that_were_found(findable, sign_in):
    client = sign_in("Analyst")
    path = "/explorer/?q=router+slow&mode=WORDS"
    assert "Save this search as a topic" not in words(client.get(path))  # there is no tree it could stand in
    tell_tree()
    form = client.get(path).context["save"]
    assert form.examples == ("My router is slow in the evening, every evening.",)
    made = client.post("/taxonomy/add/", {"name": form.name, "parent": "home", "examples": "\n".join(form.examples)})
    assert made.headers["Location"] == "/taxonomy/topics/router_slow/"
    node = next(node for node in draft().tree if node["key"] == "router_slow")
    assert (node["parent"], tuple(node["examples"])) == ("home", form.examples)
    assert "Save this search as a topic" not in words(client.get("/explorer/?q=zebra&mode=WORDS"))


def test_whoever_may_not_edit_topics_saves_none(findable, sign_in):
    tell_tree()
    assert "Save this search" not in words(sign_in().get("/explorer/?q=router&mode=WORDS"))
