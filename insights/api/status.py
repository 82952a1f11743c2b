"""How fresh the data is, and what is still waiting."""

from typing import Any

from django.db.models import Count, Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.api.base import ApiView
from insights.api.documents import ref
from insights.models import Delivery, DirtyDay, Enrichment, Freshness


class Status(ApiView):
    """GET /status."""

    required_scopes = ("metrics:read",)

    @extend_schema(operation_id="read_status", responses={200: ref("Status")}, tags=["Status"])
    def get(self, request: Request) -> Response:
        """How far each source has delivered, which version of the data is asked, and what is still waiting."""
        return Response({"sources": _sources(), "mart": _mart(), "waiting": _waiting()})


def _sources() -> list[dict[str, Any]]:
    stages = Freshness.objects.filter(stage=Freshness.Stage.INTAKE).order_by("source", "account")
    return [
        {
            "source": stage.source,
            "account": stage.account,
            "latest_record_at": stage.latest_record_at.isoformat() if stage.latest_record_at else None,
            "delivered_at": stage.delivered_at.isoformat() if stage.delivered_at else None,
        }
        for stage in stages
    ]


def _mart() -> dict[str, Any]:
    stage = Freshness.objects.filter(stage=Freshness.Stage.MART).order_by("-updated_at").first()
    return {
        "data_version": stage.version if stage else None,
        "built_at": stage.updated_at.isoformat() if stage else None,
        "days_to_rebuild": DirtyDay.objects.count(),
    }


def _waiting() -> dict[str, int]:
    deliveries = Delivery.objects.filter(state__in=["RECEIVED", "READING"]).aggregate(
        received=Count("id", filter=Q(state="RECEIVED")), reading=Count("id", filter=Q(state="READING"))
    )
    return {
        "deliveries_waiting": deliveries["received"],
        "deliveries_reading": deliveries["reading"],
        "texts_to_read": Enrichment.objects.filter(state=Enrichment.State.PENDING).count(),
        "texts_failed": Enrichment.objects.filter(state=Enrichment.State.FAILED).count(),
    }
