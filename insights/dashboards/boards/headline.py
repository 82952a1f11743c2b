"""The one sentence at the top: only what the intervals support, and no chance finding picked out of many."""

from collections.abc import Sequence
from dataclasses import replace

from insights.dashboards.boards.tiles import Place
from insights.dashboards.numbers import LONG, amount, clock, digits_for, full, interval, number
from insights.dashboards.words import change_digits
from insights.metrics import discovery
from insights.metrics.answer import Answer, Change
from insights.metrics.definition import Metric

Placed = tuple[Place, Answer]


def headline(placed: Sequence[Placed], compared_with: str) -> str:
    """Return the sentence for the page; `compared_with` is the compared period in words, empty for none."""
    if not compared_with:
        return _levels(placed)
    movers = survivors(placed)
    surveys = next((pair for pair in movers if pair[0].voice == "surveys"), None)
    contacts = next((pair for pair in movers if pair[0].voice == "contacts"), None)
    if surveys and contacts:
        return f"{_moved(surveys)}, and {_lower(_moved(contacts))}."
    if contacts:
        return f"{_moved(contacts)}; {_still('surveys', placed)}."
    if surveys:
        return f"{_moved(surveys)}; {_still('contacts', placed)}."
    told = [voice for voice in ("surveys", "contacts") if _has_voice(voice, placed)]
    if len(told) == 1:
        silent = "contacts" if told == ["surveys"] else "surveys"
        return f"{_still(told[0], placed).capitalize()}; {_still(silent, placed)}."
    if not told:
        return _levels(placed)
    return f"Neither surveys nor contacts moved beyond what chance explains, against {compared_with}."


def _has_voice(voice: str, placed: Sequence[Placed]) -> bool:
    return any(place.voice == voice and answer.total.value is not None for place, answer in placed)


def _still(voice: str, placed: Sequence[Placed]) -> str:
    return f"{voice} show no change beyond chance" if _has_voice(voice, placed) else f"{voice} tell nothing here"


def survivors(placed: Sequence[Placed]) -> list[Placed]:
    """Return the real changes that survive false-discovery control, the surest first."""
    judged = [(answer.total.change, place, answer) for place, answer in placed]
    survives = discovery.survivors([change.p_value if change else None for change, _, _ in judged])
    kept = [
        (change.p_value or 0.0, place, answer)
        for (change, place, answer), is_found in zip(judged, survives, strict=True)
        if change is not None and is_found and change.is_significant
    ]
    return [(place, answer) for _, place, answer in sorted(kept, key=lambda item: item[0])]


def _name(pair: Placed) -> str:
    return pair[0].label or pair[1].metric.label


def _moved(pair: Placed) -> str:
    return moved(_name(pair), pair[1].total.change, pair[1].metric)


def moved(name: str, change: Change | None, metric: Metric) -> str:
    """Return "Contacts rose 18 % (12 to 24)". Raises ValueError for what did not move."""
    if change is None or change.difference is None:
        raise ValueError("only a metric that moved can be in the sentence")
    unit = metric.unit
    verb = "rose" if change.difference > 0 else "fell"
    if unit == "COUNT" and change.before:
        percent = 100 / change.before
        size = abs(change.difference * percent)
        return f"{name} {verb} {size:.0f} %{_reach(_within_all(change), 0, percent)}"
    digits = change_digits(change, metric)
    in_minutes = unit == "SECONDS" and abs(change.difference) >= LONG
    reach = _reach(change, digits, in_minutes=in_minutes)
    return f"{name} {verb} by {amount(change.difference, unit, digits)}{reach}"


def _within_all(change: Change) -> Change:
    """Return the change of a count with no more gone than there was."""
    if change.low is None or change.before is None:
        return change
    return replace(change, low=max(change.low, -change.before))


def _reach(change: Change, digits: int, scale: float = 1.0, *, in_minutes: bool = False) -> str:
    """Return " (1 to 5)": the size of the change, whose direction the verb has said."""
    if change.low is None or change.high is None:
        return ""
    least, most = sorted(abs(edge * scale) for edge in (change.low, change.high))
    told = (clock(least), clock(most)) if in_minutes else (number(least, digits), number(most, digits))
    return f" ({told[0]} to {told[1]})"


def _levels(placed: Sequence[Placed]) -> str:
    parts = []
    for voice in ("surveys", "contacts"):
        pair = next((p for p in placed if p[0].voice == voice and p[1].total.value is not None), None)
        if pair is None:
            continue
        total, unit = pair[1].total, pair[1].metric.unit
        digits = digits_for(total.low, total.high, unit)
        reach = interval(total.low, total.high, unit, digits)
        parts.append(f"{_name(pair)} is {full(total.value or 0.0, unit, digits)}" + (f" ({reach})" if reach else ""))
    return f"{' and '.join(parts)}." if parts else "Nothing was told about this choice."


def _lower(text: str) -> str:
    """Return the text with a small first letter, unless it begins with an abbreviation."""
    return text if text[:2].isupper() else text[0].lower() + text[1:]
