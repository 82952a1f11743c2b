"""The records behind a number."""

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.access import facts_of, readable
from insights.api.base import ApiView, single, whole_number
from insights.api.cursor import Cursor
from insights.api.documents import ref
from insights.api.problems import wrong_parameter
from insights.api.records import feedback_as_json
from insights.mart.engine import open_version
from insights.metrics.engine import records
from insights.metrics.query import MetricQuery

_PAGE = frozenset({"metric", "cursor", "limit"})
_CUTS = ("by", "bucket", "compare")


class FeedbackList(ApiView):
    """GET /feedback: what a metric counted, newest first."""

    required_scopes = ("feedback:read",)
    known_parameters = None

    @extend_schema(
        operation_id="list_feedback",
        responses={200: ref("FeedbackPage")},
        extensions={"x-parameters": ["metric", "filters", "page"]},
        tags=["Feedback"],
    )
    def get(self, request: Request) -> Response:
        """The records behind a number: `count` is the metric's n. Follow `next` until it is null."""
        limit = whole_number(request, "limit", default=50, lowest=1, highest=500)
        text = single(request, "cursor")
        cursor = Cursor.from_text(text) if text else None
        query = self._question(request)
        if query.as_of is None:
            query = replace(query, as_of=cursor.version if cursor else _standing_version())
        viewer = self.viewer
        page = records(query, viewer, after=cursor.after if cursor else None, limit=limit, now=self.now)
        rows = [feedback_as_json(feedback, viewer) for feedback in facts_of(page.ids, viewer)]
        following = Cursor(page.next, query.as_of).as_text() if page.next else None
        return Response({"count": page.count, "next": self._address(request, following), "results": rows})

    def _question(self, request: Request) -> MetricQuery:
        metric = single(request, "metric")
        if metric is None:
            raise wrong_parameter("metric", "metric is missing: whose records? GET /api/v1/metrics lists the metrics.")
        for name in _CUTS:
            if name in request.query_params:
                raise wrong_parameter(name, f"Records have no '{name}'. Filter by the value instead.")
        pairs = [(n, v) for n, values in request.query_params.lists() if n not in _PAGE for v in values]
        return MetricQuery.from_pairs(metric, pairs, today=self.today)

    def _address(self, request: Request, following: str | None) -> str | None:
        if following is None:
            return None
        pairs = [(n, v) for n, values in request.query_params.lists() if n != "cursor" for v in values]
        return f"{request.path}?{urlencode([*pairs, ('cursor', following)])}"


def _standing_version() -> int | None:
    """Return the version that later pages have to be read from too."""
    version = open_version()
    return version.number if version else None


class FeedbackRecord(ApiView):
    """GET /feedback/{id}: one record."""

    required_scopes = ("feedback:read",)

    @extend_schema(operation_id="read_feedback", responses={200: ref("Feedback")}, tags=["Feedback"])
    def get(self, request: Request, feedback_id: UUID) -> Response:
        """One record with its words, scores, facts, mentions and readings."""
        viewer = self.viewer
        feedback = readable(viewer).filter(pk=feedback_id).first()
        if feedback is None:
            raise Http404
        return Response(feedback_as_json(feedback, viewer))
