"""SurveyMonkey: responses of its API. Answers are ids there; the survey's details, beside them, say what they mean."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from insights.intake.archives import unpacked_head
from insights.intake.dates import microseconds
from insights.intake.documents import items
from insights.intake.fields import identifier, mapping, members, moment, required_moment, said, text
from insights.intake.record import CustomerRecord, Excluded, FeedbackRecord, Notice, ScoreRecord, Translation
from insights.intake.source import BadRecord, Option, RawRecord, Unreadable
from surveys.answers import Verbatim, told, words
from surveys.columns import JSON_LINK_OPTIONS, SCORE_OPTION, declared_for, linked
from surveys.labels import Scale
from surveys.scales import declared, labels_among

_LEFT_OUT = {"disqualified": "Disqualified", "overquota": "Over quota"}


class _Question:
    """One question as the survey's details describe it; ids alone where they are not there."""

    def __init__(self, identity: str, details: Mapping[str, Any]) -> None:
        headings = [one for one in members(details, "headings") if isinstance(one, dict)]
        self.identity = identity
        self.wording = words(headings[0].get("heading")) if headings else ""
        self.subtype = text(details.get("subtype"))
        offered = mapping(details, "answers")
        listed = [one for name in ("choices", "rows", "cols", "other") for one in _listed(offered, name)]
        self.labels = {text(one.get("id")): words(one.get("text")) for one in listed}
        self.values = {text(one.get("id")): _value(one) for one in _listed(offered, "choices")}
        self.scale = labels_among({words(one.get("text")) for one in _listed(offered, "choices")}, self.wording)

    @property
    def name(self) -> str:
        """Return how the question is called in attributes."""
        return self.wording or self.identity


