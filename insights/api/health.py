"""Whether everything arrives as usual, is linked and read, and which media's sentiment may be compared."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.analysis.calibration_labels import standing
from insights.analysis.calibration_wire import calibration_as_json
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


class CalibrationOfSentiment(ApiView):
    """GET /calibration."""

    required_scopes = ("metrics:read",)

    @extend_schema(operation_id="read_calibration", responses={200: ref("Calibration")}, tags=["Status"])
    def get(self, request: Request) -> Response:
        """Which media's sentiment may share an axis, by people's labels; worked out each night."""
        return Response(calibration_as_json(standing()))
