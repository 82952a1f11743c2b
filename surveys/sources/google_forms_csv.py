"""Google Forms: answers as downloaded from the form or from its sheet."""

import re
from collections.abc import Mapping, Sequence

from insights.intake.table import Row
from surveys.table_source import Sheet, TableSource, columns_of

_TIME = ("timestamp", "zeitstempel")
_EMAIL = ("email address", "username", "e-mail-adresse", "nutzername")
_NAME = ("name", "your name", "full name", "first name", "last name")
_FROM_THE_FORM = re.compile(r"\n\"?\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d{2}:\d{2} [AP]M")


def _sure(head: str) -> float:
    first, _, rest = head.lstrip("\ufeff").partition("\n")
    begins = first.strip('"').lower().startswith(_TIME)
    return 0.0 if not begins else 0.9 if _FROM_THE_FORM.search("\n" + rest[:2000]) else 0.7


def _sheet(rows: Sequence[Row], options: Mapping[str, str]) -> Sheet | None:
    columns = columns_of(rows[0]) if rows else []
    if not columns or columns[0].name.lower() not in _TIME:
        return None
    names = [column.name for column in columns]
    first = rows[1].cells[0] if len(rows) > 1 else ""
    return Sheet(
        columns=columns,
        times=(names[0],),
        email=next((name for name in names if name.lower() in _EMAIL), ""),
        names=tuple(name for name in names if name.lower() in _NAME),
        aside=frozenset(name for name in names if name.lower() in ("score", "punkte")),
        between=";" if re.match(r"\d{4}/\d", first) else ", ",
    )


GOOGLE_FORMS_CSV = TableSource(
    key="google_forms_csv",
    label="Google Forms (CSV)",
    reads="Answers of a form as CSV, downloaded from the form itself or from its sheet.",
    identity="There is no id: an answer is known again by its survey, its time and its content.",
    sure=_sure,
    sheet=_sheet,
)
