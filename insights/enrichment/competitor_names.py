"""Finding other companies' names in what customers say: whole words, as they are written or with a slip of a finger."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

ALIKE = 0.92  # of the letters: one slip in a name of six letters and more
SHORTEST_FUZZY = 6  # a slip in a shorter name makes another word: "Orange", "Range"
_WORD = re.compile(r"\w[\w'&.+-]*", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Named:
    """A competitor at a place of a text, and how sure the reading is: 1 as it is written, less with a slip."""

    name: str
    start: int
    end: int
    confidence: float


class CompetitorNames:
    """The names that are looked for. Names of one letter case are told from common words by it: "Orange", "Three"."""

    def __init__(self, competitors: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Take (name, ways to write it) of each competitor."""
        self._exact: dict[str, str] = {
            _plain(written): name for name, ways in competitors for written in ways if _plain(written)
        }
        self._lengths = sorted({len(written.split()) for written in self._exact}, reverse=True)
        self._fuzzy: Mapping[str, list[str]] = _by_first_letter(self._exact)

    def find(self, text: str) -> Iterator[Named]:
        """Yield the names in order; the longest at each place, none inside another."""
        words = list(_WORD.finditer(text)) if self._exact else []
        place = 0
        while place < len(words):
            found = self._at(text, words, place)
            if found is None:
                place += 1
            else:
                named, taken = found
                yield named
                place += taken

    def _at(self, text: str, words: list[re.Match[str]], place: int) -> tuple[Named, int] | None:
        for length in self._lengths:
            if place + length > len(words):
                continue
            start, end = words[place].start(), words[place + length - 1].end()
            written = _plain(text[start:end])
            name, confidence = self._name_of(written)
            if name:
                return Named(name, start, start + len(text[start:end].rstrip(".,'-")), confidence), length
        return None

    def _name_of(self, written: str) -> tuple[str, float]:
        if written in self._exact:
            return self._exact[written], 1.0
        if len(written) < SHORTEST_FUZZY:
            return "", 0.0
        for known in self._fuzzy.get(written[0], ()):
            if abs(len(known) - len(written)) <= 2 and len(known.split()) == len(written.split()):
                alike = SequenceMatcher(None, known, written, autojunk=False).ratio()
                if alike >= ALIKE:
                    return self._exact[known], round(alike, 4)
        return "", 0.0


def _plain(written: str) -> str:
    """Lower case, without possessive and punctuation at the ends, single spaces."""
    words = [re.sub(r"['’]s$", "", word.strip(".,'’-&+").lower()) for word in written.split()]
    return " ".join(word for word in words if word)


def _by_first_letter(names: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for written in sorted(names):
        if len(written) >= SHORTEST_FUZZY:
            found.setdefault(written[0], []).append(written)
    return found
