"""Imports: files come in here, are read in the background, and say what became of every record."""

import json
import logging
from collections.abc import Mapping
from typing import Any, BinaryIO, cast
from uuid import UUID

from celery import current_app
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from drf_spectacular.utils import extend_schema
from kombu.exceptions import OperationalError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from insights.api.base import ApiView, single, whole_number
from insights.api.documents import ref
from insights.api.problems import Problem, wrong_parameter
from insights.intake.delivery import cancel, counts, receive
from insights.intake.raw import TooLarge
from insights.intake.source import UnknownSource, WrongOption, all_sources
from insights.models import Delivery

logger = logging.getLogger(__name__)
_COUNTS = ("read", "accepted", "updated", "unchanged", "set_aside", "excluded")
_FIELDS = frozenset({"file", "source", "account", "options"})


def address_of(delivery: Delivery) -> str:
    """Return where an import tells how far it is."""
    return f"/api/v1/imports/{delivery.pk}"


def begin(task: str, *arguments: str) -> None:
    """Hand work to the workers. Where the broker is away the clock finds it a little later, so that is only noted."""
    try:
        current_app.send_task(task, args=arguments)
    except OperationalError as away:
        logger.warning("The broker is away, %s waits for the clock: %s", task, away)


def delivery_or_404(key: UUID) -> Delivery:
    """Return the delivery. Raises 404."""
    delivery = Delivery.objects.filter(pk=key).first()
    if delivery is None:
        raise Http404
    return delivery


class Imports(ApiView):
    """GET and POST /imports."""

    required_scopes = ("imports:write",)
    known_parameters = frozenset({"limit", "cursor"})
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="list_imports",
        responses={200: ref("ImportPage")},
        extensions={"x-parameters": ["page"]},
        tags=["Imports"],
    )
    def get(self, request: Request) -> Response:
        """Imports, the newest first. Follow `next` until it is null."""
        limit = whole_number(request, "limit", default=50, lowest=1, highest=500)
        deliveries = Delivery.objects.order_by("-id")
        if cursor := single(request, "cursor"):
            deliveries = deliveries.filter(pk__lt=_key(cursor))
        page = list(deliveries[: limit + 1])
        following = f"{request.path}?limit={limit}&cursor={page[limit - 1].pk}" if len(page) > limit else None
        return Response({"next": following, "results": [summary(delivery) for delivery in page[:limit]]})

    @extend_schema(
        operation_id="start_import",
        request={"multipart/form-data": ref("ImportForm")},
        responses={202: ref("ImportStarted")},
        tags=["Imports"],
    )
    def post(self, request: Request) -> Response:
        """Send a file. It is kept as it is and read in the background; ask `url` how far it is."""
        for name in request.data:
            if name not in _FIELDS:
                raise wrong_parameter(name, f"There is no field '{name}'. Fields: {', '.join(sorted(_FIELDS))}.")
        file = request.FILES.get("file")
        if file is None:
            raise wrong_parameter("file", "file is missing: send the export as multipart/form-data.")
        delivery = received(
            file,
            source=_text(request, "source", 60),
            account=_text(request, "account", 120),
            options=_options(_text(request, "options", 1_000_000)),
            user=request.user,
        )
        begin("insights.tasks.intake.read_delivery", str(delivery.pk))
        answer = {"id": str(delivery.pk), "url": address_of(delivery)}
        return Response(answer, status=202, headers={"Location": answer["url"]})


class Import(ApiView):
    """GET /imports/{id}."""

    required_scopes = ("imports:write",)

    @extend_schema(operation_id="read_import", responses={200: ref("Import")}, tags=["Imports"])
    def get(self, request: Request, import_id: UUID) -> Response:
        """How far an import is, and what became of its records: read = accepted + updated + unchanged + …"""
        return Response(report(delivery_or_404(import_id)))


class ImportCancel(ApiView):
    """POST /imports/{id}/cancel."""

    required_scopes = ("imports:write",)

    @extend_schema(
        operation_id="cancel_import",
        request=None,
        responses={200: ref("Import"), 409: ref("Problem")},
        tags=["Imports"],
    )
    def post(self, request: Request, import_id: UUID) -> Response:
        """Stop an import that waits or is being read. What is stored stays."""
        delivery = delivery_or_404(import_id)
        if not cancel(delivery.pk, self.now):
            raise Problem(409, "conflict", f"This import is over already: {delivery.get_state_display().lower()}.")
        delivery.refresh_from_db()
        return Response(report(delivery))


class Sources(ApiView):
    """GET /sources."""

    required_scopes = ("imports:write",)

    @extend_schema(operation_id="list_sources", responses={200: ref("SourceList")}, tags=["Imports"])
    def get(self, request: Request) -> Response:
        """What can be imported: each source with the files it reads and the options it asks for."""
        sources = [
            {
                "key": source.key,
                "label": source.label,
                "side": source.side,
                "reads": source.reads,
                "identity": source.identity,
                "options": [
                    {
                        "name": option.name,
                        "question": option.question,
                        "choices": list(option.choices),
                        "required": option.required,
                        "default": option.default,
                    }
                    for option in source.options
                ],
            }
            for source in all_sources()
        ]
        return Response({"sources": sources})


def received(
    file: "UploadedFile[Any]", *, source: str, account: str, options: Mapping[str, str], user: Any
) -> Delivery:
    """Keep an uploaded file and return its delivery. Raises 400 and 413 with the intake's own sentences."""
    try:
        return receive(cast(BinaryIO, file.file), source, options, filename=file.name or "", account=account, user=user)
    except UnknownSource as unknown:
        raise wrong_parameter("source", str(unknown)) from None
    except WrongOption as wrong:
        raise wrong_parameter("options", str(wrong)) from None
    except TooLarge as large:
        raise Problem(413, "too-large", str(large)) from None


def summary(delivery: Delivery) -> dict[str, Any]:
    """Return an import in a list: its counts without its errors."""
    finished = delivery.finished_at
    return {
        "id": str(delivery.pk),
        "url": address_of(delivery),
        "source": delivery.source,
        "account": delivery.account,
        "origin": delivery.origin,
        "filename": delivery.filename,
        "state": delivery.state,
        **{name: getattr(delivery, name) for name in _COUNTS},
        "error": delivery.error,
        "created_at": delivery.created_at.isoformat(),
        "finished_at": finished.isoformat() if finished else None,
    }


def report(delivery: Delivery) -> dict[str, Any]:
    """Return an import with its first errors, its notices and its progress."""
    return {**summary(delivery), **counts(delivery), "set_aside_url": f"{address_of(delivery)}/set-aside"}


def _text(request: Request, name: str, longest: int) -> str:
    values = request.POST.getlist(name)
    if len(values) > 1:
        raise wrong_parameter(name, f"'{name}' stands {len(values)} times. Give it once.")
    value = values[0] if values else ""
    if len(value) > longest or "\x00" in value:
        raise wrong_parameter(name, f"'{name}' must be a text of {longest} characters at most.")
    return value


def _options(text: str) -> dict[str, str]:
    if not text:
        return {}
    try:
        options = json.loads(text)
        if not isinstance(options, dict):
            raise ValueError("no object")
    except (ValueError, RecursionError):
        raise wrong_parameter(
            "options", 'options must be a JSON object such as {"time_zone": "Europe/Berlin"}.'
        ) from None
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in options.items()}


def _key(cursor: str) -> UUID:
    try:
        return UUID(cursor)
    except ValueError:
        raise wrong_parameter("cursor", "This cursor was not made here. Follow `next`, or begin without one.") from None
