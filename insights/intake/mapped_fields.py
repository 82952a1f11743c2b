"""What a column of a plain table may fill, and what a mapping may choose from."""

from typing import get_args

from insights.intake.check import DURATIONS
from insights.intake.record import Kind, Measure

KINDS: tuple[str, ...] = get_args(Kind)
MEASURES: tuple[str, ...] = get_args(Measure)
DATE_ORDERS = ("DMY", "MDY", "YMD")
UNITS = ("seconds", "minutes", "hours", "ms", "hh:mm:ss")
TEXT_FIELDS = frozenset(
    """source_id text title channel survey touchpoint journey_stage product queue team agent language reason_code
    direction customer.email customer.phone customer.customer_number customer.vendor_id customer.name customer.segment
    customer.region customer.product about.source about.account about.source_id""".split()  # noqa: SIM905
)
TIME_FIELDS = frozenset({"occurred_at", "ended_at", "customer.since"})
TRUTH_FIELDS = frozenset(
    {"company_says_solved", "customer_says_solved", "was_answered", "was_abandoned", "was_escalated", "was_reopened"}
)
NUMBER_FIELDS = frozenset({"transfers", "customer.annual_value", "revision"})
FIELDS = frozenset({*TEXT_FIELDS, *TIME_FIELDS, *TRUTH_FIELDS, *NUMBER_FIELDS, *DURATIONS})
SEVERAL = frozenset({"customer.vendor_id", "customer.name"})  # may be filled by more than one column
CONSTANT_FIELDS = TEXT_FIELDS - {"source_id", "text", "title"} - {one for one in TEXT_FIELDS if "customer." in one}
DEFAULT_MISSING = ("", "NA", "N/A", "n/a", "NULL", "null", "None", "NaN", "nan", "-", "#N/A")
