"""Where the API is found, below /api/."""

from django.urls import path

from insights.api.agreement import AgreementAnswer
from insights.api.assumptions import Assumptions
from insights.api.docs import DocsPage, Document
from insights.api.feedback import FeedbackList, FeedbackRecord
from insights.api.health import CalibrationOfSentiment, DataHealth
from insights.api.hooks import HookAddress
from insights.api.imports import Import, ImportCancel, Imports, Sources
from insights.api.labels import LabelAddress, LabelQueue, Labels
from insights.api.link_rules import LinkRuleAddress, LinkRules
from insights.api.mappings import SavedMapping
from insights.api.metrics import MetricAnswer, MetricAnswers, MetricCatalog
from insights.api.push import FeedbackBatch
from insights.api.quality import EnrichmentState, Quality
from insights.api.refits import RefitAddress, Refits
from insights.api.search import Search
from insights.api.set_aside import SetAsideList, SetAsideReplay
from insights.api.status import Status
from insights.api.topics import (
    TaxonomyDiff,
    TaxonomyPublishing,
    TaxonomyTagging,
    TaxonomyTrial,
    TaxonomyVersionAddress,
    TaxonomyVersions,
    TopicAddress,
    TopicEdit,
    Topics,
)

urlpatterns = [
    path("docs/", DocsPage.as_view(), name="api-docs"),
    path("v1/openapi.json", Document.as_view(), name="openapi"),
    path("v1/metrics", MetricCatalog.as_view(), name="metrics"),
    path("v1/metrics/<str:key>", MetricAnswer.as_view(), name="metric"),
    path("v1/query", MetricAnswers.as_view(), name="query"),
    path("v1/agreement", AgreementAnswer.as_view(), name="agreement-answer"),
    path("v1/feedback", FeedbackList.as_view(), name="feedback"),
    path("v1/feedback/batch", FeedbackBatch.as_view(), name="feedback-batch"),
    path("v1/feedback/<uuid:feedback_id>", FeedbackRecord.as_view(), name="feedback-record"),
    path("v1/imports", Imports.as_view(), name="imports"),
    path("v1/imports/<uuid:import_id>", Import.as_view(), name="import"),
    path("v1/imports/<uuid:import_id>/cancel", ImportCancel.as_view(), name="import-cancel"),
    path("v1/imports/<uuid:import_id>/set-aside", SetAsideList.as_view(), name="import-set-aside"),
    path("v1/imports/<uuid:import_id>/replay", SetAsideReplay.as_view(), name="import-replay"),
    path("v1/search", Search.as_view(), name="search"),
    path("v1/sources", Sources.as_view(), name="sources"),
    path("v1/mappings/<str:name>", SavedMapping.as_view(), name="mapping"),
    path("v1/hooks/<str:source>/<str:key>", HookAddress.as_view(), name="hook"),
    path("v1/health", DataHealth.as_view(), name="health"),
    path("v1/calibration", CalibrationOfSentiment.as_view(), name="calibration"),
    path("v1/assumptions", Assumptions.as_view(), name="assumptions"),
    path("v1/link-rules", LinkRules.as_view(), name="link-rules"),
    path("v1/link-rules/<int:rule_id>", LinkRuleAddress.as_view(), name="link-rule"),
    path("v1/topics", Topics.as_view(), name="topics"),
    path("v1/topics/<slug:key>", TopicAddress.as_view(), name="topic"),
    path("v1/topics/<slug:key>/<slug:how>", TopicEdit.as_view(), name="topic-edit"),
    path("v1/taxonomy", TaxonomyVersions.as_view(), name="taxonomy-versions"),
    path("v1/taxonomy/<int:number>", TaxonomyVersionAddress.as_view(), name="taxonomy-version"),
    path("v1/taxonomy/<int:number>/diff", TaxonomyDiff.as_view(), name="taxonomy-diff"),
    path("v1/taxonomy/<int:number>/trial", TaxonomyTrial.as_view(), name="taxonomy-trial"),
    path("v1/taxonomy/<int:number>/retag", TaxonomyTagging.as_view(), name="taxonomy-retag"),
    path("v1/taxonomy/<int:number>/publish", TaxonomyPublishing.as_view(), name="taxonomy-publish"),
    path("v1/labels", Labels.as_view(), name="labels"),
    path("v1/labels/queue", LabelQueue.as_view(), name="label-queue"),
    path("v1/labels/<uuid:label_id>", LabelAddress.as_view(), name="label"),
    path("v1/quality/refits", Refits.as_view(), name="refits"),
    path("v1/quality/refits/<int:number>", RefitAddress.as_view(), name="refit"),
    path("v1/quality", Quality.as_view(), name="quality"),
    path("v1/enrichment", EnrichmentState.as_view(), name="enrichment-state"),
    path("v1/status", Status.as_view(), name="status"),
]
