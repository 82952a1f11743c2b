"""How much personal data redaction finds, on texts in which it is marked: "write to <EMAIL>a@b.example</EMAIL>"."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_MARKED = re.compile(r"<([A-Z][A-Z0-9_]*)>(.*?)</\1>", re.DOTALL)
_HIDDEN = re.compile(r"\[[A-Z][A-Z0-9_]*\]")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text; `kind` is the type it was marked with, or blank."""

    start: int
    end: int
    kind: str = ""

    def overlaps(self, other: "Span") -> bool:
        """Whether they share a character."""
        return self.start < other.end and other.start < self.end


def evaluate_redaction(texts: Sequence[str], redact: Callable[[str], str]) -> dict[str, Any]:
    """Recall over marked pieces (found = wholly hidden) and precision over hidden pieces, by type and together."""
    started = time.perf_counter()
    hidden_texts = [redact(unmarked(text)[0]) for text in texts]
    speed = len(texts) / max(time.perf_counter() - started, 1e-9)
    there, found, shown, right = Counter[str](), Counter[str](), 0, 0
    for text, hidden_text in zip(texts, hidden_texts, strict=True):
        plain, marked = unmarked(text)
        hidden = list(hidden_spans(plain, hidden_text))
        there.update(span.kind for span in marked)
        found.update(span.kind for span in marked if any(h.start <= span.start and span.end <= h.end for h in hidden))
        shown += len(hidden)
        right += sum(any(span.overlaps(other) for other in marked) for span in hidden)
    per_class = {kind: {"recall": _share(found[kind], there[kind]), "n": there[kind]} for kind in sorted(there)}
    total = {"n": len(texts), "spans": there.total(), "recall": _share(found.total(), there.total())}
    return {**total, "precision": _share(right, shown), "per_class": per_class, "texts_per_second": round(speed, 1)}


def unmarked(text: str) -> tuple[str, list[Span]]:
    """Return the text without marks, and where they were."""
    plain, spans, last = "", [], 0
    for match in _MARKED.finditer(text):
        plain += text[last : match.start()]
        spans.append(Span(len(plain), len(plain) + len(match[2]), match[1]))
        plain += match[2]
        last = match.end()
    return plain + text[last:], spans


def hidden_spans(plain: str, redacted: str) -> Iterator[Span]:
    """Find what the markers of a redacted text stand for, by fitting what was left around them onto the original."""
    pieces = [re.escape(piece) for piece in _HIDDEN.split(redacted)]
    fitted = re.fullmatch("(.+?)".join(pieces), plain, re.DOTALL)
    if fitted is None:
        raise ValueError("The redacted text is not the original with pieces hidden.")
    for number in range(1, len(pieces)):
        yield Span(*fitted.span(number))


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
