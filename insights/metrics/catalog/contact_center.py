"""What contacts tell: how many, and how well handled."""

import ibis
import ibis.expr.types as ir

from insights.mart.schema import EXPOSURE, GROUPS
from insights.metrics.definition import Metric, Rows

RATE_DAYS = ("1", "7", "30", "365")
_AS_REPORTED = "It stands on what the contact-center system reports; contacts without the fact are left out."


def is_contact(rows: Rows) -> ir.Value:
    """Inbound contacts."""
    return (rows.kind == "CONTACT") & (rows.direction == "INBOUND")


def is_call(rows: Rows) -> ir.Value:
    """Inbound calls."""
    return is_contact(rows) & (rows.channel == "VOICE")


def was_lost(rows: Rows) -> ir.Value:
    """True where the customer gave up before anyone answered."""
    return rows.was_abandoned.fill_null(False) | ~rows.was_answered.fill_null(True)


def was_handled(rows: Rows) -> ir.Value:
    """Inbound contacts that somebody answered."""
    return is_contact(rows) & ~was_lost(rows)


def _serves(rows: Rows) -> ir.Value:
    """Whether the active customers of its day and group are known, as finely told apart as the question asks."""
    if rows.level is None:
        return ibis.literal(False)
    return (rows.exposed.fill_null(0) & (1 << rows.level)) != 0


def _is_among_contacts(rows: Rows) -> ir.Value:
    """Days before the first and after the latest contact say nothing: contacts of theirs are not told."""
    return (rows.occurred_at >= rows.beginning) & (rows.occurred_at <= rows.horizon)


_VOLUME = (
    Metric(
        key="contacts",
        label="Contacts",
        meaning="How often customers reached out to the company.",
        formula="count of inbound contacts; outbound contacts are a number of their own",
        kind="TOTAL",
        unit="COUNT",
        better="NEITHER",
        side="CONTACTS",
        base=is_contact,
        known=is_contact,
        fewest=1,
        doubt="More customers make more contacts; it says nothing about how many per customer.",
    ),
    Metric(
        key="outbound_contacts",
        label="Outbound contacts",
        meaning="How often the company reached out to customers.",
        formula="count of outbound contacts",
        kind="TOTAL",
        unit="COUNT",
        better="NEITHER",
        side="CONTACTS",
        base=lambda rows: (rows.kind == "CONTACT") & (rows.direction == "OUTBOUND"),
        known=lambda rows: (rows.kind == "CONTACT") & (rows.direction == "OUTBOUND"),
        fewest=1,
        doubt="Attempts that reached nobody may be counted, as the source reports them.",
    ),
)

_RATE_OF_CONTACTS = Metric(
    key="contact_rate",
    label="Contact rate",
    meaning="How many contacts there were for every 100 active customers.",
    formula=(
        "inbound contacts / active customers x 100, of days and groups whose active customers are told, added up over "
        "days: per customer and day, or per as many days as rate_days says"
    ),
    kind="RATE",
    unit="RATE",
    better="LOWER",
    side="CONTACTS",
    base=is_contact,
    known=lambda rows: is_contact(rows) & _serves(rows),
    beside=lambda rows: ibis.ifelse(
        (rows.kind == EXPOSURE) & _serves(rows) & _is_among_contacts(rows),
        rows.exposed_customers / (100.0 * float(rows.asked["rate_days"])),
        ibis.null("float64"),
    ),
    only_by=(*GROUPS, "weekday"),
    parameters={"rate_days": RATE_DAYS},
    fewest=1,
    doubt="It is as right as the counts of active customers that somebody else told.",
)


def share_of_contacts(
    *, key: str, label: str, meaning: str, formula: str, fact: str, better: str = "LOWER", of_handled: bool = True
) -> Metric:
    """Return the share of contacts for which the reported fact is true (or above zero)."""
    base = was_handled if of_handled else is_contact
    return Metric(
        key=key,
        label=label,
        meaning=meaning,
        formula=formula,
        kind="SHARE",
        unit="PERCENT",
        better="HIGHER" if better == "HIGHER" else "LOWER",
        side="CONTACTS",
        base=base,
        known=lambda rows: base(rows) & rows.table[fact].notnull(),
        numerator=lambda rows: rows.table[fact].cast("int64") > 0,
        doubt=_AS_REPORTED,
    )


_HANDLING = (
    share_of_contacts(
        key="abandonment_rate",
        label="Abandonment rate",
        meaning="The share of contacts in which the customer gave up while waiting.",
        formula="contacts abandoned while waiting / contacts for which that is known x 100",
        fact="was_abandoned",
        of_handled=False,
    ),
    share_of_contacts(
        key="transfer_rate",
        label="Transfer rate",
        meaning="The share of handled contacts that were passed on at least once.",
        formula="handled contacts with a transfer / handled contacts for which that is known x 100",
        fact="transfers",
    ),
    share_of_contacts(
        key="escalation_rate",
        label="Escalation rate",
        meaning="The share of handled contacts that were escalated.",
        formula="handled contacts escalated / handled contacts for which that is known x 100",
        fact="was_escalated",
    ),
    share_of_contacts(
        key="reopen_rate",
        label="Reopen rate",
        meaning="The share of handled contacts that were opened again after they had been closed.",
        formula="handled contacts reopened / handled contacts for which that is known x 100",
        fact="was_reopened",
    ),
)

METRICS: tuple[Metric, ...] = (*_VOLUME, _RATE_OF_CONTACTS, *_HANDLING)
