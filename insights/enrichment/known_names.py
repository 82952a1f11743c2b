"""Hiding names that are known: the agent's, as the record tells it, and those that another turn gave away."""

import re
from collections.abc import Collection, Sequence

from insights.enrichment.name_features import tokens_of
from insights.enrichment.own_words import NONE, OwnWords
from insights.enrichment.tongues import ENGLISH, fold, lexicon

MARKER = "[NAME]"


def redact_names(
    texts: Sequence[str], names: Collection[str], tongues: Sequence[str], own: OwnWords = NONE
) -> list[str]:
    """Hide exactly these names, whole or in parts, in their usual spellings; markers and `own` words stay."""
    known = {tongue: {one for name in names for one in _spellings(name, tongue)} for tongue in set(tongues)}
    return [_redacted(text, known[tongue], own) for text, tongue in zip(texts, tongues, strict=True)]


def _redacted(text: str, known: Collection[str], own: OwnWords) -> str:
    spellings = [spelling for spelling in known if spelling in text]
    if not spellings:
        return text
    either = "|".join(re.escape(one) for one in sorted(spellings, key=lambda one: (-len(one), one)))
    kept = rf"\[[A-Z][A-Z0-9_]*\]|(?i:{own.pattern})" if own.pattern else r"\[[A-Z][A-Z0-9_]*\]"
    return re.sub(rf"({kept})|(?<!\w)(?:{either})(?!\w)", lambda match: match[1] or MARKER, text)


def _spellings(name: str, tongue: str) -> set[str]:
    """Parts that are words of the language stay ("Lange"); small letters only for five and more: "will" is a word."""
    words = [word for word in tokens_of(name) if word.text[0].isalpha() and len(word.text) > 2]
    parts = [word.text for word in words if len(words) == 1 or not _is_word_of(word.text, tongue)]
    told = {spelling for part in parts for spelling in (part, part.upper(), part.title())}
    told |= {part.lower() for part in parts if len(part) >= 5 and not _is_word_of(part, tongue)}
    return told | {name, name.lower(), name.upper()} if len(words) > 1 else told


def _is_word_of(part: str, tongue: str) -> bool:
    return tongue != ENGLISH and lexicon(tongue).is_word(fold(part))
