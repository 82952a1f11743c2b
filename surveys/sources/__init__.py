"""One file or folder per vendor: its words, our records."""

from insights.intake.source import register
from surveys.sources.qualtrics import QualtricsCsv


def register_all() -> None:
    """Put every source of the surveys into intake's registry."""
    for source in (QualtricsCsv(),):
        register(source)
