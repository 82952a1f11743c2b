"""Declared mappings of plain tables, kept by name to be used again."""

import json
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.api.base import ApiView
from insights.api.documents import ref
from insights.api.problems import wrong_parameter
from insights.intake.mapping import WrongMapping, declared
from insights.models import ColumnMapping

LONGEST_NAME = 120
_NAME = OpenApiParameter("name", {"type": "string", "maxLength": LONGEST_NAME, "minLength": 1}, OpenApiParameter.PATH)


class SavedMapping(ApiView):
    """GET and PUT /mappings/{name}."""

    required_scopes = ("imports:write",)

    @extend_schema(operation_id="read_mapping", parameters=[_NAME], responses={200: ref("Mapping")}, tags=["Imports"])
    def get(self, request: Request, name: str) -> Response:
        """One saved mapping."""
        saved = ColumnMapping.objects.filter(name=name).first()
        if saved is None:
            raise Http404
        return Response(_as_json(saved))

    @extend_schema(
        operation_id="save_mapping",
        parameters=[_NAME],
        request={"application/json": ref("MappingDeclaration")},
        responses={200: ref("Mapping"), 201: ref("Mapping")},
        tags=["Imports"],
    )
    def put(self, request: Request, name: str) -> Response:
        """Save a mapping under this name, or replace it. Imports name it: options={"mapping_name": "NAME"}."""
        try:
            declared(request.data)
        except WrongMapping as wrong:
            raise wrong_parameter("body", str(wrong)) from None
        if len(name) > LONGEST_NAME:
            raise wrong_parameter("name", f"The name has more than {LONGEST_NAME} characters.")
        if "\\u0000" in json.dumps(request.data):
            raise wrong_parameter("body", "The mapping holds a NUL character.")
        saved, is_new = ColumnMapping.objects.update_or_create(name=name, defaults={"declaration": request.data})
        return Response(_as_json(saved), status=201 if is_new else 200)


def _as_json(saved: ColumnMapping) -> dict[str, Any]:
    return {"name": saved.name, "declaration": saved.declaration, "updated_at": saved.updated_at.isoformat()}
