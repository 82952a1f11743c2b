"""The taxonomy over HTTP: the live tree with its counts, the one draft and its edits, what would change, going live."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from celery import current_app
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.access import has_scope, readable
from insights.access.roles import Person
from insights.api.authentication import token_of
from insights.api.base import ApiView
from insights.api.documents import ref
from insights.api.problems import Problem, wrong_parameter
from insights.api.topic_answers import (
    diff_as_json,
    samples_in,
    topics_as_json,
    trial_as_json,
    version_as_json,
)
from insights.api.topic_bodies import checked_body
from insights.enrichment.publishing import publish
from insights.enrichment.taxonomy import WrongTaxonomy
from insights.enrichment.taxonomy_edits import EDITS
from insights.enrichment.taxonomy_versions import NotNow, discard, edit_draft, open_draft, start_tagging
from insights.enrichment.trying_out import ask_for_trial
from insights.models import AccessToken, TaxonomyVersion, Topic

T = TypeVar("T")
READ, WRITE = ("metrics:read",), ("topics:write",)
_KEY = OpenApiParameter("key", {"type": "string", "maxLength": 80, "pattern": "^[a-z0-9_-]+$"}, OpenApiParameter.PATH)
_NUMBER = OpenApiParameter("number", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, OpenApiParameter.PATH)
_TAG = ["Topics"]


class Topics(ApiView):
    """GET and POST /topics."""

    required_scopes = READ

    @extend_schema(operation_id="list_topics", responses={200: ref("TopicTree")}, tags=_TAG)
    def get(self, request: Request) -> Response:
        """The live tree: every topic with its parent, owner, demand, threshold and how many texts mention it."""
        return Response(topics_as_json())

    @extend_schema(
        operation_id="add_topic", request={"application/json": ref("NewTopic")},
        responses={200: ref("TaxonomyVersion")}, tags=_TAG,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Add a topic to the draft; a draft is opened where none is. It counts once the draft is live."""
        return _edited(self, request, "add", {})


class TopicAddress(ApiView):
    """GET and PATCH /topics/{key}."""

    required_scopes = READ

    @extend_schema(operation_id="read_topic", parameters=[_KEY], responses={200: ref("Topic")}, tags=_TAG)
    def get(self, request: Request, key: str) -> Response:
        """One topic, also a retired one."""
        if not Topic.objects.filter(key=key).exists():
            raise Http404
        found = topics_as_json(key)["topics"]
        return Response(found[0])

    @extend_schema(
        operation_id="change_topic", parameters=[_KEY], request={"application/json": ref("TopicChange")},
        responses={200: ref("TaxonomyVersion")}, tags=_TAG,
    )  # fmt: skip
    def patch(self, request: Request, key: str) -> Response:
        """Change a topic in the draft: its name, description, examples, owner, demand, stage or threshold."""
        return _edited(self, request, "change", {"key": key})


class TopicEdit(ApiView):
    """POST /topics/{key}/{move|merge|split|retire|restore}."""

    required_scopes = WRITE

    @extend_schema(
        operation_id="edit_topic",
        parameters=[_KEY, OpenApiParameter("how", {"type": "string", "enum": sorted(EDITS.keys() - {"add", "change"})},
                                           OpenApiParameter.PATH)],
        request={"application/json": ref("TopicEdit")}, responses={200: ref("TaxonomyVersion")}, tags=_TAG,
    )  # fmt: skip
    def post(self, request: Request, key: str, how: str) -> Response:
        """Move (parent), merge (into), split (parts), retire or restore a topic in the draft."""
        if how not in EDITS.keys() - {"add", "change"}:
            raise Http404
        return _edited(self, request, how, {"key": key})


class TaxonomyVersions(ApiView):
    """GET and POST /taxonomy."""

    required_scopes = READ

    @extend_schema(operation_id="list_taxonomy_versions", responses={200: ref("TaxonomyVersionList")}, tags=_TAG)
    def get(self, request: Request) -> Response:
        """Every version, the newest first: its state, its edits and how far its re-tagging is."""
        versions = TaxonomyVersion.objects.defer("learned", "diff", "tree").order_by("-number")[:200]
        return Response({"versions": [version_as_json(version) for version in versions]})

    @extend_schema(operation_id="open_taxonomy_draft", request=None, responses={200: ref("TaxonomyVersion")}, tags=_TAG)
    def post(self, request: Request) -> Response:
        """Open a draft, also to learn from new labels alone. 409 where one is open."""
        _refuse_readers(request)
        return Response(version_as_json(_now(lambda: open_draft(now=self.now, by=request.user.pk))))


class TaxonomyVersionAddress(ApiView):
    """GET and DELETE /taxonomy/{number}."""

    required_scopes = READ

    @extend_schema(
        operation_id="read_taxonomy_version", parameters=[_NUMBER], responses={200: ref("TaxonomyVersion")}, tags=_TAG
    )
    def get(self, request: Request, number: int) -> Response:
        """One version; while it is re-tagging, how far that is."""
        return Response(version_as_json(_version(number)))

    @extend_schema(
        operation_id="discard_taxonomy_draft", parameters=[_NUMBER], responses={200: ref("TaxonomyVersion")}, tags=_TAG
    )
    def delete(self, request: Request, number: int) -> Response:
        """Discard a draft. Versions that are or were live are kept."""
        _refuse_readers(request)
        _version(number)
        return Response(version_as_json(_now(lambda: discard(number))))


