"""Where people say names in so many words: "my name is …", "Dear …,", "Regards, …", or in answer to the question."""

import re
from collections.abc import Iterator, Sequence

from insights.enrichment.name_features import TITLES, Known, Token, word_list

_STRONG = re.compile(
    r"\b(?:my (?:full |first |last )?name(?:'s|’s| is|:)|name is|name was|(?:first|last|full|sur|given|family) ?name:?"
    r"|name(?: on (?:the |my )?(?:account|card|order|booking))?(?: is|:)|account holder(?: is|:)|attn:?"
    r"|under the name(?: of)?"
    r"|(?:woman|man|lady|guy|agent|person|colleague|employee|rep|representative|technician|driver)"
    r" (?:called|named|by the name of)|i am called|my name(?='s))[ \t]*[:,]?[ \t]*(?:is |was )?",
    re.IGNORECASE,
)
_GREETED = re.compile(r"(?:^|\n|[.!?] )[ \t]*(?:dear|hi|hello|hey|hallo|liebe[rs]?)[ \t,]+", re.IGNORECASE)
_SIGNED = re.compile(
    r"(?:(?:(?:kind|best|warm|many) )?(?:regards|wishes)|sincerely|yours(?: truly| faithfully)?|thanks(?: again)?"
    r"|thank you|cheers|best|love|sent by|signed|(?:mit )?freundlichen gr(?:ü|ue)(?:ß|ss)en)[ \t]*[,.!]?[ \t]*\n\s*",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?:your|full|first|last|sur|account holder'?s?)\s*(?:full |first |last )?name\b", re.IGNORECASE)
_LEAD_IN = word_list("before_an_answer")
_LONGEST_ANSWER = 7
_MOST = 3


def told_names(text: str, tokens: Sequence[Token], known: Known) -> Iterator[int]:
    """Yield the places of words that stand where names stand."""
    if not tokens:
        return
    starts = {token.start: place for place, token in enumerate(tokens)}
    for match in _STRONG.finditer(text) if "name" in text.lower() or "call" in text or "ttn" in text else ():
        yield from _run(tokens, starts.get(match.end()), known, strict=False)
    for pattern in (_GREETED, _SIGNED):
        for match in pattern.finditer(text):
            places = list(_run(tokens, starts.get(match.end()), known, strict=True))
            if places and _is_closed(tokens, places[-1] + 1):
                yield from places
    for place, token in enumerate(tokens):
        if token.lower in TITLES:
            yield from _titled(tokens, place, known)


def asks_for_name(text: str) -> bool:
    """Whether somebody asks for a name."""
    return bool(_ASKED.search(text))


def only_a_name(text: str, tokens: Sequence[Token], known: Known) -> list[tuple[int, int]]:
    """Return the one piece that is the name where an answer holds nothing else; nothing where it says more."""
    words = [token for token in tokens if token.text[0].isalpha()]
    while words and words[0].lower in _LEAD_IN and words[0].lower not in known.first:
        words.pop(0)
    if not words or len(words) > _MOST + 1 or len(tokens) > _LONGEST_ANSWER:
        return []
    if any(_is_plain(word, known) for word in words):
        return []
    return [(words[0].start, words[-1].end)]


def _is_plain(token: Token, known: Known) -> bool:
    return known.is_ordinary(token.lower) and token.lower not in known.first and token.lower not in known.last


def _titled(tokens: Sequence[Token], place: int, known: Known) -> Iterator[int]:
    """ "Mr. Smith", "frau Meier"; not "Miss you", "sir, please"."""
    at = place + 1
    if at < len(tokens) and tokens[at].text == ".":
        at += 1
    if at < len(tokens) and (tokens[at].text[0].isupper() or tokens[at].lower in known.last):
        yield from _run(tokens, at, known, strict=not tokens[place].text[0].isupper())


def _run(tokens: Sequence[Token], at: int | None, known: Known, *, strict: bool) -> Iterator[int]:
    """Yield up to three words that may be a name. `strict`: written large, or on a list without being ordinary."""
    if at is None:
        return
    for place in range(at, min(at + _MOST, len(tokens))):
        token = tokens[place]
        listed = token.lower in known.first or token.lower in known.last
        if not token.text[0].isalpha() or (_is_plain(token, known) and not _is_initial(token)):
            return
        if strict and not (token.text[0].isupper() or (listed and not known.is_ordinary(token.lower))):
            return
        if place > at and token.text[0].islower() and not listed:
            return
        yield place


def _is_initial(token: Token) -> bool:
    return len(token.text) == 1 and token.text.isupper()


def _is_closed(tokens: Sequence[Token], at: int) -> bool:
    return at >= len(tokens) or not tokens[at].text[0].isalnum()
