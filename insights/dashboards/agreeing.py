"""The Agreement page and its quotes."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from insights.access.roles import READ_ROWS, viewer_for
from insights.dashboards import page
from insights.dashboards.boards.agreement import board as agreement_board
from insights.dashboards.boards.agreement import question
from insights.dashboards.boards.agreement_words import voices
from insights.dashboards.boards.progress import waiting


@require_GET
@page.page()
def agreement(request: HttpRequest) -> HttpResponse:
    """Where both sides agree, where they do not, and which to believe."""
    viewer = viewer_for(request.user)
    last_day, pairs = page.last_day(viewer), page.pairs(request)
    board = last_day and agreement_board(pairs, viewer, last_day=last_day, path=request.path, now=timezone.now())
    if not board:
        return page.show(request, "insights/empty.html", is_reading=waiting())
    return page.show(request, "insights/agreement.html", board=board)


@require_GET
@page.page(READ_ROWS)
def words(request: HttpRequest) -> HttpResponse:
    """Both sides' words on a topic next to each other, fetched when they are opened."""
    viewer = viewer_for(request.user)
    query, customers = question(page.pairs(request), last_day=page.last_day(viewer) or page.today())
    told = voices(query, viewer, is_matched=customers == "MATCHED")
    return page.show(request, "components/voices.html", voices=told)
