"""The first records as they will be stored, what each question and column becomes, and what would not be stored."""

from dataclasses import dataclass

from insights.dashboards.boards.field_words import becomes
from insights.dashboards.boards.told import plainly
from insights.dashboards.names import moment, value_name
from insights.dashboards.numbers import number
from insights.intake.looking import Look, Question, Refused, Stored
from insights.intake.record import EventRecord, ExposureRecord, FeedbackRecord, ScoreRecord

_KNOWN_BY = {
    "EMAIL": "e-mail",
    "PHONE": "phone",
    "CUSTOMER_NUMBER": "customer number",
    "VENDOR_ID": "id in that system",
}
_FACTS = ("survey", "queue", "team", "agent", "product", "touchpoint", "language")
_CONTACT = (("wait_seconds", "wait"), ("talk_seconds", "talk"), ("hold_seconds", "hold"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One record as it will be stored."""

    number: int
    voice: str
    kind: str
    when: str
    channel: str
    title: str
    text: str
    turns: int
    scores: tuple[tuple[str, str, str], ...]  # measure, value, scale
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it will be kept."""

    measure: str
    wording: str
    scale: str
    better: str
    answers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All a preview shows."""

    sentence: str
    records: tuple[Shown, ...]
    questions: tuple[Asked, ...]
    columns: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    refused: tuple[Refused, ...]
    refused_more: int
    left_out: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    stores_any: bool


def preview(look: Look) -> Preview:
    """Return a look as the page shows it."""
    columns = tuple((name, _said(fields)) for name, fields in look.columns.items())
    return Preview(
        sentence=_sentence(look),
        records=tuple(map(_shown, look.stored)),
        questions=tuple(map(_question, look.questions.values())),
        columns=tuple(one for one in columns if one[1]),
        unused=tuple(name for name, said in columns if not said),
        refused=tuple(look.refused),
        refused_more=look.bad - len(look.refused),
        left_out=tuple((reason, number(count)) for reason, count in look.left_out.most_common()),
        notices=tuple(map(plainly, look.notices)),
        stores_any=look.good > 0,
    )


def _sentence(look: Look) -> str:
    if not look.looked_at:
        return "The file holds no records."
    whole = f"All {number(look.looked_at)} records" if look.is_whole else f"The first {number(look.looked_at)} records"
    parts = [f"{number(look.good)} will be stored"]
    if left := look.left_out.total():
        parts.append(f"{number(left)} left out on purpose")
    if look.bad:
        parts.append(f"{number(look.bad)} set aside to be mended")
    return f"{whole}: {', '.join(parts)}."


def _said(fields: list[str]) -> str:
    words = list(dict.fromkeys(map(becomes, fields)))
    if len(words) > 1:
        words = [word for word in words if word != "attribute"]  # what else it is says more
    return ", ".join(words[:4])


def _shown(stored: Stored) -> Shown:
    fact = stored.fact
    if isinstance(fact, EventRecord):
        return Shown(
            number=stored.number, voice="both", kind=f"Event: {fact.event}", when=moment(fact.occurred_at),
            channel=value_name("channel", fact.channel), title="", text="", turns=0, scores=(),
            facts=_known(stored),
        )  # fmt: skip
    if isinstance(fact, ExposureRecord):
        groups = ((name.capitalize(), str(getattr(fact, name))) for name in ("segment", "region", "product"))
        return Shown(
            number=stored.number, voice="both", kind="Active customers of a day", when=fact.day.isoformat(),
            channel="", title=f"{number(fact.customers)} customers", text="", turns=0, scores=(),
            facts=tuple((name, value) for name, value in groups if value),
        )  # fmt: skip
    kind = f"Part of a record ({fact.part})" if fact.part else value_name("kind", fact.kind)
    return Shown(
        number=stored.number,
        voice={"SURVEY": "surveys", "CONTACT": "contacts", "REVIEW": "surveys"}.get(fact.kind, "both"),
        kind=kind,
        when=moment(fact.occurred_at),
        channel=value_name("channel", fact.channel),
        title=fact.title,
        text=fact.text,
        turns=len(fact.turns),
        scores=tuple((_measure(score), f"{score.value:g}", scale(score)) for score in fact.scores),
        facts=(*_facts(fact), *_known(stored)),
    )


def _facts(fact: FeedbackRecord) -> tuple[tuple[str, str], ...]:
    found = [(name.capitalize(), value) for name in _FACTS if (value := getattr(fact, name))]
    if fact.contact:
        times = ((words, getattr(fact.contact, name)) for name, words in _CONTACT)
        found += [(words.capitalize(), f"{value:g} s") for words, value in times if value is not None]
    if fact.customer and fact.customer.segment:
        found.append(("Segment", fact.customer.segment))
    if fact.customer_says_solved is not None:
        found.append(("Solved, says the customer", "yes" if fact.customer_says_solved else "no"))
    if fact.about:
        where = f" of {value_name('source', fact.about.source)}" if fact.about.source else ""
        found.append(("About the contact", f"{fact.about.source_id}{where}"))
    return tuple(found)


def _known(stored: Stored) -> tuple[tuple[str, str], ...]:
    words = [_KNOWN_BY.get(kind, kind.lower()) for kind in stored.known_by]
    return (("Customer", f"known by {' and '.join(words)}, kept as a digest" if words else "not known"),)


def _measure(score: ScoreRecord) -> str:
    return score.measure if score.measure != "OTHER" else score.question


def scale(score: ScoreRecord) -> str:
    """Return a scale as people say it: 1 to 5."""
    return f"{score.scale_minimum:g} to {score.scale_maximum:g}"


def _question(question: Question) -> Asked:
    score = question.score
    return Asked(
        measure=score.measure if score.measure != "OTHER" else "Other",
        wording=score.wording or score.question,
        scale=scale(score),
        better="high" if score.higher_is_better else "low",
        answers=number(question.answers),
    )
