"""The site map."""

from django.contrib import admin
from django.urls import include, path

from cxhub import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
    path("", include("insights.urls")),
]
handler400 = "insights.api.problems.bad_request"  # below /api/ as problem details, elsewhere as a page
handler404 = "insights.api.problems.not_found"
handler500 = "insights.api.problems.server_error"
