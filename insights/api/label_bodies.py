"""What an answer of a person may say over HTTP, checked before it is tried."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from insights.api.problems import wrong_parameter
from insights.enrichment.people import VALUES
from insights.models import Label

MEMBERS = ("feedback", "task", "value", "topic", "topics", "purpose", "words_digest", "span")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_DIGEST = re.compile(r"[0-9a-f]{16}")
_HIGHEST = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelBody:
    """One answer as it was sent; `topics` makes it a whole one."""

    feedback: UUID
    task: str
    value: str
    topic: str | None
    topics: tuple[str, ...] | None
    purpose: str
    words_digest: str
    turn: int | None
    start: int | None
    end: int | None


def checked_label(body: Any) -> LabelBody:
    """Return the members of an answer. Raises 400 that names the one that is unknown, missing or wrong."""
    if not isinstance(body, dict):
        raise wrong_parameter("body", "The body must be a JSON object.")
    for name in body:
        if name not in MEMBERS:
            raise wrong_parameter(name, f"There is no member '{name}' here. Members: {', '.join(MEMBERS)}.")
    task = _choice(body, "task", tuple(VALUES))
    topics = _topics(body, task)
    if topics is not None and {"value", "topic", "span"} & body.keys():
        raise wrong_parameter("topics", "With 'topics' leave out 'value', 'topic' and 'span'.")
    value = "" if topics is not None else _choice(body, "value", VALUES[task])
    turn, start, end = _span(body.get("span"))
    return LabelBody(
        feedback=_feedback(body.get("feedback")),
        task=task,
        value=value,
        topic=_topic(body, task) if topics is None else None,
        topics=topics,
        purpose=_choice({"purpose": Label.Purpose.CORRECTION, **body}, "purpose", tuple(Label.Purpose.values)),
        words_digest=_digest(body.get("words_digest", "")),
        turn=turn,
        start=start,
        end=end,
    )


def _feedback(text: Any) -> UUID:
    try:
        return UUID(text if isinstance(text, str) and len(text) == 36 else "")
    except ValueError:
        raise wrong_parameter("feedback", "'feedback' must be the id of a record.") from None


def _choice(body: dict[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise wrong_parameter(name, f"'{name}' must be one of {', '.join(allowed)}.")
    return value


def _topic(body: dict[str, Any], task: str) -> str | None:
    topic = body.get("topic")
    if task != Label.Task.TOPIC:
        if topic is not None:
            raise wrong_parameter("topic", "'topic' belongs to the task TOPIC only.")
        return None
    return _slug(topic, "topic")


def _topics(body: dict[str, Any], task: str) -> tuple[str, ...] | None:
    if "topics" not in body:
        return None
    topics = body["topics"]
    if task != Label.Task.TOPIC or not isinstance(topics, list) or len(topics) > 50:
        raise wrong_parameter("topics", "'topics' must be a list of at most 50 keys, with the task TOPIC.")
    return tuple(_slug(topic, "topics") for topic in topics)


def _slug(value: Any, name: str) -> str:
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        raise wrong_parameter(name, f"'{name}' takes keys of topics; GET /api/v1/topics lists them.")
    return value


def _digest(value: Any) -> str:
    if not isinstance(value, str) or (value and not _DIGEST.fullmatch(value)):
        raise wrong_parameter("words_digest", "'words_digest' must be the one that came with the text.")
    return value


def _span(span: Any) -> tuple[int | None, int | None, int | None]:
    if span is None:
        return None, None, None
    if not isinstance(span, dict) or not {"start", "end"} <= span.keys() <= {"turn", "start", "end"}:
        raise wrong_parameter("span", "'span' must hold 'start' and 'end', and 'turn' in a conversation.")
    for name, number in span.items():
        if name == "turn" and number is None:
            continue
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= _HIGHEST:
            raise wrong_parameter("span", f"'{name}' of the span must be a whole number.")
    return span.get("turn"), span["start"], span["end"]
