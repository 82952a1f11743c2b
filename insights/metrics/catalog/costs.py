"""What contacts cost, by what the company assumes of its channels."""

import ibis
import ibis.expr.types as ir

from insights.metrics.catalog.contact_center import was_handled
from insights.metrics.catalog.times import handle_seconds
from insights.metrics.definition import Metric, Rows

_COST = "handle minutes x cost per minute + cost per contact, as assumed of the channel"
_DOUBT = "It is as right as what is assumed of each channel; contacts whose handle time is not told are left out."


def _cost(rows: Rows) -> ir.Value:
    """What one contact cost; null where nothing is assumed of its channel, or its minutes count and are not known."""
    cases = [
        (rows.channel == channel, (handle_seconds(rows) / 60 * minute if minute else ibis.literal(0.0)) + contact)
        for channel, minute, contact in rows.assumed.priced()
    ]
    return ibis.cases(*cases) if cases else ibis.null("float64")


def _is_priced(rows: Rows) -> ir.Value:
    return was_handled(rows) & _cost(rows).notnull()


METRICS: tuple[Metric, ...] = (
    Metric(
        key="contact_cost",
        label="Cost of contacts",
        meaning="What handling customers' contacts cost the company.",
        formula=f"sum of {_COST}; of handled inbound contacts for which that is known",
        kind="SUM",
        unit="MONEY",
        better="LOWER",
        side="CONTACTS",
        base=was_handled,
        known=_is_priced,
        numerator=_cost,
        assumes=True,
        doubt=_DOUBT,
    ),
    Metric(
        key="cost_per_contact",
        label="Cost per contact",
        meaning="What handling one contact cost the company.",
        formula=f"({_COST}) / handled inbound contacts for which that is known",
        kind="MEAN",
        unit="MONEY",
        better="LOWER",
        side="CONTACTS",
        base=was_handled,
        known=_is_priced,
        numerator=_cost,
        assumes=True,
        doubt=_DOUBT,
    ),
)
