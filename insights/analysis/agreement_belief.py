"""Which side to believe on a topic, and why: the same rules for every topic, in one order, "neither yet" among them.

The rules stand in docs/agreement.md. They weigh how wide the intervals are, how much of each side was read, how much
its texts say at all, who answered (standardised differences among the contacts on the topic), whether customers who are
on both sides say the same on both, and how well the reading finds the topic on each side (people's labels).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from insights.analysis.agreement_moods import Moods
from insights.analysis.agreement_shares import Shares, contrast
from insights.analysis.representation import Value, gravest

Which = Literal["SURVEYS", "CONTACTS", "BOTH", "NEITHER_YET"]
UNREAD_BELOW: Final = 0.8  # of a side's texts
PRECISION_BELOW: Final = 0.7
RECALL_BELOW: Final = 0.5
FEW_READINGS: Final = 30  # of a mood
SIDES: Final = ("SURVEYS", "CONTACTS")
OTHER: Final = {"SURVEYS": "CONTACTS", "CONTACTS": "SURVEYS"}
_KINDS = {"SURVEY": "SURVEYS", "CONTACT": "CONTACTS"}


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the reading finds a topic, by side; None where fewer than ten labels tell."""

    precision: Mapping[str, float | None] = field(default_factory=dict)
    recall: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that the rules weigh for one topic. `matched` is None where it may not be told."""

    shares: Shares
    matched: Shares | None
    moods: Moods
    imbalances: Sequence[Value]
    labelled: Quality
    talk: Mapping[str, float]  # topics a text of a side names on average


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that decided or speaks against a side: a code for programs, with its facts."""

    code: str
    side: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """Which side to believe, and the reasons in the order of their weight."""

    which: Which
    reasons: tuple[Reason, ...]


def qualities(figures: Mapping[str, Any]) -> dict[str, Quality]:
    """Return what a measurement of the reading tells of each topic, by side."""
    found: dict[str, Quality] = {}
    for kind, classes in (figures.get("sides") or {}).items():
        for one in classes:
            told = found.setdefault(one["name"], Quality({}, {}))
            for name in ("precision", "recall"):
                getattr(told, name)[_KINDS[kind]] = one[name]["value"]
    return found


def belief(given: Evidence) -> Belief:
    """Weigh the evidence: the first rule that applies decides."""
    verdict = given.shares.verdict
    if given.shares.gap is None:
        return Belief(which="NEITHER_YET", reasons=(_missing(given.shares, "TOO_FEW_TEXTS"),))
    if given.moods.tone == "OPPOSITE" and verdict in ("AGREE", "NOT_YET"):
        return _of_moods(given)
    if verdict == "AGREE":
        return Belief(which="BOTH", reasons=(Reason(code="SHOWN_TO_AGREE"), *_labels(given)))
    if verdict == "NOT_YET":
        return Belief(which="NEITHER_YET", reasons=(_missing(given.shares, "NOT_TOLD_APART"),))
    return _of_difference(given, "CONTACTS" if verdict.endswith("CONTACTS") else "SURVEYS")


def _of_moods(given: Evidence) -> Belief:
    """Opposite moods: where one side has few readings the other is believed, else both may be true of other things."""
    n = {"SURVEYS": given.moods.surveys.n, "CONTACTS": given.moods.contacts.n}
    few = [side for side in SIDES if n[side] < FEW_READINGS]
    if len(few) == 1:
        return Belief(which=OTHER[few[0]], reasons=(Reason(code="FEW_MOODS", side=few[0], facts={"n": n[few[0]]}),))  # type: ignore[arg-type]
    return Belief(which="NEITHER_YET", reasons=(Reason(code="OPPOSITE_MOODS", facts=n),))


