"""Where the API is found, below /api/."""

from django.urls import path

from insights.api.docs import DocsPage, Document
from insights.api.feedback import FeedbackList, FeedbackRecord
from insights.api.metrics import MetricAnswer, MetricAnswers, MetricCatalog
from insights.api.status import Status

urlpatterns = [
    path("docs/", DocsPage.as_view(), name="api-docs"),
    path("v1/openapi.json", Document.as_view(), name="openapi"),
    path("v1/metrics", MetricCatalog.as_view(), name="metrics"),
    path("v1/metrics/<str:key>", MetricAnswer.as_view(), name="metric"),
    path("v1/query", MetricAnswers.as_view(), name="query"),
    path("v1/feedback", FeedbackList.as_view(), name="feedback"),
    path("v1/feedback/<uuid:feedback_id>", FeedbackRecord.as_view(), name="feedback-record"),
    path("v1/status", Status.as_view(), name="status"),
]
