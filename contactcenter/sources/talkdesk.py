"""Talkdesk: the calls report of its API (JSON and CSV) and the contacts report of Explore (CSV)."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, BinaryIO

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, number, said, yes_or_no
from insights.intake.json_source import JsonSource, json_head
from insights.intake.record import (
    ContactRecord,
    CustomerRecord,
    DirectionName,
    FeedbackRecord,
    FeedbackReference,
    ScoreRecord,
    Translation,
)
from insights.intake.source import BadRecord, Option, Reading
from insights.intake.table_source import TABLE_OPTIONS, TableSource, Told, cell, clock_seconds
from insights.intake.wording import clean

_ABANDONED = frozenset({"abandoned", "short_abandoned", "short abandoned"})
_UNANSWERED = frozenset({"missed", "outbound_missed", "outbound missed", "voicemail", *_ABANDONED})
_INTERNAL = frozenset({"internal", "agent_to_agent"})
_KEPT = (
    "type", "contact_type", "ivr_options", "hangup", "is_in_business_hours", "inside_business_hours",
    "inside_service_level", "is_callback_from_queue", "callback", "is_if_no_answer", "is_call_forwarding", "notes",
    "talkdesk_phone_display_name", "phone_display_name", "agent_speed_to_answer_time", "interaction_id",
    "disconnected_by_agent", "data_status",
)  # fmt: skip


def _from_json(call: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    return _from_call(call, Told(options, UTC, None))


def _from_report(row: Mapping[str, Any], told: Told) -> Translation:
    """The contacts report names the same things in words with blanks."""
    return _from_call({name.replace(" ", "_"): value for name, value in row.items()}, told)


def _from_call(call: Mapping[str, Any], told: Told) -> Translation:
    identity = identifier(call, "callsid") if said(call.get("callsid")) else identifier(call, "contact_id")
    began = told.moment(call, "start_at", "started_at", "start_time")
    ended = told.moment_if_said(call, "end_at", "finished_at")
    kind = cell(call, "type", "contact_type").lower()
    direction = _direction(call, kind)
    contact = FeedbackRecord(
        kind="CONTACT",
        source_id=identity,
        occurred_at=began,
        revision=microseconds(ended or began),
        channel="VOICE",
        customer=_customer(call),
        queue=cell(call, "handling_ring_groups", "ring_groups")[:120],
        team=cell(call, "team_name")[:120],
        agent=cell(call, "handling_agent_name", "agent_name", "user_name", "handling_agent_email", "agent_email")[:120],
        contact=_facts(call, kind, direction, told),
        attributes={name: value for name in _KEPT if said(value := call.get(name)) and isinstance(value, str | int)},
    )
    return contact, *_rating(call, contact)


def _direction(call: Mapping[str, Any], kind: str) -> DirectionName:
    word = cell(call, "direction").lower() or kind
    if word in _INTERNAL:
        return "INTERNAL"
    return "OUTBOUND" if word.startswith(("outbound", "out")) else "INBOUND"


def _facts(call: Mapping[str, Any], kind: str, direction: DirectionName, told: Told) -> ContactRecord:
    talked, held = clock_seconds(call, "talk_time"), clock_seconds(call, "hold_time")
    waited, lasted = clock_seconds(call, "wait_time"), clock_seconds(call, "total_time", "duration")
    if talked is not None and held and lasted is not None and talked + (waited or 0) + held > lasted + 1:
        talked = max(0.0, talked - held)  # more than the call lasted: the holding is part of the talking
    abandoned = kind in _ABANDONED or bool(clock_seconds(call, "abandon_time"))
    answered = not abandoned and kind not in _UNANSWERED and (talked or 0) > 0
    moved = [yes_or_no(call, name) for name in ("is_transfer", "is_external_transfer", "transfer_out", "transfer_in")]
    code = cell(call, "disposition_code", "disposition")
    return ContactRecord(
        direction=direction,
        ended_at=told.moment_if_said(call, "end_at", "finished_at"),
        wait_seconds=waited,
        talk_seconds=talked,
        hold_seconds=held,
        wrap_up_seconds=clock_seconds(call, "after_call_work_time", "acw_time"),
        transfers=None if all(one is None for one in moved) else int(any(moved)),
        was_answered=answered,
        was_abandoned=abandoned if direction != "OUTBOUND" else None,
        reason_code=clean(code)[:200] or None,
    )


def _customer(call: Mapping[str, Any]) -> CustomerRecord | None:
    phone = cell(call, "contact_phone_number", "contact_person_number")
    name = clean(cell(call, "contact_name", "contact_person_name"))
    found = CustomerRecord(phone=phone, email=cell(call, "contact_email"), names=(name,) if name else ())
    return None if found == CustomerRecord() else found


def _rating(call: Mapping[str, Any], contact: FeedbackRecord) -> tuple[FeedbackRecord, ...]:
    """Return what the caller pressed after the call. 0 is Talkdesk's way to say that nobody did."""
    value = number(call, "agent_voice_rating", least=0)
    if not value:
        return ()
    if value not in (1, 2, 3, 4, 5):
        raise BadRecord(f"agent_voice_rating is {value:g}, which is none of 1 to 5.", "agent_voice_rating")
    score = ScoreRecord(measure="CSAT", question="agent_voice_rating", value=value, scale_minimum=1, scale_maximum=5)
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=f"rating:{contact.source_id}",
            occurred_at=(contact.contact.ended_at if contact.contact else None) or contact.occurred_at,
            revision=contact.revision,
            channel="VOICE",
            customer=contact.customer,
            survey="Talkdesk voice rating",
            journey_stage="SUPPORT",
            queue=contact.queue,
            team=contact.team,
            agent=contact.agent,
            scores=(score,),
            about=FeedbackReference(source_id=contact.source_id),
        ),
    )


