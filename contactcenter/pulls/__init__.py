"""Contact-center systems that we ask on a schedule, one file per vendor."""

from contactcenter.pulls.intercom import IntercomPull
from contactcenter.pulls.zendesk import ZendeskPull
from insights.intake.pulls.pull import register


def register_all() -> None:
    """Put every pull of the contact center into intake's registry."""
    register(ZendeskPull())
    register(IntercomPull())
