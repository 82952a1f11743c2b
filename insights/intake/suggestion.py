"""A first mapping for a plain table: one saved for the same header, else what the names and values say by themselves.

Only what is sure enough to be seen at a glance is suggested. Scales, zones and orders of dates are never guessed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from insights.intake.check import CHANNELS, DIRECTIONS
from insights.intake.columns import TableColumn
from insights.models import ColumnMapping

_NAMES: tuple[tuple[str, str], ...] = (
    ("source_id", r"(response|survey response|submission|answer|review|record)? ?id|uuid"),
    ("about.source_id", r"(related |about )?(ticket|case|contact|call|chat|conversation|interaction) ?(id|number)"),
    ("occurred_at", r"date|time|timestamp|when|datum|zeitstempel"),
    ("occurred_at", r"(submitted|created|opened|started|recorded|answered|received)( ?(at|on|date))?"),
    ("occurred_at", r"(submit|start|create|creation|response|survey|call|contact) ?(date|time)( ?utc)?"),
    ("ended_at", r"(ended|closed|resolved|finished)( ?(at|on))?|(end|close) ?(date|time)"),
    ("text", r"comments?|text|verbatim|feedback|message|review|why|kommentar"),
    ("text", r"reason for (your )?score|open (answer|text)"),
    ("title", r"subject|title|betreff"),
    ("channel", r"channel|via|kanal|medium|origin"),
    ("queue", r"queue|skill|warteschlange"),
    ("team", r"team|department|abteilung"),
    ("agent", r"agent|agent ?(id|name)|owner|advisor|assignee"),
    ("language", r"language|locale|sprache|user ?language"),
    ("survey", r"survey( ?name)?|umfrage"),
    ("touchpoint", r"touch ?point"),
    ("product", r"product( ?name)?|produkt"),
    ("direction", r"direction"),
    ("reason_code", r"(contact |call )?reason( ?code)?|disposition( ?code)?|category"),
    ("customer.email", r"(customer |recipient )?e ?mail( ?address)?"),
    ("customer.phone", r"(customer )?(phone|mobile|telefon|caller)( ?number)?|ani"),
    ("customer.customer_number", r"(customer|account|client|member) ?(id|number|no)|kundennummer"),
    ("customer.name", r"(customer |full |first |last )?name"),
    ("customer.segment", r"(customer )?(segment|tier)"),
    ("customer.region", r"region|country|land"),
    ("wait_seconds", r"(queue |wait(ing)? ?)(time|seconds)|wait"),
    ("talk_seconds", r"talk ?(time|seconds)"),
    ("hold_seconds", r"hold ?(time|seconds)"),
    ("wrap_up_seconds", r"(wrap ?up|acw|after ?call)( ?work)?( ?(time|seconds))?"),
    ("transfers", r"transfers?"),
    ("was_abandoned", r"(was )?abandoned"),
    ("was_answered", r"(was )?answered"),
    ("customer_says_solved", r"(was it |is it |problem )?(solved|resolved)( ?by ?customer)?|gel(ö|oe)st"),
)  # fmt: skip
_SCORES = (
    ("NPS", r"\bnps\b|recommend|empfehl"),
    ("CSAT", r"\bcsat\b|satisf|zufrieden"),
    ("CES", r"\bces\b|effort|easy"),
)
_TRUE, _FALSE = {"yes", "true", "1", "y", "ja"}, {"no", "false", "0", "n", "nein"}
CHANNEL_WORDS = {
    "phone": "VOICE", "call": "VOICE", "telephone": "VOICE", "voice": "VOICE", "telefon": "VOICE", "mail": "EMAIL",
    "e-mail": "EMAIL", "email": "EMAIL", "chat": "CHAT", "live chat": "CHAT", "sms": "SMS", "text": "SMS", "app": "APP",
    "web": "WEB", "website": "WEB", "online": "WEB", "whatsapp": "MESSAGING", "messenger": "MESSAGING",
    "facebook": "SOCIAL", "twitter": "SOCIAL", "instagram": "SOCIAL", "store": "STORE", "shop": "STORE",
    "letter": "LETTER", "bot": "BOT", "chatbot": "BOT", "ivr": "IVR",
}  # fmt: skip


def saved_for(header: Sequence[str]) -> ColumnMapping | None:
    """Return the mapping that was last kept for a table with this header, in any order of its columns."""
    wanted = sorted(header)
    kept = ColumnMapping.objects.exclude(header=[]).order_by("-updated_at")
    return next((one for one in kept if sorted(one.header) == wanted), None)


def suggested(columns: Sequence[TableColumn]) -> dict[str, Any]:
    """Return a mapping as far as names and values tell; it may still lack what has to be said."""
    found: dict[str, Any] = {}
    scores: list[dict[str, Any]] = []
    taken: set[str] = set()
    for column in columns:
        if measure := _measure(column):
            scores.append(
                {"column": column.name, "measure": measure, **({"scale": [0, 10]} if measure == "NPS" else {})}
            )
        elif (name := _field(column.name)) and (name not in taken or name == "customer.name"):
            taken.add(name)
            found[column.name] = _detail(name, column)
    _identify(found, columns, taken)
    rest = [one.name for one in columns if one.name not in found and one.name not in {s["column"] for s in scores}]
    told: dict[str, Any] = {"kind": _kind(taken, scores), "columns": found, "scores": scores, "attributes": rest}
    if "source_id" not in taken:
        told["identity"] = "row_hash"
    return told


def _field(name: str) -> str:
    plain = " ".join(re.sub(r"([a-z])([A-Z])", r"\1 \2", name).replace("_", " ").replace("-", " ").lower().split())
    return next((field for field, pattern in _NAMES if re.fullmatch(pattern, plain.strip(" ?:."))), "")


def _measure(column: TableColumn) -> str:
    words = column.name.replace("_", " ")
    measure = next((one for one, pattern in _SCORES if re.search(pattern, words, re.IGNORECASE)), "")
    numbers = [_number(sample) for sample in column.samples]
    fitting = sum(one is not None and 0 <= one <= 100 for one in numbers)
    return measure if fitting * 2 > len(numbers) else ""


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _detail(name: str, column: TableColumn) -> Any:
    """Return what the field needs to know about the column's values, where that is plain."""
    if name == "channel":
        values = {value: channel for value in column.values if (channel := channel_of(value))}
        return {"field": name, "values": values} if values else name
    if name == "direction" and not all(value.upper() in DIRECTIONS for value in column.values):
        return {"field": name, "values": {}}
    if name == "customer_says_solved":
        told = {"field": name}
        true = [value for value in column.values if value.casefold() in _TRUE]
        false = [value for value in column.values if value.casefold() in _FALSE]
        return {**told, **({"true": true} if true else {}), **({"false": false} if false else {})}
    return name


def channel_of(value: str) -> str:
    """Return the channel that a word surely means, "" when it is not known."""
    return value.upper() if value.upper() in CHANNELS else CHANNEL_WORDS.get(value.strip().casefold(), "")


def _identify(found: dict[str, Any], columns: Sequence[TableColumn], taken: set[str]) -> None:
    """A column that ends in "id" and names each row is its id, where none is called so; first the contact's own."""
    if "source_id" in taken:
        return
    naming = [one for one in columns if one.filled == one.different > 0]
    for column in sorted(naming, key=lambda one: found.get(one.name) != "about.source_id"):
        is_contact = found.get(column.name) == "about.source_id"
        tail = re.search(r"(\bid|_id|ID|Id)$", column.name.strip())
        if is_contact or (tail and column.name not in found):
            found[column.name] = "source_id"
            taken.add("source_id")
            return


def _kind(taken: set[str], scores: Sequence[Mapping[str, Any]]) -> str:
    of_contact = {"queue", "wait_seconds", "talk_seconds", "direction", "was_abandoned", "was_answered", "ended_at"}
    return "CONTACT" if taken & of_contact and not scores else "SURVEY"
