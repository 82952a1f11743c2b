"""Labelling: ask, keep, skip, undo; correct one record; show quality, learn from labels, withdraw what was learned."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from celery import current_app
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from insights.access.roles import EDIT_TAXONOMY, LABEL, may, viewer_for
from insights.access.rows import WORDS_MAY_BE_SEEN, readable
from insights.analysis.model_quality import latest
from insights.analysis.refit import REFITTED, CannotRefit, withdraw
from insights.dashboards import page
from insights.dashboards.boards.labelling import ASKED, answer_name
from insights.dashboards.boards.labelling import labelling as board
from insights.dashboards.boards.quality import quality as quality_board
from insights.enrichment.label_queue import GOLD, MODES, Question, questions
from insights.enrichment.labelling import NotLabelled, Shown, say, say_topics, take_back
from insights.enrichment.taxonomy_versions import TopicGone, judged_topic
from insights.models import Feedback, Label, Topic

HANDFUL = 10  # questions looked up at once
_QUEUE, _SKIPPED, _LAST = "labelling-queue", "labelling-skipped", "labelling-last"
_MOST_SKIPPED = 300


@require_GET
@page.page(LABEL)
def labelling(request: HttpRequest) -> HttpResponse:
    """The next text to be judged."""
    task, mode = _asked_for(request.GET.get("task", ""), request.GET.get("mode", ""))
    topic = _about(request.GET.get("about", ""), task)
    question, feedback = _next(request, task, mode, topic)
    last = request.session.get(_LAST) or {}
    return page.show(
        request,
        "insights/labelling.html",
        board=board(task, mode, question, feedback, last.get("words", "")),
        about=topic,
    )


@require_POST
@page.page(LABEL)
def answer(request: HttpRequest) -> HttpResponse:
    """Keep an answer, and go on with the next text."""
    task, mode = _asked_for(request.POST.get("task", ""), request.POST.get("mode", ""))
    feedback = _readable(request, request.POST.get("feedback", ""))
    try:
        labels, words = _kept(request, feedback, task)
    except (NotLabelled, TopicGone) as refused:
        messages.error(request, str(refused))
    else:
        request.session[_LAST] = {"labels": [str(label.pk) for label in labels], "words": words}
        _forget(request, str(feedback.pk))
    return _on(request, task, mode)


@require_POST
@page.page(LABEL)
def skip(request: HttpRequest) -> HttpResponse:
    """Leave a text for others; it does not come up again in this session."""
    task, mode = _asked_for(request.POST.get("task", ""), request.POST.get("mode", ""))
    key = str(_readable(request, request.POST.get("feedback", "")).pk)
    request.session[_SKIPPED] = [*request.session.get(_SKIPPED, []), key][-_MOST_SKIPPED:]
    _forget(request, key)
    return _on(request, task, mode)


@require_POST
@page.page(LABEL)
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the last answer."""
    task, mode = _asked_for(request.POST.get("task", ""), request.POST.get("mode", ""))
    last = request.session.pop(_LAST, None) or {}
    by = _person(request)
    for label in Label.objects.filter(pk__in=last.get("labels", []), by=by):
        take_back(label=label, by=by)
    if last:
        request.session.pop(_QUEUE, None)
        messages.info(request, f"Taken back: {last['words']}.")
    return _on(request, task, mode)


