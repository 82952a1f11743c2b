"""What one respondent wrote and chose, brought into the shape in which all survey sources hand it on."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from insights.intake.wording import clean, plain_text

MOST_DISTINCT = 60  # answers beyond which a question is no closed one
SAMPLE = 5_000  # records that are looked at before the first is translated
_LONGEST_ATTRIBUTE = 2_000


@dataclass(frozen=True, slots=True)
class Verbatim:
    """What was written under one question."""

    question: str
    wording: str
    text: str


def told(verbatims: Iterable[Verbatim]) -> tuple[str, dict[str, Any]]:
    """Return all that was written as one text, and attributes that say under which question each piece stood."""
    written = [one for one in verbatims if one.text]
    text = "\n\n".join(one.text for one in written)
    if len(written) == 1:
        return text, {"verbatim_question": written[0].wording or written[0].question}
    if not written:
        return "", {}
    return text, {f"verbatim {(one.wording or one.question)[:150]}": one.text for one in written}


def words(cell: object) -> str:
    """Return what a person wrote into a cell, without markup."""
    return clean(plain_text(clean(str(cell or ""))))


def attribute(cell: object) -> str:
    """Return a chosen answer as an attribute."""
    return clean(str(cell or ""))[:_LONGEST_ATTRIBUTE]


def row_identity(survey: str, cells: Iterable[object], occurrence: int = 1) -> str:
    """Return an id for an answer that has none: a digest of its survey, its content and which of equal ones it is."""
    content = "\x1f".join((survey, *(str(cell) for cell in cells), str(occurrence)))
    return f"row:{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:32]}"


@dataclass
class Seen:
    """The different answers in each column of a sample: enough to tell closed questions from open ones."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, record: Mapping[str, object]) -> None:
        """Count the answers of one record."""
        for name, cell in record.items():
            answer = str(cell or "").strip()
            known = self.counts.setdefault(name, {})
            if answer and (answer in known or len(known) <= MOST_DISTINCT * 10):
                known[answer] = known.get(answer, 0) + 1

    def choices(self, name: str) -> set[str]:
        """Return the different answers of a closed question, none for an open one."""
        known = self.counts.get(name, {})
        return set(known) if len(known) <= MOST_DISTINCT else set()

    def looks_written(self, name: str) -> bool:
        """Say whether people wrote the answers themselves: hardly any occurs twice, and they are of several words."""
        known = self.counts.get(name, {})
        total = sum(known.values())
        if total < 3:
            return False
        spaces = sum(answer.count(" ") for answer in known)
        return len(known) * 5 >= total * 4 and spaces >= 3 * len(known)

    def looks_varied(self, name: str) -> bool:
        """Say whether the answers are words, and hardly the same few again and again; nothing at all may be either."""
        known = self.counts.get(name, {})
        if not known:
            return True
        numbers = sum(answer.replace(",", "").replace(".", "").isdecimal() for answer in known)
        return 2 * numbers < len(known) and len(known) * 2 >= sum(known.values())
