"""How a view becomes a page: who may open it, which errors are answered in words, and what the board is given."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from insights.access.roles import READ_METRICS, may
from insights.dashboards.menus import bounds
from insights.dashboards.names import zone
from insights.metrics import engine
from insights.metrics.drilldown import InvalidCursor
from insights.metrics.query import InvalidQuery
from insights.metrics.viewer import Viewer

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(right: str = READ_METRICS) -> Callable[[View[P]], View[P]]:
    """Let in whoever is signed in and has the right, and say in words what cannot be asked."""

    def decorate(view: View[P]) -> View[P]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not may(request.user, right):
                raise PermissionDenied("Your role does not open this page. Ask an administrator for one that does.")
            try:
                return view(request, *args, **kwargs)
            except (InvalidQuery, InvalidCursor, engine.UnknownVersion) as wrong:
                return render(request, "400.html", {"reason": str(wrong)}, status=400)
            except engine.NotAllowed as refused:
                raise PermissionDenied(str(refused)) from None

        return cast(View[P], guarded)  # login_required and wraps hide that the request comes first

    return decorate


def of_htmx(request: HttpRequest) -> HtmxDetails:
    """Return what htmx says of the request; false where the browser itself asks."""
    return cast(HtmxDetails, vars(request)["htmx"])


def pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the address's parameters in order."""
    return [(name, value) for name in request.GET for value in request.GET.getlist(name)]


def last_day(viewer: Viewer) -> date | None:
    """Return the last day that has data, or None where there is none yet."""
    return bounds(viewer).last_day


def today() -> date:
    """Return the company's day."""
    return timezone.now().astimezone(zone()).date()


def show(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """Answer with a page; a part of one is never taken for the whole by a cache."""
    response = render(request, template, context)
    response["Vary"] = "HX-Request, Cookie"
    response["Cache-Control"] = "private, no-cache"
    return response
