"""How good the reading is and how far it has come, over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.analysis.model_quality import latest
from insights.api.base import ApiView
from insights.api.documents import ref
from insights.enrichment.progress import progress
from insights.enrichment.steps import versions
from insights.enrichment.taxonomy_versions import live
from insights.models import AdoptedHead, QualityRun, SearchDue

_TAG = ["Labels"]
MOST_HEADS = 50


class Quality(ApiView):
    """GET /quality."""

    required_scopes = ("metrics:read",)

    @extend_schema(operation_id="read_quality", responses={200: ref("Quality")}, tags=_TAG)
    def get(self, request: Request) -> Response:
        """The last measurement on the gold set: people's agreement first, then precision, recall and F1, and drift.

        A figure of fewer than ten texts has no value and says TOO_FEW. `heads` are the refits, the newest first.
        """
        heads = AdoptedHead.objects.select_related("by").defer("weights").order_by("-number")[:MOST_HEADS]
        return Response({"run": _run(latest()), "heads": [head_as_json(head) for head in heads]})


class EnrichmentState(ApiView):
    """GET /enrichment."""

    required_scopes = ("metrics:read",)

    @extend_schema(operation_id="read_enrichment_state", responses={200: ref("EnrichmentState")}, tags=_TAG)
    def get(self, request: Request) -> Response:
        """How many texts are read, wait, or failed three times, how fast it goes, and by which versions it reads."""
        told = live()
        return Response(
            {
                **progress().as_dict(),
                "versions": versions(),
                "taxonomy": None if told is None else told.number,
                "not_yet_findable": SearchDue.objects.count(),
            }
        )


def _run(run: QualityRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {"at": run.at.isoformat(), "versions": run.versions, "sides": {}, **run.figures, "drift": run.drift}


def head_as_json(head: AdoptedHead) -> dict[str, Any]:
    """One refit: whether it is in use, why, and the figures that decided it."""
    return {
        "number": head.number,
        "task": head.task,
        "state": head.state,
        "version": head.version,
        "labels": head.labels,
        "before": head.before.get("macro_f1"),
        "after": head.after.get("macro_f1"),
        "gold_texts": head.before.get("texts"),
        "reason": head.reason,
        "by": None if head.by is None else head.by.get_username(),
        "at": head.at.isoformat(),
    }
