"""Alchemer, once SurveyGizmo: exports of individual responses."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from insights.intake.record import Excluded
from insights.intake.table import Row
from surveys.table_source import Sheet, TableSource, columns_of

_ASIDE = frozenset({
    "referer", "sessionid", "session id", "user agent", "ip address", "longitude", "latitude", "country", "city",
    "state/region", "postal", "contact id", "legacy comments", "comments", "extended user agent", "tags",
})  # fmt: skip


def _sure(head: str) -> float:
    first = head.lstrip("\ufeff").split("\n", 1)[0].replace("\u00a0", " ")
    return 0.9 if "Time Started" in first and "Date Submitted" in first else 0.0


def _sheet(rows: Sequence[Row], options: Mapping[str, str]) -> Sheet | None:
    columns = columns_of(rows[0]) if rows else []
    named = {column.name.lower(): column.name for column in columns}
    if "date submitted" not in named and "time started" not in named:
        return None
    return Sheet(
        columns=columns,
        identity=named.get("response id", ""),
        times=tuple(named[name] for name in ("date submitted", "time started") if name in named),
        email=named.get("email", ""),
        language=named.get("language", ""),
        aside=frozenset(named[name] for name in (*_ASIDE, "status") if name in named),
        written=tuple(column.name for column in columns if re.match(r"Other - Write In", column.name)),
        excluded=lambda row: _excluded(str(row.get(named.get("status", "")) or "")),
        attributes=lambda row: _attributes(row, named),
    )


def _excluded(status: str) -> Excluded | None:
    word = status.strip().lower()
    if word == "disqualified":
        return Excluded("Disqualified")
    return Excluded("Deleted response") if word == "deleted" else None


def _attributes(row: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
    status = str(row.get(named.get("status", "")) or "").strip().lower()
    return {"finished": False} if status == "partial" else {}


ALCHEMER_CSV = TableSource(
    key="alchemer_csv",
    label="Alchemer responses (CSV)",
    reads="Exports of individual responses of Alchemer or SurveyGizmo as CSV.",
    identity="The Response ID within the survey; where it was removed, the row's content.",
    sure=_sure,
    sheet=_sheet,
)
