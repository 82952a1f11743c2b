"""Where each face lives."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("insights.api.urls")),
    path("api/v1/exports/", include("insights.exports.urls")),
    path("", include("insights.dashboards.urls")),
]
