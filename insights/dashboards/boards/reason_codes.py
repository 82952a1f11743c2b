"""Agents' reason codes against what the words are about: how far they agree, and where they part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from insights.analysis.reason_codes import OTHERS, CodeAgreement, Crossed, code_agreement, crossed, met
from insights.dashboards.boards.figures import export_url
from insights.dashboards.boards.tiles import evidence_url
from insights.dashboards.filters import about
from insights.dashboards.numbers import NARROW, number
from insights.mart.taxonomy import Taxonomy, standing
from insights.metrics import engine
from insights.metrics.answer import Answer
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import Viewer
from insights.models import Topic

MOST = 14
STEPS = 5  # shades of the heat table
BY = ("reason_code", "main_topic")
_WORDS = ((0.8, "very good"), (0.6, "good"), (0.4, "moderate"), (0.2, "fair"), (-1.0, "poor"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the heat table."""

    n: str
    share: str
    heat: int
    is_pair: bool
    url: str  # "" where it is no question of its own, or nobody is in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One code."""

    code: str
    stands_for: str
    n: str
    url: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """The section."""

    sentence: str
    agreed: str
    agreed_reach: str
    kappa: str
    kappa_reach: str
    kappa_words: str
    base: str
    doubt: str
    parted: tuple[tuple[str, str], ...]  # where a code most often stands with another topic, and these contacts
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: int
    export_url: str
    silence: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What lines are drawn from."""

    page: MetricQuery
    counts: Mapping[tuple[str, str], int]
    found: CodeAgreement
    taxonomy: Taxonomy
    names: Mapping[str, str]
    may_read: bool


def reason_codes(page: MetricQuery, viewer: Viewer, *, now: datetime) -> Codes:
    """Return the section for the page's question."""
    (answer,) = engine.answers([about(page, "contacts", by=BY, compare=None)], viewer, now=now, evidence=False)
    silence = _silence(answer)
    counts = {} if silence else {_place(row.by): row.n or 0 for row in answer.rows}
    taxonomy, names = standing().taxonomy, dict(Topic.objects.values_list("key", "name"))
    found = code_agreement(counts, taxonomy, names)
    drawn = _Drawn(page, counts, found, taxonomy, names, viewer.may_read_rows)
    codes = _largest(counts, 0)
    columns = _columns(drawn, codes[:MOST])
    rows = crossed(counts, found.pairs, taxonomy, columns)
    return Codes(
        **_agreement(found),
        parted=_parted(drawn),
        heads=(*(names.get(topic, topic) for topic in columns), "another topic", "no topic"),
        lines=tuple(_line(drawn, code, rows[code]) for code in codes[:MOST]),
        left_out=max(0, len(codes) - MOST),
        export_url=export_url(answer.query),
        silence=silence or ("" if codes else "No contact here has a reason code that its agent chose."),
    )


def _silence(answer: Answer) -> str:
    """Return why nothing is told: a table with hidden fields would tell a wrong agreement."""
    if any(row.state == "SUPPRESSED" for row in answer.rows) or answer.total.state == "SUPPRESSED":
        return "Some fields are hidden, as too few customers are in them; without them the agreement would be wrong."
    return "" if answer.total.n else "Nobody reached out here. Choose a longer period or fewer filters."


def _place(by: Mapping[str, str | None]) -> tuple[str, str]:
    return by["reason_code"] or "", by["main_topic"] or ""


def _largest(counts: Mapping[tuple[str, str], int], axis: int) -> list[str]:
    sizes: dict[str, int] = {}
    for place, n in counts.items():
        if place[axis] and place[0]:
            sizes[place[axis]] = sizes.get(place[axis], 0) + n
    return sorted(sizes, key=lambda one: (-sizes[one], one))


def _columns(drawn: _Drawn, codes: Sequence[str]) -> list[str]:
    """Return the topics of these codes in their order, so that agreement stands on the diagonal; then the largest."""
    pairs = drawn.found.pairs
    wanted = [pairs[code].topic for code in codes if code in pairs]
    largest = [met(topic, pairs, drawn.taxonomy) for topic in _largest(drawn.counts, 1)]
    return list(dict.fromkeys((*wanted, *largest)))[: max(MOST, len(dict.fromkeys(wanted)))]


