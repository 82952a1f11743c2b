"""The page of contact reasons and its two sections that are fetched when they come into view."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from insights.access.roles import viewer_for
from insights.dashboards import page
from insights.dashboards.boards.demand import demand as who_causes_it
from insights.dashboards.boards.progress import waiting
from insights.dashboards.boards.reason_codes import reason_codes as codes_against_topics
from insights.dashboards.boards.reasons import read_address
from insights.dashboards.boards.reasons import reasons as reasons_board


@require_GET
@page.page()
def reasons(request: HttpRequest) -> HttpResponse:
    """Why customers reach out, and whether it was solved."""
    viewer = viewer_for(request.user)
    last_day = page.last_day(viewer)
    if last_day is None:
        return page.show(request, "insights/empty.html", is_reading=waiting())
    board = reasons_board(page.pairs(request), viewer, last_day=last_day, path=request.path, now=timezone.now())
    return page.show(request, "insights/reasons.html", board=board)


@require_GET
@page.page()
def demand(request: HttpRequest) -> HttpResponse:
    """Value against failure demand, and who causes it."""
    viewer = viewer_for(request.user)
    query, _ = read_address(page.pairs(request), page.last_day(viewer) or page.today())
    return page.show(request, "components/demand.html", demand=who_causes_it(query, viewer, now=timezone.now()))


@require_GET
@page.page()
def codes(request: HttpRequest) -> HttpResponse:
    """Agents' reason codes against what the words are about."""
    viewer = viewer_for(request.user)
    query, _ = read_address(page.pairs(request), page.last_day(viewer) or page.today())
    return page.show(
        request, "components/reason_codes.html", codes=codes_against_topics(query, viewer, now=timezone.now())
    )
