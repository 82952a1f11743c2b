"""One file or folder per vendor: its words, our records."""

from contactcenter.sources.zendesk import Zendesk, ZendeskWarehouse
from insights.intake.source import register


def register_all() -> None:
    """Put every source of the contact center into intake's registry."""
    for source in (Zendesk(), ZendeskWarehouse()):
        register(source)