def _line(drawn: _Drawn, code: str, fields: Sequence[Crossed]) -> Line:
    pair = drawn.found.pairs.get(code)
    named = drawn.names.get(pair.topic, pair.topic) if pair else ""
    why = {"NAME": "by its name", "MAJORITY": "as most often"}
    query = about(drawn.page, "contacts", compare=None).narrowed("reason_code", [code])
    return Line(
        code=code,
        stands_for=f"{named}, {why[pair.by]}" if pair else "no topic: too few contacts to tell",
        n=number(sum(field.n for field in fields)),
        url=evidence_url(query),
        fields=tuple(_field(drawn, query, field) for field in fields),
    )


def _field(drawn: _Drawn, query: MetricQuery, field: Crossed) -> Field:
    topics = _topics(drawn, field.topic)
    url = ""
    if field.n and field.topic != OTHERS and drawn.may_read:
        url = f"{reverse('records')}?{query.narrowed('main_topic', topics).to_url(with_metric=True)}"
    part = field.of_row.value
    return Field(
        n=number(field.n),
        share="" if part is None else f"{number(part * 100)}{NARROW}%",
        heat=0 if part is None or not field.n else min(STEPS, 1 + int(part * STEPS)),
        is_pair=field.is_pair,
        url=url,
    )


def _topics(drawn: _Drawn, topic: str) -> list[str]:
    """Return the main topics that a column counts: itself and those below it without a code of their own."""
    if not topic:
        return [""]
    pairs, taxonomy = drawn.found.pairs, drawn.taxonomy
    seen = {main for _, main in drawn.counts if main}
    return sorted(main for main in seen if met(main, pairs, taxonomy) == topic)


def _parted(drawn: _Drawn) -> tuple[tuple[str, str], ...]:
    """Return the three largest fields in which a code stands with another topic than its own."""
    pairs = drawn.found.pairs
    apart = [
        (n, code, topic)
        for (code, topic), n in drawn.counts.items()
        if code in pairs and topic and met(topic, pairs, drawn.taxonomy) != pairs[code].topic
    ]
    told = []
    for n, code, topic in sorted(apart, key=lambda one: (-one[0], one[1:]))[:3]:
        query = (
            about(drawn.page, "contacts", compare=None).narrowed("reason_code", [code]).narrowed("main_topic", [topic])
        )
        url = f"{reverse('records')}?{query.to_url(with_metric=True)}" if drawn.may_read else ""
        told.append((f"{number(n)} contacts coded {code} are about {drawn.names.get(topic, topic)}", url))
    return tuple(told)


def _agreement(found: CodeAgreement) -> dict[str, str]:
    agreed, kappa = found.agreed, found.kappa
    if agreed.value is None:
        told = "Too few contacts have both a reason code and a topic to say how far they agree."
        return dict.fromkeys(("agreed", "agreed_reach", "kappa", "kappa_reach", "kappa_words"), "") | {
            "sentence": told,
            "base": _base(found),
            "doubt": "",
        }
    word = "" if kappa.value is None else next(word for least, word in _WORDS if kappa.value >= least)
    return {
        "sentence": f"Of ten contacts with a reason code, {number(agreed.value * 10)} are about what the code says.",
        "agreed": number(agreed.value * 100, 1),
        "agreed_reach": _reach(agreed.low, agreed.high, 100, 1),
        "kappa": "" if kappa.value is None else number(kappa.value, 2),
        "kappa_reach": _reach(kappa.low, kappa.high, 1, 2),
        "kappa_words": word,
        "base": _base(found),
        "doubt": _doubt(found),
    }


def _reach(low: float | None, high: float | None, factor: int, digits: int) -> str:
    if low is None or high is None:
        return ""
    return f"{number(low * factor, digits)} to {number(high * factor, digits)}"


def _base(found: CodeAgreement) -> str:
    left = [
        *([f"{number(found.without_topic)} whose words fit no topic"] if found.without_topic else []),
        *([f"{number(found.unpaired)} whose code is too rare to stand for one"] if found.unpaired else []),
    ]
    out = f", without {' and '.join(left)}" if left else ""
    return f"n = {number(found.agreed.n)} of {number(found.coded)} contacts with a code{out}"


def _doubt(found: CodeAgreement) -> str:
    guessed = [code for code, pair in found.pairs.items() if pair.by == "MAJORITY"]
    if guessed:
        return (
            f"{len(guessed)} of {len(found.pairs)} codes have no topic of their name and stand for the one that they "
            "are found with most often, which makes agreement look as good as it can be."
        )
    return "The words are read by a machine: where the two part, either may be wrong. Read some of these contacts."