class TaxonomyDiff(ApiView):
    """GET /taxonomy/{number}/diff."""

    required_scopes = READ

    @extend_schema(
        operation_id="read_taxonomy_diff", parameters=[_NUMBER], responses={200: ref("TaxonomyDiff")}, tags=_TAG
    )
    def get(self, request: Request, number: int) -> Response:
        """What would change if it went live: per topic before, after, gained, lost, moved to; sample texts for readers.

        Grows while the re-tagging runs; `complete` says whether every text was judged.
        """
        version = _version(number)
        return Response(diff_as_json(version, _texts(self, version.diff)))


class TaxonomyTrial(ApiView):
    """GET and POST /taxonomy/{number}/trial."""

    required_scopes = READ

    @extend_schema(
        operation_id="read_taxonomy_trial", parameters=[_NUMBER], responses={200: ref("TaxonomyTrial")}, tags=_TAG
    )
    def get(self, request: Request, number: int) -> Response:
        """What a draft would change of the newest thousand texts, as its diff tells it; `complete` once it is known.

        An edit makes a test void. `error` says what the draft cannot be learned from.
        """
        version = _version(number)
        return Response(trial_as_json(version, _texts(self, version.trial.get("rows", {}))))

    @extend_schema(
        operation_id="try_taxonomy", parameters=[_NUMBER], request=None, responses={202: ref("TaxonomyVersion")},
        tags=_TAG,
    )  # fmt: skip
    def post(self, request: Request, number: int) -> Response:
        """Test an open draft on the newest thousand texts, in the background. 409 while it is being tested."""
        _refuse_readers(request)
        asked = _now(lambda: ask_for_trial(_version(number).number, now=self.now))
        name = "insights.tasks.taxonomy.try_draft"
        transaction.on_commit(lambda: current_app.send_task(name, [number, asked]))
        return Response(version_as_json(_version(number)), status=202)


class TaxonomyTagging(ApiView):
    """POST /taxonomy/{number}/retag."""

    required_scopes = WRITE

    @extend_schema(
        operation_id="retag_taxonomy", parameters=[_NUMBER], request=None, responses={202: ref("TaxonomyVersion")},
        tags=_TAG,
    )  # fmt: skip
    def post(self, request: Request, number: int) -> Response:
        """Judge every text by the draft, in the background, from stored vectors. Nothing goes live yet."""
        _version(number)
        version = _now(lambda: start_tagging(number, now=self.now))
        transaction.on_commit(lambda: current_app.send_task("insights.tasks.taxonomy.retag", [number]))
        return Response(version_as_json(version), status=202)


class TaxonomyPublishing(ApiView):
    """POST /taxonomy/{number}/publish."""

    required_scopes = WRITE

    @extend_schema(
        operation_id="publish_taxonomy", parameters=[_NUMBER], request=None, responses={200: ref("TaxonomyVersion")},
        tags=_TAG,
    )  # fmt: skip
    def post(self, request: Request, number: int) -> Response:
        """Put a re-tagged draft live: topics, mentions and readings change together. Then its days are built anew."""
        _version(number)
        return Response(version_as_json(_now(lambda: publish(number, now=self.now))))


def _edited(view: ApiView, request: Request, how: str, about: dict[str, str]) -> Response:
    """Apply an edit to the open draft, or to a new one: both, or neither."""
    _refuse_readers(request)
    if not isinstance(request.data, dict):
        raise wrong_parameter("body", "The body must be a JSON object.")
    if about.keys() & request.data.keys():
        raise wrong_parameter("key", "The key stands in the address and is never changed.")
    change = checked_body(how, {**request.data, **about})
    by = request.user.pk
    return Response(version_as_json(_now(lambda: edit_draft(EDITS[how], now=view.now, by=by, **change))))


def _texts(view: ApiView, rows: Mapping[str, Any]) -> dict[str, str]:
    """The texts that a diff shows, as far as the viewer may read them."""
    found = readable(view.viewer).filter(pk__in=samples_in(rows)).values_list("pk", "text")
    return {str(key): text for key, text in found}


def _now(act: Callable[[], T]) -> T:
    """Do it, and tell what stands against it in HTTP's words."""
    try:
        return act()
    except NotNow as reason:
        raise Problem(409, "not-now", str(reason)) from None
    except WrongTaxonomy as wrong:
        raise Problem(400, "wrong-taxonomy", str(wrong), errors=list(wrong.problems)) from None


def _refuse_readers(request: Request) -> None:
    """Reading is for whoever sees figures; whoever changes needs more, at the same address."""
    user: Person = request.user
    if not has_scope(user, token_of(request), AccessToken.Scope.TOPICS_WRITE):
        raise Problem(403, "missing-scope", "This needs 'topics:write'.", scope="topics:write")


def _version(number: int) -> TaxonomyVersion:
    version = TaxonomyVersion.objects.defer("learned").filter(number=min(number, 2**31 - 1)).first()
    if version is None:
        raise Http404
    return version
