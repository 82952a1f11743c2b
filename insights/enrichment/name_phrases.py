"""What people say around names in other languages than English: "mein Name ist", "Herr", "Cordialement"."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from insights.enrichment.tongues import codes, fold, sections

# unlike English tokens, "d'Anna" and "Ayşe'nin" are cut at the apostrophe, "O'Connor" is not
TOKEN = re.compile(r"\[[A-Z][A-Z0-9_]*\]|[OD]['’][^\W\d_]{3,}|[^\W\d_]+(?:-[^\W\d_]+)*|\d+|\n|[^\w\s]")
INTRODUCES, PRESENTS, TITLES, BEHIND = "introduces", "presents", "titles", "titles behind"
GREETS, CLOSES, ASKS = "greets", "closes", "asks"
_KINDS = (INTRODUCES, PRESENTS, TITLES, BEHIND, GREETS, CLOSES)


class Word(NamedTuple):
    """One word, number, sign or line end; `key` is how lists know it."""

    text: str
    start: int
    end: int
    key: str

    @property
    def is_large(self) -> bool:
        """Whether it is a word that begins with a capital."""
        return self.text[0].isupper()

    @property
    def is_word(self) -> bool:
        """Whether it consists of letters."""
        return self.text[0].isalpha()


def words_of(text: str) -> list[Word]:
    """Split a text; a marker of redaction stays one."""
    return [Word(found := match[0], match.start(), match.end(), fold(found)) for match in TOKEN.finditer(text)]


def phrases_at(words: Sequence[Word], at: int) -> Iterator[tuple[str, int]]:
    """Yield the kinds of phrases that begin here, the longest of each, and where what follows begins."""
    known = _phrases().get(words[at].key)
    if known is None:
        return
    seen: set[str] = set()
    for kind, keys in known:
        end = at + len(keys)
        if kind not in seen and end <= len(words) and all(words[at + n].key == key for n, key in enumerate(keys)):
            seen.add(kind)
            yield kind, end


def asks_abroad(text: str) -> bool:
    """Whether somebody asks for a name."""
    words = words_of(text)
    asked = _asked()
    return any(
        tuple(one.key for one in words[at : at + len(keys)]) == keys
        for at, word in enumerate(words)
        for keys in asked.get(word.key, ())
    )


@functools.cache
def lead_ins() -> frozenset[str]:
    """Return what stands before the name in an answer: "ja, mein Name ist"."""
    return frozenset(fold(word) for code in codes() for line in sections(code)["answers"] for word in line.split())


@functools.cache
def _phrases() -> Mapping[str, list[tuple[str, tuple[str, ...]]]]:
    """By its first word: phrases of any kind and language, the longest first."""
    found: dict[str, set[tuple[str, tuple[str, ...]]]] = defaultdict(set)
    for kind in _KINDS:
        for keys in _all(kind):
            found[keys[0]].add((kind, keys))
    return {first: sorted(told, key=lambda one: (-len(one[1]), one)) for first, told in found.items()}


@functools.cache
def _asked() -> Mapping[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for keys in _all(ASKS):
        found[keys[0]].append(keys)
    return found


def _all(kind: str) -> Iterator[tuple[str, ...]]:
    for code in codes():
        for line in sections(code)[kind]:
            yield tuple(word.key for word in words_of(line))
