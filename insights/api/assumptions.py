"""What is assumed of each channel: the versions there were, and a new one."""

from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.access import has_scope
from insights.api.authentication import token_of
from insights.api.base import ApiView
from insights.api.documents import ref
from insights.api.problems import Problem, wrong_parameter
from insights.intake.assumptions import FIGURES, WrongAssumption, assume
from insights.models import AccessToken, Assumption

MOST_VERSIONS = 100


class Assumptions(ApiView):
    """GET and POST /assumptions."""

    required_scopes = ("metrics:read",)

    @extend_schema(operation_id="list_assumptions", responses={200: ref("AssumptionList")}, tags=["Assumptions"])
    def get(self, request: Request) -> Response:
        """The versions, newest first; the first one stands. Answers that stand on one say which."""
        versions = Assumption.objects.prefetch_related("channels")[:MOST_VERSIONS]
        return Response({"assumptions": [_as_json(one) for one in versions]})

    @extend_schema(
        operation_id="set_assumptions",
        request={"application/json": ref("NewAssumption")},
        responses={201: ref("Assumption")},
        tags=["Assumptions"],
    )
    def post(self, request: Request) -> Response:
        """Set what is assumed of channels from now on: a new version with these figures and no others.

        Numbers stand on it as soon as the mart has noted it, normally within half a minute. Answers asked again `as_of`
        an earlier version of the data keep the assumption of that version.
        """
        user = _person(request)
        if not isinstance(request.data, dict):
            raise wrong_parameter("body", "The body must be a JSON object.")
        try:
            made = assume(request.data, user=user, now=self.now)
        except WrongAssumption as wrong:
            raise wrong_parameter(wrong.field, str(wrong)) from None
        return Response(_as_json(made), status=201)


def _person(request: Request) -> User:
    user = request.user
    if not isinstance(user, User) or not has_scope(user, token_of(request), AccessToken.Scope.TOPICS_WRITE):
        raise Problem(403, "missing-scope", "This needs 'topics:write'.", scope="topics:write")
    return user


def _as_json(made: Assumption) -> dict[str, Any]:
    lines = sorted(made.channels.all(), key=lambda line: line.channel)
    return {
        "version": made.pk,
        "made_at": made.made_at.isoformat(),
        "note": made.note,
        "channels": [{"channel": line.channel, **{name: getattr(line, name) for name in FIGURES}} for line in lines],
    }
