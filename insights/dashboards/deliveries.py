"""The Sources page: what arrived, how far it is read, what was set aside, and a way to bring a file."""

import csv
import json
from collections.abc import Iterator
from uuid import UUID

from celery import current_app
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from insights.access.roles import IMPORT, may
from insights.dashboards import page
from insights.dashboards.boards import sources as board
from insights.dashboards.forms import UploadForm
from insights.intake.delivery import receive
from insights.intake.raw import TooLarge
from insights.intake.redaction import redact
from insights.intake.source import UnknownSource, WrongOption
from insights.intake.tally import payload_of
from insights.models import Delivery, SetAside

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Line:
    """A file-like object that hands each CSV line back instead of keeping it."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


@require_http_methods(["GET", "POST"])
@page.page()
def sources(request: HttpRequest) -> HttpResponse:
    """Deliveries, freshness and the upload."""
    may_import = may(request.user, IMPORT)
    form = UploadForm(request.POST or None, request.FILES or None) if may_import else None
    if request.method == "POST" and form is not None and form.is_valid():
        delivery = _received(request, form)
        if delivery is not None:
            current_app.send_task("insights.tasks.intake.read_delivery", [str(delivery.pk)])
            return redirect("delivery", key=delivery.pk)
    return page.show(request, "insights/sources.html", board=board.sources(now=timezone.now()), form=form)


def _received(request: HttpRequest, form: UploadForm) -> Delivery | None:
    """Keep the file, or say on the form why it was not kept."""
    told = form.cleaned_data
    try:
        return receive(
            told["file"].file,
            told["source"],
            told["options"],
            filename=told["file"].name,
            account=told["account"],
            user=request.user,
        )
    except (UnknownSource, WrongOption, TooLarge) as refused:
        form.add_error(None, f"{refused} Nothing was kept.")
        return None


@require_GET
@page.page()
def delivery(request: HttpRequest, key: UUID) -> HttpResponse:
    """One delivery with its notices and the first rows set aside."""
    found = get_object_or_404(Delivery, pk=key)
    rows = board.rows_set_aside(found) if may(request.user, IMPORT) else []
    arrival = board.arrival(found, now=timezone.now())
    return page.show(request, "insights/delivery.html", arrival=arrival, rows=rows)


@require_GET
@page.page()
def state(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far one delivery is; asked again by the page while it runs."""
    found = get_object_or_404(Delivery, pk=key)
    return page.show(request, "components/arrival.html", arrival=board.arrival(found, now=timezone.now()))


@require_GET
@page.page(IMPORT)
def set_aside(request: HttpRequest, key: UUID) -> StreamingHttpResponse:
    """The rows set aside as CSV: number, reason, and the record as read, redacted."""
    found = get_object_or_404(Delivery, pk=key)
    answer = StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="set-aside-{found.pk}.csv"'
    return answer


def _lines(found: Delivery) -> Iterator[str]:
    writer = csv.writer(Line())
    yield writer.writerow(["record", "line", "field", "reason", "as read"])
    for row in found.rows_set_aside.filter(state=SetAside.State.OPEN).iterator():
        told = redact(json.dumps(payload_of(row), ensure_ascii=False, default=str))
        cells = [row.record, row.line or "", row.field, row.reason, told]
        yield writer.writerow([_harmless(cell) for cell in cells])


def _harmless(cell: object) -> str:
    """Return the cell as text that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
