"""Where exports are found, below /api/v1/exports/."""

from django.urls import path, re_path

from insights.exports.agreement import AgreementExport
from insights.exports.views import Explanation, FeedbackExport, MetricExport

urlpatterns = [
    path("agreement", AgreementExport.as_view(), name="export-agreement"),
    path("feedback", FeedbackExport.as_view(), name="export-feedback"),
    path("metric", MetricExport.as_view(), name="export-metric"),
    re_path(r"^(?P<what>feedback|metric)/metadata$", Explanation.as_view(), name="explain-export"),
]
