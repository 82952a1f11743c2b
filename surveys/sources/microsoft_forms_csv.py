"""Microsoft Forms: the workbook that Forms makes, or CSV of it, in the language of who saved it."""

import re
from collections.abc import Mapping, Sequence

from insights.intake.table import Row
from surveys.table_source import Sheet, TableSource, columns_of

# The two columns of time that every export has, one pair per language of the account.
_TIMES = (
    ("start time", "completion time"), ("startzeit", "fertigstellungszeit"), ("startzeit", "abschlusszeit"),
    ("heure de début", "heure de fin"), ("hora de inicio", "hora de finalización"),
    ("hora de início", "hora de conclusão"), ("ora di inizio", "ora di completamento"),
    ("begintijd", "tijd van voltooien"), ("begintijd", "voltooiingstijd"), ("starttid", "slutförandetid"),
    ("starttidspunkt", "fuldførelsestidspunkt"), ("starttidspunkt", "fullføringstidspunkt"),
    ("aloitusaika", "valmistumisaika"), ("godzina rozpoczęcia", "godzina ukończenia"),
    ("čas zahájení", "čas dokončení"), ("başlangıç zamanı", "tamamlanma zamanı"),
    ("開始時刻", "完了時刻"), ("开始时间", "完成时间"), ("開始時間", "完成時間"),
)  # fmt: skip
_EMAIL = (
    "email", "e-mail", "email address", "adresse de messagerie", "correo electrónico", "posta elettronica",
    "e-mailadres", "e-post", "sähköposti", "adres e-mail", "e-mailová adresa", "e-posta", "メール", "电子邮件",
)  # fmt: skip
_NAMES = ("name", "nom", "nombre", "nome", "naam", "namn", "navn", "nimi", "nazwa", "název", "ad", "名前", "姓名")
_CHANGED = ("last modified time", "uhrzeit der letzten änderung", "heure de la dernière modification")
_ASIDE = ("total points", "quiz feedback", "grade posted time", "gesamtpunktzahl", "quizfeedback", "total de points")
_OF_THE_QUIZ = re.compile(r"(?:points|feedback|punkte) [-–] ", re.IGNORECASE)


def _sure(head: str) -> float:
    first = head.lstrip("\ufeff").split("\n", 1)[0]
    names = [name.strip().strip('"') for name in re.split(r"[,;\t]", first)]
    return 0.9 if _places(names) else 0.0


def _places(names: Sequence[str]) -> tuple[int, int] | None:
    """Return where the two times stand, None when this is no head of Microsoft's: they follow the number."""
    lower = [name.strip().lower() for name in names[:4]]
    if len(lower) < 3 or lower[0] not in ("id", "#", "identifiant", "编号"):
        return None
    return (1, 2) if (lower[1], lower[2]) in _TIMES else None


def _sheet(rows: Sequence[Row], options: Mapping[str, str]) -> Sheet | None:
    columns = columns_of(rows[0]) if rows else []
    names = [column.name for column in columns]
    places = _places(names)
    if places is None:
        return None
    started, completed = (names[place] for place in places)
    return Sheet(
        columns=columns,
        identity=names[0],
        numbered_by_survey=True,
        times=(completed, started),
        revision=next((name for name in names if name.lower() in _CHANGED), ""),
        email=next((name for name in names[3:5] if name.lower() in _EMAIL), ""),
        names=tuple(name for name in names[3:6] if name.lower() in _NAMES),
        aside=frozenset(name for name in names if name.lower() in _ASIDE or _OF_THE_QUIZ.match(name)),
        between=";",
    )


MICROSOFT_FORMS_CSV = TableSource(
    key="microsoft_forms_csv",
    label="Microsoft Forms (workbook, CSV)",
    reads="Answers as the workbook (.xlsx) that Microsoft Forms makes, or CSV of it, in any of its languages.",
    identity="The Id within the survey (its name or the file's); a last modified time, where there is one, revises.",
    sure=_sure,
    sheet=_sheet,
)
