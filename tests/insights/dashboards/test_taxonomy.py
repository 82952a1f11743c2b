"""The Taxonomy pages: the tree with its figures, a topic, a draft edited, tested, judged and put live, a table."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from insights.analysis.model_quality import measure
from insights.enrichment import retagging, trying_out
from insights.enrichment.taxonomy_versions import draft, live
from insights.metrics import engine
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import Viewer
from insights.models import GoldText, Label, Mention, QualityRun, TaxonomyVersion, Topic
from tests.insights.dashboards.told_topics import TEXTS, tell_topics, tell_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def topics(company, built) -> None:
    tell_topics(built)


@pytest.fixture
def tree(db) -> None:
    """Only the tree, where no text is needed."""
    tell_tree()


@pytest.fixture
def sent(monkeypatch) -> list:
    found: list = []
    monkeypatch.setattr(
        "insights.dashboards.taxonomy_edits.current_app.send_task", lambda name, args: found.append((name, args))
    )
    return found


def post(client: Client, path: str, **told: object):
    return client.post(f"/taxonomy/{path}", told, follow=True)


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_tree_shows_three_levels_with_the_engines_counts(topics, sign_in):
    page = sign_in("CX leader").get("/taxonomy/")
    board = page.context["board"]
    told = [(area.top.node.name, [branch.node.name for branch in area.below]) for area in board.areas]
    assert told == [
        ("Money", ["The bill", "Charged wrongly", "Refund"]),
        ("Network", ["At home", "Slow connection"]),
    ]
    charged = next(branch for branch in board.areas[0].below if branch.node.key == "wrong_charge")
    for side, kind in zip(charged.sides, ("SURVEY", "CONTACT"), strict=True):
        pairs = [("since", "2026-05-02"), ("until", "2026-06-01"), ("kind", kind), ("topic", "wrong_charge")]
        query = MetricQuery.from_pairs("topic_mentions", pairs, today=timezone.now().date())
        answer = engine.answers([query], Viewer(may_read_rows=True), now=timezone.now())[0]
        assert side.said.value == (f"{answer.total.value:.0f}" if answer.total.n else "0")
    assert charged.sides[0].said.value not in {"", "0"}
    text = words(page)
    assert "3 topics in 2 areas; 2 of them should not happen at all" in text
    assert "not known yet" in text
    assert "label 20" in text
    assert 'href="/taxonomy/" aria-current="page"' in text


def test_a_topic_is_found_by_its_examples_and_what_is_not_found_is_said(tree, sign_in):
    client = sign_in("CX leader")
    found = client.get("/taxonomy/?find=streaming").context["board"]
    assert [[branch.node.key for branch in area.below] for area in found.areas] == [["home", "slow_internet"]]
    assert "No topic has “zebra”" in words(client.get("/taxonomy/?find=zebra"))


def test_a_topic_tells_what_it_is_and_how_sure_that_is(topics, sign_in):
    text = words(sign_in("CX leader").get("/taxonomy/topics/wrong_charge/"))
    for told in (
        *("Billed for something not ordered.", "Failure: it should not happen", "Finance", "Use"),
        *("The invoice was wrong again", "How do I pay?", "85 of 100 shown are right", "not known yet"),
        *("mode=UNSURE&amp;about=wrong_charge", "Measure it: label 20", "5 examples are few"),
    ):
        assert told in text, told
    assert "Change it" not in text
    assert sign_in_again().get("/taxonomy/topics/nothing/").status_code == 404


def sign_in_again() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="anna"))
    return client


def test_quality_and_drift_stand_where_they_were_measured(topics, sign_in):
    now = timezone.now()
    person = sign_in("Contact-center manager") and sign_in_again()
    slow = Topic.objects.get(key="slow_internet")
    texts = list(Mention.objects.filter(topic=slow).values_list("feedback_id", flat=True)[:12])
    GoldText.objects.bulk_create(GoldText(feedback_id=key, stratum="all", drawn_at=now) for key in texts)
    Label.objects.bulk_create(
        Label(feedback_id=key, task="TOPIC", topic=slow, value="YES" if place < 11 else "NO", purpose="GOLD",
              by=User.objects.get())
        for place, key in enumerate(texts)
    )  # fmt: skip
    run = measure(now)
    QualityRun.objects.filter(pk=run.pk).update(
        drift={**run.drift, "topics": {"slow_internet": {
            "texts_before": 40, "texts_last": 30, "share_before": 0.1, "share_last": 0.2, "sure_before": None,
            "sure_last": None, "moved": True, "words": "comes up more often"}}}
    )  # fmt: skip
    text = words(person.get("/taxonomy/topics/slow_internet/"))
    assert "92 %" in text  # 11 of 12
    assert "Comes up more often: 20.0 % of texts last week, 10.0 % before." in text
    assert "Measure it" not in text
    assert "is known of 1 of them" in words(person.get("/taxonomy/"))


def test_whoever_may_not_edit_sees_no_form_and_changes_nothing(tree, sign_in):
    client = sign_in("CX leader")
    for path in ("add/", "load/", "draft/try/", "draft/retag/", "draft/publish/", "draft/discard/",
                 "topics/refund/change/", "topics/refund/retire/"):  # fmt: skip
        assert client.post(f"/taxonomy/{path}", {"name": "x"}).status_code == 403, path
    assert "Add a topic" not in words(client.get("/taxonomy/"))
    assert draft() is None
    assert client.get("/taxonomy/draft/").status_code == 302
    assert Client().get("/taxonomy/").status_code == 302
    assert Client().post("/taxonomy/add/").status_code == 302


def test_a_change_goes_into_the_draft_and_the_live_tree_stays(tree, sign_in):
    client = sign_in("Analyst")
    form = client.get("/taxonomy/topics/refund/").context["board"].form.values
    page = post(client, "topics/refund/change/", **{**form, "name": "Money back", "parent": "money"})
    assert "Renamed &#x27;Refund&#x27; to &#x27;Money back&#x27;." in words(page)
    assert [one["what"] for one in draft().edits] == [
        "Moved 'Refund' below 'money'.", "Renamed 'Refund' to 'Money back'.",
    ]  # fmt: skip
    assert Topic.objects.get(key="refund").name == "Refund"
    tree = client.get("/taxonomy/").context["board"]
    assert tree.standing.which == "draft"
    assert next(branch for branch in tree.areas[0].below if branch.node.key == "refund").mark == "changed"
    assert "Money back" not in words(client.get("/taxonomy/?version=live"))
    again = post(client, "topics/refund/change/", **{**form, "name": "Money back", "parent": "money"})
    assert "Nothing was changed." in words(again)
    assert len(draft().edits) == 2


def test_a_topic_is_added_split_merged_retired_and_restored(tree, sign_in):
    client = sign_in("Analyst")
    added = post(client, "add/", name="Gift cards & vouchers", parent="bill", examples="A\nB\n\nA", demand="VALUE")
    assert added.redirect_chain[-1][0] == "/taxonomy/topics/gift_cards_vouchers/"
    nodes = {node["key"]: node for node in draft().tree}
    assert nodes["gift_cards_vouchers"]["examples"] == ["A", "B"]
    post(client, "topics/gift_cards_vouchers/merge/", into="refund")
    post(client, "topics/slow_internet/split/", **{
        "part-1-name": "Slow in the evening", "part-1-examples": "slow tonight\nslow at eight\nevening is slow",
        "part-2-name": "Always slow", "part-2-examples": "never fast\nslow all day\nslow since May",
    })  # fmt: skip
    post(client, "topics/refund/retire/")
    nodes = {node["key"]: node for node in draft().tree}
    assert nodes["gift_cards_vouchers"]["merged_into"] == "refund"
    assert {"slow_in_the_evening", "always_slow"} <= nodes.keys()
    assert (nodes["slow_internet"]["is_active"], nodes["refund"]["is_active"]) == (False, False)
    assert "retired" in words(client.get("/taxonomy/topics/refund/"))
    post(client, "topics/refund/restore/")
    assert {node["key"]: node for node in draft().tree}["refund"]["is_active"]
    changed = {one.key: one.how for one in client.get("/taxonomy/draft/").context["board"].changed}
    assert changed["slow_internet"] == "RETIRED"
    assert changed["always_slow"] == "ADDED"


@pytest.mark.parametrize(
    ("path", "told", "said"),
    [
        ("add/", {"name": ""}, "needs a name"),
        ("add/", {"name": "The bill", "parent": "money"}, "stands 2 times below"),
        ("add/", {"name": "Deep", "parent": "slow_internet"}, "there are 3"),
        ("topics/refund/change/", {"name": "Refund", "threshold": "high"}, "Write a number from 0 to 1"),
        ("topics/refund/change/", {"name": "Refund", "threshold": "2"}, "must be from 0 to 1"),
        ("topics/money/change/", {"name": "Money", "parent": "bill"}, "above itself"),
        ("topics/refund/merge/", {"into": "refund"}, "merged into itself"),
        ("topics/refund/split/", {"part-1-name": "One"}, "give at least two"),
        ("topics/money/retire/", {}, "Move them first"),
        ("load/", {}, "Choose a CSV file first"),
    ],
)
def test_what_cannot_be_done_is_told_and_what_was_written_stays(tree, sign_in, path, told, said):
    client = sign_in("Analyst")
    page = client.post(f"/taxonomy/{path}", told)
    assert page.status_code == 400
    assert said in words(page)
    assert "Nothing was changed" in words(page)
    assert draft() is None
    if told.get("name") and "add" in path:
        assert f'value="{told["name"]}"' in words(page)


def test_a_draft_is_tested_judged_and_put_live(topics, sign_in, sent, django_capture_on_commit_callbacks):
    client = sign_in("Analyst")
    post(client, "topics/wrong_charge/merge/", into="refund")
    with django_capture_on_commit_callbacks(execute=True):
        running = post(client, "draft/try/")
    assert "Learning and judging" in words(running)
    assert "being tried already" in words(post(client, "draft/try/"))
    name, (number, asked) = sent[0]
    assert name == "insights.tasks.taxonomy.try_draft"
    assert trying_out.try_out(number, "another time") == 0
    assert trying_out.try_out(number, asked) == TEXTS
    told = client.get("/taxonomy/draft/state/")
    board = told.context["board"]
    out = next(row for row in board.trial.rows if row.key == "wrong_charge")
    assert (out.after, out.moved) == ("0", f"Refund {out.lost}")
    assert "The invoice was wrong again" in out.goes_out[0].text
    assert (
        "The invoice was wrong again" in next(row for row in board.trial.rows if row.key == "refund").comes_in[0].text
    )
    assert "every 2s" not in words(told)
    of_topic = words(client.get("/taxonomy/topics/refund/"))
    assert "Would come in" in of_topic
    assert draft().state == "DRAFT"
    with django_capture_on_commit_callbacks(execute=True):
        assert f"0 of {TEXTS} texts judged" in words(post(client, "draft/retag/"))
    assert sent[-1] == ("insights.tasks.taxonomy.retag", [number])
    retagging.prepare(number)
    while retagging.retag_batch(number, 100):
        pass
    ready = client.get("/taxonomy/draft/")
    assert ready.context["board"].step == "PUBLISH"
    assert "The invoice was wrong again" in words(ready)
    live_page = post(client, "draft/publish/")
    assert f"Version {number} is live" in words(live_page)
    assert live().number == number
    assert not Mention.objects.filter(topic__key="wrong_charge").exists()
    assert client.get("/taxonomy/draft/state/").headers["HX-Refresh"] == "true"


def test_an_edit_makes_a_test_void(tree, sign_in, sent, django_capture_on_commit_callbacks):
    client = sign_in("Analyst")
    post(client, "topics/refund/retire/")
    with django_capture_on_commit_callbacks(execute=True):
        post(client, "draft/try/")
    post(client, "topics/refund/restore/")
    assert trying_out.try_out(*sent[0][1]) == 0
    assert draft().trial == {}
    assert TaxonomyVersion.objects.get(number=draft().number).digest == ""


def test_whoever_may_not_read_texts_sees_counts_and_no_words(topics, sign_in, sent, django_capture_on_commit_callbacks):
    client = sign_in("Analyst")
    post(client, "topics/wrong_charge/retire/")
    with django_capture_on_commit_callbacks(execute=True):
        post(client, "draft/try/")
    trying_out.try_out(*sent[0][1])
    User.objects.get().groups.set([Group.objects.get(name="Agent")])
    text = words(client.get("/taxonomy/draft/"))
    assert "then 0" in text
    assert "The invoice was wrong again" not in text


def test_a_table_goes_out_and_comes_back(tree, sign_in):
    client = sign_in("Analyst")
    table = client.get("/taxonomy/table.csv")
    assert 'filename="taxonomy-1.csv"' in table["Content-Disposition"]
    text = table.content.decode().replace("Charged wrongly", "Wrong bill")
    page = client.post("/taxonomy/load/", {"table": SimpleUploadedFile("t.csv", text.encode())}, follow=True)
    changed = page.context["board"].changed
    assert [(one.key, one.words) for one in changed] == [("wrong_charge", "renamed from “Charged wrongly”")]
    assert client.get("/taxonomy/table.csv").content.decode() == text
    post(client, "draft/discard/")
    assert draft() is None


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"key,name,parent\na,A,b\nb,B,a\n", "above itself"),
        (b"key,name\na,Same\nb,Same\n", "stands 2 times"),
        (b"key,name\na,A\na,B\n", "stands 2 times"),
        (b"key,name,parent\na,A,nowhere\n", "does not exist"),
        (b"name\nA\n", "no column"),
        (b"key,name,colour\na,A,red\n", "colour"),
        (b"key,name,threshold\na,A,high\n", "Row 2"),
        (b"", "no column"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_a_wrong_table_is_refused_with_what_is_wrong(tree, sign_in, table, said):
    page = sign_in("Analyst").post("/taxonomy/load/", {"table": SimpleUploadedFile("t.csv", table)})
    assert page.status_code == 400
    assert said in words(page)
    assert draft() is None


def test_without_a_taxonomy_the_page_says_what_to_do(company, sign_in):
    assert "manage.py taxonomy load" in words(sign_in("Analyst").get("/taxonomy/"))


def test_the_queue_asks_about_one_topic(topics, sign_in):
    page = sign_in("Contact-center manager").get("/labelling/?task=TOPIC&mode=UNSURE&about=wrong_charge")
    assert page.context["board"].asked.topic == "wrong_charge"
    assert "Only texts that may be about" in words(page)
    asked = page.context["board"].asked
    told = {"task": "TOPIC", "mode": "UNSURE", "about": "wrong_charge", "feedback": asked.key, "digest": asked.digest}
    after = page.client if hasattr(page, "client") else sign_in_again()
    kept = after.post(
        "/labelling/answer/", {**told, "purpose": asked.purpose, "topic": asked.topic, "value": "YES"}, follow=True
    )
    assert kept.redirect_chain[-1][0].endswith("about=wrong_charge")
    assert Label.objects.get().topic.key == "wrong_charge"


def test_the_tree_takes_few_queries(topics, sign_in, django_assert_max_num_queries):
    client = sign_in("CX leader")
    client.get("/taxonomy/")
    with django_assert_max_num_queries(20):
        client.get("/taxonomy/")