def _of_difference(given: Evidence, louder: str) -> Belief:
    """A real difference. First what speaks against the reading of a side, then whether it is the same customers."""
    quieter = OTHER[louder]
    if times := _by_length(given, louder):
        return Belief(which="NEITHER_YET", reasons=(Reason(code="LONGER_TEXTS", side=louder, facts={"times": times}),))
    faults = {louder: _faults(given, louder, is_louder=True), quieter: _faults(given, quieter, is_louder=False)}
    if faults[louder] and faults[quieter]:
        return Belief(which="NEITHER_YET", reasons=(*faults[louder], *faults[quieter]))
    if faults[louder]:
        return Belief(which=quieter, reasons=faults[louder])  # type: ignore[arg-type]
    if faults[quieter]:
        return Belief(which=louder, reasons=faults[quieter])  # type: ignore[arg-type]
    return _of_customers(given, louder)


def _of_customers(given: Evidence, louder: str) -> Belief:
    """Both sides are read well: is it who is heard, or when they speak?"""
    matched, who = given.matched, gravest(given.imbalances)[:2]
    verdict = matched.verdict if matched else "NOT_YET"
    if verdict.endswith(f"IN_{louder}"):
        return Belief(which=louder, reasons=(Reason(code="SAME_CUSTOMERS", side=louder), *_labels(given)))  # type: ignore[arg-type]
    imbalances = tuple(_imbalance(value) for value in who)
    if verdict == "AGREE" and who:
        reasons = (Reason(code="OTHER_CUSTOMERS", side=louder), *imbalances, *_labels(given))
        return Belief(which="CONTACTS", reasons=reasons)
    if verdict == "AGREE":
        return Belief(which="NEITHER_YET", reasons=(Reason(code="OTHER_CUSTOMERS", side=louder),))
    told = _missing(matched, "MATCHED_TOO_FEW") if matched else Reason(code="MATCHED_TOO_FEW")
    if who:
        return Belief(which="NEITHER_YET", reasons=(*imbalances, told))
    reasons = (Reason(code="NOTHING_AGAINST", side=louder), told, *_labels(given))
    return Belief(which=louder, reasons=reasons)  # type: ignore[arg-type]


def _by_length(given: Evidence, louder: str) -> float | None:
    """Return how many times as many topics the louder side's texts name, where the difference is not beyond that."""
    talk = given.talk
    times = talk[louder] / talk[OTHER[louder]] if talk[OTHER[louder]] else 1.0
    if times <= 1:
        return None
    sides = {"SURVEYS": given.shares.surveys, "CONTACTS": given.shares.contacts}
    _, low, _ = contrast(sides[louder], sides[OTHER[louder]], times, given.shares.correlation)
    return times if low <= 0 else None


def _faults(given: Evidence, side: str, *, is_louder: bool) -> tuple[Reason, ...]:
    """What makes a side's share untrustworthy: unread texts, finds that are none, or silence that is overlooking."""
    share = given.shares.surveys if side == "SURVEYS" else given.shares.contacts
    found = []
    if share.read is not None and share.read < UNREAD_BELOW:
        found.append(Reason(code="UNREAD", side=side, facts={"read": share.read}))
    precision, recall = given.labelled.precision.get(side), given.labelled.recall.get(side)
    if is_louder and precision is not None and precision < PRECISION_BELOW:
        found.append(Reason(code="LOW_PRECISION", side=side, facts={"precision": precision}))
    if not is_louder and recall is not None and recall < RECALL_BELOW:
        found.append(Reason(code="LOW_RECALL", side=side, facts={"recall": recall}))
    return tuple(found)


def _labels(given: Evidence) -> tuple[Reason, ...]:
    """Say how well the reading finds the topic, or that no labels tell."""
    told = {side: given.labelled.recall.get(side) for side in SIDES}
    known = {side: value for side, value in told.items() if value is not None}
    return (Reason(code="LABELS", facts=known),) if known else (Reason(code="NO_LABELS"),)


def _imbalance(value: Value) -> Reason:
    facts = {
        "cut": value.cut,
        "value": value.value,
        "share": value.share,
        "share_answered": value.share_answered,
        "difference": value.difference,
    }
    return Reason(code="WHO_ANSWERED", side="SURVEYS", facts=facts)


def _missing(shares: Shares, code: str) -> Reason:
    return Reason(code=code, facts={"missing": dict(shares.missing)})


def codes(reasons: Iterable[Reason]) -> list[str]:
    """Return the reasons' codes."""
    return [reason.code for reason in reasons]
