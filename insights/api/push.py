"""Records pushed by programs in our own words: documented schema, idempotent, counted like every import."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.api.base import ApiView
from insights.api.documents import ref
from insights.api.imports import begin, report
from insights.api.problems import Problem, wrong_parameter
from insights.intake.delivery import read
from insights.intake.push import receive_records
from insights.intake.raw import TooLarge

MOST_RECORDS = 5_000
READ_AT_ONCE = 500
"""So many are read within the request, so that the answer has the counts; more are left to the workers."""
_MEMBERS = frozenset({"records", "source", "account"})


class Pushed(NamedTuple):
    """What a body holds."""

    records: list[Mapping[str, Any]]
    source: str
    account: str


class FeedbackBatch(ApiView):
    """POST /feedback/batch."""

    required_scopes = ("imports:write",)

    @extend_schema(
        operation_id="push_feedback",
        request={"application/json": ref("Push")},
        responses={200: ref("Import"), 202: ref("Import")},
        tags=["Imports"],
    )
    def post(self, request: Request) -> Response:
        """Push up to 5,000 records. The same record again changes nothing: (source, account, source_id) tells it."""
        pushed = _pushed(request.data)
        try:
            delivery = receive_records(pushed.records, source=pushed.source, account=pushed.account, user=request.user)
        except TooLarge as large:
            raise Problem(413, "too-large", str(large)) from None
        if len(pushed.records) > READ_AT_ONCE or not read(delivery.pk):
            begin("insights.tasks.intake.read_delivery", str(delivery.pk))
            return Response(report(delivery), status=202)
        for task in ("insights.tasks.enrichment.enrich_pending", "insights.tasks.mart.drain_dirty_days"):
            begin(task)
        delivery.refresh_from_db()
        return Response(report(delivery))


def _pushed(body: Any) -> Pushed:
    if not isinstance(body, Mapping) or not set(body) <= _MEMBERS:
        raise wrong_parameter("records", 'The body must be {"records": […]}, with "source" and "account" if you like.')
    records = body.get("records")
    if not isinstance(records, list) or not 1 <= len(records) <= MOST_RECORDS:
        raise wrong_parameter("records", f"records must be a list of 1 to {MOST_RECORDS} records.")
    for position, record in enumerate(records):
        if not isinstance(record, Mapping):
            raise wrong_parameter(f"records[{position}]", "A record is an object.")
    return Pushed(records, _name(body, "source", "push", 60), _name(body, "account", "", 120))


def _name(body: Mapping[str, Any], name: str, default: str, longest: int) -> str:
    value = body.get(name, default)
    if not isinstance(value, str) or len(value) > longest or "\x00" in value or (name == "source" and not value):
        raise wrong_parameter(name, f"{name} must be a text of 1 to {longest} characters.")
    return value
