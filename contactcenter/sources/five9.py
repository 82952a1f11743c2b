"""Five9 call logs: one row per call, or per segment of a call, in columns that each company chooses for itself."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, number, said, text, yes_or_no
from insights.intake.record import ContactRecord, CustomerRecord, DirectionName, FeedbackRecord, Translation
from insights.intake.source import BadRecord, RawRecord
from insights.intake.table_source import TABLE_OPTIONS, TableSource, Told, cell, clock_seconds
from insights.intake.wording import clean

_PLACEHOLDERS = frozenset({"[none]", "[deleted]", "[unknown]", "none", ""})
_DIRECTIONS: dict[str, DirectionName] = {
    "inbound": "INBOUND", "inbound voicemail": "INBOUND", "queue callback": "INBOUND", "outbound": "OUTBOUND",
    "manual": "OUTBOUND", "autodial": "OUTBOUND", "preview": "OUTBOUND", "outbound preview": "OUTBOUND",
    "test manual": "OUTBOUND", "agent": "INTERNAL", "internal": "INTERNAL",
}  # fmt: skip
_CALL = "_call"  # what all segments of a call say together, put into each of its rows
_SUMMED = {"talk": "talk time", "hold": "hold time", "wrap_up": "after call work time"}
_KEPT = (
    "campaign", "call type", "list name", "ivr time", "ring time", "park time", "call time", "conferences", "holds",
    "parent session id", "session id", "disposition group a", "service level",
)  # fmt: skip


def _from_row(row: Mapping[str, Any], told: Told) -> Translation:
    call, at = identifier(row, "call id"), told.moment(row, "timestamp")
    together = row.get(_CALL) if isinstance(row.get(_CALL), dict) else {}
    direction = _DIRECTIONS.get(cell(row, "call type").lower())
    agent = _real(row, "agent", "agent email")
    is_first = not together or together.get("first") == _segment(row)
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=call,
            part="" if is_first else f"segment:{_segment(row)}"[:200],
            occurred_at=at,
            revision=microseconds(at),
            channel="VOICE",
            customer=_customer(row, direction),
            queue=_real(row, "skill", "campaign")[:120],
            team=_real(row, "agent group")[:120],
            agent=agent[:120],
            contact=_facts(row, agent, direction, together or {}, is_first=is_first),
            attributes={name: cell(row, name) for name in _KEPT if _real(row, name)},
        ),
    )


def _facts(
    row: Mapping[str, Any], agent: str, direction: DirectionName | None, together: Mapping[str, Any], *, is_first: bool
) -> ContactRecord:
    sums = {name: together.get(name, clock_seconds(row, column)) for name, column in _SUMMED.items()}
    transfers = number(row, "transfers", least=0)
    if together:
        transfers = max(transfers or 0, together["agents"] - 1, 0)
    answered = bool(agent) and (sums["talk"] or 0) > 0
    abandoned = None if answered else yes_or_no(row, "abandoned")
    known = answered or abandoned is not None or direction == "OUTBOUND"
    return ContactRecord(
        direction=direction,
        wait_seconds=clock_seconds(row, "queue wait time") if is_first else None,
        talk_seconds=sums["talk"],
        hold_seconds=sums["hold"],
        wrap_up_seconds=sums["wrap_up"],
        transfers=None if transfers is None else int(min(transfers, 32_000)),
        was_answered=True if answered else False if known and is_first else None,
        was_abandoned=False if answered else abandoned if is_first else None,
        reason_code=_real(row, "disposition")[:200] or None,
    )


def _customer(row: Mapping[str, Any], direction: DirectionName | None) -> CustomerRecord | None:
    """Return who called or was called: ANI and DNIS change places when we call."""
    phone = cell(row, "dnis" if direction == "OUTBOUND" else "ani")
    names = tuple(clean(name) for column in ("customer name", "agent name") if (name := _real(row, column)))
    found = CustomerRecord(phone=phone, email=cell(row, "customer email", "email"), names=names)
    return None if found == CustomerRecord() else found


def _real(row: Mapping[str, Any], *names: str) -> str:
    """Return the first of these cells that is no placeholder such as [None] or [Deleted]."""
    return next((text(row[name]) for name in names if _says(row.get(name))), "")


def _says(value: object) -> bool:
    return said(value) and text(value).lower() not in _PLACEHOLDERS


def _segment(row: Mapping[str, Any]) -> str:
    return f"{text(row.get('timestamp'))}|{text(row.get('agent'))}"


def _in_context(rows: Iterator[RawRecord], again: Callable[[], Iterator[RawRecord]]) -> Iterator[RawRecord]:
    """Give each row of a call with several segments what these say together; report may split date and time."""
    seen: set[str] = set()
    several: dict[str, dict[str, Any]] = {}
    for raw in again():
        call = text(raw.payload.get("call id"))
        if call in seen:
            several[call] = {}
        seen.add(call)
    seen.clear()
    segments: set[tuple[str, str]] = set()
    for raw in again() if several else ():
        call, segment = text(raw.payload.get("call id")), _segment(_timed(raw.payload))
        if call in several and (call, segment) not in segments:
            segments.add((call, segment))
            _add(several[call], raw.payload, segment)
    for raw in rows:
        payload = _timed(raw.payload)
        together = several.get(text(payload.get("call id")))
        if together and together["segments"] > 1:
            payload[_CALL] = together
        yield RawRecord(raw.number, payload, raw.line, raw.problem)


def _timed(row: Mapping[str, Any]) -> dict[str, Any]:
    joined = f"{text(row.get('date'))} {text(row.get('time'))}".strip()
    return dict(row) if said(row.get("timestamp")) or not joined else {**row, "timestamp": joined}


def _add(together: dict[str, Any], row: Mapping[str, Any], segment: str) -> None:
    together.setdefault("first", segment)
    together["segments"] = together.get("segments", 0) + 1
    for name, column in _SUMMED.items():
        with suppress(BadRecord):  # the row itself is set aside for it
            seconds = clock_seconds(row, column)
            if seconds is not None:
                together[name] = together.get(name, 0.0) + seconds
    agents = together.setdefault("who", [])
    agent = _real(row, "agent")
    if agent and agent not in agents:
        agents.append(agent)
    together["agents"] = len(agents)


FIVE9 = TableSource(
    key="five9",
    label="Five9 call log",
    side="CONTACTS",
    reads="CSV of the call log report or of call segments, with any choice of columns that has CALL ID and TIMESTAMP.",
    identity="The CALL ID; further segments of a call (other agent or time) add to it.",
    shapes=(
        frozenset({"call id", "timestamp", "call type"}),
        frozenset({"call id", "timestamp", "disposition"}),
        frozenset({"call id", "timestamp", "campaign"}),
        frozenset({"call id", "timestamp", "dnis"}),
        frozenset({"call id", "date", "time", "campaign"}),
        frozenset({"call id", "date", "time", "disposition"}),
    ),
    times=("timestamp", "date"),
    translate=_from_row,
    options=TABLE_OPTIONS,
    in_context=_in_context,
)
