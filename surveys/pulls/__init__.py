"""Survey systems that we ask on a schedule, one file per vendor."""

from insights.intake.pulls.pull import register
from surveys.pulls.qualtrics import QualtricsPull
from surveys.pulls.surveymonkey import SurveyMonkeyPull


def register_all() -> None:
    """Put every pull of the surveys into intake's registry."""
    register(QualtricsPull())
    register(SurveyMonkeyPull())
