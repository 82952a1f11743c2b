"""Exports over HTTP: /api/v1/exports/{feedback|metric}."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import ClassVar, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from insights.access import viewer_for
from insights.exports import columnar, separated, spreadsheet
from insights.exports.tables import Table, explain, feedback_table, metric_table
from insights.metrics.engine import answer
from insights.metrics.query import InvalidQuery, MetricQuery
from insights.metrics.viewer import Viewer
from insights.models import AccessToken


class Format(NamedTuple):
    """One kind of file."""

    media_type: str
    write: Callable[[Table], Iterator[bytes]]


FORMATS = {
    "csv": Format(separated.MEDIA_TYPE, separated.write),
    "xlsx": Format(spreadsheet.MEDIA_TYPE, spreadsheet.write),
    "parquet": Format(columnar.MEDIA_TYPE, columnar.write),
}
DOCUMENT = {(200, media_type): OpenApiTypes.BINARY for media_type in (each.media_type for each in FORMATS.values())}
_CUTS = ("by", "bucket", "compare")


class Export(APIView):
    """What both exports do: read the question, make the table, stream it."""

    required_scopes: ClassVar[tuple[str, ...]] = ()
    has_cuts: ClassVar[bool] = True

    @property
    def viewer(self) -> Viewer:
        """What whoever asks may see."""
        token = self.request.auth
        return viewer_for(self.request.user, token if isinstance(token, AccessToken) else None)

    def question(self, request: Request, now: datetime) -> MetricQuery:
        """Return what is asked. Raises InvalidQuery."""
        given = dict(request.query_params.lists())
        given.pop("format", None)
        metrics = given.pop("metric", [])
        if len(metrics) != 1:
            raise InvalidQuery("metric", "Name one metric: metric=nps. GET /api/v1/metrics lists them.")
        for name in _CUTS:
            if name in given and not self.has_cuts:
                raise InvalidQuery(name, f"Records have no '{name}'. Filter by the value instead.")
        pairs = [(name, value) for name, values in given.items() for value in values]
        return MetricQuery.from_pairs(metrics[0], pairs, today=company_day(now))

    def stream(self, request: Request, make: Callable[..., Table]) -> StreamingHttpResponse:
        """Return the file."""
        now = timezone.now()
        name = format_of(request)
        query = self.question(request, now)
        return file_of(make(query, self.viewer, now=now), query, name, explained_at=_explanation(request))


class FeedbackExport(Export):
    """GET /exports/feedback: every record behind a number."""

    required_scopes = ("feedback:read",)
    has_cuts = False

    @extend_schema(
        operation_id="export_feedback",
        responses=DOCUMENT,
        tags=["Exports"],
        extensions={"x-parameters": ["metric", "filters", "format"]},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Every record behind a number, however many: its rows are the metric's n."""
        return self.stream(request, feedback_table)


class MetricExport(Export):
    """GET /exports/metric: the rows of an answer."""

    required_scopes = ("metrics:read",)

    @extend_schema(
        operation_id="export_metric",
        responses=DOCUMENT,
        tags=["Exports"],
        extensions={"x-parameters": ["metric", "filters", "cuts", "format"]},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """The rows of an answer, one for each cut and bucket; without either, the one number."""
        return self.stream(request, metric_table)


class Explanation(Export):
    """GET /exports/{what}/metadata: what a file's reader must know."""

    required_scopes = ("metrics:read",)

    @extend_schema(
        operation_id="explain_export",
        responses={200: {"$ref": "#/components/schemas/Explanation"}},
        tags=["Exports"],
        parameters=[OpenApiParameter("what", str, OpenApiParameter.PATH, enum=["feedback", "metric"])],
        extensions={"x-parameters": ["metric", "filters", "cuts", "format"]},
    )
    def get(self, request: Request, what: str) -> Response:
        """The question, definition, number and versions of an export: what `Link: rel="describedby"` names."""
        now = timezone.now()
        return Response(explain(answer(self.question(request, now), self.viewer, now=now), now=now))


def format_of(request: Request) -> str:
    """Return which kind of file is asked for. Raises InvalidQuery."""
    name = request.query_params.get("format", "csv")
    if name not in FORMATS or len(request.query_params.getlist("format")) > 1:
        raise InvalidQuery("format", f"format is '{name}'. It can be {', '.join(FORMATS)}.")
    return str(name)


def file_of(table: Table, query: MetricQuery, name: str, *, explained_at: str) -> StreamingHttpResponse:
    """Return a table as a file of the format `name`, named after what it holds, with a link to its explanation."""
    response = StreamingHttpResponse(FORMATS[name].write(table), content_type=FORMATS[name].media_type)
    filename = f"{table.name}-{query.since}-{query.until}.{name}"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Link"] = f'<{explained_at}>; rel="describedby"; type="application/json"'
    response["X-Data-Version"] = str(table.about["data_version"])
    response["Cache-Control"] = "private, no-store"
    return response


def company_day(now: datetime) -> date:
    """Return the company's day."""
    return now.astimezone(ZoneInfo(settings.REPORTING_TIME_ZONE)).date()


def _explanation(request: Request) -> str:
    pairs = [(name, value) for name, values in request.query_params.lists() for value in values if name != "format"]
    return f"{request.path.removesuffix('/')}/metadata?{urlencode(pairs)}"
