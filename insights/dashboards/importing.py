"""The import page: bring files, look at each as it will be stored, tell what has to be told, import."""

import json
import logging
from typing import BinaryIO, cast
from uuid import UUID

from celery import current_app
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from kombu.exceptions import OperationalError

from insights.access.roles import IMPORT
from insights.dashboards import page
from insights.dashboards.boards import drafts as board
from insights.dashboards.boards.edited import NoJson, edited, written
from insights.dashboards.boards.told import told
from insights.intake.mapping import WrongMapping, declared
from insights.intake.raw import RawGone, TooLarge
from insights.intake.source import Unreadable, WrongOption, all_sources, source_named
from insights.intake.staging import NotTaken, deliver, discard, stage
from insights.models import ColumnMapping, Delivery, StagedFile

logger = logging.getLogger(__name__)


def begin(delivery: Delivery) -> None:
    """Hand a delivery to the workers. Where the broker is away the clock finds it a little later."""
    try:
        current_app.send_task("insights.tasks.intake.read_delivery", [str(delivery.pk)])
    except OperationalError as away:
        logger.warning("The broker is away, delivery %s waits for the clock: %s", delivery.pk, away)


@require_POST
@page.page(IMPORT)
def bring(request: HttpRequest) -> HttpResponse:
    """Keep what was dropped or chosen, several at once; nothing is imported yet."""
    kept, refused = _stage_all(request)
    if refused or not kept:
        refused = refused or ["No file arrived. Choose one, or drop it here."]
        context = {"drafts": board.drafts_of(request.user), "refused": refused, "kept": kept}
        template = "components/bring.html" if page.of_htmx(request) else "insights/bring.html"
        return page.show(request, template, **context)
    address = reverse("draft", args=[kept[0].pk]) if len(kept) == 1 else f"{reverse('sources')}#bring"
    if not page.of_htmx(request):
        return redirect(address)
    answer = HttpResponse(status=204)
    answer["HX-Redirect" if len(kept) == 1 else "HX-Refresh"] = address if len(kept) == 1 else "true"
    return answer


def _stage_all(request: HttpRequest) -> tuple[list[StagedFile], list[str]]:
    kept: list[StagedFile] = []
    refused: list[str] = []
    for file in request.FILES.getlist("file"):
        try:
            some = stage(cast(BinaryIO, file.file), file.name or "file", user=request.user, now=timezone.now())
        except (NotTaken, TooLarge) as why:
            refused.append(f"{why} Nothing of it was kept.")
            continue
        for staged in some:
            board.begin_mapping(staged)
        kept += some
    return kept, refused


@require_http_methods(["GET", "POST"])
@page.page(IMPORT)
def draft(request: HttpRequest, key: UUID) -> HttpResponse:
    """One file as it will be stored; what is told is kept and looked at again."""
    staged = _own(request, key)
    message = _tell(staged, request) if request.method == "POST" else ""
    if request.method == "POST" and not page.of_htmx(request) and not message:
        return redirect("draft", key=key)
    return _show(request, staged, message)


def _own(request: HttpRequest, key: UUID) -> StagedFile:
    """Return a file that this person brought; those of others are nobody else's to see before their import."""
    return get_object_or_404(StagedFile, pk=key, created_by_id=request.user.pk)


def _show(request: HttpRequest, staged: StagedFile, message: str = "", status: int = 200) -> HttpResponse:
    template = "components/draft.html" if page.of_htmx(request) else "insights/draft.html"
    try:
        shown = board.draft(staged, request.user, message=message)
    except RawGone:
        staged.delete()
        return redirect("sources")
    answer = page.show(request, template, draft=shown)
    answer.status_code = status
    return answer


def _tell(staged: StagedFile, request: HttpRequest) -> str:
    """Keep what the form says. Returns what could not be taken, in words."""
    posted = {name: request.POST.get(name, "") for name in request.POST}
    chosen, before = posted.get("source", staged.source), staged.source
    message = ""
    staged.account = posted.get("account", staged.account).strip()[:120]
    if chosen in {source.key for source in all_sources()}:
        staged.source = chosen
    if staged.source != board.PLAIN:
        staged.options = told(source_named(staged.source), posted) if staged.source else {}
    elif before == board.PLAIN:
        message = _tell_mapping(staged, posted)
    else:
        staged.options = {}
    staged.save(update_fields=["account", "source", "options"])
    board.begin_mapping(staged)
    return message


def _tell_mapping(staged: StagedFile, posted: dict[str, str]) -> str:
    """Keep the mapping: a saved one if it was chosen, the JSON if that was changed, else what the editor says."""
    mapping, message = board.mapping_of(staged), ""
    saved = ColumnMapping.objects.filter(name=posted.get("use", "")).first()
    text = posted.get("json", "").replace("\r\n", "\n")
    columns = board.table_of(staged)
    if saved:
        mapping = saved.declaration
    elif text and text != posted.get("json-before", "").replace("\r\n", "\n"):
        try:
            mapping = written(text)
        except NoJson as wrong:
            message = str(wrong)
    elif columns is not None and "kind" in posted:
        mapping = edited(columns, mapping, posted)
    staged.options = {"mapping": json.dumps(mapping, ensure_ascii=False)}
    return message


@require_POST
@page.page(IMPORT)
def keep_mapping(request: HttpRequest, key: UUID) -> HttpResponse:
    """Save the mapping under a name, to be suggested for the next file with this header."""
    staged = _own(request, key)
    message = _tell(staged, request)
    name, columns = request.POST.get("keep", "").strip()[:120], board.table_of(staged)
    if not message and not name:
        message = "The mapping needs a name to be kept under."
    try:
        declared(board.mapping_of(staged))
    except WrongMapping as wrong:
        message = message or f"{wrong} It can be kept once that is told."
    if message or columns is None:
        return _show(request, staged, message or "This is no table.", 422)
    saved = {"declaration": board.mapping_of(staged), "header": columns.names()}
    ColumnMapping.objects.update_or_create(name=name, defaults=saved)
    return redirect("draft", key=key)


@require_POST
@page.page(IMPORT)
def start(request: HttpRequest, key: UUID) -> HttpResponse:
    """Import the file as it was looked at."""
    staged = _own(request, key)
    if message := _tell(staged, request):
        return _show(request, staged, message, 422)
    try:
        delivery = deliver(staged, user=request.user)
    except (Unreadable, WrongOption, RawGone):
        return _show(request, staged, status=422)  # the look says why
    begin(delivery)
    return redirect("delivery", key=delivery.pk)


@require_POST
@page.page(IMPORT)
def forget(request: HttpRequest, key: UUID) -> HttpResponse:
    """Forget a file that is not to be imported."""
    discard(_own(request, key))
    return redirect("sources")


@require_POST
@page.page(IMPORT)
def start_all(request: HttpRequest) -> HttpResponse:
    """Import every file brought that needs to be told nothing more; the rest stays to be looked at."""
    begun, waiting = 0, 0
    for staged in board.drafts_of(request.user):
        if not board.is_ready(staged):
            waiting += 1
            continue
        begin(deliver(staged, user=request.user))
        begun += 1
    told = "1 file is being imported." if begun == 1 else f"{begun} files are being imported."
    if waiting:
        needs = "1 needs" if waiting == 1 else f"{waiting} need"
        told += f" {needs} to be told more: open it to see what."
    messages.info(request, told)
    return redirect("sources")
