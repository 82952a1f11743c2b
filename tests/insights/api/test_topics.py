"""The taxonomy over HTTP: read by whoever sees figures, edited in a draft by those who may, live in one step."""

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from insights.access import issue_token, make_roles
from insights.enrichment.encoder import build_encoder
from insights.enrichment.pipeline import enrich_batch
from insights.enrichment.retagging import prepare, retag_batch
from insights.enrichment.taxonomy import Node
from insights.enrichment.taxonomy_versions import load_first
from insights.enrichment.trying_out import try_out
from insights.models import Enrichment, Feedback, TaxonomyVersion, Topic

pytestmark = pytest.mark.django_db
BILLS = ("My bill is wrong", "I was charged twice", "The invoice shows a fee I did not order", "Overcharged again")
APP = ("The app crashes", "I cannot log in to the app", "The app freezes all the time", "App shows an error")


@pytest.fixture
def taxonomy(monkeypatch):
    build_encoder()
    sent = []
    monkeypatch.setattr("insights.api.topics.current_app.send_task", lambda name, args: sent.append((name, args)))
    load_first(
        (
            Node("money", "Money"),
            Node("bills", "Bills", parent="money", examples=BILLS, demand="FAILURE", owner_department="Finance"),
            Node("app", "App", examples=APP),
        ),
        now=timezone.now(),
    )
    return sent


@pytest.fixture
def ask(client):
    make_roles()

    def _ask(method, path, body=None, *, role="Analyst", scopes=("metrics:read", "topics:write", "feedback:read")):
        user, _ = User.objects.get_or_create(username=role)
        user.groups.add(Group.objects.get(name=role))
        _, secret = issue_token(user=user, scopes=scopes, days=1, name="t", now=timezone.now())
        call = getattr(client, method)
        more = {} if method == "get" else {"data": body or {}, "content_type": "application/json"}
        return call(f"/api/v1{path}", headers={"authorization": f"Bearer {secret}"}, **more)

    return _ask


def test_the_tree_tells_parents_owners_and_counts(taxonomy, ask):
    told = ask("get", "/topics").json()
    bills = next(topic for topic in told["topics"] if topic["key"] == "bills")
    assert told["version"] == 1
    assert (bills["parent"], bills["owner_department"], bills["demand"], bills["texts"]) == (
        "money", "Finance", "FAILURE", 0,
    )  # fmt: skip
    assert ask("get", "/topics/bills").json() == bills
    assert ask("get", "/topics/nothing").status_code == 404


def test_an_edit_makes_a_draft_and_leaves_the_live_tree_alone(taxonomy, ask):
    answer = ask("patch", "/topics/bills", {"name": "The bill"})
    assert (answer.status_code, answer.json()["state"], answer.json()["number"]) == (200, "DRAFT", 2)
    assert answer.json()["edits"][0]["what"] == "Renamed 'Bills' to 'The bill'."
    assert Topic.objects.get(key="bills").name == "Bills"
    assert ask("post", "/topics/app/move", {"parent": "money"}).json()["number"] == 2


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("post", "/topics", {"key": "bills", "name": "Again"}, 400, "already"),
        ("post", "/topics", {"key": "Bad Key", "name": "x"}, 400, "small letters"),
        ("post", "/topics", {"name": "x"}, 400, "missing"),
        ("post", "/topics", {"key": "x", "name": "x", "parent": "nowhere"}, 400, "does not exist"),
        ("post", "/topics", {"key": "x", "name": "x", "colour": "red"}, 400, "no member 'colour'"),
        ("patch", "/topics/bills", {"threshold": 2}, 400, "from 0 to 1"),
        ("patch", "/topics/bills", {"threshold": "high"}, 400, "number"),
        ("patch", "/topics/bills", {"examples": "one"}, 400, "list"),
        ("patch", "/topics/bills", {"name": "a\u0000b"}, 400, "cannot be stored"),
        ("patch", "/topics/bills", {"key": "other"}, 400, "never changed"),
        ("post", "/topics/money/move", {"parent": "bills"}, 400, "above itself"),
        ("post", "/topics/money/retire", {}, 400, "Move them first"),
        (
            "post",
            "/topics/app/split",
            {"parts": [{"key": "a", "name": "A"}, {"key": "b", "name": "B"}]},
            400,
            "examples",
        ),
        ("post", "/topics/app/merge", {"into": "app"}, 400, "itself"),
        ("post", "/taxonomy/1/retag", {}, 409, "only a draft"),
        ("post", "/taxonomy/1/publish", {}, 409, "Re-tag a draft"),
        ("delete", "/taxonomy/1", None, 409, "only a draft"),
        ("get", "/taxonomy/7", None, 404, "nothing"),
    ],
)
def test_what_cannot_be_done_is_told_in_words_and_changes_nothing(taxonomy, ask, method, path, body, status, words):
    answer = ask(method, path, body)
    assert answer.status_code == status, answer.content
    assert words in answer.json()["detail"]
    assert list(TaxonomyVersion.objects.values_list("number", flat=True)) == [1]


