"""SurveyMonkey: exports of all responses, with the question and its options in two header rows or merged into one."""

import re
from collections.abc import Mapping, Sequence

from insights.intake.table import Row, unique_names
from surveys.columns import Column
from surveys.table_source import Sheet, TableSource

_OWN = {
    "respondentid": "id", "collectorid": "aside", "startdate": "started", "datecreated": "started", "enddate": "ended",
    "datemodified": "ended", "ipaddress": "aside", "emailaddress": "email", "firstname": "name", "lastname": "name",
    "customdata1": "number", "customdata": "number", "recipientid": "aside",
}  # fmt: skip
_PLAIN = frozenset({"response", ""})
_WRITTEN = re.compile(r"open-ended response|\(please specify\)|please specify|please explain", re.IGNORECASE)


def _sure(head: str) -> float:
    first = _letters(head.lstrip("\ufeff").split("\n", 1)[0][:400])
    return 0.9 if first.startswith("respondentid") else 0.0


def _sheet(rows: Sequence[Row], options: Mapping[str, str]) -> Sheet | None:
    if not rows or _OWN.get(_letters(rows[0].cells[0])) != "id":
        return None
    two = len(rows) > 1 and not rows[1].cells[0].strip()
    columns = _columns(rows[0].cells, rows[1].cells if two else None)
    roles = {column.name: _OWN.get(_letters(column.name), "") for column in columns}

    def of(role: str) -> list[str]:
        return [name for name, one in roles.items() if one == role]

    return Sheet(
        columns=columns,
        header_rows=2 if two else 1,
        identity=columns[0].name,
        times=(*of("ended"), *of("started")),
        order="MDY",
        email="".join(of("email")[:1]),
        number="".join(of("number")[:1]),
        names=tuple(of("name")),
        aside=frozenset(of("aside")),
        written=tuple(
            column.name for column in columns if any(_WRITTEN.search(one) for one in (column.name, *column.aliases))
        ),
    )


def _columns(questions: Sequence[str], options: Sequence[str] | None) -> list[Column]:
    """Return the columns; the question stands over the first of its options only."""
    if options is None:
        return [Column(name, (), name) for name in unique_names(questions)]
    asked, names = "", []
    for place, cell in enumerate(questions):
        asked = " ".join(cell.split()) or asked
        option = " ".join(options[place].split()) if place < len(options) else ""
        plain = option.lower() in _PLAIN or option.lower() == "open-ended response"
        names.append((asked if plain else f"{asked} [{option}]", option, asked))
    unique = unique_names([name for name, _, _ in names])
    return [
        Column(name, (option,) if option else (), asked) for name, (_, option, asked) in zip(unique, names, strict=True)
    ]


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


SURVEYMONKEY_CSV = TableSource(
    key="surveymonkey_csv",
    label="SurveyMonkey responses (CSV)",
    reads="Exports of all responses as CSV, with two header rows or one, labels or numbers.",
    identity="The RespondentID; the end date is the revision.",
    sure=_sure,
    sheet=_sheet,
)
