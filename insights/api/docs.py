"""The OpenAPI document and the page that shows it. Both hold no data, so everyone may read them."""

from django.views.generic import TemplateView
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.renderers import JSONRenderer

from insights.api import schema

COMPLETED_BY = schema.__name__  # drf-spectacular finds our security scheme and hook once their module is read


@extend_schema(exclude=True)
class Document(SpectacularJSONAPIView):
    """GET /openapi.json."""

    renderer_classes = [JSONRenderer]


class DocsPage(TemplateView):
    """GET /api/docs/: Swagger UI out of an installed package, under our own Content-Security-Policy."""

    template_name = "api/docs.html"
