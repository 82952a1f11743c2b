"""Learning from labels over HTTP: start it, see whether it was adopted and why, take it out of use."""

from celery import current_app
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from insights.access import has_scope
from insights.analysis.refit import REFITTED, CannotRefit, withdraw
from insights.api.authentication import token_of
from insights.api.base import ApiView, single, whole_number
from insights.api.documents import ref
from insights.api.problems import Problem, wrong_parameter
from insights.api.quality import MOST_HEADS, head_as_json
from insights.models import AccessToken, AdoptedHead

_NUMBER = OpenApiParameter("number", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, OpenApiParameter.PATH)
_TAG = ["Labels"]
_MOST = 2**31 - 1


class Refits(ApiView):
    """GET and POST /quality/refits."""

    required_scopes = ("metrics:read",)
    known_parameters = frozenset({"task", "after"})

    @extend_schema(
        operation_id="list_refits", responses={200: ref("RefitList")}, tags=_TAG,
        parameters=[
            OpenApiParameter("task", {"type": "string", "enum": list(REFITTED)}, OpenApiParameter.QUERY),
            OpenApiParameter("after", {"type": "integer", "minimum": 0, "maximum": _MOST}, OpenApiParameter.QUERY,
                             description="Only those with a higher number: a refit that was started is among them."),
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """What became of each refit, the newest first: adopted or kept out, why, and the figures that decided it."""
        rows = AdoptedHead.objects.select_related("by").defer("weights").order_by("-number")
        rows = rows.filter(number__gt=whole_number(request, "after", default=0, lowest=0, highest=_MOST))
        if (task := single(request, "task")) is not None:
            rows = rows.filter(task=_known(task))
        return Response({"refits": [head_as_json(head) for head in rows[:MOST_HEADS]]})

    @extend_schema(
        operation_id="start_refit", request={"application/json": ref("NewRefit")}, responses={202: ref("RefitStarted")},
        tags=_TAG,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Learn one task anew from everybody's labels, in the background, in seconds.

        It is adopted only where it is better on your gold set and no answer loses more than two points. A topic refit
        that is better becomes a draft of the taxonomy. `outcome` is the address that tells it.
        """
        _refuse_readers(request)
        if not isinstance(request.data, dict) or request.data.keys() != {"task"}:
            raise wrong_parameter("task", f"The body must be an object with 'task': one of {', '.join(REFITTED)}.")
        task, by = _known(request.data["task"]), request.user.pk
        last = AdoptedHead.objects.order_by("-number").values_list("number", flat=True).first() or 0
        name = "insights.tasks.quality.refit_from_labels"
        transaction.on_commit(lambda: current_app.send_task(name, [task, by]))
        outcome = f"{reverse('refits')}?task={task}&after={last}"
        return Response({"task": task, "outcome": outcome}, status=202)


class RefitAddress(ApiView):
    """GET and DELETE /quality/refits/{number}."""

    required_scopes = ("metrics:read",)

    @extend_schema(operation_id="read_refit", parameters=[_NUMBER], responses={200: ref("Refit")}, tags=_TAG)
    def get(self, request: Request, number: int) -> Response:
        """One refit."""
        return Response(head_as_json(_refit(number)))

    @extend_schema(operation_id="withdraw_refit", parameters=[_NUMBER], responses={200: ref("Refit")}, tags=_TAG)
    def delete(self, request: Request, number: int) -> Response:
        """Take an adopted refit out of use; texts are read again without it. It stays to be looked at."""
        _refuse_readers(request)
        _refit(number)
        try:
            head = withdraw(number)
        except CannotRefit as refused:
            raise Problem(409, "not-now", str(refused)) from None
        return Response(head_as_json(head))


def _refit(number: int) -> AdoptedHead:
    head = AdoptedHead.objects.select_related("by").defer("weights").filter(pk=min(number, _MOST)).first()
    if head is None:
        raise Http404
    return head


def _known(task: object) -> str:
    if not isinstance(task, str) or task not in REFITTED:
        raise wrong_parameter("task", f"'{task}' is not learned from labels. Learned are {', '.join(REFITTED)}.")
    return task


def _refuse_readers(request: Request) -> None:
    """Reading is for whoever sees figures; what is learned is decided by whoever edits the taxonomy."""
    if not has_scope(request.user, token_of(request), AccessToken.Scope.TOPICS_WRITE):
        raise Problem(403, "missing-scope", "This needs 'topics:write'.", scope="topics:write")
