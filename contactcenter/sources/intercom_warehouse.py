"""Intercom out of a warehouse: the tables of conversations and of their parts, with the history that it keeps."""

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from contactcenter.attributes import kept
from contactcenter.sources.intercom_words import RATING, SPEAKERS, channel_of, direction_of, rating_score, solved
from insights.intake.dates import microseconds
from insights.intake.fields import identifier, number, yes_or_no
from insights.intake.record import (
    ContactRecord,
    CustomerRecord,
    Excluded,
    FeedbackRecord,
    FeedbackReference,
    Translation,
    TurnRecord,
)
from insights.intake.table_options import FILE_OPTIONS
from insights.intake.table_source import TableSource, Told, cell
from insights.intake.wording import clean, plain_text

_DIGEST = re.compile(r"[A-Za-z0-9+/]{22}==|[0-9a-f]{32}|[0-9a-f]{64}")
_CONVERSATION = frozenset({"id", "source_author_type", "source_delivered_as", "state", "waiting_since"})
_PART = frozenset({"id", "conversation_id", "part_type", "author_type", "body"})
_KEPT = ("state", "priority", "sla_name", "sla_status")


def _from_row(row: Mapping[str, Any], told: Told) -> Translation:
    if yes_or_no(row, "_fivetran_active") is False:
        return Excluded("Earlier state of a conversation; a later one is in the table")
    if yes_or_no(row, "_fivetran_deleted"):
        return Excluded("Deleted at the source")
    return _part(row, told) if row.get("conversation_id") and "part_type" in row else _conversation(row, told)


def _conversation(row: Mapping[str, Any], told: Told) -> Translation:
    identity, opened = identifier(row, "id"), told.moment(row, "created_at")
    changed = told.moment_if_said(row, "updated_at") or opened
    words = _words(cell(row, "source_body"))
    author = cell(row, "source_author_type").lower()
    turn = TurnRecord(speaker=SPEAKERS.get(author, "SYSTEM"), text=words, offset_seconds=0.0, source_id="source")
    contact = FeedbackRecord(
        kind="CONTACT",
        source_id=identity,
        occurred_at=opened,
        revision=microseconds(changed),
        channel=channel_of(cell(row, "source_type")),
        customer=_customer(row, author),
        queue=_assignee(row, "team"),
        agent=_assignee(row, "admin"),
        title=_words(cell(row, "title")) or _words(cell(row, "source_subject")),
        turns=(turn,) if words else (),
        contact=ContactRecord(
            direction=direction_of(cell(row, "source_delivered_as")), company_says_solved=solved(cell(row, "state"))
        ),
        attributes=kept(row, _KEPT),
    )
    return contact, *_rating(row, contact, told)


def _rating(row: Mapping[str, Any], contact: FeedbackRecord, told: Told) -> tuple[FeedbackRecord, ...]:
    value = number(row, "conversation_rating_value")
    if value is None:
        return ()
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=f"rating:{contact.source_id}",
            occurred_at=told.moment(row, "conversation_rating_created_at", "updated_at", "created_at"),
            revision=contact.revision,
            channel=contact.channel,
            customer=contact.customer,
            survey=RATING,
            journey_stage="SUPPORT",
            queue=contact.queue,
            agent=contact.agent,
            text=_words(cell(row, "conversation_rating_remark")),
            scores=(rating_score(value),),
            about=FeedbackReference(source_id=contact.source_id),
        ),
    )


def _part(row: Mapping[str, Any], told: Told) -> Translation:
    words = _words(cell(row, "body"))
    if cell(row, "part_type").lower() == "note":
        return Excluded("Internal note, not said to the customer")
    if not words:
        return Excluded("Part of a conversation without words")
    at = told.moment(row, "created_at")
    identity, author = identifier(row, "id"), cell(row, "author_type").lower()
    return (
        FeedbackRecord(
            kind="CONTACT",
            source_id=identifier(row, "conversation_id"),
            part=f"part:{identity}",
            revision=microseconds(told.moment_if_said(row, "updated_at") or at),
            occurred_at=at,
            channel="CHAT",
            turns=(TurnRecord(speaker=SPEAKERS.get(author, "SYSTEM"), text=words, source_id=f"part:{identity}"),),
        ),
    )


def _customer(row: Mapping[str, Any], author: str) -> CustomerRecord | None:
    identity = cell(row, "source_author_id")
    return CustomerRecord(vendor_ids=(identity,)) if identity and SPEAKERS.get(author) == "CUSTOMER" else None


def _assignee(row: Mapping[str, Any], kind: str) -> str:
    named = cell(row, f"{kind}_assignee_id")
    return (named or (cell(row, "assignee_id") if cell(row, "assignee_type").lower() == kind else ""))[:120]


def _words(told: str) -> str:
    """Return a text, unless the warehouse holds a digest in its place."""
    return "" if _DIGEST.fullmatch(told) else clean(plain_text(told))


INTERCOM_WAREHOUSE = TableSource(
    key="intercom_warehouse",
    label="Intercom tables of a warehouse (CSV)",
    side="CONTACTS",
    reads="CSV of the tables conversation (or its history) and conversation_part, one a file; times are UTC.",
    identity="The conversation id; its rating is rating:<id>, parts add to it. updated_at is the revision.",
    shapes=(_CONVERSATION, _PART),
    times=("created_at", "updated_at"),
    translate=_from_row,
    options=FILE_OPTIONS,
    zone=UTC,
)
