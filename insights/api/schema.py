"""The OpenAPI document: what drf-spectacular reads from the views, completed with our components and error shapes."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator

from insights.api.documents import PARAMETERS, SCHEMAS, ref
from insights.api.documents_of_agreement import AGREEMENT, AGREEMENT_PARAMETERS
from insights.api.documents_of_health import HEALTH
from insights.api.documents_of_labels import LABEL_PARAMETERS, LABELS
from insights.api.documents_of_records import RECORDS
from insights.api.documents_of_search import SEARCH_PARAMETERS, SEARCH_SCHEMAS
from insights.api.documents_of_topics import TOPICS
from insights.api.problems import MEDIA_TYPE

_GROUPS = {**PARAMETERS, **AGREEMENT_PARAMETERS, "search": SEARCH_PARAMETERS, **LABEL_PARAMETERS}
_SCHEMAS = SCHEMAS | RECORDS | HEALTH | SEARCH_SCHEMAS | TOPICS | LABELS | AGREEMENT
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_ERRORS = {
    "400": ("A parameter, a member or the body is wrong.", "invalid-parameter", "There is no filter 'chanel'."),
    "401": ("No valid token, no session.", "not-authenticated", "This token expired on 2026-01-31. Make a new one."),
    "403": ("The token lacks the scope, or its person the right.", "missing-scope", "This token does not allow it."),
    "404": ("Nothing is here, or nothing you may see.", "not-found", "There is nothing at this address."),
    "429": ("More requests than a minute allows; Retry-After says when to return.", "too-many-requests", "Come again."),
    "500": ("A fault of ours; the log names it.", "internal-error", "Something went wrong here."),
}


_SIGNATURE = {
    "type": "apiKey",
    "in": "header",
    "name": "X-Webhook-Secret",
    "description": "A webhook's own proof: the vendor's signature header, or this shared secret where it has none.",
}


class BearerToken(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the package registers it untyped
    """The token as a security scheme."""

    target_class = "insights.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the scheme."""
        words = "A token from `manage.py token USER --scope metrics:read`, sent as `Authorization: Bearer cx_…`."
        return {"type": "http", "scheme": "bearer", "description": words}


def complete(result: dict[str, Any], generator: SchemaGenerator, **_: Any) -> dict[str, Any]:
    """Add the components, the groups of parameters an operation names, and the errors every operation may answer."""
    result["components"].setdefault("schemas", {}).update(_SCHEMAS)
    result["components"].setdefault("securitySchemes", {})["signature"] = _SIGNATURE
    for path in result["paths"].values():
        for method, operation in path.items():
            if method in _METHODS:
                _complete_operation(operation)
    return result


def _complete_operation(operation: dict[str, Any]) -> None:
    for group in operation.pop("x-parameters", ()):
        operation.setdefault("parameters", []).extend(_GROUPS[group])
    for status, (words, kind, detail) in _ERRORS.items():
        example = {"type": f"urn:cxhub:problem:{kind}", "title": words, "status": int(status), "detail": detail}
        operation["responses"].setdefault(
            status,
            {"description": words, "content": {MEDIA_TYPE: {"schema": ref("Problem"), "example": example}}},
        )
