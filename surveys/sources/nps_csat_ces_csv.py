"""Plain tables of scores: an id, a date, a customer, a score and a comment, under the usual names."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from insights.intake.record import Excluded
from insights.intake.source import Option, Unreadable
from insights.intake.table import Row
from surveys.columns import Column, find
from surveys.table_source import TABLE_OPTIONS, Sheet, TableSource, columns_of

_IDS = ("responseid", "id", "surveyid", "respondentid", "answerid")
_DATES = (
    "date", "surveydate", "responsedate", "submittedat", "createdat", "timestamp", "completiontime", "datum", "fecha",
    "data", "zeitpunkt",
)  # fmt: skip
_SCORES = (
    "score", "nps", "csat", "ces", "npsscore", "csatscore", "cesscore", "rating", "bewertung", "punkte", "puntuacion",
    "calificacion", "nota", "avaliacao", "valutazione", "voto", "ocena", "cijfer",
)  # fmt: skip
_TEXTS = (
    "feedback", "comment", "comments", "verbatim", "reason", "kommentar", "text", "suggestions", "bemerkung",
    "comentario", "comentarios", "commentaire", "commento", "commenti", "opmerking", "komentarz",
)  # fmt: skip
_NAMES = ("customername", "name", "firstname", "lastname")
_EMAILS = ("email", "emailaddress", "customeremail")
_OWN_MEASURE = {"nps": "NPS", "npsscore": "NPS"}


def _sure(head: str) -> float:
    names = [_letters(name) for name in re.split(r"[,;\t]", head.lstrip("\ufeff").split("\n", 1)[0])]
    has = [any(name in known for name in names) for known in (_IDS, _DATES, _SCORES)]
    return 0.5 if all(has) else 0.3 if has[1] and has[2] else 0.0


def _sheet(rows: Sequence[Row], options: Mapping[str, str]) -> Sheet | None:
    if not rows:
        return None
    columns = columns_of(rows[0])
    date, score = _first(columns, _DATES), _first(columns, _SCORES)
    if not date or not (score or options.get("score_column")):
        return None
    score = find(columns, options["score_column"], "score_column").name if options.get("score_column") else score
    texts = tuple(column.name for column in columns if _letters(column.name) in _TEXTS)
    return Sheet(
        columns=columns,
        measures={score: _measure(score, options)},
        numbered_by_survey=True,
        identity=_first(columns, _IDS),
        times=(date,),
        email=_first(columns, _EMAILS),
        names=tuple(column.name for column in columns if _letters(column.name) in _NAMES),
        aside=frozenset(column.name for column in columns if _letters(column.name) in ("month", "quarter", "year")),
        written=texts,
        excluded=lambda row: (
            None if str(row.get(score) or "").strip() or any(row.get(one) for one in texts) else _EMPTY
        ),
    )


_EMPTY = Excluded("Survey sent, not answered")


def _measure(score: str, options: Mapping[str, str]) -> str:
    """Return what the score measures, when that is certain: as people say, or by the column's own name."""
    told = options.get("measure") or options.get(f"score.{score}") or _OWN_MEASURE.get(_letters(score), "")
    if not told:
        raise Unreadable(
            f"What does '{score}' measure? Say so (option measure): NPS, or CSAT or CES with its scale, as CSAT:1:5."
        )
    return told


def _first(columns: Sequence[Column], known: Sequence[str]) -> str:
    by_letters = {_letters(column.name): column.name for column in reversed(columns)}
    return next((by_letters[name] for name in known if name in by_letters), "")


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower())  # ñ, ç, é lose their marks
    return re.sub(r"[^a-z0-9]", "", plain)


NPS_CSAT_CES_CSV = TableSource(
    key="nps_csat_ces_csv",
    label="Scores as a table",
    reads="CSV with a header row: a date, a score, and if there are an id, a customer, a comment, a touchpoint.",
    identity="The id column within the survey (its name or the file's); without an id, the row's content.",
    sure=_sure,
    sheet=_sheet,
    options=(
        Option(name="measure", question="What does the score measure, as NPS, CSAT:1:5 or CES:1:7?"),
        Option(name="score_column", question="Which column is the score, if it is not called so?"),
        *TABLE_OPTIONS,
    ),
)
