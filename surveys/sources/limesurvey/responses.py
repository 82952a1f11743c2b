"""LimeSurvey's responses as CSV: headings as codes, as texts or as both, answers as codes or as texts."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from insights.intake.fields import said
from insights.intake.record import Excluded
from insights.intake.table import Row, unique_names
from surveys.columns import Column
from surveys.table_source import Sheet

_HEADING = re.compile(r"(?P<code>[A-Za-z]\w{0,40})(?P<sub>(?:\[[^\]]{0,60}\]){0,2})(?:(?:\.|:)\s+(?P<text>.*))?", re.S)
_OPTION = re.compile(r"\[([^\[\]]*)\]\s*$")
# What LimeSurvey itself says of a response: its code, and the headings of the export in words.
_SYSTEM = {
    "id": (
        "responseid",
        "antwortid",
        "iddelaréponse",
        "idréponse",
        "idderespuesta",
        "idrisposta",
        "iddaresposta",
        "idderesposta",
        "antwoordid",
        "idodpowiedzi",
    ),
    "submitdate": (
        "datesubmitted",
        "datumabgeschickt",
        "datumderabsendung",
        "datedesoumission",
        "fechadeenvío",
        "datadiinvio",
        "datainvio",
        "datadeenvio",
        "datumingestuurd",
        "datumverzonden",
        "datawysłania",
    ),
    "startdate": (
        "datestarted",
        "datumgestartet",
        "datumbegonnen",
        "datedelancement",
        "datededébut",
        "fechadeinicio",
        "datadiinizio",
        "datadeinício",
        "datumgestart",
        "datarozpoczęcia",
    ),
    "datestamp": (
        "datelastaction",
        "datumletzteaktivitat",
        "datumletzteraktivität",
        "datumletzteaktivität",
        "datedeladernièreaction",
        "fechadelaúltimaacción",
        "fechadeúltimaacción",
        "datadellultimaazione",
        "datadaúltimaação",
        "datumlaatsteactie",
        "dataostatniejakcji",
        "dataostatniejaktywności",
    ),
    "startlanguage": (
        "startlanguage",
        "startsprache",
        "languededépart",
        "languededébut",
        "idiomainicial",
        "lenguajeinicial",
        "lenguajedeinicio",
        "linguainiziale",
        "starttaal",
        "językpoczątkowy",
    ),
    "lastpage": (
        "lastpage",
        "letzteseite",
        "dernièrepage",
        "últimapágina",
        "ultimapagina",
        "laatstepagina",
        "ostatniastrona",
    ),
    "seed": ("seed", "zufallsstartwert", "têtedesérie", "semilla", "semente"),
    "token": ("accesscode", "zugangsschlüssel", "zugangscode", "codedaccès", "códigodeacceso", "códigodeacesso"),
    "ipaddr": (
        "ipaddress",
        "ipadresse",
        "adresseip",
        "direccióndeip",
        "direcciónip",
        "endereçoip",
        "indirizzoip",
        "ipadres",
        "adresip",
    ),
    "refurl": ("referrerurl", "referrer", "weiterleitungsurl", "urlréférente", "urldereferencia", "urldereferência"),
    "email": ("emailaddress", "emailadresse"),
    "firstname": ("firstname", "vorname"),
    "lastname": ("lastname", "nachname"),
    "interviewtime": ("totaltime", "gesamtzeit", "tempstotal", "tiempototal", "tempototal", "tempototale"),
}
_SPECIAL = ("submitdate", "startlanguage", "lastpage", "interviewtime")
_NO_DATE = "1980-01-01 00:00"  # written instead of the time where the survey does not keep any


def sureness(head: str) -> float:
    """Return how sure it is that a table which begins with `head` holds LimeSurvey's responses."""
    first = head.lstrip("\ufeff").split("\n", 1)[0]
    cells = [cell.strip().strip('"') for cell in re.split(r'"[,;\t]"|[,;\t](?! )', first)]
    codes = {_code_of(cell) for cell in cells}
    if "id" in codes and len(codes & set(_SPECIAL)) >= 2:
        return 0.95
    coded = sum(bool(re.match(r"[A-Za-z]\w*\[\w+\]\. ", cell)) for cell in cells)
    return 0.85 if coded >= 3 and sum(bool(re.match(r"[A-Za-z]\w*\. \S", cell)) for cell in cells) else 0.0


