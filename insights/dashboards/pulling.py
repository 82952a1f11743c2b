"""Scheduled pulls on the Sources page: set one up, try it, give it a new token, let it run now."""

from typing import Any
from uuid import UUID

from celery import current_app
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from insights.access.roles import IMPORT
from insights.dashboards import page
from insights.dashboards.boards import pulls as board
from insights.dashboards.names import zone
from insights.intake.pulls.connecting import check, connect, hasten, replace_secrets
from insights.intake.pulls.pull import Pull, pull_named
from insights.intake.pulls.trouble import Trouble
from insights.intake.pulls.trying import try_out
from insights.intake.source import UnknownSource, Unreadable, WrongOption
from insights.models import Connection


@require_http_methods(["GET", "POST"])
@page.page(IMPORT)
def pull(request: HttpRequest) -> HttpResponse:
    """A pull to be set up: first what it is to ask, then what it has to be told."""
    told = request.POST.dict() if request.method == "POST" else request.GET.dict()
    chosen = _chosen(told.get("pull", ""))
    context: dict[str, Any] = {
        "choices": board.pull_choices(),
        "form": board.pull_form(chosen, told) if chosen else None,
    }
    if request.method != "POST" or chosen is None:
        return page.show(request, "insights/pull.html", **context)
    try:
        connect(
            pull=chosen.key,
            label=told.get("label", ""),
            options=board.told_options(told),
            secrets=board.told_secrets(told),
            now=timezone.now(),
            every_minutes=_minutes(told),
            account=told.get("account", "").strip()[:120],
            user=request.user,
        )
    except (WrongOption, UnknownSource) as wrong:
        return page.show(request, "insights/pull.html", message=str(wrong), **context)
    return redirect(f"{reverse('sources')}#connections")


@require_POST
@page.page(IMPORT)
def try_pull(request: HttpRequest) -> HttpResponse:
    """Fetch one page and show what it would become; nothing is kept, the secrets neither."""
    told = request.POST.dict()
    options, secrets = board.told_options(told), board.told_secrets(told)
    context: dict[str, Any] = {"draft": {"zone": str(zone())}}
    try:
        chosen = pull_named(told.get("pull", ""))
        check(chosen, options, secrets, _minutes(told))
        context["tried"] = board.tried_out(try_out(chosen, options, secrets, clock=timezone.now))
    except (WrongOption, UnknownSource, Trouble, Unreadable) as wrong:
        context["message"] = str(wrong)
    return page.show(request, "insights/pull_tried.html", **context)


@require_http_methods(["GET", "POST"])
@page.page(IMPORT)
def renew(request: HttpRequest, key: UUID) -> HttpResponse:
    """New secrets for a pull, which tries at once."""
    found = get_object_or_404(Connection, pk=key, kind=Connection.Kind.PULL)
    chosen, message = _chosen(found.source), ""
    if request.method == "POST":
        try:
            replace_secrets(found.pk, board.told_secrets(request.POST.dict()), timezone.now())
        except (WrongOption, UnknownSource) as wrong:
            message = str(wrong)
        else:
            return redirect(f"{reverse('sources')}#connections")
    secrets = chosen.secrets if chosen else ()
    return page.show(request, "insights/pull_secret.html", connection=found, secrets=secrets, message=message)


@require_POST
@page.page(IMPORT)
def fetch(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a pull run now."""
    found = get_object_or_404(Connection, pk=key, kind=Connection.Kind.PULL)
    if hasten(found.pk, timezone.now()):
        current_app.send_task("insights.tasks.pulls.pull_step", [str(found.pk)])
    return redirect(f"{reverse('sources')}#connections")


def _chosen(key: str) -> Pull | None:
    return next((one for one in board.pull_choices() if one.key == key), None)


def _minutes(told: dict[str, str]) -> int:
    every = told.get("every", "").strip()
    if not every.isdecimal() or len(every) > 6:
        raise WrongOption("How many minutes lie between two runs? Give a whole number, such as 15.")
    return int(every)