@require_POST
@page.page(LABEL)
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Correct what was read of one record; the answer is 'TASK:VALUE' or 'TOPIC:VALUE:topic'."""
    feedback = _readable(request, str(key))
    task, value, topic_key = [*request.POST.get("answer", "").split(":", 2), "", ""][:3]
    topic_key = topic_key or (request.POST.get("topic", "") if task == Label.Task.TOPIC else "")
    try:
        topic = judged_topic(topic_key) if topic_key else None
        shown = Shown(feedback=feedback, digest=request.POST.get("digest", ""))
        say(shown=shown, task=task, value=value, topic=topic, by=_person(request), now=timezone.now())
    except (NotLabelled, TopicGone) as refused:
        messages.error(request, str(refused))
    else:
        about = f"{topic.name}, {value.lower()}" if topic else answer_name(task, value)
        messages.info(request, f"Kept: {about}. It wins over the model, also when the text is read again.")
    return redirect("record", key=key)


@require_GET
@page.page()
def quality(request: HttpRequest) -> HttpResponse:
    """How good the reading is."""
    return page.show(
        request, "insights/quality.html", board=quality_board(latest()), may_refit=may(request.user, EDIT_TAXONOMY)
    )


@require_POST
@page.page(EDIT_TAXONOMY)
def refit(request: HttpRequest) -> HttpResponse:
    """Learn one task from labels, in the background; the page shows what became of it."""
    task = request.POST.get("task", "")
    if task not in REFITTED:
        raise Http404("There is nothing to learn under this name.")
    current_app.send_task("insights.tasks.quality.refit_from_labels", [task, _person(request).pk])
    messages.info(request, "Learning from labels. The result stands below in some seconds: reload to see it.")
    return redirect(f"{reverse('quality-page')}#learned")


@require_POST
@page.page(EDIT_TAXONOMY)
def withdraw_head(request: HttpRequest, number: int) -> HttpResponse:
    """Take a refit out of use."""
    try:
        withdraw(number)
    except CannotRefit as refused:
        messages.error(request, str(refused))
    else:
        messages.info(request, "Withdrawn. Texts are being read again without it.")
    return redirect(f"{reverse('quality-page')}#learned")


def _kept(request: HttpRequest, feedback: Feedback, task: str) -> tuple[list[Label], str]:
    by, now = _person(request), timezone.now()
    shown = Shown(
        feedback=feedback, digest=request.POST.get("digest", ""), purpose=request.POST.get("purpose", "QUEUE")
    )
    if task == Label.Task.TOPIC and not request.POST.get("topic"):
        topics = [judged_topic(key) for key in request.POST.getlist("topics")]
        labels = say_topics(shown=shown, topics=topics, by=by, now=now)
        return labels, f"Topics: {', '.join(topic.name for topic in topics) or 'none of them'}"
    topic = judged_topic(request.POST["topic"]) if task == Label.Task.TOPIC else None
    value = request.POST.get("value", "")
    label = say(shown=shown, task=task, value=value, topic=topic, by=by, now=now)
    return [label], answer_name(task, value)


def _next(request: HttpRequest, task: str, mode: str, topic: Topic | None) -> tuple[Question | None, Feedback | None]:
    """The next question of the handful kept for this session, or of a new one."""
    rows = readable(viewer_for(request.user)).filter(WORDS_MAY_BE_SEEN)
    kept: dict[str, Any] = request.session.get(_QUEUE) or {}
    about = topic.key if topic else ""
    is_same = (kept.get("task"), kept.get("mode"), kept.get("about", "")) == (task, mode, about)
    waiting = kept.get("questions", []) if is_same else []
    if not waiting:
        wanted = rows.exclude(pk__in=request.session.get(_SKIPPED, []))
        found = questions(
            wanted, task=task, mode=mode, by=_person(request).pk, limit=HANDFUL, topic=topic.pk if topic else None
        )
        waiting = [_as_kept(one) for one in found]
        request.session[_QUEUE] = {"task": task, "mode": mode, "about": about, "questions": waiting}
    for told in waiting:
        feedback = rows.filter(pk=told["feedback"]).first()
        if feedback is not None:
            return _from_kept(told), feedback
    return None, None


def _as_kept(question: Question) -> dict[str, Any]:
    told = asdict(question)
    return {**told, "feedback": str(question.feedback), "topic": str(question.topic) if question.topic else None}


def _from_kept(told: dict[str, Any]) -> Question:
    topic = told["topic"]
    return Question(**{**told, "feedback": UUID(told["feedback"]), "topic": UUID(topic) if topic else None})


def _forget(request: HttpRequest, key: str) -> None:
    kept = request.session.get(_QUEUE) or {}
    left = [one for one in kept.get("questions", []) if one["feedback"] != key]
    request.session[_QUEUE] = {**kept, "questions": left}


def _asked_for(task: str, mode: str) -> tuple[str, str]:
    return (task if task in ASKED else Label.Task.SENTIMENT.value), (mode if mode in MODES else GOLD)


def _on(request: HttpRequest, task: str, mode: str) -> HttpResponse:
    topic = _about(request.POST.get("about", ""), task)
    about = f"&about={topic.key}" if topic else ""
    return redirect(f"{reverse('labelling')}?task={task}&mode={mode}{about}")


def _about(key: str, task: str) -> Topic | None:
    """The one topic that is asked about, where the page was opened from it."""
    return Topic.objects.filter(key=key, is_active=True).first() if key and task == Label.Task.TOPIC else None


def _readable(request: HttpRequest, key: str) -> Feedback:
    try:
        found = readable(viewer_for(request.user)).filter(pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404("There is no such text, or it is outside what you may see.")
    return found


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in first.")
    return request.user
