"""Step: the customer's first telling sentence, as it was said. Nothing is made up; the same text, the same sentence."""

import re
from collections.abc import Sequence
from dataclasses import replace

from insights.enrichment.reading import Finding, Reading, clean, count_words

NAME = "summary"
NAME = "summary"
LONGEST = 200
FEWEST_WORDS = 4
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen)|bonjour|hola"
    r"|to whom it may"
    r" concern)\b[^,.!?\n]{0,30}[,.!?]?\s*)+(?:(?:i hope|hope)[^.!?]*well[.!?]\s*)?",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"^(?:(?:my|the|order|account|customer|booking|ticket|reference|username|user ?name|e-?mail|phone|policy"
    r"|member(?:ship)?)"
    r"[\w ]{0,24}(?:name|id|number|no|e-?mail|address|username|zip|code)?\s*(?:is|:|#)[^a-z]*\W*\w*\W*"
    r"|(?:yes|no|ok|okay|sure|thanks?|thank you|please|great|perfect|how are you)\b[^.!?]{0,24}[.!?]?"
    r"|i (?:have|got) (?:a|one|another) (?:question|problem|issue|request)[.!?]?|(?:can|could) (?:you"
    r"|someone) (?:please )?help(?: me)?[^.!?]{0,12}[.!?]?"
    r"|i need (?:some )?help[.!?]?)$",
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")


def version() -> str:
    """What reads."""
    return "1"


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add the sentence; blank where there are no words."""
    return [
        replace(finding, summary=summarise(reading.text)) for reading, finding in zip(readings, findings, strict=True)
    ]


def summarise(text: str) -> str:
    """Return the first sentence that tells something, else the longest, cut at a word to 200 characters."""
    sentences = [_SPACES.sub(" ", _GREETING.sub("", clean(part).strip())).strip() for part in _SENTENCE.split(text)]
    worded = [sentence for sentence in sentences if count_words(sentence)]
    telling = (one for one in worded if count_words(one) >= FEWEST_WORDS and not _EMPTY.match(one))
    return _cut(next(telling, max(worded, key=len, default="")))


def _cut(sentence: str) -> str:
    if len(sentence) <= LONGEST:
        return sentence
    kept = sentence[: LONGEST - 1]
    return f"{kept.rsplit(' ', 1)[0] if ' ' in kept else kept}…"
