"""One file or folder per vendor: its words, our records."""

from insights.intake.source import register
from surveys.sources.alchemer_csv import ALCHEMER_CSV
from surveys.sources.app_reviews import APP_REVIEWS
from surveys.sources.app_store_feed import APP_STORE_FEED
from surveys.sources.asknicely import ASKNICELY
from surveys.sources.delighted import Delighted
from surveys.sources.formbricks_webhook import FORMBRICKS_WEBHOOK
from surveys.sources.google_forms_csv import GOOGLE_FORMS_CSV
from surveys.sources.hubspot_feedback import HUBSPOT_FEEDBACK
from surveys.sources.limesurvey import LimeSurvey
from surveys.sources.medallia_agent_connect import MEDALLIA_AGENT_CONNECT
from surveys.sources.microsoft_forms_csv import MICROSOFT_FORMS_CSV
from surveys.sources.nps_csat_ces_csv import NPS_CSAT_CES_CSV
from surveys.sources.play_console_csv import PLAY_CONSOLE_CSV
from surveys.sources.puzzel_sms_survey import PUZZEL_SMS_SURVEY
from surveys.sources.qualtrics import QualtricsCsv, QualtricsQsf, QualtricsWarehouse
from surveys.sources.schemaorg_review import SCHEMAORG_REVIEW
from surveys.sources.spss_sav import SpssSav
from surveys.sources.surveymonkey_api import SurveyMonkeyApi
from surveys.sources.surveymonkey_csv import SURVEYMONKEY_CSV
from surveys.sources.typeform import TYPEFORM_API, TYPEFORM_WEBHOOK
from surveys.sources.typeform_csv import TYPEFORM_CSV
from surveys.sources.usabilla_feedback import USABILLA_FEEDBACK

SOURCES = (
    QualtricsCsv(),
    QualtricsQsf(),
    QualtricsWarehouse(),
    NPS_CSAT_CES_CSV,
    SURVEYMONKEY_CSV,
    SurveyMonkeyApi(),
    TYPEFORM_WEBHOOK,
    TYPEFORM_API,
    TYPEFORM_CSV,
    GOOGLE_FORMS_CSV,
    MICROSOFT_FORMS_CSV,
    FORMBRICKS_WEBHOOK,
    Delighted(),
    ASKNICELY,
    MEDALLIA_AGENT_CONNECT,
    USABILLA_FEEDBACK,
    HUBSPOT_FEEDBACK,
    PUZZEL_SMS_SURVEY,
    ALCHEMER_CSV,
    LimeSurvey(),
    SpssSav(),
    SCHEMAORG_REVIEW,
    APP_REVIEWS,
    APP_STORE_FEED,
    PLAY_CONSOLE_CSV,
)


def register_all() -> None:
    """Put every source of the surveys into intake's registry."""
    for source in SOURCES:
        register(source)
