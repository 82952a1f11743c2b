"""The Sources page: what arrived, how far it is read, what was set aside and can be mended."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from insights.access.roles import IMPORT, may
from insights.dashboards import page
from insights.dashboards.boards import sources as board
from insights.dashboards.boards.brought import brought as brought_by_day
from insights.dashboards.boards.brought import deliveries_of
from insights.dashboards.boards.connections import standing
from insights.dashboards.boards.drafts import drafts_of
from insights.dashboards.boards.mending import NotMended, mended, mending
from insights.dashboards.boards.progress import reading_of
from insights.intake.alike import alike, mend_alike
from insights.intake.delivery import cancel
from insights.intake.raw import RawGone
from insights.intake.redaction import redact
from insights.intake.replay import replay
from insights.intake.source import Unreadable
from insights.intake.tally import payload_of
from insights.models import Connection, Delivery, SetAside

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Line:
    """A file-like object that hands each CSV line back instead of keeping it."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


@require_GET
@page.page()
def sources(request: HttpRequest) -> HttpResponse:
    """Deliveries, freshness, and the place to bring a file."""
    drafts = drafts_of(request.user) if may(request.user, IMPORT) else []
    now = timezone.now()
    context = {
        "board": board.sources(now=now),
        "brought": brought_by_day(now=now),
        "connections": standing(now=now),
        "drafts": drafts,
    }
    return page.show(request, "insights/sources.html", **context)


@require_GET
@page.page()
def brought(request: HttpRequest, key: UUID) -> HttpResponse:
    """What one webhook or pull brought: all, or of one day, or only what is to be looked at."""
    found = get_object_or_404(Connection, pk=key)
    told = request.GET.get("day", "")
    try:
        on = date.fromisoformat(told) if told else None
    except ValueError:
        raise Http404("no such day") from None
    day = deliveries_of(found, on=on, only=request.GET.get("only", ""), now=timezone.now())
    return page.show(request, "insights/brought.html", day=day)


@require_GET
@page.page()
def delivery(request: HttpRequest, key: UUID) -> HttpResponse:
    """One delivery with its notices, the first rows set aside, and what comes next."""
    found = get_object_or_404(Delivery, pk=key)
    may_import = may(request.user, IMPORT)
    context = {
        "arrival": board.arrival(found, now=timezone.now()),
        "key": key,
        "reading": reading_of(found),
        "rows": board.rows_set_aside(found) if may_import else [],
        "alike": alike(found) if may_import and found.set_aside > 1 else [],
        "next": board.following(found),
        "drafts": drafts_of(request.user) if may_import else [],
    }
    answer = page.show(request, "insights/delivery.html", **context)
    if context["alike"]:
        answer["Cache-Control"] = "no-store"  # it shows cells as they came, unredacted
    return answer


@require_POST
@page.page(IMPORT)
def mend_all(request: HttpRequest, key: UUID) -> HttpResponse:
    """Mend the same cell in all records that were set aside for it, and read them once more."""
    found = get_object_or_404(Delivery, pk=key)
    field, was, becomes = (request.POST.get(name, "") for name in ("field", "was", "becomes"))
    try:
        told = mend_alike(found, field, was, becomes, timezone.now())
    except (RawGone, Unreadable) as why:
        messages.error(request, f"{why} Nothing was changed.")
    else:
        aside = f" {told.still_aside} are still set aside; their reason is below." if told.still_aside else ""
        messages.info(request, f"{told.stored} read again.{aside}")
    return redirect(f"{reverse('delivery', args=[key])}#aside")


@require_POST
@page.page(IMPORT)
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stop a delivery that waits or is being read; what is stored stays."""
    cancel(get_object_or_404(Delivery, pk=key).pk, timezone.now())
    return redirect("delivery", key=key)


@require_http_methods(["GET", "POST"])
@page.page(IMPORT)
def mend(request: HttpRequest, key: UUID, row: int) -> HttpResponse:
    """One record set aside, to be mended and read once more."""
    found = get_object_or_404(SetAside.objects.select_related("delivery"), pk=row, delivery_id=key)
    message, payload = "", None
    if request.method == "POST" and found.state == SetAside.State.OPEN:
        try:
            payload = mended(found, {name: request.POST[name] for name in request.POST})
            replay([found.pk], {found.pk: payload}, timezone.now())
        except (NotMended, RawGone, Unreadable) as why:
            message = str(why)
        found.refresh_from_db()
        if found.state != SetAside.State.OPEN:
            return redirect(f"{reverse('delivery', args=[key])}#aside")
    answer = page.show(request, "insights/mend.html", mending=mending(found, payload), message=message)
    answer["Cache-Control"] = "no-store"  # it shows the record as it came, unredacted
    return answer


@require_GET
@page.page()
def state(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far one delivery is; asked again by the page while it runs."""
    found = get_object_or_404(Delivery, pk=key)
    arrival = board.arrival(found, now=timezone.now())
    answer = page.show(request, "components/arrival.html", arrival=arrival)
    if not arrival.is_open and request.GET.get("alone"):
        answer["HX-Refresh"] = "true"  # its own page now has a report to show
    return answer


@require_GET
@page.page()
def reading(request: HttpRequest, key: UUID) -> HttpResponse:
    """How many texts of one delivery are read; asked again by the page until all are."""
    found = get_object_or_404(Delivery, pk=key)
    return page.show(request, "components/delivery_reading.html", reading=reading_of(found), key=key)


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
