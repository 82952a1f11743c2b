"""What the columns of a survey's answers mean, and how one answer becomes feedback: the same for every vendor."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from insights.intake.record import ChannelName, FeedbackRecord
from surveys.answers import Seen, Verbatim, attribute, told, words
from surveys.columns import Column, Parts
from surveys.scales import yes_or_no
from surveys.scoring import Scoring, solved_among

_CALLED_TEXT = re.compile(
    r"^(?:other |any |additional |further )?"
    r"(?:comments?|feedback|notes?|verbatims?|suggestions?|remarks?|kommentare?|anmerkung(?:en)?|bemerkung(?:en)?"
    r"|commentaires?|remarques?|comentarios?|observaciones|sugerencias?|comentários?|observações|sugest(?:ão|ões)"
    r"|commenti|commento|suggerimenti|opmerking(?:en)?|toelichting|komentarz|uwagi|commentaar)\s?\??$",
    re.IGNORECASE,
)
# How questions begin to which people write what they want.
_ASKS_OPENLY = re.compile(
    r"^[\W\d]*(?:q\d+[.:)]?\s*)?(?:please (?:explain|describe|tell|share)|why\b|what (?:can|could|should|would) we\b"
    r"|how (?:can|could) we\b|what(?:['’]s| is| was| are) the (?:main |primary )?reasons?\b|is there anything"
    r"|anything else|tell us"
    r"|warum|weshalb|wieso|was (?:können|könnten|sollen|sollten) wir|wie können wir|bitte (?:begründen|beschreiben)"
    r"|pourquoi|que (?:pouvons|pourrions)-nous|comment (?:pouvons|pourrions)-nous|(?:merci de )?précisez"
    r"|por qué|qué (?:podemos|podríamos)|cómo (?:podemos|podríamos)|por que|o que podemos|como podemos"
    r"|perché|cosa possiamo|come possiamo|waarom|wat kunnen we|hoe kunnen we|dlaczego|co możemy)",
    re.IGNORECASE,
)
# "Name (1).csv" of a browser, "Name(1-25).csv" of Microsoft Forms, "Name_March 3, 2026_10.11.csv" of Qualtrics.
_OF_THE_FILE = re.compile(
    r"(?:_[A-Z][a-z]+[ +]\d{1,2}(?:,|%2C)[ +]\d{4}_\d{1,2}[.:_]\d{2})?(?:\s?\(\d{1,4}(?:-\d{1,6})?\))?$"
)


class Questionnaire:
    """The questions, scores and texts of one file, and the parts that its other columns play."""

    def __init__(
        self,
        survey: str,
        columns: Sequence[Column],
        options: Mapping[str, str],
        seen: Seen,
        *,
        questions: Sequence[Column],
        written: Iterable[Column] = (),
        perhaps_written: Iterable[Column] = (),
        nps: Sequence[Column] = (),
        told_apart: Sequence[Column] | None = None,
    ) -> None:
        """Take the columns apart: `questions` may be scores, `written` are texts, `perhaps_written` if they look so.

        `told_apart` are those whose names may say which part they play (default: all). Raises Unreadable.
        """
        self.survey = survey
        self.parts = Parts(columns, options, free=told_apart)
        self._scoring = Scoring(columns, questions, options, seen, nps=nps, taken=self.parts.names())
        known = self._scoring.names() | self.parts.names()
        self._solved = self.parts.column.get("solved") or solved_among(questions, seen, known)
        known |= {self._solved.name} if self._solved else set()
        looked = [one for one in perhaps_written if _is_written(one, seen)]
        texts = {one.name for one in (*written, *looked)} - known
        self._written = [one for one in columns if one.name in texts]
        apart = self._scoring.names() | self.parts.names() | texts
        self._kept = [one for one in columns if one.name not in apart]
        self.notices = [*self.parts.notices, *self._scoring.notices]
        if self._solved and "solved" not in self.parts.column:
            asked = self._solved.wording or self._solved.name
            self.notices.append(f"'{asked}' was read as the question whether the matter was solved.")

    @property
    def has_scores(self) -> bool:
        """Whether any column is scored."""
        return bool(self._scoring.names())

    def answer(
        self,
        row: Mapping[str, Any],
        *,
        source_id: str,
        occurred_at: datetime,
        revision: int = 0,
        channel: ChannelName = "WEB",
        email: str = "",
        number: str = "",
        names: tuple[str, ...] = (),
        language: str = "",
        attributes: Mapping[str, Any] | None = None,
    ) -> FeedbackRecord:
        """Return one answer as feedback. Raises BadRecord for a score outside of its scale."""
        text, about_text = told(
            Verbatim(one.name, one.wording, words(row.get(one.name)))
            for one in self._written
            if not _repeats_its_option(one, row.get(one.name))
        )
        return FeedbackRecord(
            kind="SURVEY",
            source_id=source_id,
            occurred_at=occurred_at,
            revision=revision,
            channel=channel,
            customer=self.parts.customer(row, email=email, number=number, names=names),
            survey=self.survey,
            touchpoint=self.parts.cell("touchpoint", row),
            product=self.parts.cell("product", row),
            queue=self.parts.cell("queue", row),
            team=self.parts.cell("team", row),
            agent=self.parts.cell("agent", row),
            language=language,
            text=text,
            scores=self._scoring.scores(row),
            about=self.parts.about(row),
            customer_says_solved=yes_or_no(str(row.get(self._solved.name) or "")) if self._solved else None,
            attributes={**self._chosen(row), **(attributes or {}), **about_text},
        )

    def _chosen(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was chosen or embedded; the choices of one question, a column each, as a list."""
        found: dict[str, Any] = {}
        for column in self._kept:
            cell = row.get(column.name)
            if isinstance(cell, list):
                found.update({column.name: cell} if cell else {})
                continue
            answer = attribute(cell)
            if answer and column.choice_of:
                found.setdefault(column.choice_of, []).append(answer)
            elif answer:
                found[column.name] = answer
        return found


def _is_written(column: Column, seen: Seen) -> bool:
    """Say whether people wrote into a column: by its name, by how it asks, or by the answers themselves."""
    if seen.looks_written(column.name):
        return True
    if not seen.looks_varied(column.name):
        return False
    asked = column.wording or column.name
    return bool(_CALLED_TEXT.search(column.name) or (not column.choice_of and _ASKS_OPENLY.search(asked)))


def _repeats_its_option(column: Column, cell: object) -> bool:
    """Say whether a cell only says that its option was ticked: "Other (please specify)" under that very option."""
    said = str(cell or "").strip().lower()
    return bool(said) and any(name.lower().rstrip("]").endswith(said) for name in (column.name, *column.aliases))


def survey_name(options: Mapping[str, str], otherwise: str = "") -> str:
    """Return what the survey is called: as people say, else as its file is named, else `otherwise`.

    A later export of the same survey has the same name: what browsers and vendors add to tell files apart is dropped.
    """
    file = re.sub(r"\.(?:gz|zip)$", "", options.get("filename", "").rsplit("/", 1)[-1], flags=re.IGNORECASE)
    stem = _OF_THE_FILE.sub("", file.rsplit(".", 1)[0])
    return (options.get("survey") or stem or otherwise).strip()[:200]
