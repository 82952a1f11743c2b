"""Scales of survey answers: as declared by people, or recognised by their labels, never guessed from numbers alone."""

import math
import re
from collections.abc import Collection, Iterable
from typing import get_args

from insights.intake.record import Measure, ScoreRecord
from insights.intake.source import BadRecord, Unreadable
from surveys.labels import AGREEMENT, ASKS_SOLVED, FAMILIES, NO, NO_ANSWER, SAYS_EASY, YES, Labels, Scale, plain_label

# Codes and words by which survey systems say "does not apply" or "not answered".
NOT_ANSWERED_CODES = frozenset({-1, -77, -88, -99, 88, 97, 98, 99, 995, 996, 997, 998, 999, 9999})


def is_no_answer(label: str) -> bool:
    """Say whether a cell says that the question does not apply or was not answered."""
    return plain_label(label) in NO_ANSWER


def labels_among(seen: Collection[str], wording: str = "") -> Labels | None:
    """Return the scale in whose words all of these answers are given, None when there is none.

    "Neutral" alone proves nothing: at least one answer has to say what it is about. Two answers that differ are two
    steps, so a scale on which they would be one is not the scale that was asked.
    """
    said = {plain_label(label) for label in seen}
    families = FAMILIES + (AGREEMENT if SAYS_EASY.search(wording) else ())
    return next((family for family in families if _was_asked(family, said)), None)


def _was_asked(family: Labels, said: Collection[str]) -> bool:
    """Say whether all that was said are steps of this scale, each a step of its own; the middle has many names."""
    words, middle = frozenset().union(*family.steps), family.steps[len(family.steps) // 2]
    answers = {label for label in said if label in words or not is_no_answer(label)}
    proof = {label for label in answers - middle if not is_no_answer(label)}  # "trifft nicht zu" alone is no proof
    if not proof or not answers <= words:
        return False
    if family.scale.measure == "OTHER" and not _is_rating(family, answers):
        return False
    return all(len(answers & step) <= 1 for step in family.steps if step != middle)


def _is_rating(family: Labels, answers: Collection[str]) -> bool:
    """Say whether everyday words are a scale: three steps at least, an end among them; good and bad may be all."""
    steps = [step for step in family.steps if not step.isdisjoint(answers)]
    return len(steps) > 2 and (family.steps[0] in steps or family.steps[-1] in steps)


def declared(column: str, text: str, wording: str = "") -> Scale:
    """Return the scale that an option declares: NPS, CSAT:1:5, CES:1:7, CSAT:1:5:lower. Raises Unreadable."""
    parts = [part.strip() for part in text.split(":")]
    measure = next((known for known in get_args(Measure) if known == parts[0].upper()), None)
    if measure is None:
        raise Unreadable(
            f"score.{column} is '{text}'. It can be NPS, or CSAT, CES or OTHER with its scale, as CSAT:1:5."
        )
    if measure == "NPS":
        return _declared_nps(column, parts, wording)
    try:
        low, high = float(parts[1]), float(parts[2])
    except (IndexError, ValueError):
        raise Unreadable(f"score.{column} is '{text}', without its scale. Write for example {measure}:1:5.") from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise Unreadable(f"score.{column} is '{text}', whose scale has no width.")
    way = parts[3].lower() if len(parts) > 3 else "higher"
    if way not in ("higher", "lower") or len(parts) > 4:
        raise Unreadable(f"score.{column} is '{text}'. After the scale, say 'lower' where a lower number is better.")
    return Scale(measure, low, high, way == "higher")


def _declared_nps(column: str, parts: list[str], wording: str) -> Scale:
    if parts[1:3] not in ([], ["0", "10"]):
        raise Unreadable(
            f"NPS is asked from 0 to 10, and {column} is declared from {' to '.join(parts[1:3])}. "
            f"Import it as OTHER:{':'.join(parts[1:3])}, or as CSAT with its scale."
        )
    if starts_at_one(wording):
        raise Unreadable(
            f"NPS is asked from 0 to 10, and the question of {column} says 1 to 10: '{wording[:120]}'. "
            "Import it as OTHER:1:10, or as CSAT:1:10."
        )
    return Scale("NPS", 0, 10)


def starts_at_one(wording: str) -> bool:
    """Say whether a question announces a scale from 1 to 10."""
    return bool(re.search(r"\b1\s*(?:-|–|—|to|bis|through|\.\.+|…)\s*10\b", wording, re.IGNORECASE))


def leading_number(answer: str) -> float | None:
    """Return the number with which an answer begins ("10 - Extremely likely", "4"), None when there is none."""
    found = re.match(r"\s*(-?\d{1,4}(?:[.,]\d+)?)(?=$|[\s\-–—:.)(=])", answer)
    return float(found[1].replace(",", ".")) if found else None


def scored(
    scale: Scale, question: str, answer: str, *, wording: str = "", labels: Labels | None = None
) -> ScoreRecord | None:
    """Return the answer on its scale, None when it says that there is none. Raises BadRecord when it lies outside."""
    answer = answer.strip()
    value = labels.value(answer) if labels else None  # first: "trifft nicht zu" is a step of some scales
    if value is None and is_no_answer(answer):
        return None
    if value is None:
        value = leading_number(answer)
    if value is None:
        raise BadRecord(f"'{answer[:60]}' is no answer from {scale.minimum:g} to {scale.maximum:g}.", question)
    if not scale.minimum <= value <= scale.maximum:
        if value in NOT_ANSWERED_CODES:
            return None
        raise BadRecord(
            f"{scale.measure} goes from {scale.minimum:g} to {scale.maximum:g} here, and the answer is {value:g}.",
            question,
        )
    return ScoreRecord(
        measure=scale.measure,
        question=question[:200],
        value=value,
        scale_minimum=scale.minimum,
        scale_maximum=scale.maximum,
        higher_is_better=scale.higher_is_better,
        wording=wording,
        label=answer if leading_number(answer) is None or len(answer) > 6 else "",
    )


def asks_whether_solved(wording: str, seen: Iterable[str]) -> bool:
    """Say whether a question asks if the matter was solved: by its words, and by answers that say yes or no."""
    answers = [answer for answer in seen if not is_no_answer(answer)]
    return bool(ASKS_SOLVED.search(wording)) and bool(answers) and all(yes_or_no(one) is not None for one in answers)


def yes_or_no(answer: str) -> bool | None:
    """Return whether an answer begins as yes or as no, None when as neither."""
    said = plain_label(answer)
    if said in NO_ANSWER:
        return None
    first = re.split(r"[\s,;:.\-–]", said, maxsplit=1)[0]
    return False if first in NO else True if first in YES else None