_READS = "JSON or CSV of the calls report (times are UTC), and CSV of the contacts report of Explore."
_IDENTITY = "The callsid, in the contacts report the Contact ID; a caller's rating is rating:<id>."
_CALLS = JsonSource(
    key="talkdesk", label="Talkdesk", side="CONTACTS", reads=_READS, identity=_IDENTITY, translate=_from_json,
    marks=((b'"callsid"',), (b'"talkdesk_phone_number"',)), lists=("entries", "calls"),
    record_has=(("callsid",),), wrapped_in=("call",), sureness=0.9,
)  # fmt: skip
_CALLS_TABLE = TableSource(
    key="talkdesk", label="Talkdesk", side="CONTACTS", reads=_READS, identity=_IDENTITY, translate=_from_call, zone=UTC,
    shapes=(frozenset({"callsid", "start_at"}),), times=("start_at",),
)  # fmt: skip
_REPORT = TableSource(
    key="talkdesk", label="Talkdesk", side="CONTACTS", reads=_READS, identity=_IDENTITY, translate=_from_report,
    shapes=(
        frozenset({"interaction id", "contact id", "started at"}),
        frozenset({"contact id", "started at", "ring groups"}),
    ),
    times=("started at",),
)  # fmt: skip


class Talkdesk:
    """Talkdesk, in the three forms that it exports."""

    key = "talkdesk"
    label = "Talkdesk"
    side = "CONTACTS"
    reads = _READS
    identity = _IDENTITY
    options: tuple[Option, ...] = TABLE_OPTIONS

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is Talkdesk's."""
        return max(form.recognise(head, filename) for form in (_CALLS, _CALLS_TABLE, _REPORT))

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> Reading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        file.seek(0)
        head = file.read(65_536)
        file.seek(0)
        if json_head(head):
            return _CALLS.open(file, options)
        return (_CALLS_TABLE if _CALLS_TABLE.recognise(head, "") else _REPORT).open(file, options)


TALKDESK = Talkdesk()
