"""The Taxonomy pages to look at: the tree, one topic, the draft on its way, the tree as a table."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from insights.access.roles import EDIT_TAXONOMY, LABEL, may, viewer_for
from insights.dashboards import page
from insights.dashboards.boards.taxonomy import Standing, standing
from insights.dashboards.boards.taxonomy import taxonomy as tree_board
from insights.dashboards.boards.taxonomy_draft import Draft, draft_page
from insights.dashboards.boards.taxonomy_topic import Form, topic_page
from insights.enrichment.taxonomy import to_csv
from insights.models import TaxonomyVersion

EMPTY = Form(values={})


@require_GET
@page.page()
def taxonomy(request: HttpRequest) -> HttpResponse:
    """The tree."""
    return show_tree(request)


@require_GET
@page.page()
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """One topic."""
    return show_topic(request, key)


@require_GET
@page.page()
def draft(request: HttpRequest) -> HttpResponse:
    """The open draft; where there is none, the tree."""
    board = _draft(request)
    if board is None:
        return redirect("taxonomy")
    return page.show(request, "insights/taxonomy_draft.html", board=board, may_edit=may(request.user, EDIT_TAXONOMY))


@require_GET
@page.page()
def draft_state(request: HttpRequest) -> HttpResponse:
    """How far the draft is; asked again by its page while something runs."""
    context = {"board": _draft(request), "may_edit": may(request.user, EDIT_TAXONOMY)}
    response = page.show(request, "components/taxonomy_state.html", **context)
    if context["board"] is None:
        response["HX-Refresh"] = "true"  # it went live or was discarded by somebody else
    return response


@require_GET
@page.page()
def table(request: HttpRequest) -> HttpResponse:
    """The tree as CSV, as it can be loaded again."""
    shown = _standing(request)
    response = HttpResponse(to_csv(shown.tree), content_type="text/csv; charset=utf-8")
    version = shown.draft if shown.which == "draft" else shown.live
    name = f"taxonomy-{version.number}.csv" if version else "taxonomy.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def show_tree(request: HttpRequest, form: Form = EMPTY, *, status: int = 200) -> HttpResponse:
    """Answer with the tree, and with what was wrong in its forms."""
    viewer = viewer_for(request.user)
    find = request.GET.get("find", "")[:120]
    board = tree_board(_standing(request), viewer, last_day=page.last_day(viewer), find=find, now=timezone.now())
    response = page.show(request, "insights/taxonomy.html", board=board, form=form, **_rights(request))
    response.status_code = status
    return response


def show_topic(request: HttpRequest, key: str, form: Form | None = None, *, status: int = 200) -> HttpResponse:
    """Answer with one topic, and with what was wrong in its forms."""
    viewer = viewer_for(request.user)
    board = topic_page(_standing(request), key, viewer, last_day=page.last_day(viewer), now=timezone.now(), form=form)
    if board is None:
        raise Http404("There is no such topic in this version of the taxonomy.")
    response = page.show(request, "insights/taxonomy_topic.html", board=board, **_rights(request))
    response.status_code = status
    return response


def _rights(request: HttpRequest) -> dict[str, bool]:
    return {"may_edit": may(request.user, EDIT_TAXONOMY), "may_label": may(request.user, LABEL)}


def _standing(request: HttpRequest) -> Standing:
    return standing(request.GET.get("version", ""), may_edit=may(request.user, EDIT_TAXONOMY))


def _draft(request: HttpRequest) -> Draft | None:
    shown = standing("draft", may_edit=False)
    if shown.draft is None:
        return None
    version = TaxonomyVersion.objects.defer("learned").get(pk=shown.draft.pk)
    return draft_page(version, shown.changed, viewer_for(request.user), now=timezone.now())