def sheet_of(rows: Sequence[Row], options: Mapping[str, str]) -> Sheet | None:
    """Return what the first rows of a table say, None when they are no head of LimeSurvey's."""
    if not rows or not sureness(_line(rows[0].cells)):
        return None
    names = unique_names(rows[0].cells)
    columns = [_column(name, cell) for name, cell in zip(names, rows[0].cells, strict=True)]
    named = {
        code: name for name, cell in reversed(list(zip(names, rows[0].cells, strict=True))) if (code := _code_of(cell))
    }
    sent = named.get("submitdate", "")
    anonymous = _is_anonymous(rows, names, sent)
    times = tuple(named[code] for code in ("submitdate", "datestamp", "startdate") if code in named)
    return Sheet(
        columns=columns,
        identity=named.get("id", ""),
        numbered_by_survey=True,
        times=tuple(name for name in times if not (anonymous and name == sent)),
        revision="" if anonymous else named.get("datestamp", ""),
        email=named.get("email", ""),
        names=tuple(named[code] for code in ("firstname", "lastname") if code in named),
        language=named.get("startlanguage", ""),
        aside=_aside(names, rows[0].cells, named),
        ticks={column.name: _option(column) for column in columns if column.choice_of},
        excluded=lambda row: _excluded(row, times, sent),
        attributes=lambda row: _attributes(row, named),
    )


def _line(cells: Sequence[str]) -> str:
    return ",".join('"' + cell.replace('"', "'").replace("\n", " ") + '"' for cell in cells)


def _code_of(cell: str) -> str:
    """Return LimeSurvey's own code for a heading that stands for something it says itself, "" for a question."""
    found = _HEADING.fullmatch(cell.strip())
    if found and found["code"] in _SYSTEM and not found["sub"]:
        return found["code"]
    letters = re.sub(r"[\W\d_]", "", cell.lower())
    return next((code for code, names in _SYSTEM.items() if letters in names), "")


def _column(name: str, cell: str) -> Column:
    """Return a column; where its heading names a part of a question, it may be one option of that."""
    found = _HEADING.fullmatch(cell.strip())
    if found is None:
        option = _OPTION.search(cell)
        return Column(name, (), name, cell[: option.start()].strip() if option else "")
    code, sub = found["code"], found["sub"]
    wording = " ".join((found["text"] or "").split())
    whole = _OPTION.sub("", wording).strip() or code
    return Column(name, (code + sub, code + sub.replace("[", "_").replace("]", "")), wording, whole if sub else "")


def _option(column: Column) -> str:
    """Return what a tick in a column chooses: the option's words, or its code."""
    words = _OPTION.search(column.wording)
    if words and words[1].strip():
        return words[1].strip()
    code = _OPTION.search(column.aliases[0]) if column.aliases else None
    return code[1] if code else column.name


def _aside(names: Sequence[str], cells: Sequence[str], named: Mapping[str, str]) -> frozenset[str]:
    """Return the columns that are no answers: timings, addresses, access codes, numbers that a program put before."""
    ours = {named[code] for code in ("seed", "token", "ipaddr", "refurl", "lastpage", "interviewtime") if code in named}
    timings = {
        name
        for name, cell in zip(names, cells, strict=True)
        if re.match(r"(?:groupTime\d+|\d+Time|\w+Time)(?:\.\s.*)?$", cell.strip()) or not cell.strip()
    }
    return frozenset(ours | timings)


def _is_anonymous(rows: Sequence[Row], names: Sequence[str], sent: str) -> bool:
    place = names.index(sent) if sent else -1
    return place >= 0 and any(place < len(row.cells) and row.cells[place].startswith(_NO_DATE) for row in rows[1:])


def _excluded(row: Mapping[str, Any], times: Sequence[str], sent: str) -> Excluded | None:
    """Leave out what was begun, never sent off, and does not say when."""
    if not sent or said(row.get(sent)) or any(said(row.get(name)) for name in times):
        return None
    return Excluded("Begun but not sent off, and without any time")


def _attributes(row: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "submitdate" in named and not said(row.get(named["submitdate"])):
        found["finished"] = False
    seconds = str(row.get(named.get("interviewtime", "")) or "").strip()
    if re.fullmatch(r"\d{1,9}(?:\.\d+)?", seconds):
        found["duration_seconds"] = float(seconds)
    return found
