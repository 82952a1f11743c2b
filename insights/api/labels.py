"""Labels over HTTP: what people said of texts, one more answer, one taken back, and what to ask next."""

from typing import Any, Final
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.access import WORDS_MAY_BE_SEEN, has_scope, readable
from insights.api.authentication import token_of
from insights.api.base import ApiView, key_of, single, whole_number
from insights.api.cursor import Cursor, wrong_cursor
from insights.api.documents import ref
from insights.api.label_bodies import LabelBody, checked_label
from insights.api.problems import Problem, wrong_parameter
from insights.api.records import address_of
from insights.enrichment import gold
from insights.enrichment.label_queue import MODES, Question, questions
from insights.enrichment.labelling import NotLabelled, Shown, say, say_topics, take_back
from insights.enrichment.reading import Span
from insights.enrichment.taxonomy_versions import TopicGone, judged_topic
from insights.models import AccessToken, Feedback, Label, Topic, Turn

READ: Final = ("feedback:read",)
_LABEL_ID = OpenApiParameter("label_id", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH)
_TAG = ["Labels"]


class Labels(ApiView):
    """GET and POST /labels."""

    required_scopes = READ
    known_parameters = frozenset({"task", "purpose", "feedback", "limit", "cursor"})

    @extend_schema(
        operation_id="list_labels", responses={200: ref("LabelPage")}, tags=_TAG,
        extensions={"x-parameters": ["labels", "page"]},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Labels of texts you may read, the newest first.

        What others said of a text that you may still be asked about yourself is left out, so that you judge it blind.
        """
        limit = whole_number(request, "limit", default=50, lowest=1, highest=500)
        rows = _filtered(request, _visible(self)).select_related("topic", "by", "turn").order_by("-id")
        if (text := single(request, "cursor")) is not None:
            rows = rows.filter(pk__lt=_key_of(Cursor.from_text(text)))
        page = list(rows[: limit + 1])
        following = Cursor(str(page[limit - 1].pk)).as_text() if len(page) > limit else None
        return Response({"next": following, "labels": [label_as_json(one) for one in page[:limit]]})

    @extend_schema(
        operation_id="add_label", request={"application/json": ref("NewLabel")},
        responses={201: ref("LabelList")}, tags=_TAG,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Say what is right. It wins over the model at once and after every re-run; the latest of several counts.

        With `topics` instead of `topic` and `value` it is a whole answer: these topics and no others.
        """
        _refuse_readers(request)
        body = checked_label(request.data)
        feedback = readable(self.viewer).filter(pk=body.feedback).first()
        if feedback is None:
            raise Http404
        labels = _said(body, feedback, request)
        return Response({"labels": [label_as_json(label) for label in labels]}, status=201)


class LabelAddress(ApiView):
    """DELETE /labels/{label_id}."""

    required_scopes = READ

    @extend_schema(operation_id="take_back_label", parameters=[_LABEL_ID], responses={204: None}, tags=_TAG)
    def delete(self, request: Request, label_id: UUID) -> Response:
        """Take back an answer of your own; the text is read again, as if it had not been given."""
        _refuse_readers(request)
        label = _visible(self).filter(pk=label_id).first()
        if label is None:
            raise Http404
        try:
            take_back(label=label, by=_person(request))
        except NotLabelled as refused:
            raise Problem(403, "not-allowed", str(refused)) from None
        return Response(status=204)


class LabelQueue(ApiView):
    """GET /labels/queue."""

    required_scopes = ("labels:write",)
    known_parameters = frozenset({"task", "mode", "limit"})

    @extend_schema(
        operation_id="read_label_queue", responses={200: ref("LabelQueue")}, tags=_TAG,
        extensions={"x-parameters": ["label_queue"]},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """What to judge next. UNSURE teaches: least certain and most different first. GOLD measures: at random, blind.

        Send `words_digest` and `purpose` back with the answer. Nobody is asked about the same text twice.
        """
        task = _one_of(request, "task", tuple(Label.Task.values), Label.Task.SENTIMENT)
        mode = _one_of(request, "mode", MODES, MODES[0])
        limit = whole_number(request, "limit", default=10, lowest=1, highest=50)
        rows = readable(self.viewer).filter(WORDS_MAY_BE_SEEN)
        asked = questions(rows, task=task, mode=mode, by=_person(request).pk, limit=limit)
        texts = rows.in_bulk([one.feedback for one in asked])
        topics = dict(Topic.objects.values_list("pk", "key"))
        told = gold.progress_of(task)
        progress = {"drawn": told.drawn, "answered": told.answered, "doubled": told.doubled, "left": told.left}
        found = [_question(one, texts[one.feedback], topics) for one in asked if one.feedback in texts]
        return Response({"progress": progress, "questions": found})


def label_as_json(label: Label) -> dict[str, Any]:
    """Return one answer of one person."""
    span = None
    if label.start is not None:
        turn = label.turn
        span = {"turn": None if turn is None else turn.position, "start": label.start, "end": label.end}
    return {
        "id": str(label.pk),
        "feedback": str(label.feedback_id),
        "task": label.task,
        "topic": None if label.topic is None else label.topic.key,
        "value": label.value,
        "purpose": label.purpose,
        "seen_before": label.seen_before or None,
        "words_digest": label.words_digest,
        "span": span,
        "by": None if label.by is None else label.by.get_username(),
        "created_at": label.created_at.isoformat(),
        "updated_at": label.updated_at.isoformat(),
    }


def _visible(view: ApiView) -> QuerySet[Label]:
    """Labels of texts within the viewer's limits, but no answer that would spoil a blind second judgement."""
    user = view.request.user
    mine = Label.objects.filter(feedback=OuterRef("feedback"), task=OuterRef("task"), by=user.pk)
    spoiling = Q(purpose=Label.Purpose.GOLD) & ~Q(by=user.pk) & ~Exists(mine)
    return Label.objects.filter(feedback__in=readable(view.viewer).values("pk")).exclude(spoiling)


def _filtered(request: Request, rows: QuerySet[Label]) -> QuerySet[Label]:
    if "task" in request.query_params:
        rows = rows.filter(task=_one_of(request, "task", tuple(Label.Task.values), ""))
    if "purpose" in request.query_params:
        rows = rows.filter(purpose=_one_of(request, "purpose", tuple(Label.Purpose.values), ""))
    if (key := key_of(request, "feedback")) is not None:
        rows = rows.filter(feedback=key)
    return rows


def _said(body: LabelBody, feedback: Feedback, request: Request) -> list[Label]:
    shown = Shown(feedback=feedback, digest=body.words_digest, purpose=body.purpose)
    try:
        if body.topics is not None:
            topics = [judged_topic(key) for key in dict.fromkeys(body.topics)]
            return say_topics(shown=shown, topics=topics, by=_person(request), now=timezone.now())
        topic = None if body.topic is None else judged_topic(body.topic)
        span = _span(body, feedback)
        with transaction.atomic():
            label = say(
                shown=shown,
                task=body.task,
                value=body.value,
                by=_person(request),
                now=timezone.now(),
                topic=topic,
                span=span,
            )
        return [label]
    except TopicGone as gone:
        raise wrong_parameter("topic", str(gone)) from None
    except NotLabelled as refused:
        if refused.about in {"feedback", "words_digest"}:
            raise Problem(409, "not-now", str(refused), parameter=refused.about) from None
        raise wrong_parameter(refused.about, str(refused)) from None


def _span(body: LabelBody, feedback: Feedback) -> Span | None:
    if body.start is None or body.end is None:
        return None
    if body.turn is None:
        return Span(None, body.start, body.end)
    turn = Turn.objects.filter(feedback=feedback, position=body.turn).first()
    if turn is None:
        raise wrong_parameter("span", f"The text has no turn {body.turn}.")
    return Span(turn.pk, body.start, body.end)


def _question(one: Question, feedback: Feedback, topics: dict[UUID, str]) -> dict[str, Any]:
    return {
        "feedback": str(one.feedback),
        "url": address_of(one.feedback),
        "task": one.task,
        "topic": None if one.topic is None else topics.get(one.topic),
        "purpose": one.purpose,
        "words_digest": one.digest,
        "certainty": one.certainty,
        "kind": feedback.kind,
        "channel": feedback.channel,
        "title": feedback.title,
        "text": feedback.text,
        "turns": [
            {"position": turn.position, "speaker": turn.speaker, "text": turn.text} for turn in feedback.turns.all()
        ],
    }


def _one_of(request: Request, name: str, allowed: tuple[str, ...], default: str) -> str:
    value = (single(request, name) or "") if name in request.query_params else default
    if value not in allowed:
        raise wrong_parameter(name, f"{name} is '{value}'. It can be {', '.join(allowed)}.")
    return value


def _key_of(cursor: Cursor) -> UUID:
    try:
        return UUID(cursor.after)
    except ValueError:
        raise wrong_cursor() from None


def _person(request: Request) -> User:
    """Who answers; permissions have let nobody else in."""
    if not isinstance(request.user, User):
        raise Problem(401, "not-authenticated", "Sign in, or send a token.")
    return request.user


def _refuse_readers(request: Request) -> None:
    """Reading labels is for whoever reads texts; judging needs more, at the same address."""
    if not has_scope(request.user, token_of(request), AccessToken.Scope.LABELS_WRITE):
        raise Problem(403, "missing-scope", "This needs 'labels:write'.", scope="labels:write")
