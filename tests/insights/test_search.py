"""Search: by words in the rules of each language, by meaning, like another; only what the viewer may read."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from insights.access.search import CannotSearch, Wish, find
from insights.access.search_narrowing import looks_at_each, narrowing
from insights.access.snippets import snippets
from insights.enrichment import embed
from insights.enrichment.encoder import encoder
from insights.enrichment.indexing import make_due, take_up
from insights.metrics.viewer import EVERYTHING, Viewer
from insights.models import Embedding, Enrichment, Feedback, Mention, SearchDue, SearchEntry, Topic, Turn

pytestmark = pytest.mark.django_db
ODD = ["<b>invoice</b> & 'x'", "invoice \\ :* !", "((", '"', "😀", "a" * 500, "\ue000invoice"]
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def told(text, *, language="en", turns=(), is_read=True, days=0, **facts):
    feedback = Feedback.objects.create(
        kind=facts.pop("kind", "CONTACT"), source="csv", source_id=f"{Feedback.objects.count()}", content_hash="",
        channel=facts.pop("channel", "CHAT"), occurred_at=NOW - timedelta(days=days), text=text, **facts,
    )  # fmt: skip
    said = text
    for position, (speaker, words) in enumerate(turns):
        Turn.objects.create(feedback=feedback, position=position, speaker=speaker, text=words)
        said += f"\n{words}" if speaker == "CUSTOMER" else ""
    Enrichment.objects.create(
        feedback=feedback, state="DONE" if is_read else "PENDING", language=language,
        versions={"names": "1"} if is_read else {}, enriched_at=timezone.now() if is_read else None,
    )  # fmt: skip
    vector = encoder().encode([said])[0]
    Embedding.objects.create(feedback=feedback, vector=embed.to_bytes(vector), encoder=embed.version())
    make_due([feedback.pk])
    take_up()
    return feedback.pk


def found(viewer=EVERYTHING, **wish):
    return [hit.feedback for hit in find(Wish(**wish), viewer).hits]


def test_words_are_found_in_any_form_of_their_language():
    invoice = told("Two invoices were charged twice")
    bill = told("Meine Rechnungen stimmen nicht", language="de")
    assert found(text="invoice charging", mode="WORDS") == [invoice]
    assert found(text="Rechnung", mode="WORDS") == [bill]


def test_phrases_exclusions_and_alternatives_work_as_in_a_web_search():
    slow = told("the router is slow and the app crashes")
    fast = told("slow is the router")
    assert found(text='"router is slow"', mode="WORDS") == [slow]
    assert found(text="router -crashes", mode="WORDS") == [fast]
    assert set(found(text="crashes or slow", mode="WORDS")) == {slow, fast}


def test_a_language_without_rules_is_still_searchable():
    thai = told("อินเทอร์เน็ต ช้า มาก", language="th")
    assert found(text="ช้า", mode="WORDS") == [thai]


def test_meaning_is_found_without_a_common_word():
    near = told("My monthly bill is far too high")
    told("The courier never came with my parcel")
    assert found(text="expensive invoice", mode="MEANING")[0] == near


def test_more_like_this_leaves_out_the_text_itself():
    one, other = told("The wifi drops every evening"), told("Every night my wireless connection breaks off")
    told("Thanks for the birthday voucher")
    assert found(like=one)[0] == other
    assert one not in found(like=one)


def test_a_text_whose_names_are_not_out_yet_is_never_found():
    waiting = told("Please call Anna back about the invoice", is_read=False)
    assert SearchEntry.objects.count() == 0
    Enrichment.objects.update(state="DONE", versions={"names": "1"}, enriched_at=timezone.now())
    make_due([waiting])
    take_up()
    assert found(text="invoice") == [waiting]
    Enrichment.objects.update(state="PENDING", versions={})  # its words were edited by their source
    assert found(text="invoice") == []
    assert found(like=waiting) == []


def test_the_viewers_limits_hold_whatever_is_asked():
    mine, theirs = told("invoice wrong", team="A"), told("invoice wrong", team="B")
    narrow = Viewer(may_read_rows=True, only={"team": ("A",)})
    assert found(narrow, text="invoice") == [mine]
    assert found(narrow, text="invoice", filters={"team": ["B"]}) == []
    assert found(narrow, like=theirs) == []
    assert found(Viewer(), text="invoice") == []


def test_a_text_that_moved_is_found_by_where_it_is_and_never_by_where_it_was():
    key = told("invoice wrong", team="A")
    old, new = (Viewer(may_read_rows=True, only={"team": (team,)}) for team in ("A", "B"))
    Feedback.objects.filter(pk=key).update(team="B")
    assert found(old, text="invoice") == []  # its entry is behind, the facts are not
    assert SearchDue.objects.get().pk == key
    take_up()
    assert (found(old, text="invoice"), found(new, text="invoice")) == ([], [key])
    assert SearchEntry.objects.get().facets.count("team=B") == 1


def test_a_text_whose_filters_stayed_is_not_taken_up_again():
    key = told("invoice wrong", team="A")
    Feedback.objects.filter(pk=key).update(customer_says_solved=True)
    assert not SearchDue.objects.exists()


@pytest.mark.parametrize("mode", ["WORDS", "MEANING"])
def test_where_entries_are_behind_the_facts_are_asked_from_the_start(monkeypatch, mode):
    monkeypatch.setattr("insights.access.search._TAKEN", 2)
    hidden = [told("invoice wrong", team="A") for _ in range(3)]
    shown = told("the invoice was wrong and I am waiting", team="A", days=5)
    Enrichment.objects.filter(pk__in=hidden).update(versions={})
    assert found(text="invoice wrong", mode=mode) == [shown]


def test_few_that_are_left_are_each_looked_at_and_give_what_the_graph_gives(monkeypatch):
    keys = [told(f"The invoice of month {place} is wrong", team="AB"[place % 2]) for place in range(12)]
    mine = Viewer(may_read_rows=True, only={"team": ("A",)})
    asked = []
    for each in (True, False):
        monkeypatch.setattr("insights.access.search.looks_at_each", lambda narrowed, wanted, each=each: each)
        asked.append(found(mine, text="wrong invoice", mode="MEANING"))
    assert asked[0] == asked[1]
    assert set(asked[0]) == set(keys[::2])


def test_each_is_looked_at_where_that_costs_less(monkeypatch):
    told("invoice")
    alone, everything = narrowing({"team": ["A"]}, {}, None, None), narrowing({}, {}, None, None)
    assert looks_at_each(alone, 120)
    assert not looks_at_each(everything, 120)
    monkeypatch.setattr("insights.access.search_narrowing._EACH_LOOKED_AT", 1e9)
    assert not looks_at_each(alone, 120)


def test_filters_and_period_narrow():
    chat, mail = told("invoice", days=1), told("invoice", channel="EMAIL", days=10)
    assert found(text="invoice", filters={"channel": ["EMAIL"]}) == [mail]
    assert found(text="invoice", since=NOW - timedelta(days=2)) == [chat]
    assert found(text="invoice", until=NOW - timedelta(days=2)) == [mail]
    assert found(text="invoice", filters={"kind": ["SURVEY"]}) == []


def test_a_topic_finds_those_of_its_children():
    parent = Topic.objects.create(key="billing", name="Billing")
    child = Topic.objects.create(key="billing-wrong", name="Wrong", parent=parent)
    tagged = told("invoice")
    told("invoice")
    Mention.objects.create(feedback_id=tagged, topic=child, confidence=0.9, tagged_by="model:1")
    assert found(text="invoice", filters={"topic": ["billing"]}) == [tagged]


def test_what_is_edited_is_found_by_its_new_words_only():
    key = told("The invoice is wrong")
    Feedback.objects.filter(pk=key).update(text="The parcel is late")
    make_due([key])
    take_up()
    assert found(text="invoice", mode="WORDS") == []
    assert found(text="parcel", mode="WORDS") == [key]
    assert SearchDue.objects.count() == 0


def test_the_place_is_shown_with_its_marks():
    key = told("", turns=[("AGENT", "Hello"), ("CUSTOMER", "Well, " * 60 + "the invoices are wrong, all invoices")])
    (snippet,) = snippets([key], "invoice")[key]
    assert (snippet.position, snippet.speaker) == (1, "CUSTOMER")
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["invoices", "invoices"]
    whole = Turn.objects.get(position=1).text
    assert whole[snippet.start :].startswith(snippet.text)


def test_what_was_found_by_meaning_shows_its_beginning_unmarked():
    key = told("My monthly bill is far too high")
    (snippet,) = snippets([key], "expensive invoice")[key]
    assert (snippet.text, snippet.marks) == ("My monthly bill is far too high", ())


@pytest.mark.parametrize(
    "text", ["<b>invoice</b> & 'x'", "invoice \\ :* !", "((", '"', "😀", "a" * 500, "\ue000invoice"]
)
def test_any_text_can_be_looked_for(text):
    key = told(f"{text[:100]} invoice <i>html</i>")
    find(Wish(text=text), EVERYTHING)
    for snippet in snippets([key], text)[key]:
        assert all(0 <= a < b <= len(snippet.text) for a, b in snippet.marks)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({}, "q"),
        ({"text": "x" * 501}, "q"),
        ({"text": "x", "filters": {"colour": ["red"]}}, "colour"),
        ({"text": "x", "since": NOW, "until": NOW}, "until"),
        ({"text": "x", "limit": 0}, "limit"),
    ],
)
def test_a_wrong_wish_cannot_exist(wish, field):
    with pytest.raises(CannotSearch) as wrong:
        Wish(**wish)
    assert wrong.value.field == field


def test_agents_are_guarded():
    with pytest.raises(CannotSearch):
        find(Wish(text="x", filters={"agent": ["Kim"]}), Viewer(may_read_rows=True))
