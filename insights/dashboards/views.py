"""The pages: translate the request in, ask one board, translate out."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_GET

from insights.access.roles import EDIT_TAXONOMY, LABEL, READ_ROWS, may, viewer_for
from insights.dashboards import page
from insights.dashboards.boards.definitions import definitions as all_definitions
from insights.dashboards.boards.evidence import card
from insights.dashboards.boards.explorer import as_examples
from insights.dashboards.boards.explorer import explorer as explorer_board
from insights.dashboards.boards.labelling import corrections
from insights.dashboards.boards.overview import overview as overview_board
from insights.dashboards.boards.progress import reading, waiting
from insights.dashboards.boards.quotes import both_sides
from insights.dashboards.boards.records import one_record
from insights.dashboards.boards.records import records as records_board
from insights.dashboards.boards.talk import talk as what_people_say
from insights.dashboards.boards.taxonomy_forms import of_search
from insights.dashboards.boards.topic_words import words_about
from insights.dashboards.filters import asked
from insights.metrics.query import InvalidQuery, MetricQuery


@require_GET
@page.page()
def overview(request: HttpRequest) -> HttpResponse:
    """Both sides beside each other."""
    viewer = viewer_for(request.user)
    last_day = page.last_day(viewer)
    if last_day is None:
        return page.show(request, "insights/empty.html", is_reading=waiting())
    board = overview_board(page.pairs(request), viewer, last_day=last_day, path=request.path, now=timezone.now())
    return page.show(request, "insights/overview.html", board=board)


@require_GET
@page.page()
def evidence(request: HttpRequest) -> HttpResponse:
    """The evidence behind one number: inside the side sheet, or as a page of its own."""
    viewer = viewer_for(request.user)
    given = page.pairs(request)
    metric = dict(given).get("metric")
    if metric is None:
        raise InvalidQuery("metric", "The address does not say which number. Open one from the Overview.")
    rest = [pair for pair in given if pair[0] != "metric"]
    query = MetricQuery.from_pairs(metric, rest, today=page.last_day(viewer) or page.today())
    is_sheet = "X-Sheet" in request.headers
    template = "components/evidence.html" if is_sheet else "insights/evidence.html"
    return page.show(request, template, card=card(query, viewer, now=timezone.now()), is_sheet=is_sheet)


@require_GET
@page.page(READ_ROWS)
def words(request: HttpRequest) -> HttpResponse:
    """Some of the customers' own sentences for the Overview, fetched when they come into view."""
    viewer = viewer_for(request.user)
    query = asked(page.pairs(request), last_day=page.last_day(viewer) or page.today())
    return page.show(request, "components/words.html", sides=both_sides(query, viewer))


@require_GET
@page.page()
def talk(request: HttpRequest) -> HttpResponse:
    """What people talk about, for the Overview: fetched by the page, as it reads every text's topics."""
    viewer = viewer_for(request.user)
    query = asked(page.pairs(request), last_day=page.last_day(viewer) or page.today())
    return page.show(request, "components/talk.html", talk=what_people_say(query, viewer, now=timezone.now()))


@require_GET
@page.page(READ_ROWS)
def topic_words(request: HttpRequest) -> HttpResponse:
    """One sentence of each side about a topic, fetched when it comes into view."""
    viewer = viewer_for(request.user)
    query = asked(page.pairs(request), last_day=page.last_day(viewer) or page.today())
    return page.show(request, "components/words.html", sides=words_about(query, viewer))


@require_GET
@page.page(READ_ROWS)
def records(request: HttpRequest) -> HttpResponse:
    """The feedback behind a number."""
    viewer = viewer_for(request.user)
    last_day = page.last_day(viewer)
    if last_day is None:
        return page.show(request, "insights/empty.html", is_reading=waiting())
    board = records_board(page.pairs(request), viewer, last_day=last_day, path=request.path, now=timezone.now())
    return page.show(request, "insights/records.html", board=board)


@require_GET
@page.page(READ_ROWS)
def explorer(request: HttpRequest) -> HttpResponse:
    """Every text, by its words or its meaning."""
    viewer = viewer_for(request.user)
    last_day = page.last_day(viewer)
    if last_day is None:
        return page.show(request, "insights/empty.html", is_reading=waiting())
    board = explorer_board(page.pairs(request), viewer, last_day=last_day, path=request.path)
    may_edit = may(request.user, EDIT_TAXONOMY)
    save = of_search(board.text, as_examples(board), may_edit=may_edit) if may_edit else None
    return page.show(request, "insights/explorer.html", board=board, save=save)


@require_GET
@page.page(READ_ROWS)
def record(request: HttpRequest, key: UUID) -> HttpResponse:
    """One feedback with all that is known about it."""
    board = one_record(key, viewer_for(request.user))
    if board is None:
        raise Http404("There is no such record, or it is outside what you may see.")
    correct = corrections(key, viewer_for(request.user)) if may(request.user, LABEL) else None
    return page.show(request, "insights/record.html", board=board, correct=correct)


@require_GET
@page.page()
def definitions(request: HttpRequest) -> HttpResponse:
    """What every number means."""
    return page.show(request, "insights/definitions.html", groups=all_definitions())


@require_GET
@page.page()
def progress(request: HttpRequest) -> HttpResponse:
    """How far the reading of the texts is; asked again by the page while it runs."""
    return page.show(request, "components/progress.html", progress=reading())


@require_GET
def favicon(request: HttpRequest) -> HttpResponsePermanentRedirect:
    """Browsers ask for it by this name whatever the page says."""
    return HttpResponsePermanentRedirect(static("img/favicon.svg"))
