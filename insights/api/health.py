"""Whether everything arrives as usual, is linked and read."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.analysis.health import health
from insights.analysis.health_wire import health_as_json
from insights.api.base import ApiView
from insights.api.documents import ref


class DataHealth(ApiView):
    """GET /health."""

    required_scopes = ("metrics:read",)

    @extend_schema(operation_id="read_health", responses={200: ref("Health")}, tags=["Status"])
    def get(self, request: Request) -> Response:
        """Freshness, volumes against usual, set aside, links, backlog, connections, and what needs a person."""
        return Response(health_as_json(health(self.viewer, self.now)))
