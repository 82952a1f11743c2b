"""Scales that are answered in words: what each step is called, in every language of surveys/languages."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insights.intake.record import Measure


@dataclass(frozen=True, slots=True)
class Scale:
    """What a question measures and between which ends."""

    measure: Measure
    minimum: float
    maximum: float
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Labels:
    """A scale that is answered in words: per step, from the lowest, the words that mean it."""

    scale: Scale
    steps: tuple[frozenset[str], ...]

    def value(self, label: str) -> float | None:
        """Return the step that a label means, 1 for the lowest."""
        said = plain_label(label)
        return next((float(place) for place, words in enumerate(self.steps, start=1) if said in words), None)


def plain_label(label: str) -> str:
    """Return a label as we compare it: no case, no typographic signs, single spaces."""
    return " ".join(label.lower().replace("’", "'").replace("\u00a0", " ").strip(" .!*").split())


LANGUAGES = ("en", "de", "es", "fr", "pt", "it", "nl", "pl")
_ENDINGS = re.compile(r"\[([^\[\]/]*)/([^\[\]/]*)\]")
_MANNERS = ("{0}", "{1}", "{0}/{1}", "{0}({1})", "{0}·{1}", "{0}.{1}", "{0}-{1}")  # of writing both endings at once


def _told(language: str) -> dict[str, Any]:
    """Return what a language calls things. Words that several scales use stand once, under a name in braces."""
    with (Path(__file__).parent / "languages" / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


def _spelled(word: str) -> Iterator[str]:
    """Yield every manner in which a word with two endings is written: satisfech[o/a], satisfait[/e]."""
    found = _ENDINGS.search(word)
    if found is None:
        yield plain_label(word)
        return
    for manner in _MANNERS:
        yield from _spelled(word[: found.start()] + manner.format(*found.groups()) + word[found.end() :])


def _words(told: Mapping[str, Any], step: str) -> frozenset[str]:
    return frozenset(word for one in step.format_map(told).split("|") for word in _spelled(one))


def _scales(name: str, measure: Measure) -> tuple[Labels, ...]:
    return tuple(
        Labels(Scale(measure, 1, len(steps)), tuple(_words(told, step) for step in steps))
        for told in _LANGUAGES
        for steps in told[name]
    )


def _all_words(name: str) -> frozenset[str]:
    return frozenset().union(*(_words(told, told[name]) for told in _LANGUAGES))


def _asked(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(told[name] for told in _LANGUAGES)})\b", re.IGNORECASE)


_LANGUAGES = [_told(language) for language in LANGUAGES]
# In the order in which they are preferred when what was seen fits several.
FAMILIES = (
    *_scales("satisfaction", "CSAT"),
    *_scales("effort", "CES"),
    *_scales("likelihood", "OTHER"),
    *_scales("quality", "OTHER"),
)
AGREEMENT = _scales("agreement", "CES")  # a measure of effort only where the question says that something was easy
YES, NO, NO_ANSWER = _all_words("yes"), _all_words("no"), _all_words("no_answer") | {""}
SAYS_EASY, ASKS_SOLVED = _asked("says_easy"), _asked("asks_solved")
