"""Cutting a text into units that each say one thing: the customer's sentences, with their places as stored."""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from insights.enrichment.reading import Reading, Said, Span, clean, count_words

FEWEST_WORDS = 2  # of a unit; shorter ones ("Hi.", "OK") say nothing alone
SHORT_WORDS = 16  # a text up to here is judged as one: it is seldom about two things, and a vector costs 2 ms
CLAUSE_WORDS = 18  # a longer sentence is cut where it turns
MOST_UNITS = 24  # of one text; what comes after these repeats what was said
LONGEST_SMALL_TALK = 200
KEPT = 512  # readings: one step after the other asks for the sentences of a batch
MOST_CHARACTERS = 20_000  # of a piece that is cut
_SENTENCE = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|\s*\n+\s*")
_TURNING = re.compile(r"(?<=[;:])\s+|,?\s+(?=(?:but|however|although|though|also|plus|besides)\b)", re.IGNORECASE)
_SMALL_TALK = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|thanks?|thank you|many thanks|cheers|ok(?:ay)?"
    r"|yes|yeah|no|sure|please|bye|goodbye|great|perfect|alright|right|sorry|regards|kind regards|best regards|there"
    r"|all|team|sir|madam|so much|very much|a lot|for your help|in advance|of course|one moment"
    r"|i see|got it|that'?s (?:it|all|fine)|you too|everyone"
    r"|have a (?:nice|good|great) (?:day|evening|weekend)|[\s,.!?…-])+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence or clause of the customer: its words, cleaned, and where they are stored."""

    text: str
    span: Span | None  # None: the title of a contact or review, which is stored apart


@functools.lru_cache(maxsize=KEPT)
def sentences(reading: Reading) -> tuple[Unit, ...]:
    """Cut what the customer said, in order; small talk, markers and mark-up alone are left out."""
    found: list[Unit] = []
    for said in reading.said:
        if said.turn is None or said.speaker == "CUSTOMER":
            found += _cut(said)
        if len(found) >= MOST_UNITS:
            break
    title = _title(reading)
    units = [Unit(title, None), *found] if title else found
    return tuple(units[:MOST_UNITS])


def judged_apart(reading: Reading, units: Sequence[Unit]) -> bool:
    """Whether the sentences get vectors of their own, or the vector of the whole text stands for all."""
    return len(units) > 1 and reading.words > SHORT_WORDS


def is_small_talk(text: str) -> bool:
    """Whether a text consists of greetings, thanks and the like."""
    return len(text) <= LONGEST_SMALL_TALK and bool(_SMALL_TALK.fullmatch(text.strip()))


def _cut(said: Said) -> Iterator[Unit]:
    text = said.text[:MOST_CHARACTERS]
    for start, end in _pieces(text):
        words = clean(text[start:end])
        if count_words(words) >= FEWEST_WORDS and not is_small_talk(words):
            yield Unit(words, Span(said.turn, start, end))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Places of sentences, and of the clauses of long ones, without the space around them."""
    for start, end in _between(_SENTENCE, text, 0, len(text)):
        if text.count(" ", start, end) < CLAUSE_WORDS:
            yield start, end
        else:
            yield from _between(_TURNING, text, start, end)


def _between(breaks: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in breaks.finditer(text, start, end):
        yield from _trimmed(text, start, found.start())
        start = found.end()
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = end - (len(piece) - len(piece.rstrip()))
    if left < right:
        yield left, right


def _title(reading: Reading) -> str:
    """The title that `customer_words` put before the text, if it did."""
    if len(reading.said) != 1 or reading.said[0].turn is not None:
        return ""
    title, _, rest = reading.text.partition("\n")
    stored = clean(reading.said[0].text)
    return title if rest and not stored.startswith(title) and count_words(title) >= FEWEST_WORDS else ""
