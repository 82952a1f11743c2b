"""One file or folder per vendor: its words, our records."""

from contactcenter.sources.intercom import INTERCOM
from contactcenter.sources.intercom_warehouse import INTERCOM_WAREHOUSE
from contactcenter.sources.vcon import Vcon
from contactcenter.sources.zendesk import Zendesk, ZendeskWarehouse
from insights.intake.source import register


def register_all() -> None:
    """Put every source of the contact center into intake's registry."""
    for source in (
        Zendesk(),
        ZendeskWarehouse(),
        INTERCOM,
        INTERCOM_WAREHOUSE,
        Vcon(),
    ):
        register(source)
