"""The names leave the facts: what is stored is rewritten in the transaction that reads it, before anything is read."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from insights.enrichment import names
from insights.enrichment.competitors import listed
from insights.enrichment.once import once
from insights.enrichment.own_words import OwnWords
from insights.models import Feedback, OwnName, Turn

_WORDS_IN_A_VALUE = 3  # an attribute with fewer words is a choice or a code, not told in the customer's own words
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Unnamed:
    """One feedback with its turns, free of names; `error` says why they are still in it."""

    feedback: Feedback
    turns: list[Turn]
    error: str = ""
    changed: bool = False


def version() -> str:
    """What hides: rules, lists and head, and the words that people say are no names of people."""
    listed = own_words().names
    told = f"-{hashlib.blake2b(repr(listed).encode(), digest_size=4).hexdigest()}" if listed else ""
    return f"{names.version()}{told}"


@once
def own_words() -> OwnWords:
    """Return the names of the company, its products and its competitors, as people keep them; asked once per batch."""
    ours = [one.names() for one in OwnName.objects.filter(is_active=True)]
    return OwnWords(written for spellings in (*ours, *(theirs for _, theirs in listed())) for written in spellings)


def without_names(rows: Iterable[Feedback]) -> dict[UUID, Unnamed]:
    """Take the names out of the words of these, just loaded and locked, and write what changed, in some statements."""
    told = {row.pk: Unnamed(row, []) for row in rows}
    for turn in Turn.objects.filter(feedback__in=list(told)).order_by("feedback_id", "position"):
        told[turn.feedback_id].turns.append(turn)
    own = own_words()
    turns = [turn for one in told.values() for turn in _take_out(one, own)]
    Feedback.objects.bulk_update(
        [one.feedback for one in told.values() if one.changed], ["title", "text", "attributes"]
    )
    Turn.objects.bulk_update(turns, ["text"])
    return told


def _take_out(one: Unnamed, own: OwnWords) -> list[Turn]:
    """Rewrite one feedback in memory; returns its turns that changed. A text that fails keeps its names, and waits."""
    feedback, turns = one.feedback, one.turns
    has_title = bool(feedback.title) and feedback.kind != Feedback.Kind.SURVEY  # the company wrote that one
    free = [name for name, value in feedback.attributes.items() if _is_free(value)]
    texts = [feedback.title if has_title else "", feedback.text, *(feedback.attributes[name] for name in free)]
    speakers = ["" for _ in texts] + [turn.speaker for turn in turns]
    agent = [feedback.agent] if feedback.agent else []
    try:
        said = [*texts, *(turn.text for turn in turns)]
        hidden = names.hide_in_conversation(said, speakers, agent, own, feedback.language)
    except Exception as failure:
        logger.exception("The names in feedback %s could not be looked for", feedback.pk)
        one.error = f"{type(failure).__name__}: {failure}"[:500]
        return []
    if hidden[: len(texts)] != texts:
        one.changed = True
        feedback.title = hidden[0] if has_title else feedback.title
        feedback.text = hidden[1]
        feedback.attributes = feedback.attributes | dict(zip(free, hidden[2 : len(texts)], strict=True))
    rewritten = []
    for turn, text in zip(turns, hidden[len(texts) :], strict=True):
        if turn.text != text:
            turn.text = text
            rewritten.append(turn)
    return rewritten


def _is_free(value: Any) -> bool:
    return isinstance(value, str) and value.count(" ") >= _WORDS_IN_A_VALUE - 1
