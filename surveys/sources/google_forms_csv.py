"""Google Forms: answers as downloaded from the form or from its sheet."""

import re
from collections.abc import Mapping, Sequence

from insights.intake.table import Row
from surveys.table_source import Sheet, TableSource, columns_of

# What the first column is called, by the language of the form's owner.
_TIME = (
    "timestamp", "zeitstempel", "horodateur", "marca temporal", "carimbo de data/hora", "informazioni cronologiche",
    "tijdstempel", "sygnatura czasowa", "tidstämpel", "tidsstempel", "tidsmerke", "aikaleima", "časová značka",
    "časové razítko", "időbélyeg", "marcaj de timp", "marca de temps", "zaman damgası", "отметка времени",
    "позначка часу", "χρονική σήμανση", "חותמת זמן", "طابع زمني", "タイムスタンプ", "时间戳记", "時間戳記",
    "타임스탬프", "dấu thời gian", "ประทับเวลา", "stempel waktu",
)  # fmt: skip
_EMAIL = (
    "email address", "username", "e-mail-adresse", "nutzername", "adresse e-mail", "nom d'utilisateur",
    "dirección de correo electrónico", "nombre de usuario", "endereço de e-mail", "nome de usuário",
    "indirizzo email", "nome utente", "e-mailadres", "gebruikersnaam", "adres e-mail", "nazwa użytkownika",
    "e-postadress", "e-postadresse", "e-mailadresse", "メールアドレス", "邮箱", "電子郵件地址", "이메일 주소",
    "e-posta adresi", "адрес электронной почты", "sähköpostiosoite",
)  # fmt: skip
_NAME = (
    "name", "your name", "full name", "first name", "last name", "nom", "prénom", "nombre", "nombre/s", "apellido/s",
    "apellidos", "nome", "nome completo", "naam", "vorname", "nachname",
)  # fmt: skip
_SCORE = ("score", "punkte", "score total", "puntuación", "pontuação", "punteggio")  # of a quiz
_FROM_THE_FORM = re.compile(r"\n\"?\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d{2}:\d{2} [apAP]\.?\s?[mM]")


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
        aside=frozenset(name for name in names if name.lower() in _SCORE),
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
