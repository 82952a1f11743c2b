"""Every error as problem details (RFC 9457): what happened, where, and what to do."""

import logging
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from insights.metrics.drilldown import InvalidCursor
from insights.metrics.engine import NotAllowed, UnknownVersion
from insights.metrics.query import InvalidQuery

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_KINDS = {
    400: "bad-request",
    401: "not-authenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "conflict",
    413: "too-large",
    415: "unsupported-media-type",
    429: "too-many-requests",
    500: "internal-error",
}
_FROM_DJANGO: tuple[tuple[type[Exception], int, str], ...] = (
    (Http404, 404, "There is nothing at this address, or nothing that you may see."),
    (PermissionDenied, 403, "You may not do this."),
    (RequestDataTooBig, 413, "The body is larger than this address takes. Send it in smaller parts."),
    (SuspiciousOperation, 400, "The request is malformed."),
)


class Problem(exceptions.APIException):
    """An anticipated failure of a request. `members` are further members of the problem, such as the parameter."""

    wait: float | None = None  # seconds after which to come again

    def __init__(self, status: int, kind: str, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status_code = status
        self.kind = kind
        self.words = detail
        self.members = members


def wrong_parameter(name: str, detail: str) -> Problem:
    """Return the problem of a parameter or member that is unknown or wrong."""
    return Problem(400, "invalid-parameter", detail, parameter=name)


def body_of(status: int, detail: str, kind: str = "", **members: Any) -> dict[str, Any]:
    """Return the problem as its JSON members."""
    return {
        "type": f"urn:cxhub:problem:{kind or _KINDS.get(status, 'bad-request')}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **members,
    }


def problem_details(error: Exception, context: dict[str, Any]) -> Response:
    """Turn any exception of a view into problem details. What nobody anticipated is logged whole and told as 500."""
    body = _anticipated(error)
    if body is None:
        reference = uuid4()
        logger.error("Request failed, reference %s", reference, exc_info=error)
        body = body_of(
            500,
            f"Something went wrong here. The log tells more under {reference}.",
            instance=f"urn:uuid:{reference}",
        )
    return Response(body, status=body["status"], headers=_headers(error), content_type=MEDIA_TYPE)


def _anticipated(error: Exception) -> dict[str, Any] | None:
    match error:
        case InvalidQuery():
            return body_of(400, error.message, "invalid-parameter", parameter=error.parameter)
        case NotAllowed():
            return body_of(403, str(error), "not-allowed")
        case InvalidCursor():
            return body_of(400, str(error), "invalid-parameter", parameter="cursor")
        case UnknownVersion():
            return body_of(404, str(error), "unknown-version", parameter="as_of")
        case Problem():
            return body_of(error.status_code, error.words, error.kind, **error.members)
        case exceptions.ValidationError():
            return body_of(400, "The request is not valid; `errors` says where.", errors=error.detail)
        case exceptions.APIException():
            return body_of(error.status_code, str(error.detail))
    return next((body_of(status, words) for kind, status, words in _FROM_DJANGO if isinstance(error, kind)), None)


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(challenge)
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _plain(status: int, detail: str) -> HttpResponse:
    return JsonResponse(body_of(status, detail), status=status, content_type=MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django refused before any view saw it."""
    if _is_for_programs(request):
        return _plain(400, "The request is malformed.")
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that nobody serves."""
    if _is_for_programs(request):
        return _plain(404, "There is nothing at this address. /api/docs/ lists what there is.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure outside of every view; Django has logged it."""
    if _is_for_programs(request):
        return _plain(500, "Something went wrong here; the log names it.")
    return defaults.server_error(request)
