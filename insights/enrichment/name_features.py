"""What the name model looks at: a word, how it is written, the lists it stands on, and the words around it."""

import functools
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

BUCKETS = 2**14
LISTS = Path(__file__).parent / "word_lists"
TOKEN = re.compile(r"\[[A-Z][A-Z0-9_]*\]|[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+|\n|[^\w\s]")
_CONTRACTED = re.compile(r"['’](?:ll|re|ve|m|d|t)$")
_OF_TWO = re.compile(r"(?:Mc|Mac|De|Di|Da|La|Le|Van|O['’])[^\W\d_]|[^\W\d_]+-[^\W\d_]")  # McDonald, Anne-Marie


class Token(NamedTuple):
    """One word, number, sign or line end of a text."""

    text: str
    start: int
    end: int
    lower: str


def tokens_of(text: str) -> list[Token]:
    """Split a text; a marker of redaction stays one token."""
    return [Token(found := match[0], match.start(), match.end(), bare(found)) for match in TOKEN.finditer(text)]


def bare(word: str) -> str:
    """Return a word in small letters without the genitive's s."""
    lower = word.lower()
    return lower[:-2] if lower[-1] == "s" and lower.endswith(("'s", "’s")) else lower


@functools.cache
def word_list(name: str) -> frozenset[str]:
    """A list that lies beside this file, loaded once per process."""
    return frozenset((LISTS / f"{name}.txt").read_text(encoding="utf-8").split())


TITLES = word_list("titles")
PLACE_BEGINS = word_list("place_begins")
_CALENDAR = word_list("calendar")
_GREETINGS = word_list("greetings")


@dataclass(frozen=True)
class Known:
    """The lists, and the hashes of words that are ordinary because people write them small."""

    first: frozenset[str]
    last: frozenset[str]
    places: frozenset[str]
    ordinary: frozenset[int]
    words_too: frozenset[str]  # names that are more often words where they are written small

    def is_ordinary(self, lower: str) -> bool:
        """Whether it is a word rather than a name; so is everything like "we'll"."""
        return zlib.crc32(lower.encode()) in self.ordinary or bool(_CONTRACTED.search(lower))

    def is_candidate(self, token: Token) -> bool:
        """Whether the model is asked at all: named on a list, or written large without being an ordinary word."""
        lower, text = token.lower, token.text
        if not text[0].isalpha() or len(lower) < 2:
            return False
        if text[0].isupper() and not text.isupper() and any(sign.isupper() for sign in text[1:]):
            return bool(_OF_TWO.match(text))  # JetBlue and WiFi are brands
        listed = lower in self.first or lower in self.last
        if text[0].isupper():
            if len(text) > 1 and text.isupper():
                return lower in self.first and not self.is_ordinary(lower)
            return listed or not self.is_ordinary(lower)
        return listed and lower not in self.words_too and not self.is_ordinary(lower)


def features(tokens: Sequence[Token], at: int, known: Known, unlisted: frozenset[str] = frozenset()) -> list[int]:
    """Return the buckets of one word in its place. `unlisted` are words to be taken for strangers, in training."""
    own = _kind(tokens[at], known, unlisted)
    before = _around(tokens, at - 1, known, unlisted)
    after = _around(tokens, at + 1, known, unlisted)
    second = tokens[at - 2].lower if at > 1 else "^^"
    third = tokens[at + 2].lower if at + 2 < len(tokens) else "$$"
    lower = tokens[at].lower
    first = _begins(tokens, at)
    told = [
        f"k{own}",
        f"k{own}|{first}",
        f"b{before[0]}",
        f"b{before[1]}",
        f"a{after[0]}",
        f"a{after[1]}",
        f"s{second}",
        f"S{second}|{before[0]}",
        f"t{third}",
        f"kb{own}|{before[1]}",
        f"ka{own}|{after[1]}",
        f"kB{own}|{before[0]}",
        f"kA{own}|{after[0]}",
        f"ba{before[1]}|{after[1]}",
        f"e{lower[-3:]}",
        f"E{lower[-2:]}|{own[0]}",
        f"g{lower[:2]}",
        f"l{min(len(lower), 12)}",
        f"g{tokens[at].text.endswith(('’s', chr(39) + 's'))}|{own}",
        f"x{len(tokens) if len(tokens) < 5 else 9}|{own}",
    ]
    return [zlib.crc32(one.encode()) % BUCKETS for one in told]


def _kind(token: Token, known: Known, unlisted: frozenset[str]) -> str:
    """One letter for how it is written, then one for each list it is on."""
    text, lower = token.text, token.lower
    case = "l" if not text[0].isupper() else "u" if len(text) > 1 and text.isupper() else "c"
    if lower in unlisted:
        return case
    lists = ("f" if lower in known.first else "") + ("n" if lower in known.last else "")
    lists += "p" if lower in known.places else ""
    return case + lists + ("o" if known.is_ordinary(lower) else "") + ("m" if lower in _CALENDAR else "")


def _around(tokens: Sequence[Token], at: int, known: Known, unlisted: frozenset[str]) -> tuple[str, str]:
    """A neighbour as the word itself, if it is an ordinary one, and as its kind."""
    if not 0 <= at < len(tokens):
        return "^" if at < 0 else "$", "^" if at < 0 else "$"
    token = tokens[at]
    if not token.text[0].isalpha():
        return token.text if not token.text[0].isdigit() else "0", token.text[0] if token.text[0] in "[,.\n" else "."
    kind = _kind(token, known, unlisted)
    if token.lower in TITLES:
        return token.lower, "T"
    if token.lower in _GREETINGS:
        return token.lower, "G"
    return token.lower if kind.endswith(("o", "m")) or kind == "l" else "?", kind


def _begins(tokens: Sequence[Token], at: int) -> str:
    """Whether it begins a line or a sentence, where everything is written large."""
    return "b" if at == 0 or tokens[at - 1].text in {".", "!", "?", "\n", ":", '"'} else "i"
