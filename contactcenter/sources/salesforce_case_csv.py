"""Salesforce cases: CSV of Data Loader, Workbench or the weekly data export, and of reports."""

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
from insights.intake.table_options import FILE_OPTIONS
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
# What a report calls a field → the field.
_OF_A_REPORT = {
    "case id": "id", "case number": "casenumber", "date/time opened": "createddate", "opened date": "createddate",
    "date/time closed": "closeddate", "closed date": "closeddate", "case last modified date": "lastmodifieddate",
    "last modified date": "lastmodifieddate", "case origin": "origin", "case reason": "reason",
    "case owner": "owner.name", "case owner alias": "owner.name", "contact name": "contact.name",
    "contact email": "contactemail", "contact phone": "contactphone", "web email": "suppliedemail",
    "web name": "suppliedname", "closed": "isclosed", "escalated": "isescalated", "contact id": "contactid",
    "account id": "accountid", "parent case id": "parentid",
}  # fmt: skip


def _from_row(row: Mapping[str, Any], told: Told) -> Translation:
    """Turn a row into a contact: of the object itself, or of a report, in which the same has other names."""
    if "createddate" in row:
        return _from_case(row, told)
    said_by = [name for name, one in row.items() if said(one)]
    if len(said_by) <= 1 and said_by == list(row)[: len(said_by)]:
        return Excluded("Foot of the report")
    named = {_OF_A_REPORT.get(name, name): one for name, one in row.items() if said(one)}
    return _from_case(named, told)


def _from_case(row: Mapping[str, Any], told: Told) -> Translation:
    if yes_or_no(row, "isdeleted"):
        return Excluded("Deleted case")
    chosen = told.options.get("opened_column", "").strip().lower()
    opened = told.moment(row, *((chosen,) if chosen and said(row.get(chosen)) else ("createddate",)))
    changed = told.moment_if_said(row, "systemmodstamp", "lastmodifieddate") or opened
    queue, agent = _owner(row)
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
            queue=queue[:120],
            agent=agent[:120],
            title=_words(row, "subject"),
            turns=(TurnRecord(speaker="CUSTOMER", text=words, offset_seconds=0.0, source_id="description"),)
            if words
            else (),
            contact=_facts(row, told),
            attributes={name: cell(row, column) for column, name in _KEPT.items() if cell(row, column)},
        ),
    )


def _owner(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return queue and agent. A case belongs to either; a name that does not say to which counts as a person's."""
    owner, name = cell(row, "ownerid"), cell(row, "owner.name")
    if owner.startswith("00G") or cell(row, "owner.type").lower() in ("queue", "group"):
        return name or cell(row, "queue__c") or owner, ""
    return cell(row, "queue__c"), name or (owner if owner.startswith("005") else "")


def _identity(row: Mapping[str, Any]) -> str:
    """Return the id in its long form: the short one lacks three letters that say which of its letters are capitals.

    A report without ids is known again by the number of the case.
    """
    found = cell(row, "id")
    if not found and "id" not in row and re.fullmatch(r"[\w-]{1,40}", cell(row, "casenumber")):
        return f"number:{cell(row, 'casenumber')}"
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
    reads=(
        "CSV of the object Case, from Data Loader, Workbench or the data export, with the columns' API names, and of "
        "reports on cases, with their English labels."
    ),
    identity="The case's Id in its 18 characters, in a report without ids its number; SystemModstamp is the revision.",
    shapes=(
        frozenset({"id", "casenumber", "createddate", "status"}),
        frozenset({"id", "createddate", "status", "origin", "subject"}),
        frozenset({"id", "casenumber", "createddate", "subject"}),
        frozenset({"case number", "date/time opened"}),
        frozenset({"case number", "opened date", "case owner"}),
    ),
    times=("createddate", "date/time opened", "opened date"),
    translate=_from_row,
    options=(
        Option(name="opened_column", question="Which column says when the case was opened, if not CreatedDate?"),
        Option(name="product_column", question="Which column names the product?"),
        Option(name="time_zone", question="In which time zone are the times, where the file itself does not say?"),
        Option(name="date_order", question="Does 03/04 mean day/month or month/day?", choices=("DMY", "MDY")),
        *FILE_OPTIONS,
    ),
)
