"""What every address of the API has in common: its scope, its parameters, its clock and its viewer."""

from datetime import date, datetime
from typing import Any, ClassVar, NoReturn
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from insights.access import viewer_for
from insights.api.authentication import token_of
from insights.api.problems import Problem, wrong_parameter
from insights.api.throttling import Quota
from insights.metrics.viewer import Viewer


class ApiView(APIView):
    """One address. Names the scopes it needs and the query parameters it knows; any other parameter is 400."""

    required_scopes: ClassVar[tuple[str, ...]] = ()
    quota: Quota | None = None  # what is left of this minute; None where requests are not counted
    known_parameters: ClassVar[frozenset[str] | None] = frozenset()  # None: the question itself refuses them

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who asks, then what is asked for."""
        super().initial(request, *args, **kwargs)
        if any("\x00" in str(value) for value in kwargs.values()):
            raise Http404
        for name, values in request.query_params.lists():
            if self.known_parameters is not None and name not in self.known_parameters:
                known = ", ".join(sorted(self.known_parameters)) or "none"
                raise wrong_parameter(name, f"There is no parameter '{name}' here. Parameters: {known}.")
            if any("\x00" in value for value in (name, *values)):
                raise wrong_parameter(name, f"'{name}' holds a NUL character.")

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        """Raise 429 with the seconds after which to come again."""
        refused = Problem(
            429, "too-many-requests", f"A minute allows no more requests. Come again in {wait or 1:.0f} s."
        )
        refused.wait = wait or 1
        raise refused

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Tell with each answer how many more may be asked for."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        for name, value in self.quota.headers().items() if self.quota else ():
            finished[name] = value
        return finished

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Say that answers differ by who asks, and are asked for again rather than kept by anyone in between."""
        return {
            **super().default_response_headers,
            "Cache-Control": "private, no-cache",
            "Vary": "Authorization, Cookie",
        }

    @property
    def now(self) -> datetime:
        """The time of this request."""
        return timezone.now()

    @property
    def today(self) -> date:
        """The company's day."""
        return self.now.astimezone(ZoneInfo(settings.REPORTING_TIME_ZONE)).date()

    @property
    def viewer(self) -> Viewer:
        """What whoever asks may see."""
        return viewer_for(self.request.user, token_of(self.request))


def single(request: Request, name: str) -> str | None:
    """Return a parameter that may stand once, or None. Raises 400 where it stands more often."""
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise wrong_parameter(name, f"'{name}' stands {len(values)} times. Give it once.")
    return values[0] if values and values[0] != "" else None


def key_of(request: Request, name: str) -> UUID | None:
    """Return a parameter that is a record's id as we write them, or None. Raises 400."""
    if name not in request.query_params:
        return None
    text = single(request, name) or ""
    try:
        key = UUID(text)
    except ValueError:
        key = None
    if key is None or str(key) != text.lower():  # UUID also takes braces, urn:uuid: and no hyphens
        raise wrong_parameter(name, f"{name} is '{text}', which is no id of a record.")
    return key


def whole_number(request: Request, name: str, *, default: int, lowest: int, highest: int) -> int:
    """Return a parameter that is a whole number within bounds. Raises 400."""
    text = single(request, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and lowest <= int(text) <= highest):
        raise wrong_parameter(name, f"{name} is '{text}'. It must be a whole number from {lowest} to {highest}.")
    return int(text)
