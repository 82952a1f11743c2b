"""How well a step reads texts that people have labelled: figures as plain dictionaries."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from insights.enrichment.intent import head, probability
from insights.enrichment.reading import Finding, reading_of
from insights.enrichment.steps import WORD_STEPS, run_steps

BATCH = 256
EVEN = 0.5
_NOBODY = UUID(int=0)
TASKS = ("sentiment", "topics", "complaint", "idea", "language", "redaction")
_YES = frozenset({"1", "1.0", "true", "yes", "y", "complaint", "idea", "suggestion"})
_NO = frozenset(
    {
        "0",
        "0.0",
        "-1",
        "false",
        "no",
        "n",
        "none",
        "other",
        "non-complaint",
        "not complaint",
        "non-suggestion",
        "not idea",
    }
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found for one text, and how surely; blank where the step abstained."""

    label: str
    confidence: float


def read_texts(texts: Sequence[str]) -> list[Finding]:
    """Read texts as the pipeline does, outside any database: with the steps that need nothing but the words."""
    found: list[Finding] = []
    for start in range(0, len(texts), BATCH):
        found += run_steps([reading_of(_NOBODY, text) for text in texts[start : start + BATCH]], steps=WORD_STEPS)
    return found


def evaluate_sentiment(texts: Sequence[str], truth: Sequence[str]) -> dict[str, Any]:
    """Labels negative/neutral/positive, or two of them: with two, the likelier of the two is taken from the score."""
    wanted = [label.strip().lower() for label in truth]
    classes = sorted(set(wanted))
    if not set(classes) <= {"negative", "neutral", "positive"}:
        raise ValueError(f"Sentiment labels are negative, neutral and positive; found {', '.join(classes)}.")
    two = classes == ["negative", "positive"]
    return _timed(texts, wanted, classes, lambda finding: _felt(finding, two))


def evaluate_intent(intent: str, texts: Sequence[str], truth: Sequence[str]) -> dict[str, Any]:
    """Labels are 1 and 0, yes and no, or the intent's name and `other`; judged at even odds, whatever is shown.

    Adds `shown`: precision and recall of what the product shows, which is what passes the threshold of the head.
    """
    said = [label.strip().lower() for label in truth]
    if strange := sorted(set(said) - _YES - _NO):
        raise ValueError(f"Labels of '{intent}' are 1 or 0, or yes or no; found {', '.join(strange[:5])}.")
    wanted = [intent if label in _YES else "other" for label in said]
    started = time.perf_counter()
    likely = [
        probability(intent.upper(), reading_of(_NOBODY, text), finding)
        for text, finding in zip(texts, read_texts(texts), strict=True)
    ]
    speed = len(texts) / max(time.perf_counter() - started, 1e-9)
    judged = [_at_even_odds(intent, one) for one in likely]
    threshold = head(intent.upper()).threshold
    shown = [label for label, one in zip(wanted, likely, strict=True) if one is not None and one >= threshold]
    hits = shown.count(intent)
    extra = {
        "threshold": round(threshold, 4),
        "precision": _share(hits, len(shown)),
        "recall": _share(hits, wanted.count(intent)),
    }
    return {**figures(wanted, judged, [intent, "other"]), "shown": extra, "texts_per_second": round(speed, 1)}


def evaluate_language(texts: Sequence[str], truth: Sequence[str]) -> dict[str, Any]:
    """Labels are ISO 639-1 codes; a region after a hyphen is ignored."""
    wanted = [label.strip().lower().replace("_", "-").split("-")[0] for label in truth]
    return _timed(
        texts, wanted, sorted(set(wanted)), lambda found: Judged(found.language, found.language_confidence or 0.0)
    )


def _at_even_odds(intent: str, likely: float | None) -> Judged:
    if likely is None:
        return Judged("", 0.0)
    return Judged(intent if likely >= EVEN else "other", max(likely, 1 - likely))


def _felt(finding: Finding, two: bool) -> Judged:
    if finding.sentiment is None:
        return Judged("", 0.0)
    if two:
        return Judged("positive" if finding.sentiment > 0 else "negative", abs(finding.sentiment))
    return Judged(finding.sentiment_label.lower(), finding.sentiment_confidence or 0.0)


def _timed(
    texts: Sequence[str], truth: Sequence[str], classes: Sequence[str], judge: Callable[[Finding], Judged]
) -> dict[str, Any]:
    read_texts(texts[:1])  # models load outside the clock
    started = time.perf_counter()
    judged = [judge(finding) for finding in read_texts(texts)]
    speed = len(texts) / max(time.perf_counter() - started, 1e-9)
    return {**figures(truth, judged, classes), "texts_per_second": round(speed, 1)}


def figures(truth: Sequence[str], judged: Sequence[Judged], classes: Sequence[str]) -> dict[str, Any]:
    """Accuracy and macro-F1 over all texts (an abstention is a miss), per class, and where it did not abstain.

    `surest` gives the accuracy of the surest 80 % and 60 % of all texts: what stands behind a number that only counts
    what it is sure of.
    """
    answered = [(wanted, found) for wanted, found in zip(truth, judged, strict=True) if found.label]
    right = sum(wanted == found.label for wanted, found in answered)
    per_class = {label: _class_figures(label, truth, judged) for label in classes}
    surest = sorted(answered, key=lambda pair: -pair[1].confidence)
    return {
        "n": len(truth),
        "accuracy": _share(right, len(truth)),
        "macro_f1": _share(sum(row["f1"] for row in per_class.values()), len(per_class)),
        "per_class": per_class,
        "coverage": _share(len(answered), len(truth)),
        "accuracy_at_coverage": _share(right, len(answered)),
        "surest": {str(part): _accuracy(surest[: round(len(truth) * part / 100)]) for part in (80, 60)},
    }


def _class_figures(label: str, truth: Sequence[str], judged: Sequence[Judged]) -> Mapping[str, float]:
    hits = sum(wanted == label == found.label for wanted, found in zip(truth, judged, strict=True))
    shown, there = sum(found.label == label for found in judged), sum(wanted == label for wanted in truth)
    precision, recall = _share(hits, shown), _share(hits, there)
    return {"precision": precision, "recall": recall, "f1": _share(2 * hits, shown + there), "n": there}


def _accuracy(pairs: Sequence[tuple[str, Judged]]) -> float:
    return _share(sum(wanted == found.label for wanted, found in pairs), len(pairs))


def _share(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0
