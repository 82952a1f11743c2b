"""The agreement as a file: one row a topic, with all the page's table shows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from insights.analysis.agreement import Agreement, Scope, agreement, asked
from insights.analysis.agreement_wire import agreement_as_json
from insights.exports.tables import Cell, Column, Kind, Table
from insights.exports.views import DOCUMENT, Export, company_day, file_of, format_of

_SIDES = ("surveys", "contacts")
_OF_SHARE: tuple[tuple[str, Kind], ...] = (
    ("value", "NUMBER"),
    ("low", "NUMBER"),
    ("high", "NUMBER"),
    ("mentions", "INTEGER"),
    ("texts", "INTEGER"),
    ("design_effect", "NUMBER"),
    ("coverage", "NUMBER"),
)
_OF_GAP = ("value", "low", "high", "p_different", "p_alike")
_OF_MOOD = ("value", "low", "high", "against", "against_low", "against_high")
Read = Callable[[dict[str, Any]], Cell]


def _within(*path: str) -> Read:
    """Return how to read a member of a member; None where any of them is."""

    def read(topic: dict[str, Any]) -> Cell:
        found: Any = topic
        for name in path:
            found = None if found is None else found.get(name)
        told: Cell = found
        return told

    return read


_COLUMNS: tuple[tuple[Column, Read], ...] = (
    *((Column(name), _within(name)) for name in ("topic", "name", "parent", "class", "believe", "why")),
    *((Column(f"{side}_{name}", kind), _within(side, name)) for side in _SIDES for name, kind in _OF_SHARE),
    *((Column(f"difference_{name}", "NUMBER"), _within("difference", name)) for name in _OF_GAP),
    *((Column(f"missing_{side}", "INTEGER"), _within("missing", side.upper())) for side in _SIDES),
    (Column("mood"), _within("mood", "tone")),
    *((Column(f"mood_{side}_n", "INTEGER"), _within("mood", side, "n")) for side in _SIDES),
    *((Column(f"mood_{side}_{name}", "NUMBER"), _within("mood", side, name)) for side in _SIDES for name in _OF_MOOD),
    *((Column(f"mood_difference_{name}", "NUMBER"), _within("mood", "difference", name)) for name in _OF_GAP[:3]),
)


def agreement_table(found: Agreement, scope: Scope, *, now: datetime) -> Table:
    """Return the topics as rows; what explains them is the answer without its topics."""
    told = agreement_as_json(found, scope)
    topics = told.pop("topics")
    about = {**told, "time_zone": found.time_zone, "data_version": found.as_of.data_version}
    rows = [tuple(read(topic) for _, read in _COLUMNS) for topic in topics]
    return Table(
        name="agreement",
        about={**about, "exported_at": now.isoformat()},
        columns=tuple(column for column, _ in _COLUMNS),
        pages=iter([rows]),
    )


class AgreementExport(Export):
    """GET /exports/agreement."""

    required_scopes: ClassVar[tuple[str, ...]] = ("metrics:read",)

    @extend_schema(
        operation_id="export_agreement",
        responses=DOCUMENT,
        tags=["Exports"],
        extensions={"x-parameters": ["agreement", "format"]},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """A row for each topic: both shares and moods with intervals, the class, and which side to believe and why."""
        now = timezone.now()
        given = [(name, value) for name, values in request.query_params.lists() for value in values if name != "format"]
        name = format_of(request)
        query, scope = asked(given, today=company_day(now))
        found = agreement(query, self.viewer)
        if found is None:
            raise NotFound("There is no data yet. Import surveys and contacts first.")
        table = agreement_table(found, scope, now=now)
        return file_of(table, found.query, name, explained_at=f"/api/v1/agreement?{urlencode(given)}")