class SurveyMonkeyApi:
    """SurveyMonkey API v3."""

    key = "surveymonkey_api"
    label = "SurveyMonkey API"
    side = "SURVEYS"
    reads = "Pages of responses/bulk and single responses; the survey's details in the same delivery say what ids mean."
    identity = "The response id; date_modified is the revision."
    options = (
        SCORE_OPTION,
        *JSON_LINK_OPTIONS,
        Option(name="survey", question="What is the survey called, if its details are not in the delivery?"),
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` holds responses of SurveyMonkey."""
        plain = unpacked_head(head).removeprefix(b"\xef\xbb\xbf")
        if not plain.lstrip().startswith((b"{", b"[")):
            return 0.0
        if b'"event_type"' in plain and b'"object_type"' in plain and b'"resources"' in plain:
            return 0.9
        if b'"response_status"' in plain and b'"collector_id"' in plain:
            return 0.95
        return 0.6 if b"surveymonkey." in plain and b'"pages"' in plain else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> "SurveyMonkeyReading":
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        file.seek(0)
        head = file.read(65_536)
        file.seek(0)
        if not head.strip():
            raise Unreadable("The file is empty.")
        if not self.recognise(head, ""):
            raise Unreadable(f"This is no JSON of {self.label}. It reads: {self.reads}")
        for name, value in options.items():
            if name.startswith("score.") and value:
                declared(name.removeprefix("score."), value)
        return SurveyMonkeyReading(file, options)


class SurveyMonkeyReading:
    """One delivery: pages of responses, and the details of their surveys where they are in it."""

    def __init__(self, file: BinaryIO, options: Mapping[str, str]) -> None:
        self.notices: list[str] = []
        self._file = file
        self._options = options
        self._titles: dict[str, str] = {}
        self._questions: dict[str, Mapping[str, Any]] = {}
        self._language: dict[str, str] = {}
        for item in items(file, ("data",)) if _holds_details(file) else ():
            self._learn(item.value)
        if not self._questions:
            self.notices.append(
                "The survey's details are not in the delivery, so answers show ids where they were chosen."
            )

    def records(self) -> Iterator[RawRecord]:
        """Yield every response once. Raises Unreadable."""
        count = 0
        for item in items(self._file, ("data",)):
            value = item.value
            if not item.problem and isinstance(value, dict) and not item.name and not _tells(value):
                continue  # the rest of a page, or a survey's details
            count += 1
            problem = item.problem or ("" if isinstance(value, dict) else f"Record {count} is no object.")
            yield RawRecord(count, value if isinstance(value, dict) else {"value": value}, item.line, problem)

    def translate(self, record: RawRecord) -> Translation:
        """Turn one response into feedback. Raises BadRecord."""
        response = record.payload
        left_out = _left_out(response)
        if left_out is not None:
            return left_out
        at = moment(response, "date_modified") or required_moment(response, "date_created")
        survey = text(response.get("survey_id"))
        answers = list(self._answers(response))
        texts, about_text = told(
            Verbatim(one.identity, one.wording, words(answer["text"]))
            for one, answer in answers
            if said(answer.get("text"))
        )
        variables = mapping(response, "custom_variables")
        fields = {**variables, "custom_value": response.get("custom_value")}
        return (
            FeedbackRecord(
                kind="SURVEY",
                source_id=identifier(response, "id"),
                occurred_at=at,
                revision=microseconds(at),
                channel="WEB",
                customer=_customer(response),
                survey=self._options.get("survey", "") or self._titles.get(survey, "") or survey,
                language=self._language.get(survey, ""),
                text=texts,
                scores=self._scores(answers),
                about=linked(fields, self._options),
                attributes={
                    **_chosen(answers),
                    **{name: one for name, one in fields.items() if said(one)},
                    **({"finished": False} if _status(response) == "partial" else {}),
                    **about_text,
                },
            ),
        )

    def _learn(self, value: object) -> None:
        if not isinstance(value, dict) or "pages" not in value or "response_status" in value:
            return
        survey = text(value.get("id"))
        self._titles[survey] = words(value.get("title"))
        self._language[survey] = text(value.get("language")).lower()
        for page in members(value, "pages"):
            for question in members(page, "questions") if isinstance(page, dict) else ():
                if isinstance(question, dict):
                    self._questions[text(question.get("id"))] = question

    def _answers(self, response: Mapping[str, Any]) -> Iterator[tuple[_Question, Mapping[str, Any]]]:
        for page in members(response, "pages"):
            for asked in members(page, "questions") if isinstance(page, dict) else ():
                if isinstance(asked, dict):
                    identity = text(asked.get("id"))
                    question = _Question(identity, self._questions.get(identity, {}))
                    answers = (one for one in members(asked, "answers") if isinstance(one, dict))
                    yield from ((question, answer) for answer in answers)

    def _scores(self, answers: list[tuple[_Question, Mapping[str, Any]]]) -> tuple[ScoreRecord, ...]:
        found: dict[str, ScoreRecord] = {}
        for question, answer in answers:
            score = self._score(question, text(answer.get("choice_id")))
            if score is not None:
                found.setdefault(question.identity, score)
        return tuple(found.values())

    def _score(self, question: _Question, choice: str) -> ScoreRecord | None:
        """Return the score of a choice: as declared, of an NPS question, or in the words of a scale."""
        told_scale = declared_for(self._options, (question.identity,), question.wording)
        scale = told_scale or (Scale("NPS", 0, 10) if question.subtype == "nps" else None)
        label = question.labels.get(choice, "")
        value = question.values.get(choice)
        if scale is None and question.scale is not None:
            scale, value = question.scale.scale, question.scale.value(label)
        if scale is None or value is None:
            return None
        if not scale.minimum <= value <= scale.maximum:
            raise BadRecord(
                f"{scale.measure} goes from {scale.minimum:g} to {scale.maximum:g}; this is {value:g}.", question.name
            )
        return ScoreRecord(
            measure=scale.measure, question=question.identity, value=value, scale_minimum=scale.minimum,
            scale_maximum=scale.maximum, higher_is_better=scale.higher_is_better, wording=question.wording, label=label,
        )  # fmt: skip


def _tells(value: Mapping[str, Any]) -> bool:
    """Say whether this is a response or a webhook's call: not the rest of a page, nor a survey's details."""
    return "response_status" in value or ("event_type" in value and "object_id" in value)


def _status(response: Mapping[str, Any]) -> str:
    return text(response.get("response_status")).lower()


def _left_out(response: Mapping[str, Any]) -> Excluded | None:
    """Return why this is no answer of a customer's, None where it is one."""
    if "event_type" in response and "object_id" in response:
        happened = f"{text(response['event_type'])[:60]} happened to {_which(response)}"
        return Notice(told=happened, pull="of SurveyMonkey for its survey", field="object_id")
    if text(response.get("collection_mode")).lower() == "preview":
        return Excluded("Survey preview")
    reason = _LEFT_OUT.get(_status(response))
    return Excluded(reason) if reason else None


def _which(call: Mapping[str, Any]) -> str:
    return f"{text(call.get('object_type'))[:20]} {text(call.get('object_id'))[:40]}".strip()


def _listed(offered: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    inside = offered.get(name)
    return [one for one in (inside if isinstance(inside, list) else [inside]) if isinstance(one, dict)]


def _value(choice: Mapping[str, Any]) -> float | None:
    """Return what a choice counts: its weight, or the number that it shows; never its id."""
    shown = choice.get("weight") if said(choice.get("weight")) else text(choice.get("text"))
    try:
        return float(str(shown).split(" ")[0])
    except ValueError:
        return None


def _chosen(answers: list[tuple[_Question, Mapping[str, Any]]]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for question, answer in answers:
        parts = [
            text(answer.get(name)) for name in ("row_id", "col_id", "choice_id", "other_id") if said(answer.get(name))
        ]
        if parts:
            found.setdefault(question.name, []).append(": ".join(question.labels.get(one, one) for one in parts))
    return {name: chosen[0] if len(chosen) == 1 else chosen for name, chosen in found.items()}


def _customer(response: Mapping[str, Any]) -> CustomerRecord | None:
    contact = mapping(mapping(response, "metadata"), "contact")
    told_of = {name: text(mapping(contact, name).get("value")) for name in ("email", "first_name", "last_name")}
    recipient = text(response.get("recipient_id"))
    names = (
        told_of["first_name"],
        told_of["last_name"],
        text(response.get("first_name")),
        text(response.get("last_name")),
    )
    found = CustomerRecord(
        email=told_of["email"] or text(response.get("email_address")),
        vendor_ids=(recipient,) if recipient not in ("", "0") else (),
        names=tuple(dict.fromkeys(name for name in names if name)),
    )
    return None if found == CustomerRecord() else found


def _holds_details(file: BinaryIO) -> bool:
    """Say whether a survey's details are anywhere in the file."""
    file.seek(0)
    tail, found = b"", False
    while not found and (piece := file.read(1 << 20)):
        found = b'"headings"' in tail + piece
        tail = piece[-16:]
    return found