def test_whoever_may_only_read_edits_nothing(taxonomy, ask):
    for method, path in (
        ("post", "/topics"),
        ("patch", "/topics/bills"),
        ("post", "/taxonomy"),
        ("delete", "/taxonomy/1"),
    ):
        answer = ask(method, path, {"key": "x", "name": "x"}, role="CX leader", scopes=("metrics:read",))
        assert (answer.status_code, answer.json()["scope"]) == (403, "topics:write")
    assert ask("get", "/topics", role="CX leader", scopes=("metrics:read",)).status_code == 200


def test_a_draft_is_tested_on_the_newest_texts(taxonomy, ask, django_capture_on_commit_callbacks):
    now = timezone.now()
    feedback = Feedback.objects.create(
        kind="SURVEY", channel="WEB", source="t", source_id="1", content_hash="x", text="The app crashes",
        occurred_at=now,
    )  # fmt: skip
    Enrichment.objects.create(feedback=feedback)
    enrich_batch(now)
    assert ask("post", "/taxonomy/1/trial").status_code == 409
    ask("post", "/topics/app/retire")
    assert ask("get", "/taxonomy/2/trial").json()["complete"] is False
    with django_capture_on_commit_callbacks(execute=True):
        assert ask("post", "/taxonomy/2/trial").status_code == 202
    assert ask("post", "/taxonomy/2/trial").status_code == 409
    assert ask("post", "/taxonomy/2/trial", role="CX leader", scopes=("metrics:read",)).status_code == 403
    (name, (number, asked)) = taxonomy[0]
    assert (name, try_out(number, asked)) == ("insights.tasks.taxonomy.try_draft", 1)
    told = ask("get", "/taxonomy/2/trial").json()
    assert (told["complete"], told["texts"], told["topics"][0]["lost"]) == (True, 1, 1)
    assert told["topics"][0]["samples"]["lost"] == [{"id": str(feedback.pk), "text": "The app crashes"}]
    hidden = ask("get", "/taxonomy/2/trial", scopes=("metrics:read",)).json()
    assert hidden["topics"][0]["samples"]["lost"] == []
    ask("patch", "/topics/bills", {"name": "The bill"})
    assert ask("get", "/taxonomy/2/trial").json()["texts"] == 0


def test_a_draft_is_re_tagged_shown_and_put_live(taxonomy, ask, django_capture_on_commit_callbacks):
    now = timezone.now()
    feedback = Feedback.objects.create(
        kind="SURVEY",
        channel="WEB",
        source="t",
        source_id="1",
        content_hash="x",
        text="The app crashes",
        occurred_at=now,
    )
    Enrichment.objects.create(feedback=feedback)
    enrich_batch(now)
    assert [mention.topic.key for mention in feedback.mentions.all()] == ["app"]
    ask("post", "/topics/app/merge", {"into": "bills"})
    with django_capture_on_commit_callbacks(execute=True):
        assert ask("post", "/taxonomy/2/retag").status_code == 202
    assert taxonomy == [("insights.tasks.taxonomy.retag", [2])]
    prepare(2)
    while retag_batch(2):
        pass
    diff = ask("get", "/taxonomy/2/diff").json()
    lost = next(row for row in diff["topics"] if row["topic"] == "app")
    assert (diff["complete"], lost["lost"], lost["moved_to"]) == (True, 1, {"bills": 1})
    assert lost["samples"]["lost"] == [{"id": str(feedback.pk), "text": "The app crashes"}]
    hidden = ask("get", "/taxonomy/2/diff", scopes=("metrics:read",)).json()
    assert all(row["samples"] == {"gained": [], "lost": []} for row in hidden["topics"])
    assert ask("post", "/taxonomy/2/publish").json()["state"] == "LIVE"
    assert [mention.topic.key for mention in feedback.mentions.all()] == ["bills"]
    assert ask("get", "/topics/app").json()["merged_into"] == "bills"
    assert [version["state"] for version in ask("get", "/taxonomy").json()["versions"]] == ["LIVE", "OLD"]
