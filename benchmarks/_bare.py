"""A Django that does nothing but read a body and answer: what any webhook costs here."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path


def view(request: HttpRequest) -> JsonResponse:
    """Read the body and answer."""
    return JsonResponse({"state": "KEPT", "bytes": len(request.body)}, status=202)


urlpatterns = [path("", view)]
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], MIDDLEWARE=[])
application = get_wsgi_application()
