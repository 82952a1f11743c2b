"""Which language a text's names are looked for in: told by its commonest words, in a few microseconds.

The step `language` reads what is stored, after the names are gone; this is a look before it, of a whole feedback with
all its turns. A turn follows its conversation unless it clearly speaks another language.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from insights.enrichment import language
from insights.enrichment.name_features import word_list

ENGLISH = "en"
UNDECIDED = ""
FOLDER = Path(__file__).parent / "word_lists" / "abroad"
_COMMON = "common"
_RELATED = {"es": "pt", "pt": "es", "sv": "da", "da": "sv", "no": "da", "pl": "cs", "cs": "pl", "uk": "ru"}
_WORD = re.compile(r"[^\W\d_]{2,}")  # letters alone are initials, or what "it's" and "c'est" are cut to
_FOLDED = str.maketrans(
    "àáâãäåāăąçćčďèéêëēėęěğģìíîïīįıķĺľłñńňòóôõöőøŕřśşšșťţțùúûüūůűųýÿźżžđ",
    "aaaaaaaaacccdeeeeeeeeggiiiiiiiklllnnnooooooorrsssstttuuuuuuuuyyzzzd",
)
_LONGEST = 2_000  # characters that are looked at
_CLEAR = 0.5  # by how many words another language must lead English, where none of them is a third one's
_ENGLISH_CLEAR = 0.1  # and English the others
_OWN = 1.0  # of a turn whose conversation speaks another language
_WORD_COUNTS = 0.6  # a noun tells less than "the" does


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is no name in a language: its small words, its nouns, how they end, and names that are words too."""

    small: frozenset[str]
    words: frozenset[str]
    endings: tuple[str, ...]
    names_too: frozenset[str]

    def is_word(self, key: str) -> bool:
        """Whether it is a word of the language; one part of "Lumio-Team" is enough."""
        if key in self.small or key in self.words or (len(key) > 6 and key.endswith(self.endings)):
            return True
        return "-" in key and any(part in self.words or part in self.small for part in key.split("-"))


@functools.lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Return a word in small letters without accents: as people write "Jörg", "JÖRG" and "Jorg"."""
    lower = word.lower()
    if lower.isascii():
        return lower
    plain = lower.replace("i\u0307", "i").translate(_FOLDED)
    return plain.replace("ß", "ss").replace("æ", "ae").replace("œ", "oe").replace("’", "'")


@functools.cache
def sections(code: str) -> Mapping[str, list[str]]:
    """Return the lines of a language's file, by the titles of its sections."""
    found: dict[str, list[str]] = defaultdict(list)
    title = ""
    for line in (FOLDER / f"{code}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            title = line[3:]
        elif line.strip():
            found[title].append(line.strip())
    return found


@functools.cache
def codes() -> tuple[str, ...]:
    """Return the languages that have a file."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.txt") if file.stem != _COMMON))


@functools.cache
def lexicon(tongue: str) -> Lexicon:
    """Return what is no name in a language; of an undecided text, in any of them."""
    asked = [tongue, _RELATED.get(tongue, "")]
    told = [code for code in asked if code in codes()] or list(codes())
    return Lexicon(
        small=_folded(told, "function"),
        words=_folded([*told, _COMMON], "words"),
        endings=tuple(sorted(_folded(told, "endings"))) or ("\0",),
        names_too=_folded(told, "names too"),
    )


def tongues_of(texts: Sequence[str], declared: str = "") -> list[str]:
    """Return the language of each text of one feedback; UNDECIDED where neither its words nor its source tell."""
    counts = [_counted(text) for text in texts]
    together: dict[str, float] = defaultdict(float)
    for count in counts:
        for code, weight in count.items():
            together[code] += weight
    common = _leading(together, _CLEAR, _ENGLISH_CLEAR) or _guessed(texts, declared)
    return [_own(count, common) for count in counts]


def _own(count: Mapping[str, float], common: str) -> str:
    """What one text speaks: the conversation's language, unless it has words of another and hardly any of that."""
    leading = _leading(count, _OWN, _OWN)
    if not leading or leading == common:
        return common
    return leading if count[leading] >= _OWN + 2 * count.get(common, 0.0) else common


def _leading(count: Mapping[str, float], lead: float, english_lead: float) -> str:
    """Return the language ahead of English, or English ahead of all others; two of the others may be close."""
    english = count.get(ENGLISH, 0.0)
    others = [(weight, code) for code, weight in count.items() if code != ENGLISH]
    weight, code = max(others, default=(0.0, ""))
    if english - weight >= english_lead:
        return ENGLISH
    return code if weight - english >= lead else UNDECIDED


def _counted(text: str) -> dict[str, float]:
    """Count the words that tell; where several are English and none belongs to another language, that is enough."""
    lower = text[:_LONGEST].lower()
    words = set(lower.split())
    english, others = _apart()
    if len(told := words & english) > 1 and words.isdisjoint(others):
        return {ENGLISH: float(len(told))}
    count: dict[str, float] = {}
    tell = _telling().get
    for word in _WORD.findall(lower):
        for code, weight in tell(word, ()):
            count[code] = count.get(code, 0.0) + weight
    return count


def _guessed(texts: Sequence[str], declared: str) -> str:
    """By what the source says, unless the letters are sure of another; English, whose model is the best, is likely."""
    said = declared.replace("_", "-").split("-")[0].strip().lower()
    joined = "\n".join(texts)[:_LONGEST]
    if sum(map(str.isalpha, joined)) < language.FEWEST_LETTERS:
        return said
    guess, confidence = language.identify(joined.lower() if joined.isupper() else joined)
    if confidence >= language.SURE or (not said and guess == ENGLISH and confidence >= language.LEAST):
        return guess
    return said


@functools.cache
def _telling() -> Mapping[str, tuple[tuple[str, float], ...]]:
    """For each word the languages it belongs to, and how much it tells of each; names ("Ella", "Ben") tell nothing."""
    names = word_list("first_names")
    owners: dict[str, dict[str, float]] = defaultdict(dict)
    for code in codes():
        for section, weight in (("words", _WORD_COUNTS), ("function", 1.0)):
            for word in set(_split(code, section)) - names:
                owners[word][code] = weight
    shared = {word: len(told) for word, told in owners.items()}
    return {
        word: tuple((code, weight / shared[word]) for code, weight in told.items()) for word, told in owners.items()
    }


@functools.cache
def _apart() -> tuple[frozenset[str], frozenset[str]]:
    """Return words that are English only, and words that English does not have."""
    told = {word: {code for code, _ in owners} for word, owners in _telling().items()}
    english = frozenset(word for word, owners in told.items() if owners == {ENGLISH})
    return english, frozenset(word for word, owners in told.items() if ENGLISH not in owners)


def _split(code: str, section: str) -> list[str]:
    return [word for line in sections(code)[section] for word in line.split()]


def _folded(told: Sequence[str], section: str) -> frozenset[str]:
    return frozenset(fold(word) for code in told for word in _split(code, section))
