"""How long contacts take, and how soon they are answered."""

import ibis
import ibis.expr.types as ir

from insights.mart.assumed import VOICE_WITHIN
from insights.mart.medium import BY_CHANNEL
from insights.mart.schema import SELF_SERVICE
from insights.metrics.catalog.contact_center import is_call, is_contact, was_handled, was_lost
from insights.metrics.definition import Metric, Rows

THRESHOLDS = ("set", "10", "20", "30", "60", "120", "300", "3600", "14400", "86400")
SHORT_ABANDON_SECONDS = 5


def handle_seconds(rows: Rows) -> ir.Value:
    """How long an agent was busy with it. Calls tell all three parts; elsewhere nobody is on hold."""
    beside = rows.hold_seconds.fill_null(0) + rows.wrap_up_seconds.fill_null(0)
    in_all = rows.talk_seconds + rows.hold_seconds + rows.wrap_up_seconds
    return ibis.ifelse(rows.channel == "VOICE", in_all, rows.talk_seconds + beside)


def _threshold(rows: Rows) -> ir.Value:
    """Within how many seconds a contact is to be answered; null for channels without a threshold."""
    within, asked = rows.assumed.within(), rows.asked["threshold_seconds"]
    seconds = {channel: set_to if asked == "set" else float(asked) for channel, set_to in within.items()}
    return ibis.cases(*((rows.channel == channel, value) for channel, value in sorted(seconds.items())))


def _has_threshold(rows: Rows) -> ir.Value:
    return is_contact(rows) & rows.channel.isin(sorted(rows.assumed.within()))


def _is_replied_to(rows: Rows) -> ir.Value:
    """Where nobody waits on a line the first reply is the answer."""
    return (rows.channel != "VOICE") & rows.first_response_seconds.notnull()


def _answer_seconds(rows: Rows) -> ir.Value:
    return ibis.ifelse(
        _is_replied_to(rows), rows.wait_seconds.fill_null(rows.first_response_seconds), rows.wait_seconds
    )


def _was_answered(rows: Rows) -> ir.Value:
    return rows.was_answered.fill_null(_is_replied_to(rows) & ~rows.was_abandoned.fill_null(False))


def _is_offered(rows: Rows) -> ir.Value:
    """Contacts whose end is known, without those given up so early that nobody could have answered."""
    abandoned = rows.was_abandoned.fill_null(False)
    is_told = rows.was_answered.notnull() | rows.was_abandoned.notnull() | _is_replied_to(rows)
    return (
        _has_threshold(rows)
        & _answer_seconds(rows).notnull()
        & is_told
        & ~(abandoned & (_answer_seconds(rows) < SHORT_ABANDON_SECONDS))
    )


def _handle_time(*, key: str, label: str, meaning: str, of: str, channels: tuple[str, ...]) -> Metric:
    def is_one(rows: Rows) -> ir.Value:
        return was_handled(rows) & rows.channel.isin(channels)

    return Metric(
        key=key,
        label=label,
        meaning=meaning,
        formula=f"(working seconds, with hold and wrap-up where told) / handled {of} for which that is known",
        kind="MEAN",
        unit="SECONDS",
        better="NEITHER",
        side="CONTACTS",
        base=is_one,
        known=lambda rows: is_one(rows) & handle_seconds(rows).notnull(),
        numerator=handle_seconds,
        doubt="Agents may handle several at once: it does not add up to their working time.",
    )


METRICS: tuple[Metric, ...] = (
    Metric(
        key="aht_seconds",
        label="Average handle time",
        meaning="How long an agent is busy with one call.",
        formula="(talk + hold + wrap-up seconds) / handled calls for which all three are known",
        kind="MEAN",
        unit="SECONDS",
        better="NEITHER",
        side="CONTACTS",
        base=lambda rows: is_call(rows) & ~was_lost(rows),
        known=lambda rows: is_call(rows) & ~was_lost(rows) & handle_seconds(rows).notnull(),
        numerator=lambda rows: handle_seconds(rows),
        doubt="Shorter is not better by itself: a short call that solves nothing comes back.",
    ),
    _handle_time(
        key="chat_handle_seconds",
        label="Handle time of chats",
        meaning="How long an agent is busy with one chat, others beside it not counted out.",
        of="chats and messages",
        channels=tuple(name for name in BY_CHANNEL["CHAT"] if name not in SELF_SERVICE),
    ),
    _handle_time(
        key="mail_handle_seconds",
        label="Handle time of mails",
        meaning="How long an agent is busy with one mail or letter.",
        of="mails, forms and letters",
        channels=BY_CHANNEL["MAIL"],
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
        meaning="The share of contacts answered within the threshold of their channel.",
        formula=(
            "contacts answered within the threshold / contacts offered x 100, of channels with a threshold: "
            f"{VOICE_WITHIN:.0f} seconds for calls unless set, others where set, or threshold_seconds for all of them. "
            f"Contacts given up within {SHORT_ABANDON_SECONDS} seconds are not offered"
        ),
        kind="SHARE",
        unit="PERCENT",
        better="HIGHER",
        side="CONTACTS",
        base=_has_threshold,
        known=_is_offered,
        numerator=lambda rows: _was_answered(rows) & (_answer_seconds(rows) <= _threshold(rows)),
        parameters={"threshold_seconds": THRESHOLDS},
        assumes=True,
        definition_version=2,
        doubt="It does not tell how long those waited who were answered late.",
    ),
)
