"""The Taxonomy pages to act on: edits of the draft, its test, its judging of all texts, and going live."""

from collections.abc import Callable, Mapping
from typing import Any

from celery import current_app
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from insights.access.roles import EDIT_TAXONOMY
from insights.dashboards import page
from insights.dashboards.boards.taxonomy_forms import described, differing, key_for, parts_of
from insights.dashboards.boards.taxonomy_topic import PARTS, Form
from insights.dashboards.taxonomy import show_topic, show_tree
from insights.enrichment.publishing import publish as put_live
from insights.enrichment.taxonomy import Node, Tree, WrongTaxonomy, by_key, from_csv, tree_from_json
from insights.enrichment.taxonomy_edits import EDITS, replace_all
from insights.enrichment.taxonomy_versions import NotNow, discard, draft, edit_draft, live, start_tagging
from insights.enrichment.trying_out import ask_for_trial

LARGEST_TABLE = 5_000_000  # bytes
Done = Callable[[], str]  # does it, and says where to go on


@require_POST
@page.page(EDIT_TAXONOMY)
def add(request: HttpRequest) -> HttpResponse:
    """Add a topic to the draft."""

    def act() -> str:
        told = described(request.POST.dict())
        key = key_for(told.get("name", ""), _tree())
        _edit(request, "add", key=key, **told)
        return key

    return _tried(request, act, lambda form: show_tree(request, form, status=400), "add")


@require_POST
@page.page(EDIT_TAXONOMY)
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Rename, describe or move a topic, give it other examples, another owner, demand, stage or threshold."""

    def act() -> str:
        told = differing(_node(key), described(request.POST.dict()))
        parent = told.pop("parent", None)
        with transaction.atomic():
            if parent is not None:
                _edit(request, "move", key=key, parent=parent)
            if told:
                _edit(request, "change", key=key, **told)
        if parent is None and not told:
            messages.info(request, "Nothing was changed.")
        return key

    return _tried(request, act, lambda form: show_topic(request, key, form, status=400), "change")


@require_POST
@page.page(EDIT_TAXONOMY)
def reshape(request: HttpRequest, key: str, how: str) -> HttpResponse:
    """Merge, split, retire or restore a topic."""

    def act() -> str:
        posted = request.POST.dict()
        if how == "split":
            _edit(request, "split", key=key, parts=parts_of(posted, _tree(), PARTS))
        elif how == "merge":
            _edit(request, "merge", key=key, into=posted.get("into", ""))
            return posted["into"]
        else:
            _edit(request, how, key=key)
        return key

    return _tried(request, act, lambda form: show_topic(request, key, form, status=400), how)


@require_POST
@page.page(EDIT_TAXONOMY)
def load(request: HttpRequest) -> HttpResponse:
    """Take another tree from a table, into the draft."""

    def act() -> str:
        edit_draft(replace_all, now=timezone.now(), by=request.user.pk, table=from_csv(_table(request)))
        return ""

    return _tried(request, act, lambda form: show_tree(request, form, status=400), "load")


@require_POST
@page.page(EDIT_TAXONOMY)
def try_draft(request: HttpRequest) -> HttpResponse:
    """Test the draft on the newest texts."""
    with transaction.atomic():
        version = draft()
        return _moved_on(request, lambda: _ask(version.number if version else 0))


@require_POST
@page.page(EDIT_TAXONOMY)
def retag(request: HttpRequest) -> HttpResponse:
    """Let the draft judge every text."""

    def act() -> None:
        number = _open_number()
        start_tagging(number, now=timezone.now())
        transaction.on_commit(lambda: current_app.send_task("insights.tasks.taxonomy.retag", [number]))

    return _moved_on(request, act)


@require_POST
@page.page(EDIT_TAXONOMY)
def publish(request: HttpRequest) -> HttpResponse:
    """Put the draft live."""

    def act() -> None:
        version = put_live(_open_number(), now=timezone.now())
        messages.info(request, f"Version {version.number} is live. Figures of the days it changes follow in a minute.")

    return _moved_on(request, act)


@require_POST
@page.page(EDIT_TAXONOMY)
def discard_draft(request: HttpRequest) -> HttpResponse:
    """Close the draft without putting it live."""

    def act() -> None:
        version = discard(_open_number())
        messages.info(request, f"Draft {version.number} is discarded. The live version was not touched.")

    return _moved_on(request, act)


def _edit(request: HttpRequest, how: str, **told: Any) -> None:
    version = edit_draft(EDITS[how], now=timezone.now(), by=request.user.pk, **told)
    messages.info(request, f"{version.edits[-1]['what']} It stands in draft {version.number}; nothing is live yet.")


def _tried(request: HttpRequest, act: Done, again: Callable[[Form], HttpResponse], about: str) -> HttpResponse:
    """Do it and go on to its page, or show the form again with all that is wrong."""
    try:
        key = act()
    except WrongTaxonomy as wrong:
        return again(_form(request.POST.dict(), wrong.problems, about))
    except NotNow as reason:
        return again(_form(request.POST.dict(), (str(reason),), about))
    return redirect("taxonomy-topic", key) if key else redirect("taxonomy-draft")


def _moved_on(request: HttpRequest, act: Callable[[], None]) -> HttpResponse:
    """Do it, or say why not now, and show the page it was asked from."""
    try:
        act()
    except (NotNow, WrongTaxonomy) as reason:
        messages.error(request, str(reason))
    back = request.POST.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect("taxonomy-draft" if draft() else "taxonomy")


def _ask(number: int) -> None:
    asked = ask_for_trial(number, now=timezone.now())
    transaction.on_commit(lambda: current_app.send_task("insights.tasks.taxonomy.try_draft", [number, asked]))


def _form(posted: Mapping[str, str], problems: tuple[str, ...], about: str) -> Form:
    return Form(values=posted, problems=problems, about=about)


def _open_number() -> int:
    version = draft()
    if version is None:
        raise NotNow("No draft is open. Change a topic to begin one.")
    return version.number


def _tree() -> Tree:
    version = draft() or live()
    return tree_from_json(version.tree) if version else ()


def _node(key: str) -> Node:
    node = by_key(_tree()).get(key)
    if node is None:
        raise WrongTaxonomy(f"There is no topic '{key}' any more. Look at the tree again.")
    return node


def _table(request: HttpRequest) -> str:
    file = request.FILES.get("table")
    if file is None or file.size is None:
        raise WrongTaxonomy("Choose a CSV file first.")
    if file.size > LARGEST_TABLE:
        raise WrongTaxonomy("The file is larger than 5 MB. A taxonomy holds 500 topics at most.")
    try:
        return bytes(file.read()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongTaxonomy("The file is not UTF-8. Save it as CSV UTF-8.") from None
