"""Typeform: the CSV of a form's results."""

from collections.abc import Mapping, Sequence
from datetime import UTC

from insights.intake.table import Row
from surveys.table_source import Sheet, TableSource, columns_of

_SUBMITTED, _STARTED = "Submit Date (UTC)", "Start Date (UTC)"


def _sure(head: str) -> float:
    first = head.lstrip("\ufeff").split("\n", 1)[0]
    begins = first.startswith(("#,", '"#",', "#;", "#\t"))
    return 0.95 if begins and _SUBMITTED in head else 0.5 if begins and "Network ID" in head else 0.0


def _sheet(rows: Sequence[Row], options: Mapping[str, str]) -> Sheet | None:
    columns = columns_of(rows[0]) if rows else []
    names = [column.name for column in columns]
    if not names or names[0] != "#" or not {_SUBMITTED, _STARTED} & set(names):
        return None
    return Sheet(
        columns=columns,
        identity="#",
        times=tuple(name for name in (_SUBMITTED, _STARTED) if name in names),
        zone=UTC,
        email=next((name for name in names if name.lower() in ("email", "e-mail", "email address")), ""),
        names=tuple(name for name in names if name.lower() in ("first name", "last name", "name", "full name")),
        aside=frozenset({"Network ID", "Tags"}),
        between=" / ",
    )


TYPEFORM_CSV = TableSource(
    key="typeform_csv",
    label="Typeform results (CSV)",
    reads="The results of a form as CSV, with a column per question or per choice.",
    identity="The column #, which is the response token of webhooks and API too.",
    sure=_sure,
    sheet=_sheet,
)
