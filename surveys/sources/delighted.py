"""Delighted: responses of its API, as pages, lists or lines of a warehouse tool, and the CSV that people download."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, mapping, members, moment, number, required_moment, said, text
from insights.intake.json_source import head_of, json_head
from insights.intake.record import CustomerRecord, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import BadRecord, Option, Reading, Unreadable
from insights.intake.table import Row
from surveys.answers import Verbatim, told, words
from surveys.columns import linked
from surveys.json_source import JsonSource
from surveys.labels import Scale
from surveys.scales import declared
from surveys.table_source import TABLE_OPTIONS, Sheet, TableSource, columns_of

_SCALES = {
    "nps": Scale("NPS", 0, 10), "csat": Scale("CSAT", 1, 5), "5star": Scale("CSAT", 1, 5), "emoji": Scale("CSAT", 1, 5),
    "thumbs": Scale("CSAT", 0, 1), "pmf": Scale("OTHER", 1, 3),
}  # fmt: skip


def _from_response(response: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    """Return a response as feedback. Raises BadRecord."""
    kind = text(response.get("survey_type")).lower()
    at = required_moment(response, "created_at")
    properties = mapping(response, "person_properties")
    written = [Verbatim("comment", "", words(response.get("comment"))), *_more(response)]
    written_text, about_text = told(written)
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=identifier(response, "id"),
            occurred_at=at,
            revision=microseconds(moment(response, "updated_at") or at),
            channel="EMAIL" if text(properties.get("Delighted Source")).lower() in ("email", "") else "WEB",
            customer=_person(response),
            survey=options.get("survey", "") or f"Delighted {kind}",
            text=written_text,
            scores=_scores(response, kind, options),
            about=linked(properties, options),
            attributes={
                **{name: value for name, value in properties.items() if said(value)},
                **_tags(response),
                **about_text,
            },
        ),
    )


def _scores(response: Mapping[str, Any], kind: str, options: Mapping[str, str]) -> tuple[ScoreRecord, ...]:
    value = number(response, "score")
    if value is None:
        return ()
    scale = declared("ces", options.get("ces_scale") or "CES:1:5") if kind == "ces" else _SCALES.get(kind)
    if scale is None:
        raise BadRecord(f"survey_type is '{kind[:40]}', which is none of ces, {', '.join(_SCALES)}.", "survey_type")
    return (
        ScoreRecord(
            measure=scale.measure, question=kind, value=value, scale_minimum=scale.minimum, scale_maximum=scale.maximum,
            higher_is_better=scale.higher_is_better and kind != "pmf",
        ),
    )  # fmt: skip


def _person(response: Mapping[str, Any]) -> CustomerRecord | None:
    """Return the person, who is an id or, where it was asked for, an object."""
    person = response.get("person")
    if isinstance(person, dict):
        names = (text(person.get("name")),) if said(person.get("name")) else ()
        return CustomerRecord(
            email=text(person.get("email")), phone=text(person.get("phone_number")), names=names,
            vendor_ids=(text(person.get("id")),) if said(person.get("id")) else (),
        )  # fmt: skip
    return CustomerRecord(vendor_ids=(text(person),)) if said(person) and text(person) else None


def _more(response: Mapping[str, Any]) -> list[Verbatim]:
    found = []
    for answer in members(response, "additional_answers"):
        if isinstance(answer, dict):
            question, value = mapping(answer, "question"), mapping(answer, "value")
            if isinstance(value.get("free_response"), str):
                found.append(
                    Verbatim(text(question.get("id")), words(question.get("text")), words(value["free_response"]))
                )
    return found


def _tags(response: Mapping[str, Any]) -> dict[str, Any]:
    tags = [tag for tag in members(response, "tags") if isinstance(tag, str)]
    return {"tags": tags} if tags else {}


_JSON = JsonSource(
    key="delighted",
    label="Delighted",
    reads="Survey responses of the API and of webhooks, or as CSV.",
    identity="The response id; updated_at is the revision.",
    translate=_from_response,
    marks=(
        (b'"survey_type"', b'"person"', b'"score"'),
        (b'"survey_type"', b"delighted.com"),
        (b'"event_type"', b'"event_data"'),
    ),
    lists=("survey_responses",),
    record_has=(("survey_type", "score"), ("survey_type", "person")),
    wrapped_in=("event_data",),
    stream="survey_responses",
    scale_options=("ces_scale",),
)
_OF_THE_CSV = {
    "id": ("response id", "survey response id"), "score": ("score",), "created": ("created at", "response date"),
    "updated": ("updated at",), "email": ("email", "person email"), "name": ("name", "person name"),
}  # fmt: skip
_NEEDED = ("id", "score", "created")
_ASIDE = ("permalink", "notes", "person id", "ip address")


def _sure(head: str) -> float:
    names = [name.strip().strip('"') for name in re.split(r"[,;\t]", head.lstrip("\ufeff").split("\n", 1)[0])]
    found = _places(names)
    is_theirs = "permalink" in {name.lower() for name in names} or "delighted.com" in head
    return 0.9 if is_theirs and all(role in found for role in _NEEDED) else 0.0


def _places(names: Sequence[str]) -> dict[str, str]:
    """Return role → column for the columns that Delighted itself writes."""
    lower = {name.lower(): name for name in reversed(names)}
    return {
        role: lower[known] for role, all_known in _OF_THE_CSV.items() for known in reversed(all_known) if known in lower
    }


def _sheet(rows: Sequence[Row], options: Mapping[str, str]) -> Sheet | None:
    columns = columns_of(rows[0]) if rows else []
    place = _places([column.name for column in columns])
    if not all(role in place for role in _NEEDED):
        return None
    measure = options.get("measure") or options.get(f"score.{place['score']}", "")
    if not measure:
        raise Unreadable(
            "Delighted's CSV does not say what its Score measures. Say so (option measure): NPS, or CSAT or CES with "
            "its scale, as CSAT:1:5."
        )
    return Sheet(
        columns=columns,
        measures={place["score"]: measure},
        identity=place["id"],
        times=(place["created"],),
        revision=place.get("updated", ""),
        email=place.get("email", ""),
        names=(place["name"],) if "name" in place else (),
        written=tuple(column.name for column in columns if column.name.lower() == "comment"),
        aside=frozenset(column.name for column in columns if column.name.lower() in _ASIDE),
    )


_TABLE = TableSource(
    key=_JSON.key, label=_JSON.label, reads=_JSON.reads, identity=_JSON.identity, sure=_sure, sheet=_sheet
)


class Delighted:
    """Delighted's responses, however they were fetched: an id is the same answer in all of them."""

    key = "delighted"
    label = "Delighted"
    side = "SURVEYS"
    reads = (
        "Survey responses of the API and of webhooks: pages, lists, lines of a warehouse tool, or the CSV that people "
        "download; no people or bounces."
    )
    identity = _JSON.identity
    options = (
        Option(name="measure", question="What does the score of a CSV measure, as NPS, CSAT:1:5 or CES:1:5?"),
        Option(name="ces_scale", question="What is the scale of effort questions?", default="CES:1:5"),
        *TABLE_OPTIONS,
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is Delighted's."""
        return _JSON.recognise(head, filename) if json_head(head) else _TABLE.recognise(head, filename)

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> Reading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        return _JSON.open(file, options) if json_head(head_of(file)) else _TABLE.open(file, options)
