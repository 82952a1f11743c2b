"""Webhooks: vendors call here. A call is proved and kept; the reading of it is left to the workers."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from insights.api.documents import ref
from insights.api.handover import Handover
from insights.api.problems import MEDIA_TYPE, Problem
from insights.intake.hooks import find, take
from insights.intake.raw import TooLarge
from insights.intake.signatures import Call, Refused
from insights.models import Connection

handover = Handover()
MOST_BYTES = 5 * 1024 * 1024
"""Of one call. The largest that vendors document is 1 MB; a conversation of 500 parts is below this too."""
_SOURCE = OpenApiParameter("source", {"type": "string", "maxLength": 60}, OpenApiParameter.PATH)
_KEY = OpenApiParameter("key", {"type": "string", "maxLength": 200}, OpenApiParameter.PATH)


class Kept(Response):
    """202, and behind it the handing over: the vendor has its answer before a broker that is away is waited for."""

    def __init__(self, delivery: str) -> None:
        super().__init__({"state": "KEPT"}, status=202)
        self._delivery = delivery

    def close(self) -> None:
        """Hand the reading to the workers; the server closes an answer when it is sent."""
        super().close()
        handover.send("insights.tasks.intake.read_delivery", self._delivery)


class HookAddress(APIView):
    """POST /hooks/{source}/{key}; HEAD, GET and OPTIONS for vendors that first look whether somebody is there."""

    authentication_classes = ()  # the call proves itself: see insights/intake/signatures.py
    permission_classes = (AllowAny,)
    http_method_names = ["get", "head", "options", "post"]

    @extend_schema(
        operation_id="receive_hook",
        parameters=[_SOURCE, _KEY],
        request={"application/json": {}},
        responses={
            200: ref("Taken"),
            202: ref("Taken"),
            (401, MEDIA_TYPE): ref("Problem"),
            (413, MEDIA_TYPE): ref("Problem"),
        },
        auth=[{"signature": []}],  # type: ignore[list-item]  # the package types names, and takes requirements
        tags=["Webhooks"],
    )
    def post(self, request: Request, source: str, key: str) -> Response:
        """Take one call of a vendor. 202: kept, and will be read; 200: the same event was taken before.

        The address is made with `manage.py hook` or on the Sources page. The body is in the vendor's words and proves
        itself in the vendor's way; docs/how-to/receive-webhooks.md lists them.
        """
        hook = _hook_or_404(source, key)
        call = _call(request)
        try:
            delivery = take(hook, call, timezone.now())
        except Refused as refused:
            raise Problem(401, "not-proved", str(refused)) from None
        except TooLarge as large:
            raise Problem(413, "too-large", str(large)) from None
        if delivery is None:
            return Response({"state": "KNOWN"})
        return Kept(str(delivery))

    @extend_schema(exclude=True)
    def get(self, request: Request, source: str, key: str) -> Response:
        """Say that somebody is here: SurveyMonkey and Intercom ask with HEAD before they call."""
        _hook_or_404(source, key)
        return Response({"state": "READY"})

    @extend_schema(exclude=True)
    def options(self, request: Request, source: str, key: str) -> HttpResponse:  # type: ignore[override]
        """Consent to be called, as the webhook specification of CloudEvents asks: WebHook-Request-Origin."""
        _hook_or_404(source, key)
        answer = HttpResponse(headers={"Allow": "GET, HEAD, OPTIONS, POST"})
        if origin := request.headers.get("WebHook-Request-Origin", ""):
            answer["WebHook-Allowed-Origin"] = origin if origin.isascii() and origin.isprintable() else "*"
            answer["WebHook-Allowed-Rate"] = "*"
        return answer


def _hook_or_404(source: str, key: str) -> Connection:
    hook = find(source, key)
    if hook is None:
        raise Http404
    return hook


def _call(request: Request) -> Call:
    """Return the call with its raw body. Raises 413 before more than is taken was read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    body = b"" if length.isdigit() and int(length) > MOST_BYTES else request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES or (length.isdigit() and int(length) > MOST_BYTES):
        raise Problem(413, "too-large", f"A call may have {MOST_BYTES // 1024**2} MB. Bring more as a file.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(request.method or "POST", request.build_absolute_uri(), headers, body)
