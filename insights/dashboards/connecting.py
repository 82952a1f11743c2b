"""Connections on the Sources page: make a webhook, change its secret, switch it or a pull off and on."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from insights.access.roles import IMPORT
from insights.dashboards import page
from insights.dashboards.boards import connections as board
from insights.intake.connections import switch as switch_connection
from insights.intake.hooks import NotMade, make, rotate
from insights.intake.pulls.connecting import set_active
from insights.intake.signatures import WrongSecret
from insights.intake.source import UnknownSource, WrongOption
from insights.models import Connection


@require_http_methods(["GET", "POST"])
@page.page(IMPORT)
def hook(request: HttpRequest) -> HttpResponse:
    """A webhook to be made: first its source, then what that asks for; its address is shown once."""
    chosen = board.choice_of(request.POST.get("source", "") or request.GET.get("source", ""))
    context: dict[str, Any] = {"choices": board.choices(), "chosen": chosen, "given": request.POST}
    if request.method != "POST" or chosen is None:
        return page.show(request, "insights/hook.html", **context)
    names = ("label", "account", "scheme", "secret", "header")
    try:
        made, key, secret = make(
            source=chosen.key,
            options=_told(request),
            user=request.user,
            **{name: request.POST.get(name, "").strip() for name in names},
        )
    except (NotMade, WrongSecret, WrongOption, UnknownSource) as wrong:
        return page.show(request, "insights/hook.html", message=str(wrong), **context)
    address = request.build_absolute_uri(reverse("hook", args=[made.source, key]))
    return _told_once(request, made, chosen=chosen, address=address, secret=secret)


@require_http_methods(["GET", "POST"])
@page.page(IMPORT)
def secret(request: HttpRequest, key: UUID) -> HttpResponse:
    """Another secret for a webhook; the old one is believed for a day more."""
    found = get_object_or_404(Connection, pk=key, kind=Connection.Kind.HOOK)
    message = ""
    if request.method == "POST":
        try:
            made = rotate(found, request.POST.get("secret", "").strip(), timezone.now())
        except (NotMade, WrongSecret, WrongOption) as wrong:
            message = str(wrong)
        else:
            return _told_once(request, found, secret=made)
    standing = board.one_standing(found, now=timezone.now())
    return page.show(request, "insights/hook_secret.html", standing=standing, message=message)


@require_POST
@page.page(IMPORT)
def switch(request: HttpRequest, key: UUID) -> HttpResponse:
    """Switch a connection off, or on again."""
    found = get_object_or_404(Connection, pk=key)
    on = request.POST.get("on") == "1"
    if found.kind == Connection.Kind.PULL:
        set_active(found.pk, is_active=on, now=timezone.now())
    else:
        switch_connection(found, on=on)
    return redirect(f"{reverse('sources')}#connections")


def _told(request: HttpRequest) -> dict[str, str]:
    """Return what was told for the source to read by; what was left empty was not told."""
    given = {name.removeprefix("option."): request.POST[name].strip() for name in request.POST if "option." in name}
    return {name: value for name, value in given.items() if value}


def _told_once(request: HttpRequest, made: Connection, **told: Any) -> HttpResponse:
    standing = board.one_standing(made, now=timezone.now())
    answer = page.show(request, "insights/hook_made.html", standing=standing, **told)
    answer["Cache-Control"] = "no-store"  # it shows what is never shown again
    return answer
