"""One file or folder per vendor: its words, our records."""

from contactcenter.sources.abcd_dialogues import AbcdDialogues
from contactcenter.sources.amazon_connect_contact_event import AMAZON_CONNECT_CONTACT_EVENT
from contactcenter.sources.amazon_connect_ctr import AMAZON_CONNECT_CTR
from contactcenter.sources.amazon_contact_lens import AMAZON_CONTACT_LENS, AWS_TRANSCRIBE_CALL_ANALYTICS
from contactcenter.sources.city_311_csv import City311Csv
from contactcenter.sources.cloudevents import CloudEvents
from contactcenter.sources.email_eml_mbox import EmailEmlMbox
from contactcenter.sources.five9 import FIVE9
from contactcenter.sources.freshdesk import FRESHDESK
from contactcenter.sources.genesys_analytics import GENESYS_ANALYTICS
from contactcenter.sources.genesys_transcript import GENESYS_TRANSCRIPT
from contactcenter.sources.google_ccai import GoogleCcai
from contactcenter.sources.intercom import INTERCOM
from contactcenter.sources.intercom_warehouse import INTERCOM_WAREHOUSE
from contactcenter.sources.nice_cxone import NICE_CXONE
from contactcenter.sources.plain_transcripts import PlainTranscripts
from contactcenter.sources.salesforce_case_csv import SALESFORCE_CASE_CSV
from contactcenter.sources.talkdesk import TALKDESK
from contactcenter.sources.twilio import Twilio
from contactcenter.sources.vcon import Vcon
from contactcenter.sources.webvtt_srt import WebvttSrt
from contactcenter.sources.zendesk import Zendesk, ZendeskWarehouse
from insights.intake.source import register


def register_all() -> None:
    """Put every source of the contact center into intake's registry."""
    for source in (
        Zendesk(),
        ZendeskWarehouse(),
        INTERCOM,
        INTERCOM_WAREHOUSE,
        TALKDESK,
        FIVE9,
        NICE_CXONE,
        AMAZON_CONTACT_LENS,
        AWS_TRANSCRIBE_CALL_ANALYTICS,
        AMAZON_CONNECT_CONTACT_EVENT,
        AMAZON_CONNECT_CTR,
        GENESYS_TRANSCRIPT,
        GENESYS_ANALYTICS,
        SALESFORCE_CASE_CSV,
        FRESHDESK,
        Vcon(),
        WebvttSrt(),
        PlainTranscripts(),
        EmailEmlMbox(),
        Twilio(),
        GoogleCcai(),
        AbcdDialogues(),
        CloudEvents(),
        City311Csv(),
    ):
        register(source)
