"""The facts, one noun a file. PostgreSQL is the system of record."""

from insights.models.assumption import Assumption, ChannelAssumption
from insights.models.calibration import Calibration
from insights.models.competitor import Competitor, OwnName
from insights.models.connection import Connection, HookCall
from insights.models.contact import ContactFacts
from insights.models.customer import Customer, CustomerIdentifier, CustomerMerge
from insights.models.delivery import ColumnMapping, Delivery, SetAside
from insights.models.enrichment import Embedding, Enrichment, Signature
from insights.models.exposure import Exposure
from insights.models.feedback import Feedback, FeedbackPart, Score, Turn
from insights.models.freshness import DirtyDay, Freshness
from insights.models.journey import JourneyEvent
from insights.models.label import Label
from insights.models.limit import ViewingLimit
from insights.models.link import LinkRule, LooseLink
from insights.models.opinion import Opinion, OpinionBudget
from insights.models.quality import AdoptedHead, GoldText, QualityRun
from insights.models.search import SearchDue, SearchEntry
from insights.models.staged import StagedFile
from insights.models.taxonomy import Retagged, TaxonomyVersion, UnitVectors
from insights.models.token import AccessToken
from insights.models.topic import Mention, Topic

__all__ = [
    "AccessToken",
    "AdoptedHead",
    "Assumption",
    "Calibration",
    "ChannelAssumption",
    "ColumnMapping",
    "Competitor",
    "Connection",
    "ContactFacts",
    "Customer",
    "CustomerIdentifier",
    "CustomerMerge",
    "Delivery",
    "DirtyDay",
    "Embedding",
    "Enrichment",
    "Exposure",
    "Feedback",
    "FeedbackPart",
    "Freshness",
    "GoldText",
    "HookCall",
    "JourneyEvent",
    "Label",
    "LinkRule",
    "LooseLink",
    "Mention",
    "Opinion",
    "OpinionBudget",
    "OwnName",
    "QualityRun",
    "Retagged",
    "Score",
    "SearchDue",
    "SearchEntry",
    "SetAside",
    "Signature",
    "StagedFile",
    "TaxonomyVersion",
    "Topic",
    "Turn",
    "UnitVectors",
    "ViewingLimit",
]
