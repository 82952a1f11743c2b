"""What a word of a text that is not English may be: a first name, a surname, a word of the language, a place."""

import functools
from collections.abc import Collection, Iterator

from insights.enrichment.name_features import word_list
from insights.enrichment.name_phrases import Word, words_of
from insights.enrichment.tongues import Lexicon, fold, lexicon

Piece = tuple[int, int]
PARTICLES = frozenset(fold(word) for word in word_list("particles")) | {"lo", "della", "af", "av", "zur", "vom"}
_ARTICLES = frozenset({"der", "den", "das", "la", "le", "lo", "el", "al", "do", "y", "e"})  # alone no part of a name
_ABBREVIATED = frozenset({"jan", "max"})  # "Jan. 2026", "max. 3"
_SHORTEST = 3  # letters of a first name that stands alone
_GENITIVE = frozenset({"de", "nl", "sv", "da", "no", ""})
_INFLECTED = frozenset({"pl", "cs", "ru", "uk"})
_CASES = ("iem", "owi", "em", "ie", "om", "ovi", "ou", "ом", "ем", "ою", "ей", "ą", "a", "ę", "e", "y", "i", "u", "o")
_CASES_FOLDED = tuple(dict.fromkeys(fold(ending) for ending in (*_CASES, "а", "у", "ы", "и", "е", "ю", "я")))
_ENDS = frozenset({"\n", ".", "!", "?", "…", ":", ";", ","})
_DASHES = frozenset({"-", "–", "—", "/", "|", "(", "*"})


@functools.cache
def first_names() -> frozenset[str]:
    """Return the first names of all lists, folded."""
    return frozenset(fold(name) for name in word_list("first_names") | word_list("first_names_abroad"))


@functools.cache
def surnames() -> frozenset[str]:
    """Return the surnames of all lists, folded."""
    return frozenset(fold(name) for name in word_list("surnames") | word_list("surnames_abroad"))


@functools.cache
def places() -> frozenset[str]:
    return frozenset(fold(name) for name in word_list("places") | word_list("places_abroad"))


class ForeignWords:
    """The words of one text, and what each may be by lists and spelling."""

    def __init__(self, text: str, tongue: str, kept: Collection[Piece]) -> None:
        self.tongue, self.words = tongue, words_of(text)
        self.lexicon: Lexicon = lexicon(tongue)
        self.kept = kept
        self.is_careless = text.islower()
        self.chosen: set[int] = set()

    def is_listed(self, word: Word) -> bool:
        """Whether it is on a list of names."""
        return self.is_first(word.key) or word.key in surnames()

    def is_plain(self, word: Word) -> bool:
        """Whether it is a word of the language and on no list of names."""
        return self.lexicon.is_word(word.key) and not (self.is_listed(word) and word.key not in self.lexicon.small)

    def is_first(self, key: str) -> bool:
        """Whether it is a first name, also in the genitive ("Martas") or declined ("Marty", "Piotrem")."""
        listed = first_names()
        if key in listed or ("-" in key and key.split("-")[0] in listed):
            return True
        if len(key) > 4 and key[-1] == "s" and self.tongue in _GENITIVE and key[:-1] in listed:
            return True
        return self.tongue in _INFLECTED and any(base in listed for base in _bases(key))

    def _is_kept(self, word: Word) -> bool:
        return any(start < word.end and word.start < end for start, end in self.kept)

    def may_be(self, word: Word) -> bool:
        """Whether a word may be part of a name at all."""
        return word.is_word and word.text[0] != "[" and not self._is_kept(word)

    def is_name(self, at: int) -> bool:
        """Whether a word is a name by itself: a listed first name, written large, that is nothing else here."""
        word = self.words[at]
        if not self.is_first(word.key) or not self.may_be(word):
            return False
        if not word.is_large:
            return self._is_careless_pair(at)
        if len(word.key) < _SHORTEST or word.key in self.lexicon.small or self._is_abbreviation(at):
            return False
        if word.key in self.lexicon.names_too or (self.lexicon.is_word(word.key) and word.key in self.lexicon.words):
            return self._surname_follows(at, is_listed=True)
        return word.key not in places() or self._surname_follows(at, is_listed=False)

    def _is_careless_pair(self, at: int) -> bool:
        """ "marta lindner", where neither is a word."""
        if at + 1 >= len(self.words):
            return False
        pair = self.words[at], self.words[at + 1]
        plain = any(self.lexicon.is_word(one.key) or one.key in self.lexicon.names_too for one in pair)
        return not plain and len(pair[0].key) >= _SHORTEST and pair[1].key in surnames() and self.may_be(pair[1])

    def _is_abbreviation(self, at: int) -> bool:
        if self.words[at].key not in _ABBREVIATED:
            return False
        beside = [self.words[place].text for place in (at - 2, at - 1, at + 1, at + 2) if 0 <= place < len(self.words)]
        return any(text.isdigit() or text in {"Pro", "pro"} for text in beside)

    def _surname_follows(self, at: int, *, is_listed: bool) -> bool:
        if at + 1 >= len(self.words):
            return False
        other = self.words[at + 1]
        if not other.is_large or not self.may_be(other) or other.key in self.lexicon.small:
            return False
        return other.key in surnames() or (
            not is_listed and not self.lexicon.is_word(other.key) and other.key not in places()
        )

    def begins(self, at: int) -> bool:
        """Whether it begins a line, a sentence or a part of one."""
        return at == 0 or self.words[at - 1].text in _ENDS or not self.words[at - 1].is_word

    def is_initial(self, at: int) -> bool:
        """Whether it is one large letter."""
        return at < len(self.words) and len(self.words[at].text) == 1 and self.words[at].is_large

    def is_particle(self, at: int) -> bool:
        """Whether it is "van", or "der" behind it, or the "Lo" of "Lo Presti"."""
        word = self.words[at]
        if word.key not in PARTICLES:
            return False
        return word.key not in _ARTICLES or word.is_large or (at > 0 and self.words[at - 1].key in PARTICLES)

    def past(self, at: int, signs: Collection[str]) -> int:
        """Return the place behind these signs."""
        while at < len(self.words) and self.words[at].text in signs:
            at += 1
        return at

    def text_at(self, at: int) -> str:
        """Return the word at a place, nothing behind the end."""
        return self.words[at].text if at < len(self.words) else ""

    def is_closed(self, at: int) -> bool:
        """Whether a line, a sentence or a part of one ends before a place."""
        return at >= len(self.words) or self.words[at].text in _ENDS or self.words[at].text in _DASHES


def _bases(key: str) -> Iterator[str]:
    """Yield the forms that a declined Slavic name may come from: "Piotrem", "Marty", "Darka" (Darek)."""
    for ending in _CASES_FOLDED:
        base = key[: -len(ending)]
        if not key.endswith(ending) or len(base) < 2:
            continue
        if len(base) >= 4:  # shorter ones are too much like words
            yield base
        yield base + "a"
        yield base + "а"
        if base.endswith("k"):
            yield base[:-1] + "ek"
