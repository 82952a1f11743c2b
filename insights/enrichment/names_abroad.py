"""Names of people in texts that are not English, where the English model does not know what is ordinary.

No model judges here: German writes every noun large. A name is a first name on a list that is no word of the language,
with the strangers beside it; what stands behind a title; and what stands where people tell, greet or sign.
"""

from collections.abc import Iterator, Sequence

from insights.enrichment.foreign_words import PARTICLES, ForeignWords, Piece, places, surnames
from insights.enrichment.name_phrases import (
    BEHIND,
    GREETS,
    INTRODUCES,
    PRESENTS,
    TITLES,
    Word,
    lead_ins,
    phrases_at,
)

MOST = 4  # words of a name
_LONGEST_ANSWER = 7


def pieces_abroad(text: str, tongue: str, kept: Sequence[Piece] = ()) -> list[Piece]:
    """Return where names stand in a text of this language; `kept` are places of words that are never names."""
    return _Look(text, tongue, kept).pieces()


def answer_abroad(text: str, tongue: str) -> list[Piece]:
    """Return the one piece that is the name where an answer holds nothing else."""
    look = _Look(text, tongue, ())
    told = [word for word in look.words if word.is_word]
    while told and told[0].key in lead_ins() and (len(told) > 1 or not look.is_listed(told[0])):
        told.pop(0)
    if not told or len(told) > MOST or len(look.words) > _LONGEST_ANSWER:
        return []
    if any(look.is_plain(word) and word.key not in PARTICLES for word in told):
        return []
    return [(told[0].start, told[-1].end)]


