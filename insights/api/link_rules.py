"""The rules by which answers find their contacts: listed, declared, withdrawn."""

import logging
from typing import Any

from celery import current_app
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from kombu.exceptions import OperationalError
from rest_framework.request import Request
from rest_framework.response import Response

from insights.api.base import ApiView
from insights.api.documents import ref
from insights.api.problems import wrong_parameter
from insights.intake.link_rules import WrongRule, declare, withdraw
from insights.models import LinkRule

logger = logging.getLogger(__name__)
_FIELDS = (
    *("id", "source", "account", "survey", "contact_source", "contact_account", "id_attribute", "window_hours"),
    *("channels", "queues", "is_linking"),
)
_ID = OpenApiParameter("rule_id", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, OpenApiParameter.PATH)


class LinkRules(ApiView):
    """GET and PUT /link-rules."""

    required_scopes = ("imports:write",)

    @extend_schema(operation_id="list_link_rules", responses={200: ref("LinkRuleList")}, tags=["Linking"])
    def get(self, request: Request) -> Response:
        """All rules. Without a rule for a source none of its answers is linked by window."""
        return Response({"rules": [_as_json(rule) for rule in LinkRule.objects.all()]})

    @extend_schema(
        operation_id="declare_link_rule",
        request={"application/json": ref("LinkRuleDeclaration")},
        responses={200: ref("LinkRule")},
        tags=["Linking"],
    )
    def put(self, request: Request) -> Response:
        """Declare the rule of a source (of one account and survey, if named), or replace it.

        What is stored already is linked by it in the background; `is_linking` tells until when.
        """
        if not isinstance(request.data, dict):
            raise wrong_parameter("body", "The body must be a JSON object.")
        user = request.user if request.user.is_authenticated else None
        try:
            rule = declare(request.data, user=user, now=self.now)
        except WrongRule as wrong:
            raise wrong_parameter(wrong.field, str(wrong)) from None
        relink(rule.source)
        return Response(_as_json(rule))


class LinkRuleAddress(ApiView):
    """DELETE /link-rules/{rule_id}."""

    required_scopes = ("imports:write",)

    @extend_schema(operation_id="withdraw_link_rule", parameters=[_ID], responses={204: None}, tags=["Linking"])
    def delete(self, request: Request, rule_id: int) -> Response:
        """Withdraw a rule: links that stand on it are taken back in the background."""
        source = withdraw(rule_id) if rule_id < 2**63 else None
        if source is None:
            raise Http404
        relink(source)
        return Response(status=204)


def relink(source: str) -> None:
    """Hand the linking to the workers. Where the broker is away the clock finds a new rule a little later."""
    try:
        current_app.send_task("insights.tasks.linking.relink_answers", args=[source])
    except OperationalError as away:
        logger.warning("The broker is away, the answers of %s are linked later: %s", source, away)


def _as_json(rule: LinkRule) -> dict[str, Any]:
    linked = rule.linked_at.isoformat() if rule.linked_at else None
    times = {"changed_at": rule.changed_at.isoformat(), "linked_at": linked}
    return {**{name: getattr(rule, name) for name in _FIELDS}, **times}
