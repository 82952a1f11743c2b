"""What a source asks for, as form fields: what has to be told first, and a refusal beside the field that answers it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from insights.intake.mapped_fields import MEASURES
from insights.intake.source import Option, Source

_NEVER = {"mapping", "mapping_name"}  # the editor tells these
_LABELS = {
    "time_zone": "Time zone",
    "date_order": "Order of day and month",
    "include_tests": "Previews and tests",
    "link_source": "Source of the contacts",
    "link_account": "Account of the contacts",
}
_CHOICES = {"DMY": "day/month, 31/12", "MDY": "month/day, 12/31", "YMD": "year first", "yes": "Yes", "no": "No"}
_MEASURE_TEXT = re.compile(r"^(NPS|CSAT|CES|OTHER)(?::(-?[\d.]+):(-?[\d.]+)(:lower)?)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing a source may be told."""

    name: str
    label: str
    question: str
    value: str
    form: str  # choice, zone, column or text
    choices: tuple[tuple[str, str], ...]
    is_required: bool
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedScore:
    """What one column measures, told by hand."""

    place: int
    column: str
    measure: str
    lowest: str
    highest: str
    is_lower_better: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """The form of a source."""

    first: tuple[Asked, ...]
    rest: tuple[Asked, ...]
    scores: tuple[AskedScore, ...]
    asks_scores: bool
    columns: tuple[str, ...]
    measures: tuple[str, ...]
    unplaced: str  # a refusal that no field answers


def plainly(sentence: str) -> str:
    """Return a refusal without the names of options: beside the field they say nothing more."""
    return re.sub(r" ?\(option '?[\w.*]+'?\)", "", sentence)


def telling(source: Source, options: Mapping[str, str], columns: Sequence[str], said: Sequence[str]) -> Telling:
    """Return the form for a source; `said` are the sentences with which the file was refused so far."""
    plain = [one for one in source.options if not one.name.endswith(".*") and one.name not in _NEVER]
    asked = [_asked(option, options, columns, said) for option in plain]
    first = tuple(one for one in asked if one.is_required or one.problem or one.value)
    placed = {one.problem for one in asked}
    return Telling(
        first=tuple(sorted(first, key=lambda one: not (one.problem or (one.is_required and not one.value)))),
        rest=tuple(one for one in asked if one not in first),
        scores=_scores(options),
        asks_scores=any(one.name == "score.*" for one in source.options),
        columns=tuple(columns),
        measures=MEASURES,
        unplaced=next((words for sentence in said if (words := plainly(sentence)) not in placed), ""),
    )


def _asked(option: Option, options: Mapping[str, str], columns: Sequence[str], said: Sequence[str]) -> Asked:
    problem = next((sentence for sentence in said if re.search(rf"\b{re.escape(option.name)}\b", sentence)), "")
    form = "text"
    if option.choices:
        form = "choice"
    elif option.name.endswith("time_zone"):
        form = "zone"
    elif option.name.endswith("_column") and columns:
        form = "column"
    return Asked(
        name=option.name,
        label=_LABELS.get(option.name) or option.name.replace("_", " ").capitalize(),
        question=option.question,
        value=options.get(option.name, ""),
        form=form,
        choices=tuple((one, _CHOICES.get(one, one)) for one in option.choices),
        is_required=option.required,
        problem=plainly(problem),
    )


def _scores(options: Mapping[str, str]) -> tuple[AskedScore, ...]:
    given = [(name.removeprefix("score."), value) for name, value in options.items() if name.startswith("score.")]
    rows = []
    for place, (column, text) in enumerate([*given, ("", "")]):  # and one to add another
        found = _MEASURE_TEXT.match(text)
        measure, low, high, lower = found.groups() if found else ("", "", "", "")
        rows.append(
            AskedScore(
                place=place,
                column=column,
                measure=measure or "",
                lowest=low or "",
                highest=high or "",
                is_lower_better=bool(lower),
            )
        )
    return tuple(rows)


def told(source: Source, posted: Mapping[str, str]) -> dict[str, str]:
    """Return the options that a form tells; what is left blank is not told."""
    plain = (one.name for one in source.options if not one.name.endswith(".*") and one.name not in _NEVER)
    options = {name: value for name in plain if (value := posted.get(f"o-{name}", "").strip())}
    for name in posted:
        if found := re.fullmatch(r"s(\d+)-column", name):
            place, column = found[1], posted[name].strip()
            if column and (measure := _measure(place, posted)):
                options[f"score.{column}"] = measure
    return options


def _measure(place: str, posted: Mapping[str, str]) -> str:
    measure = posted.get(f"s{place}-measure", "")
    low, high = (posted.get(f"s{place}-{end}", "").strip() for end in ("lowest", "highest"))
    if measure not in MEASURES:
        return ""
    if not low or not high:
        return measure
    return f"{measure}:{low}:{high}{':lower' if posted.get(f's{place}-lower') else ''}"
