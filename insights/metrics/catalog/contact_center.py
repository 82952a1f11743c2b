"""What contacts tell: how many, how long, how well handled."""

import ibis
import ibis.expr.types as ir

from insights.mart.schema import EXPOSURE, GROUPS
from insights.metrics.definition import Metric, Rows

THRESHOLDS = ("20", "10", "30", "60", "120", "300")
RATE_DAYS = ("1", "7", "30", "365")
SHORT_ABANDON_SECONDS = 5
_AS_REPORTED = "It stands on what the contact-center system reports; contacts without the fact are left out."


def is_contact(rows: Rows) -> ir.Value:
    """Inbound contacts."""
    return (rows.kind == "CONTACT") & (rows.direction == "INBOUND")


def _is_call(rows: Rows) -> ir.Value:
    return is_contact(rows) & (rows.channel == "VOICE")


def _was_lost(rows: Rows) -> ir.Value:
    """True where the customer gave up before anyone answered."""
    return rows.was_abandoned.fill_null(False) | ~rows.was_answered.fill_null(True)


def was_handled(rows: Rows) -> ir.Value:
    """Inbound contacts that somebody answered."""
    return is_contact(rows) & ~_was_lost(rows)


def _is_offered(rows: Rows) -> ir.Value:
    """Calls whose end is known, without those given up so early that nobody could have answered."""
    abandoned = rows.was_abandoned.fill_null(False)
    is_told = rows.was_answered.notnull() | rows.was_abandoned.notnull()
    return (
        _is_call(rows)
        & rows.wait_seconds.notnull()
        & is_told
        & ~(abandoned & (rows.wait_seconds < SHORT_ABANDON_SECONDS))
    )


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

_TIMES = (
    Metric(
        key="aht_seconds",
        label="Average handle time",
        meaning="How long an agent is busy with one call.",
        formula="(talk + hold + wrap-up seconds) / handled calls for which all three are known",
        kind="MEAN",
        unit="SECONDS",
        better="NEITHER",
        side="CONTACTS",
        base=lambda rows: _is_call(rows) & ~_was_lost(rows),
        known=lambda rows: _is_call(rows) & ~_was_lost(rows) & _handle_seconds(rows).notnull(),
        numerator=lambda rows: _handle_seconds(rows),
        doubt="Shorter is not better by itself: a short call that solves nothing comes back.",
    ),
    Metric(
        key="wait_seconds",
        label="Wait",
        meaning="How long customers waited before somebody answered.",
        formula="wait seconds of answered contacts / answered contacts",
        kind="MEAN",
        unit="SECONDS",
        better="LOWER",
        side="CONTACTS",
        base=lambda rows: is_contact(rows) & rows.was_answered.fill_null(False),
        known=lambda rows: is_contact(rows) & rows.was_answered.fill_null(False) & rows.wait_seconds.notnull(),
        numerator=lambda rows: rows.wait_seconds,
        doubt="Those who gave up are not in it; read it beside the abandonment rate.",
    ),
    Metric(
        key="first_response_seconds",
        label="First response",
        meaning="How long it took until a person first replied, nights and weekends included.",
        formula="seconds from creation to first human reply / contacts with a reply",
        kind="MEAN",
        unit="SECONDS",
        better="LOWER",
        side="CONTACTS",
        base=is_contact,
        known=lambda rows: is_contact(rows) & rows.first_response_seconds.notnull(),
        numerator=lambda rows: rows.first_response_seconds,
        doubt="Contacts that were never replied to are not in it; a few very late replies weigh heavily.",
    ),
    Metric(
        key="first_response_business_seconds",
        label="First response, opening hours",
        meaning="How long it took until a person first replied, counting only the hours in which somebody works.",
        formula="opening seconds from creation to first human reply / contacts with a reply whose schedule is known",
        kind="MEAN",
        unit="SECONDS",
        better="LOWER",
        side="CONTACTS",
        base=is_contact,
        known=lambda rows: is_contact(rows) & rows.first_response_business_seconds.notnull(),
        numerator=lambda rows: rows.first_response_business_seconds,
        doubt="Which hours count is set in the contact-center system; where none are set it is not known.",
    ),
    Metric(
        key="service_level",
        label="Service level",
        meaning="The share of calls answered within the threshold.",
        formula=(
            "calls answered within the threshold / calls offered x 100; calls given up within "
            f"{SHORT_ABANDON_SECONDS} seconds are not offered"
        ),
        kind="SHARE",
        unit="PERCENT",
        better="HIGHER",
        side="CONTACTS",
        base=_is_call,
        known=_is_offered,
        numerator=lambda rows: (
            rows.was_answered.fill_null(False) & (rows.wait_seconds <= float(rows.asked["threshold_seconds"]))
        ),
        parameters={"threshold_seconds": THRESHOLDS},
        doubt="It does not tell how long those waited who were answered late.",
    ),
)


def _handle_seconds(rows: Rows) -> ir.Value:
    return rows.talk_seconds + rows.hold_seconds + rows.wrap_up_seconds


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

METRICS: tuple[Metric, ...] = (*_VOLUME, _RATE_OF_CONTACTS, *_TIMES, *_HANDLING)
