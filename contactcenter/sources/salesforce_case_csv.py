"""Salesforce cases: CSV of Data Loader, Workbench or the weekly data export."""

import re
from collections.abc import Mapping
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import said, text, yes_or_no
from insights.intake.record import (
    ChannelName,
    ContactRecord,
    CustomerRecord,
    Excluded,
    FeedbackRecord,
    Translation,
    TurnRecord,
)
from insights.intake.source import BadRecord, Option
from insights.intake.table_options import ENCODING
from insights.intake.table_source import TableSource, Told, cell
from insights.intake.wording import clean, plain_text

_CHANNELS: dict[str, ChannelName] = {
    "phone": "VOICE", "call": "VOICE", "voice": "VOICE", "cti": "VOICE", "email": "EMAIL", "e-mail": "EMAIL",
    "web": "WEB", "portal": "WEB", "community": "WEB", "website": "WEB", "web form": "WEB", "chat": "CHAT",
    "live chat": "CHAT", "messaging": "MESSAGING", "whatsapp": "MESSAGING", "sms": "SMS", "text": "SMS",
    "social": "SOCIAL", "facebook": "SOCIAL", "twitter": "SOCIAL", "instagram": "SOCIAL", "mobile": "APP", "app": "APP",
    "bot": "BOT", "letter": "LETTER", "mail": "LETTER",
}  # fmt: skip
_SOLVED = frozenset({"closed", "resolved", "solved", "complete", "completed"})
_IDENTITY = re.compile(r"500[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?")
_CHECK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_KEPT = {
    "casenumber": "case_number", "type": "type", "status": "status", "priority": "priority", "parentid": "parent_id",
    "accountid": "account_id", "productid": "product_id", "assetid": "asset_id", "entitlementid": "entitlement_id",
    "recordtypeid": "record_type_id", "isclosedoncreate": "closed_on_create", "milestonestatus": "milestone_status",
}  # fmt: skip


def _from_case(row: Mapping[str, Any], told: Told) -> Translation:
    if yes_or_no(row, "isdeleted"):
        return Excluded("Deleted case")
    chosen = told.options.get("opened_column", "").strip().lower()
    opened = told.moment(row, *((chosen,) if chosen and said(row.get(chosen)) else ("createddate",)))
    changed = told.moment_if_said(row, "systemmodstamp", "lastmodifieddate") or opened
    owner = cell(row, "ownerid")
    words = _words(row, "description")
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=_identity(row),
            occurred_at=opened,
            revision=microseconds(changed),
            channel=_channel(row),
            customer=_customer(row),
            product=cell(row, told.options.get("product_column", "").strip().lower() or "product__c")[:120],
            queue=(cell(row, "owner.name", "queue__c") or (owner if owner.startswith("00G") else ""))[:120],
            agent=(owner if owner.startswith("005") else "")[:120],
            title=_words(row, "subject"),
            turns=(TurnRecord(speaker="CUSTOMER", text=words, offset_seconds=0.0, source_id="description"),)
            if words
            else (),
            contact=_facts(row, told),
            attributes={name: cell(row, column) for column, name in _KEPT.items() if cell(row, column)},
        ),
    )


def _identity(row: Mapping[str, Any]) -> str:
    """Return the id in its long form: the short one lacks three letters that say which of its letters are capitals."""
    found = cell(row, "id")
    if not _IDENTITY.fullmatch(found):
        raise BadRecord(f"Id is '{found[:40]}', which is no id of a case.", "id")
    if len(found) == 18:
        return found
    fives = (found[start : start + 5] for start in (0, 5, 10))
    return found + "".join(
        _CHECK_LETTERS[sum(1 << place for place, letter in enumerate(five) if letter.isupper())] for five in fives
    )


def _channel(row: Mapping[str, Any]) -> ChannelName:
    origin = cell(row, "origin").lower()
    return _CHANNELS.get(origin) or _CHANNELS.get(origin.split(" ")[0].split("-")[0], "OTHER")


def _customer(row: Mapping[str, Any]) -> CustomerRecord | None:
    contact = cell(row, "contactid")
    names = (cell(row, "suppliedname"), cell(row, "contact.name"))
    found = CustomerRecord(
        vendor_ids=(contact,) if contact else (),
        email=cell(row, "contactemail", "suppliedemail", "contact.email"),
        phone=cell(row, "contactphone", "contactmobile", "suppliedphone", "contact.phone"),
        names=tuple(name for name in names if name),
    )
    return None if found == CustomerRecord() else found


def _facts(row: Mapping[str, Any], told: Told) -> ContactRecord:
    """An empty cell of a box that can be ticked means that it is not."""
    ended = told.moment_if_said(row, "closeddate")
    state = cell(row, "status").lower()
    closed = yes_or_no(row, "isclosed")
    if closed is None and ("isclosed" in row or state):
        closed = state in _SOLVED or ended is not None
    escalated = yes_or_no(row, "isescalated")
    return ContactRecord(
        ended_at=ended,
        was_escalated=True
        if state == "escalated"
        else False
        if escalated is None and "isescalated" in row
        else escalated,
        company_says_solved=closed,
        reason_code=cell(row, "reason")[:200] or None,
    )


def _words(row: Mapping[str, Any], name: str) -> str:
    return clean(plain_text(text(row.get(name)))) if said(row.get(name)) else ""


SALESFORCE_CASE_CSV = TableSource(
    key="salesforce_case_csv",
    label="Salesforce cases (CSV)",
    side="CONTACTS",
    reads="CSV of the object Case, from Data Loader, Workbench or the data export, with the columns' API names.",
    identity="The case's Id in its 18 characters; SystemModstamp is the revision.",
    shapes=(
        frozenset({"id", "casenumber", "createddate", "status"}),
        frozenset({"id", "createddate", "status", "origin", "subject"}),
        frozenset({"id", "casenumber", "createddate", "subject"}),
    ),
    times=("createddate",),
    translate=_from_case,
    options=(
        Option(name="opened_column", question="Which column says when the case was opened, if not CreatedDate?"),
        Option(name="product_column", question="Which column names the product?"),
        Option(name="time_zone", question="In which time zone are the times, where the file itself does not say?"),
        Option(name="date_order", question="Does 03/04 mean day/month or month/day?", choices=("DMY", "MDY")),
        ENCODING,
    ),
)
