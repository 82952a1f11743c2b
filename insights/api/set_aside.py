"""Records that an import could not read: with their reasons, to download, and to send in again mended."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.api.base import ApiView, single, whole_number
from insights.api.documents import ref
from insights.api.imports import address_of, begin, delivery_or_404
from insights.api.problems import MEDIA_TYPE, Problem, wrong_parameter
from insights.intake.raw import RawGone
from insights.intake.redaction import redact
from insights.intake.replay import replay
from insights.intake.sealing import SealBroken
from insights.intake.tally import payload_of
from insights.models import Delivery, SetAside

MOST_MENDED = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class SetAsideList(ApiView):
    """GET /imports/{id}/set-aside."""

    required_scopes = ("imports:write", "feedback:read")
    known_parameters = frozenset({"format", "limit", "cursor"})

    @extend_schema(
        operation_id="list_set_aside",
        responses={(200, "application/json"): ref("SetAsidePage"), (200, "text/csv"): OpenApiTypes.STR},
        extensions={"x-parameters": ["page", "set_aside_format"]},
        tags=["Imports"],
    )
    def get(self, request: Request, import_id: UUID) -> HttpResponseBase:
        """The open records set aside, redacted, with their reasons. `format=csv` downloads them all."""
        delivery = delivery_or_404(import_id)
        wanted = single(request, "format") or "json"
        if wanted not in ("json", "csv"):
            raise wrong_parameter("format", f"format is '{wanted}'. It can be json, csv.")
        if wanted == "csv":
            return _download(delivery)
        limit = whole_number(request, "limit", default=50, lowest=1, highest=500)
        after = whole_number(request, "cursor", default=0, lowest=0, highest=999_999_999)
        rows = list(_open_rows(delivery).filter(record__gt=after)[: limit + 1])
        more = len(rows) > limit
        following = f"{request.path}?limit={limit}&cursor={rows[limit - 1].record}" if more else None
        return Response({"next": following, "results": [_as_json(row) for row in rows[:limit]]})


class SetAsideReplay(ApiView):
    """POST /imports/{id}/replay."""

    required_scopes = ("imports:write", "feedback:read")

    @extend_schema(
        operation_id="replay_set_aside",
        request={"application/json": ref("Replay")},
        responses={200: ref("Replayed"), (409, MEDIA_TYPE): ref("Problem")},
        tags=["Imports"],
    )
    def post(self, request: Request, import_id: UUID) -> Response:
        """Read records once more, with the members you mended; members you leave out stay as they arrived."""
        delivery = delivery_or_404(import_id)
        mended = _mended(request.data)
        rows = {row.record: row for row in _open_rows(delivery).filter(record__in=mended)}
        if missing := sorted(mended.keys() - rows.keys()):
            raise wrong_parameter(
                "records", f"Not set aside, or not open any more: {', '.join(map(str, missing[:10]))}."
            )
        try:
            payloads = {rows[record].pk: _merged(rows[record], changes) for record, changes in mended.items()}
            told = replay([row.pk for row in rows.values()], payloads, self.now)
        except (RawGone, SealBroken) as gone:
            raise Problem(409, "conflict", str(gone)) from None
        for task in ("insights.tasks.enrichment.enrich_pending", "insights.tasks.mart.drain_dirty_days"):
            begin(task)
        outcomes = [{"record": record, **_outcome(told.get(row.pk, ""))} for record, row in sorted(rows.items())]
        return Response({"url": address_of(delivery), "results": outcomes})


def _open_rows(delivery: Delivery) -> Any:
    return delivery.rows_set_aside.filter(state=SetAside.State.OPEN).order_by("record")


def _as_json(row: SetAside) -> dict[str, Any]:
    return {
        "record": row.record,
        "line": row.line,
        "field": row.field,
        "reason": row.reason,
        "payload": _shown(payload_of(row)),
    }


def _shown(value: Any) -> Any:
    """Return a payload with every text redacted: the raw store alone holds what arrived (DESIGN 3)."""
    match value:
        case str():
            return redact(value)
        case Mapping():
            return {name: _shown(member) for name, member in value.items()}
        case list():
            return [_shown(item) for item in value]
    return value


def _merged(row: SetAside, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload with what was mended. A member sent back just as it was shown, redacted, is no change."""
    payload = payload_of(row)
    return payload | {
        name: told for name, told in changes.items() if name not in payload or told != _shown(payload[name])
    }


def _mended(body: Any) -> dict[int, Mapping[str, Any]]:
    records = body.get("records") if isinstance(body, Mapping) and set(body) == {"records"} else None
    if not isinstance(records, list) or not 1 <= len(records) <= MOST_MENDED:
        raise wrong_parameter("records", f'The body must be {{"records": […]}} with 1 to {MOST_MENDED} records.')
    found: dict[int, Mapping[str, Any]] = {}
    for position, item in enumerate(records):
        number, payload = (item.get("record"), item.get("payload", {})) if isinstance(item, Mapping) else (None, None)
        is_known = isinstance(item, Mapping) and set(item) <= {"record", "payload"}
        if not is_known or type(number) is not int or not isinstance(payload, Mapping) or number in found:
            raise wrong_parameter(
                f"records[{position}]", 'A record is {"record": 17, "payload": {…what you mended…}}, each number once.'
            )
        found[number] = payload
    return found


def _outcome(told: str) -> dict[str, str | None]:
    is_stored = told in ("accepted", "updated", "unchanged", "excluded")
    return {"outcome": told if is_stored else "set_aside", "reason": None if is_stored else told}


def _download(delivery: Delivery) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_lines(delivery), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="set-aside-{delivery.pk}.csv"'
    return response


def _lines(delivery: Delivery) -> Iterator[bytes]:
    yield _line(("record", "line", "field", "reason", "payload"))
    for row in _open_rows(delivery).iterator(chunk_size=500):
        payload = json.dumps(_shown(payload_of(row)), ensure_ascii=False)
        yield _line((row.record, row.line, row.field, row.reason, payload))


def _line(cells: tuple[Any, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(
        f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in cells
    )
    return text.getvalue().encode()