class _Look(ForeignWords):
    """One text while it is looked at."""

    def pieces(self) -> list[Piece]:
        """Go through the words once; return what was chosen, neighbours as one piece."""
        for at, word in enumerate(self.words):
            if not word.is_word:
                continue
            for kind, behind in phrases_at(self.words, at):
                self._after(kind, at, behind)
            if at not in self.chosen and self.is_name(at):
                self._take(at)
        return list(self._joined())

    def _after(self, kind: str, at: int, behind: int) -> None:
        """Take what a phrase that ends before `behind` says is a name."""
        if kind == INTRODUCES:
            self.chosen |= set(self._introduced(behind))
        elif kind == PRESENTS:
            self._presented(behind)
        elif kind == TITLES:
            self._titled(at, behind)
        elif kind == BEHIND:
            self._titled_behind(at)
        elif self.begins(at):
            self._greeted(behind) if kind == GREETS else self._signed(behind)

    def _introduced(self, at: int) -> Iterator[int]:
        """ "mein Name ist …": up to four words that are no words of the language."""
        place = self.past(at, {":", '"', "„", "«"})
        taken = 0
        while place < len(self.words) and taken < MOST:
            word, behind = self.words[place], self._past_small(place, taken)
            if behind > place:
                place = behind
                continue
            if not self.may_be(word) or self.is_plain(word) or not self._fits(word, taken):
                return
            yield place
            taken += 1
            place += 1

    def _past_small(self, place: int, taken: int) -> int:
        """Return the place behind a title, and within a name behind an initial or "van der"; else the place itself."""
        for kind, behind in phrases_at(self.words, place):
            if kind == TITLES:
                return behind
        if taken and self.is_initial(place):
            return place + 2 if self.text_at(place + 1) == "." else place + 1
        return place + 1 if taken and self.is_particle(place) else place

    def _fits(self, word: Word, taken: int) -> bool:
        """Whether its spelling allows a name: large, on a list, or in a text without any capital."""
        if word.is_large:
            return word.key not in self.lexicon.small or (taken > 0 and word.key in surnames())
        return self.is_careless or self.is_listed(word)

    def _presented(self, at: int) -> None:
        """ "danke Marta", "hier ist jonas": a listed first name in any spelling."""
        at = self.past(at, {","})
        if at >= len(self.words):
            return
        word = self.words[at]
        if not self.may_be(word) or not self.is_first(word.key) or word.key in self.lexicon.small:
            return
        if word.is_large or not (self.lexicon.is_word(word.key) or word.key in self.lexicon.names_too):
            self._take(at)

    def _titled(self, at: int, behind: int) -> None:
        """ "Herr Kern", "Mme de Villiers", "señor lópez". A title with a full stop is written large."""
        place = behind
        while place < len(self.words) and self.words[place].key in PARTICLES:
            place += 1
        if place >= len(self.words) or (place > behind and not self.words[place].is_large):
            return
        word = self.words[place]
        is_small = word.key in self.lexicon.small and not (word.is_large and word.key in surnames())
        if not self.may_be(word) or is_small or self._is_noun(word):
            return
        is_short = self.words[behind - 1].text == "." and not self.words[at].is_large
        fits = (word.is_large and not is_short) or (self.is_listed(word) and not self.lexicon.is_word(word.key))
        if fits and not any(kind == TITLES for kind, _ in phrases_at(self.words, place)):
            self.chosen |= set(range(behind, place))
            self._take(place)

    def _is_noun(self, word: Word) -> bool:
        """Whether it is a word, and no surname: "Herr Kunde", but "Herr Koch"."""
        return self.lexicon.is_word(word.key) and not self.is_listed(word)

    def _titled_behind(self, at: int) -> None:
        """ "Ahmet Bey", "Ayşe Yılmaz Hanım"."""
        place = at - 1
        while place >= 0 and at - place <= 2:
            word = self.words[place]
            fits = word.is_large or self.is_first(word.key)
            if not self.may_be(word) or not fits or self.lexicon.is_word(word.key):
                return
            self.chosen.add(place)
            place -= 1

    def _greeted(self, at: int) -> None:
        """ "Hallo Marta,": large words up to a comma or the end; a listed name needs no end."""
        run = list(self._run(at))
        if run and (self.is_closed(run[-1] + 1) or self.is_first(self.words[run[0]].key)):
            self.chosen |= set(run)

    def _signed(self, at: int) -> None:
        """What stands behind "Viele Grüße", to the end of its line; on the same line only where it is listed."""
        place = self.past(at, {",", ".", "!", ":", ";", "…", "-", "–", "\n"})
        has_line = any(word.text == "\n" for word in self.words[at:place])
        run = list(self._run(place))
        if not run or not self.is_closed(run[-1] + 1):
            return
        if has_line or any(self.is_listed(self.words[one]) for one in run):
            self.chosen |= set(run)

    def _run(self, at: int) -> Iterator[int]:
        """Yield words of one line that may be a name: large and strangers here, or listed; initials between."""
        place, taken = at, 0
        while place < len(self.words) and taken < MOST:
            word, behind = self.words[place], self._past_small(place, taken)
            if behind > place:
                place = behind
                continue
            if self.is_initial(place) and self.text_at(place + 1) == "." and self.may_be(word):
                yield place
                place += 2
                continue
            if not self.may_be(word) or not self._fits_run(word, taken):
                return
            yield place
            taken += 1
            place += 1

    def _fits_run(self, word: Word, taken: int) -> bool:
        key, listed = word.key, self.is_listed(word)
        if key in self.lexicon.small and not (taken and word.is_large and key in surnames()):
            return False
        if not word.is_large:
            return listed and not self.lexicon.is_word(key) and key not in self.lexicon.names_too
        if self.lexicon.is_word(key) or key in places():
            return listed and (taken > 0 or self.is_first(key))
        return True

    def _take(self, at: int) -> None:
        """Choose a word and the rest of the name behind it."""
        self.chosen.add(at)
        if at > 1 and self.words[at - 1].text == "," and self._is_surname_before(self.words[at - 2]):
            self.chosen.add(at - 2)
        left, place = at, at + 1
        while place < len(self.words) and place - at <= MOST:
            is_initial = self.is_initial(place) and self.words[left].is_large
            if is_initial or self.is_particle(place):
                place += 2 if is_initial and self.text_at(place + 1) == "." else 1
                continue
            if not self._continues(self.words[left], self.words[place]):
                return
            self.chosen.add(place)
            left, place = place, place + 1

    def _continues(self, half: Word, other: Word) -> bool:
        if not self.may_be(other) or len(other.key) < 2:  # one letter is an initial
            return False
        if not other.is_large:
            known = other.key in surnames() and not self.lexicon.is_word(other.key)
            return known and not half.is_large
        if other.text.isupper() and not half.text.isupper() and other.key not in surnames():
            return False  # "Marta SMS"
        if not half.is_large:
            return False
        if other.key in surnames():
            return True
        return not self.lexicon.is_word(other.key) and other.key not in places()

    def _is_surname_before(self, word: Word) -> bool:
        return word.is_large and word.key in surnames() and not self.lexicon.is_word(word.key) and self.may_be(word)

    def _joined(self) -> Iterator[Piece]:
        """Make one piece of "Maria J. van der Berg"."""
        start = end = last = -1
        for place in sorted(self.chosen):
            word = self.words[place]
            if last >= 0 and self._belongs(last, place):
                end = word.end
            else:
                if last >= 0:
                    yield start, end
                start, end = word.start, word.end
            last = place
        if last >= 0:
            yield start, end

    def _belongs(self, left: int, right: int) -> bool:
        between = range(left + 1, right)
        return len(between) <= 3 and all(  # "von der", "J."
            self.is_particle(at) or self.is_initial(at) or (self.text_at(at) == "." and self.is_initial(at - 1))
            for at in between
        )
