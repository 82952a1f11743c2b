"""Labels over HTTP: said, listed, taken back, refused in words; the queue is blind; quality and state are told."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.utils import timezone
from jsonschema import Draft202012Validator

from insights.access import issue_token
from insights.enrichment import gold
from insights.enrichment.encoder import build_encoder
from insights.models import AdoptedHead, Enrichment, GoldText, Label, Mention, QualityRun, Topic, ViewingLimit
from insights.tasks.quality import measure_quality, refit_from_labels

pytestmark = pytest.mark.django_db
SCOPES = ("feedback:read", "labels:write", "metrics:read")


@pytest.fixture(autouse=True)
def _encoder():
    build_encoder()


@pytest.fixture
def ask(client, company, roles):
    def _ask(method, path, body=None, *, name="kim", role="Analyst", scopes=SCOPES):
        user, _ = User.objects.get_or_create(username=name)
        user.groups.add(Group.objects.get(name=role))
        _, secret = issue_token(user=user, scopes=scopes, days=1, name="t", now=timezone.now())
        more = {} if method in {"get", "delete"} else {"data": body, "content_type": "application/json"}
        call = getattr(client, method)
        return call(f"/api/v1{path}", headers={"authorization": f"Bearer {secret}"}, **more)

    return _ask


@pytest.fixture
def fits(client):
    document = client.get("/api/v1/openapi.json").json()

    def _fits(answer, name):
        schema = {**document["components"]["schemas"][name], "components": document["components"]}
        Draft202012Validator(schema).validate(answer)
        return answer

    return _fits


def test_an_answer_wins_at_once_is_listed_and_can_be_taken_back(ask, company, fits):
    feedback = company["contacts"][0]
    answer = ask("post", "/labels", {"feedback": str(feedback.pk), "task": "SENTIMENT", "value": "POSITIVE"})
    assert answer.status_code == 201, answer.content
    label = fits(answer.json(), "LabelList")["labels"][0]
    assert (label["value"], label["seen_before"], label["by"], label["purpose"]) == (
        "POSITIVE", "NEGATIVE", "kim", "CORRECTION",
    )  # fmt: skip
    told = ask("get", f"/feedback/{feedback.pk}").json()["reading"]
    assert (told["sentiment_label"], told["sentiment"]) == ("POSITIVE", 1.0)
    assert fits(ask("get", "/labels").json(), "LabelPage")["labels"] == [label]
    assert ask("delete", f"/labels/{label['id']}", name="lee").status_code == 403
    assert ask("delete", f"/labels/{label['id']}").status_code == 204
    assert ask("delete", f"/labels/{label['id']}").status_code == 404
    assert Enrichment.objects.get(pk=feedback.pk).state == "PENDING"  # is read again


def test_topics_are_judged_one_by_one_or_as_a_whole(ask, company):
    Topic.objects.create(key="app", name="App")
    feedback = str(company["contacts"][0].pk)
    body = {"feedback": feedback, "task": "TOPIC", "topic": "app", "value": "YES", "span": {"start": 0, "end": 2}}
    assert ask("post", "/labels", body).json()["labels"][0]["span"] == {"turn": None, "start": 0, "end": 2}
    whole = ask("post", "/labels", {"feedback": feedback, "task": "TOPIC", "topics": []}).json()["labels"]
    assert {label["topic"]: label["value"] for label in whole} == {"app": "NO", "invoice": "NO"}
    assert not Mention.objects.filter(feedback=feedback).exists()


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"task": "SENTIMENT", "value": "HAPPY"}, 400, "NEGATIVE, NEUTRAL, POSITIVE"),
        ({"task": "MOOD", "value": "YES"}, 400, "SENTIMENT"),
        ({"task": "SENTIMENT"}, 400, "'value' must be"),
        ({"task": "SENTIMENT", "value": "NEUTRAL", "colour": 1}, 400, "no member 'colour'"),
        ({"task": "TOPIC", "value": "YES", "topic": "nowhere"}, 400, "no topic 'nowhere'"),
        ({"task": "TOPIC", "value": "YES", "topic": "old"}, 400, "retired"),
        ({"task": "TOPIC", "topics": ["invoice"], "value": "YES"}, 400, "leave out"),
        ({"task": "SENTIMENT", "value": "NEUTRAL", "topic": "invoice"}, 400, "TOPIC only"),
        ({"task": "SENTIMENT", "value": "NEUTRAL", "span": {"start": 5, "end": 5}}, 400, "Mark characters"),
        ({"task": "SENTIMENT", "value": "NEUTRAL", "span": {"turn": 99, "start": 0, "end": 1}}, 400, "no turn 99"),
        ({"task": "SENTIMENT", "value": "NEUTRAL", "span": {"start": True, "end": 2}}, 400, "whole number"),
        ({"task": "SENTIMENT", "value": "NEUTRAL", "purpose": "GOLD"}, 400, "was not drawn"),
        ({"task": "SENTIMENT", "value": "NEUTRAL", "words_digest": "0" * 16}, 409, "has changed"),
        ({"task": "SENTIMENT", "value": "NEUTRAL", "feedback": "7"}, 400, "id of a record"),
        ({"task": "SENTIMENT", "value": "NEUTRAL", "feedback": str(uuid4())}, 404, "nothing"),
    ],
    ids=range(15),
)
def test_what_cannot_be_kept_is_refused_in_words(ask, company, body, status, words):
    Topic.objects.create(key="old", name="Old", is_active=False)
    answer = ask("post", "/labels", {"feedback": str(company["contacts"][0].pk), **body})
    assert answer.status_code == status, answer.content
    assert words in answer.json()["detail"]
    assert not Label.objects.exists()


def test_a_text_whose_names_are_still_in_it_takes_no_answer(ask, company):
    feedback = company["contacts"][0]
    Enrichment.objects.filter(pk=feedback.pk).update(versions={})
    answer = ask("post", "/labels", {"feedback": str(feedback.pk), "task": "SENTIMENT", "value": "NEUTRAL"})
    assert (answer.status_code, "cannot be seen yet" in answer.json()["detail"]) == (409, True)


def test_without_the_scope_or_within_limits_nothing_is_said(ask, company):
    body = {"feedback": str(company["contacts"][0].pk), "task": "SENTIMENT", "value": "NEUTRAL"}
    refused = ask("post", "/labels", body, scopes=("feedback:read",))
    assert (refused.status_code, refused.json()["scope"]) == (403, "labels:write")
    ViewingLimit.objects.create(user=User.objects.get(username="kim"), dimension="queue", values=["Nowhere"])
    assert ask("post", "/labels", body).status_code == 404
    assert ask("get", "/labels/queue").json()["questions"] == []


def test_the_gold_queue_is_blind_and_others_answers_stay_hidden_until_ones_own(ask, company, fits):
    Enrichment.objects.update(words=5)
    gold.draw(timezone.now(), target=20)
    GoldText.objects.update(is_double=True)
    asked = fits(ask("get", "/labels/queue?mode=GOLD&limit=3").json(), "LabelQueue")["questions"]
    assert len(asked) == 3
    first = asked[0]
    assert first["certainty"] is None
    assert not {"reading", "sentiment", "sentiment_label"} & first.keys()
    body = {name: first[name] for name in ("feedback", "task", "purpose", "words_digest")}
    assert ask("post", "/labels", {**body, "value": "NEUTRAL"}).status_code == 201
    assert ask("get", "/labels", name="lee").json()["labels"] == []
    assert ask("post", "/labels", {**body, "value": "POSITIVE"}, name="lee").status_code == 201
    assert len(ask("get", f"/labels?feedback={first['feedback']}", name="lee").json()["labels"]) == 2
    assert ask("get", "/labels/queue?mode=GOLD&limit=1").json()["progress"]["doubled"] == 1


def test_pages_follow_each_other_and_wrong_parameters_are_named(ask, company):
    for one in company["contacts"][:5]:
        ask("post", "/labels", {"feedback": str(one.pk), "task": "OUTCOME", "value": "SOLVED"})
    page = ask("get", "/labels?limit=3").json()
    rest = ask("get", f"/labels?limit=3&cursor={page['next']}").json()
    assert len({label["id"] for label in [*page["labels"], *rest["labels"]]}) == 5
    assert rest["next"] is None
    assert ask("get", "/labels?task=SENTIMENT").json()["labels"] == []
    for path in ("task=X", "purpose=X", "feedback=1", "cursor=x", "colour=red", "limit=0"):
        assert ask("get", f"/labels?{path}").status_code == 400
    for path in ("task=X", "mode=X", "limit=51"):
        assert ask("get", f"/labels/queue?{path}").status_code == 400


def test_quality_and_the_state_of_the_reading_are_told(ask, company, fits, capsys):
    assert fits(ask("get", "/quality").json(), "Quality") == {"run": None, "heads": []}
    with pytest.raises(CommandError, match="Nothing was measured"):
        call_command("quality", "show")
    Enrichment.objects.update(words=5)
    measure_quality()
    drawn = GoldText.objects.first()
    body = {"feedback": str(drawn.pk), "task": "SENTIMENT", "value": "NEUTRAL", "purpose": "GOLD"}
    assert ask("post", "/labels", body).status_code == 201
    call_command("quality", "measure")
    told = fits(ask("get", "/quality").json(), "Quality")["run"]
    assert told["tasks"][0]["accuracy"]["state"] == "TOO_FEW"
    assert QualityRun.objects.count() == 2
    assert "KEPT_OUT" in refit_from_labels("SENTIMENT")
    head = fits(ask("get", "/quality").json(), "Quality")["heads"][0]
    assert (head["state"], head["labels"]) == ("KEPT_OUT", 0)
    for wrong in (("refit", "OUTCOME"), ("withdraw", "x"), ("withdraw", str(AdoptedHead.objects.get().pk))):
        with pytest.raises(CommandError):
            call_command("quality", *wrong)
    state = fits(ask("get", "/enrichment").json(), "EnrichmentState")
    assert (state["done"], state["pending"], state["failed"]) == (100, 0, 0)
    assert "sentiment" in state["versions"]


def test_a_refit_is_started_and_its_outcome_told(ask, company, fits, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr("insights.api.refits.current_app.send_task", lambda name, args: sent.append((name, args)))
    scopes = ("metrics:read", "topics:write")
    with django_capture_on_commit_callbacks(execute=True):
        started = ask("post", "/quality/refits", {"task": "SENTIMENT"}, scopes=scopes)
    assert started.status_code == 202, started.content
    outcome = fits(started.json(), "RefitStarted")["outcome"].removeprefix("/api/v1")
    assert sent[0][0] == "insights.tasks.quality.refit_from_labels"
    assert ask("get", outcome).json() == {"refits": []}
    refit_from_labels(*sent[0][1])
    (told,) = fits(ask("get", outcome).json(), "RefitList")["refits"]
    assert (told["state"], told["by"]) == ("KEPT_OUT", "kim")
    assert "too few to learn from" in told["reason"]
    assert ask("get", f"/quality/refits/{told['number']}").json() == told
    refused = ask("delete", f"/quality/refits/{told['number']}", scopes=scopes)
    assert (refused.status_code, refused.json()["detail"][:13]) == (409, "This one is n")
    AdoptedHead.objects.update(state="ADOPTED", weights=b"")
    assert ask("delete", f"/quality/refits/{told['number']}", scopes=scopes).json()["state"] == "WITHDRAWN"


@pytest.mark.parametrize("body", [{}, [], {"task": "OUTCOME"}, {"task": 1}, {"task": "SENTIMENT", "more": 1}])
def test_a_refit_of_something_else_is_refused_in_words(ask, company, body):
    answer = ask("post", "/quality/refits", body, scopes=("metrics:read", "topics:write"))
    assert answer.status_code == 400
    assert "SENTIMENT" in answer.json()["detail"]


def test_whoever_may_not_decide_starts_no_refit(ask, company):
    body = {"task": "SENTIMENT"}
    assert ask("post", "/quality/refits", body).status_code == 403
    assert (
        ask("post", "/quality/refits", body, name="lee", role="CX leader", scopes=("metrics:read",)).status_code == 403
    )
    assert ask("get", "/quality/refits?task=NOTHING").status_code == 400
    assert ask("get", "/quality/refits/7").status_code == 404
