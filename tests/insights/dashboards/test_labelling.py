"""The Labelling and Quality pages, and a record put right: shown, kept, refused, undone, learned, withdrawn."""

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from insights.analysis.model_quality import measure
from insights.enrichment import gold
from insights.enrichment.encoder import build_encoder
from insights.models import AdoptedHead, Enrichment, Feedback, GoldText, Label, Mention, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(company, sign_in):
    """A company whose gold set is drawn, and a manager who judges."""
    build_encoder()
    Enrichment.objects.update(words=8, duplicate_of=None)
    gold.draw(timezone.now(), target=30)
    return sign_in("Contact-center manager")


def answer(client, task="SENTIMENT", **more):
    page = client.get(f"/labelling/?task={task}&mode=GOLD")
    asked = page.context["board"].asked
    told = {"task": task, "mode": "GOLD", "feedback": asked.key, "digest": asked.digest, "purpose": asked.purpose}
    return asked, client.post("/labelling/answer/", {**told, **more}, follow=True)


def test_one_text_at_a_time_is_asked_blind_and_the_answer_is_kept(desk):
    asked, after = answer(desk, value="POSITIVE")
    label = Label.objects.get()
    assert (str(label.feedback_id), label.value, label.purpose) == (asked.key, "POSITIVE", "GOLD")
    assert after.context["board"].asked.key != asked.key
    words = after.content.decode()
    assert "sounds negative" not in words
    assert "Undo “Mood: positive”" in words
    assert after.context["board"].progress.answered == 1


def test_the_last_answer_is_taken_back_and_a_skipped_text_does_not_come_again(desk):
    asked, _ = answer(desk, value="NEGATIVE")
    assert (
        "Taken back: Mood: negative." in desk.post("/labelling/undo/", {"mode": "GOLD"}, follow=True).content.decode()
    )
    assert not Label.objects.exists()
    again = desk.get("/labelling/?mode=GOLD").context["board"].asked
    desk.post("/labelling/skip/", {"mode": "GOLD", "feedback": again.key})
    seen = set()
    while (page := desk.get("/labelling/?mode=GOLD").context["board"]).asked:
        assert page.asked.key not in seen
        seen.add(page.asked.key)
        desk.post("/labelling/skip/", {"mode": "GOLD", "feedback": page.asked.key})
    assert again.key not in seen
    assert len(seen) == GoldText.objects.count() - 1
    assert asked.key in {again.key, *seen}


def test_all_topics_are_judged_at_once_in_the_gold_set(desk):
    money = Topic.objects.create(key="money", name="Money")
    for key in ("bills", "refunds"):
        Topic.objects.create(key=key, name=key.title(), parent=money)
    asked, _ = answer(desk, "TOPIC", topics=["bills"], topic="")
    assert [area.label for area in asked.areas] == ["Money"]
    assert set(Label.objects.values_list("topic__key", "value")) == {("bills", "YES"), ("refunds", "NO")}
    assert Mention.objects.filter(feedback=asked.key, tagged_by__startswith="person:").count() == 1


def test_what_cannot_be_kept_is_told_on_the_page(desk):
    _, after = answer(desk, value="HAPPY")
    assert "NEGATIVE, NEUTRAL, POSITIVE" in after.content.decode()
    assert desk.post("/labelling/answer/", {"feedback": "x"}).status_code == 404
    assert not Label.objects.exists()


def test_whoever_may_not_judge_sees_no_page_and_no_link(company, sign_in):
    auditor = sign_in("Auditor")
    assert auditor.get("/labelling/").status_code == 403
    assert "/labelling/answer/" not in auditor.get("/definitions/").content.decode()
    assert "Put it right" not in auditor.get(f"/records/{Feedback.objects.first().pk}/").content.decode()


def test_a_record_is_put_right(desk):
    feedback = Feedback.objects.filter(enrichment__sentiment_label="NEGATIVE").first()
    topic = Topic.objects.create(key="bills", name="Bills")
    path = f"/records/{feedback.pk}/"
    page = desk.get(path)
    assert "Put it right" in page.content.decode()
    digest = page.context["correct"].digest
    told = desk.post(
        f"{path}correct/", {"answer": "SENTIMENT:POSITIVE", "digest": digest}, follow=True
    ).content.decode()
    assert "It wins over the model" in told
    assert Enrichment.objects.get(pk=feedback.pk).sentiment_label == "POSITIVE"
    desk.post(f"{path}correct/", {"answer": "TOPIC:YES", "topic": "bills", "digest": digest})
    assert Mention.objects.filter(feedback=feedback, topic=topic).exists()
    desk.post(f"{path}correct/", {"answer": "TOPIC:NO:bills", "digest": digest})
    assert not Mention.objects.filter(feedback=feedback, topic=topic).exists()
    for wrong in ("SENTIMENT:YES", "X", "", "TOPIC:YES:nowhere"):
        refused = desk.post(f"{path}correct/", {"answer": wrong, "digest": digest}, follow=True)
        assert 'class="notice bad"' in refused.content.decode()
    stale = desk.post(f"{path}correct/", {"answer": "SENTIMENT:NEUTRAL", "digest": "0" * 16}, follow=True)
    assert "has changed since" in stale.content.decode()
    assert Label.objects.count() == 2


def test_quality_says_when_there_is_too_little_and_shows_figures_when_there_is_enough(desk, monkeypatch):
    assert "Nothing is measured yet" in desk.get("/labelling/quality/").content.decode()
    for _ in range(12):
        answer(desk, value="NEGATIVE")
    measure(timezone.now())
    told = desk.get("/labelling/quality/").content.decode()
    assert "too few (0)" in told
    assert "No text was judged by two people yet" in told
    assert "Refit from labels" not in told  # a manager does not decide what is learned
    sent = []
    monkeypatch.setattr(
        "celery.app.base.Celery.send_task", lambda self, name, args=(), **more: sent.append((name, args))
    )
    User.objects.get().groups.add(Group.objects.get(name="Analyst"))
    analyst = desk
    assert "Refit from labels" in analyst.get("/labelling/quality/").content.decode()
    analyst.post("/labelling/refit/", {"task": "SENTIMENT"})
    assert sent[0][0] == "insights.tasks.quality.refit_from_labels"
    assert analyst.post("/labelling/refit/", {"task": "NOTHING"}).status_code == 404
    head = AdoptedHead.objects.create(
        task="SENTIMENT", state="ADOPTED", weights=b"", version="own-1", reason="Better.", at=timezone.now()
    )
    page = analyst.post(f"/labelling/heads/{head.number}/withdraw/", follow=True).content.decode()
    assert "Withdrawn." in page
    assert (
        "nothing to withdraw" in analyst.post(f"/labelling/heads/{head.number}/withdraw/", follow=True).content.decode()
    )
