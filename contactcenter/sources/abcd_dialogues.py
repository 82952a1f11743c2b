"""ABCD: the public dataset of agents who follow a company's rules. Its dialogues have no time of their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from contactcenter.json_source import JsonReading
from contactcenter.told import STARTED_AT, TIME_ZONE, told_start
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, members, said, text
from insights.intake.json_source import head_of, json_head
from insights.intake.record import (
    ContactRecord,
    CustomerRecord,
    Excluded,
    FeedbackRecord,
    SpeakerRole,
    Translation,
    TurnRecord,
)
from insights.intake.source import Option, Unreadable
from insights.intake.wording import clean

_SPEAKERS: dict[str, SpeakerRole] = {"agent": "AGENT", "customer": "CUSTOMER", "action": "SYSTEM"}
_SURROUNDINGS = ((b'"intents"', b'"subflows"'), (b'"pull-up-account"', b'"verify-identity"'))
_ALWAYS_ASKED = Option(name=STARTED_AT.name, question="On which day shall these dialogues count (they name none)?")


class AbcdDialogues:
    """Dialogues of the Action-Based Conversations Dataset."""

    key = "abcd_dialogues"
    label = "ABCD dialogues"
    side = "CONTACTS"
    reads = "The dialogues of the dataset (abcd_sample.json, abcd_v1.1.json: train, dev and test); not its ontology."
    identity = "convo_id."
    options = (_ALWAYS_ASKED, TIME_ZONE)

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is of the dataset."""
        plain = json_head(head)
        if b'"convo_id"' in plain and b'"scenario"' in plain:
            return 0.95
        return 0.4 if any(all(mark in plain for mark in marks) for marks in _SURROUNDINGS) else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> JsonReading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        sure = self.recognise(head_of(file), "")
        if not sure:
            raise Unreadable(f"These are no ABCD dialogues. This source reads: {self.reads}")
        if sure < 0.5:
            raise Unreadable("This is the dataset's ontology or its rules, which hold no dialogues.")
        started = told_start(options)
        if started is None:
            raise Unreadable("The dialogues do not say when they were. Say on which day they shall count (started_at).")
        return JsonReading(
            file,
            self.label,
            lambda value: "dialogue" if "convo_id" in value else "",
            lambda _, value: _contact(value, started),
            lists=("train", "dev", "test"),
        )


def _contact(value: Mapping[str, Any], at: datetime) -> Translation:
    """Return a dialogue as a contact by chat. Raises BadRecord."""
    scenario = mapping(value, "scenario")
    turns = tuple(turn for one in members(value, "original") if (turn := _turn(one)) is not None)
    if not turns:
        return Excluded("Dialogue without words")
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identifier(value, "convo_id"),
            occurred_at=at,
            revision=microseconds(at),
            channel="CHAT",
            customer=_customer(mapping(scenario, "personal")),
            product=", ".join(name for name in members(mapping(scenario, "product"), "names") if isinstance(name, str))[
                :120
            ],
            turns=turns,
            contact=ContactRecord(
                direction="INBOUND",
                was_answered=any(turn.speaker == "AGENT" for turn in turns),
                reason_code=text(scenario.get("flow"))[:200] or None,
            ),
            attributes={"subflow": text(scenario.get("subflow"))} if said(scenario.get("subflow")) else {},
        ),
    )


def _turn(said_so: object) -> TurnRecord | None:
    if not isinstance(said_so, list) or len(said_so) < 2 or not isinstance(said_so[1], str):
        return None
    words = clean(said_so[1])
    return TurnRecord(speaker=_SPEAKERS.get(text(said_so[0]), "SYSTEM"), text=words) if words else None


def _customer(person: Mapping[str, Any]) -> CustomerRecord | None:
    found = CustomerRecord(
        email=text(person.get("email")),
        phone=text(person.get("phone")),
        vendor_ids=(text(person.get("username"))[:190],) if said(person.get("username")) else (),
        names=(text(person["customer_name"]),) if said(person.get("customer_name")) else (),
        segment=text(person.get("member_level"))[:80] or None,
    )
    return None if found == CustomerRecord() else found
