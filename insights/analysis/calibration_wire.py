"""The JSON form of a calibration (version 1): the API and the command line print this."""

from typing import Any

from insights.analysis.calibration import MARGIN
from insights.analysis.calibration_labels import nothing_known
from insights.mart.comparable import FEWEST, Comparable
from insights.models import Calibration


def calibration_as_json(made: Calibration | None) -> dict[str, Any]:
    """Return the result that stands, or that nothing is known. `axes` are the groups of media that share one."""
    told = nothing_known() if made is None else {"labelled": made.labelled, "pairs": made.pairs}
    return {
        "made_at": made.made_at.isoformat() if made else None,
        "checked_at": made.checked_at.isoformat() if made else None,
        "sentiment_version": made.sentiment_version if made else None,
        "margin": MARGIN,
        "fewest": FEWEST,
        **told,
        "axes": [list(axis) for axis in Comparable.told(**told).axes()],
    }
