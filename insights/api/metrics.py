"""Metrics: the catalog, one answer, and a page's worth of answers in one round trip."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.api.base import ApiView
from insights.api.documents import ref
from insights.api.problems import Problem, wrong_parameter
from insights.metrics.answer import Answer
from insights.metrics.definition import Metric
from insights.metrics.dimensions import DIMENSIONS
from insights.metrics.engine import answer, answers
from insights.metrics.query import InvalidQuery, MetricQuery
from insights.metrics.registry import METRICS, UnknownMetric, metric_named
from insights.metrics.viewer import Viewer
from insights.metrics.wire import answer_as_json

MOST_QUERIES = 50


class MetricCatalog(ApiView):
    """GET /metrics: every definition."""

    required_scopes = ("metrics:read",)

    @extend_schema(operation_id="list_metrics", responses={200: ref("MetricList")}, tags=["Metrics"])
    def get(self, request: Request) -> Response:
        """What can be asked: each metric in words, its unit, its interval and the cuts it allows."""
        return Response({"metrics": [definition_as_json(metric) for metric in METRICS.values()]})


class MetricAnswer(ApiView):
    """GET /metrics/{key}: one answer."""

    required_scopes = ("metrics:read",)
    known_parameters = None

    @extend_schema(
        operation_id="answer_metric",
        responses={200: ref("Answer"), 304: None},
        extensions={"x-parameters": ["filters", "cuts"]},
        tags=["Metrics"],
    )
    def get(self, request: Request, key: str) -> HttpResponseBase:
        """The metric's value with its interval, base and coverage, in total and for each cut and bucket."""
        try:
            metric_named(key)
        except UnknownMetric as unknown:
            raise Problem(404, "not-found", str(unknown)) from None
        pairs = [(name, value) for name, values in request.query_params.lists() for value in values]
        viewer = self.viewer
        given = answer(MetricQuery.from_pairs(key, pairs, today=self.today), viewer, now=self.now)
        response = Response(answer_as_json(given))
        tag = entity_tag(given, viewer)
        response["ETag"] = tag
        return not_modified(request._request, tag, response)


class MetricAnswers(ApiView):
    """POST /query: several answers."""

    required_scopes = ("metrics:read",)

    @extend_schema(
        operation_id="answer_metrics",
        request={"application/json": ref("Questions")},
        responses={200: ref("Answers")},
        tags=["Metrics"],
    )
    def post(self, request: Request) -> Response:
        """Up to 50 questions in one round trip; the answers come in the same order. One wrong question refuses all."""
        given = answers(self._questions(request.data), self.viewer, now=self.now)
        return Response({"answers": [answer_as_json(one) for one in given]})

    def _questions(self, body: Any) -> list[MetricQuery]:
        questions = body.get("queries") if isinstance(body, Mapping) and set(body) == {"queries"} else None
        if not isinstance(questions, list) or not 1 <= len(questions) <= MOST_QUERIES:
            raise wrong_parameter(
                "queries", f'The body must be {{"queries": […]}} with 1 to {MOST_QUERIES} questions and nothing else.'
            )
        return [self._question(position, question) for position, question in enumerate(questions)]

    def _question(self, position: int, question: Any) -> MetricQuery:
        if not isinstance(question, Mapping):
            raise wrong_parameter(f"queries[{position}]", 'A question is an object such as {"metric": "nps"}.')
        try:
            return MetricQuery.from_json(question, today=self.today)
        except InvalidQuery as invalid:
            raise wrong_parameter(f"queries[{position}].{invalid.parameter}", invalid.message) from None


def entity_tag(given: Answer, viewer: Viewer) -> str:
    """Return the answer's ETag: it changes with the data, the question, the definition and what the viewer may see."""
    complete = given.as_of.complete_until
    parts = (
        given.as_of.data_version,
        complete.isoformat() if complete else "",
        given.query.to_url(with_metric=True),
        given.time_zone,
        given.metric.definition_version,
        viewer.scope_key,
    )
    return f'"{sha256(repr(parts).encode()).hexdigest()[:32]}"'


def not_modified(request: HttpRequest, tag: str, response: Response) -> HttpResponseBase:
    """Return 304 where the asker has this answer already, else the answer."""
    return get_conditional_response(request, etag=tag, response=response) or response


def definition_as_json(metric: Metric) -> dict[str, Any]:
    """Return one definition in words."""
    sides = {"ANY", "SURVEYS", "CONTACTS"} if metric.side == "BOTH" else {"ANY", metric.side}
    return {
        "key": metric.key,
        "label": metric.label,
        "meaning": metric.meaning,
        "formula": metric.formula,
        "unit": metric.unit,
        "better": metric.better,
        "side": metric.side,
        "interval": metric.method,
        "fewest": metric.fewest,
        "doubt": metric.doubt,
        "cuts": list(metric.only_by) or [cut.name for cut in DIMENSIONS.values() if cut.about in sides],
        "parameters": {name: list(values) for name, values in metric.parameters.items()},
        "definition_version": metric.definition_version,
        "url": f"/api/v1/metrics/{metric.key}",
    }
