"""Every metric answered again, slowly and in plain Python, from what was told. It shares no code with the engine."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo


@dataclass
class Told:
    """One feedback as a test told it; everything that was not said is None."""

    key: str
    kind: str
    at: dt.datetime
    customer: str | None
    cuts: dict[str, str | tuple[str, ...]]  # several where it stands in several rows
    scores: dict[str, tuple[float, float, float, bool]] = field(default_factory=dict)
    contact: dict[str, Any] = field(default_factory=dict)
    has_text: bool = False
    sentiment: float | None = None
    sentiment_label: str | None = None
    customer_says_solved: bool | None = None
    about: str | None = None
    is_classified: bool | None = None
    topics: tuple[str, ...] = ()  # as tagged, without what they stand under
    reading: dict[str, Any] = field(default_factory=dict)
    moods: dict[str, float | None] = field(default_factory=dict)  # of each topic it stands in


Judgement = float | None  # what one record adds; None: it has no answer


def _turned(score: tuple[float, float, float, bool]) -> tuple[float, float, float]:
    value, low, high, higher_is_better = score
    return (value if higher_is_better else high - (value - low)), low, high


def _nps(told: Told, world: list[Told]) -> Judgement:
    if "nps" not in told.scores:
        return None
    value = told.scores["nps"][0]
    return 1 if value >= 9 else 0 if value >= 7 else -1


def _csat(told: Told, world: list[Told]) -> Judgement:
    if "csat" not in told.scores:
        return None
    value, low, high = _turned(told.scores["csat"])
    floors = {(1, 5): 4, (1, 7): 6, (1, 10): 9, (0, 10): 9, (0, 1): 1}
    return float(value >= floors[low, high])


def _ces(told: Told, world: list[Told]) -> Judgement:
    if "ces" not in told.scores:
        return None
    value, low, high = _turned(told.scores["ces"])
    return float(value >= {(1, 5): 4, (1, 7): 5}[low, high])


def _is_inbound(told: Told) -> bool:
    return told.kind == "CONTACT" and told.contact.get("direction", "INBOUND") == "INBOUND"


def _is_handled(told: Told) -> bool:
    lost = told.contact.get("was_abandoned") is True or told.contact.get("was_answered") is False
    return _is_inbound(told) and not lost


def _flag(name: str, among: Callable[[Told], bool]) -> Callable[[Told, list[Told]], Judgement]:
    def judge(told: Told, world: list[Told]) -> Judgement:
        value = told.contact.get(name)
        return float(value > 0) if among(told) and value is not None else None

    return judge


def _number(name: str, among: Callable[[Told], bool]) -> Callable[[Told, list[Told]], Judgement]:
    def judge(told: Told, world: list[Told]) -> Judgement:
        return told.contact.get(name) if among(told) else None

    return judge


def _aht(told: Told, world: list[Told]) -> Judgement:
    parts = [told.contact.get(name) for name in ("talk_seconds", "hold_seconds", "wrap_up_seconds")]
    if not _is_handled(told) or told.cuts["channel"] != "VOICE" or None in parts:
        return None
    return sum(parts)


ASSUMED = [  # what the world assumes of its channels
    {"channel": "VOICE", "cost_per_minute": 0.6, "cost_per_contact": 0.5},
    {"channel": "CHAT", "cost_per_contact": 2.0, "answer_within_seconds": 15},
]


def _cost(told: Told, world: list[Told]) -> Judgement:
    if not _is_handled(told) or told.cuts["channel"] == "BOT":
        return None
    if told.cuts["channel"] == "CHAT":
        return 2.0
    busy = _aht(told, world)
    return None if busy is None else busy / 60 * 0.6 + 0.5


def _chat_handle(told: Told, world: list[Told]) -> Judgement:
    if not _is_handled(told) or told.cuts["channel"] != "CHAT" or told.contact.get("talk_seconds") is None:
        return None
    return told.contact["talk_seconds"] + sum(
        told.contact.get(name) or 0 for name in ("hold_seconds", "wrap_up_seconds")
    )


def _contained(told: Told, world: list[Told]) -> Judgement:
    """Sessions of bots: an event, or a contact; handed over, or not."""
    day = dt.timedelta(days=1)
    is_bot = told.cuts["channel"] == "BOT"
    latest = max((other.at for other in world if _is_inbound(other)), default=None)
    if not (told.kind == "SESSION" or (_is_inbound(told) and is_bot)) or told.customer is None or latest is None:
        return None
    if told.at + day > latest:
        return None
    handed_over = is_bot and bool(told.contact.get("transfers"))
    people = [
        other
        for other in world
        if _is_inbound(other) and (other.cuts["channel"] != "BOT" or bool(other.contact.get("transfers")))
    ]
    came = any(other.customer == told.customer and told.at < other.at <= told.at + day for other in people)
    return float(not handed_over and not came)


def _service_level(told: Told, world: list[Told]) -> Judgement:
    wait, answered, abandoned = (told.contact.get(name) for name in ("wait_seconds", "was_answered", "was_abandoned"))
    if not _is_inbound(told) or told.cuts["channel"] == "BOT":
        return None
    reply = told.contact.get("first_response_seconds") if told.cuts["channel"] == "CHAT" else None
    if reply is not None:
        wait = reply if wait is None else wait
        answered = not abandoned if answered is None else answered
    if wait is None:
        return None
    if answered is None and abandoned is None:
        return None
    if abandoned and wait < 5:
        return None
    return float(answered is True and wait <= {"VOICE": 20, "CHAT": 15}[told.cuts["channel"]])


def _repeat(told: Told, world: list[Told]) -> Judgement:
    week = dt.timedelta(days=7)
    contacts = [other for other in world if _is_inbound(other)]
    if not _is_inbound(told) or told.customer is None or told.at + week > max(other.at for other in contacts):
        return None
    later = [
        other for other in contacts if other.customer == told.customer and (other.at, other.key) > (told.at, told.key)
    ]
    return float(any(other.at - told.at <= week for other in later))


def _switched(told: Told, world: list[Told]) -> Judgement:
    """Follow the customer from contact to contact, as long as less than a week lies between."""
    week, month = dt.timedelta(days=7), dt.timedelta(days=31)
    if not _is_inbound(told) or told.customer is None:
        return None
    contacts = sorted((other for other in world if _is_inbound(other)), key=lambda other: (other.at, other.key))
    own = [other for other in contacts if other.customer == told.customer]
    place = own.index(told)
    if place and told.at - own[place - 1].at < week:
        return None  # it goes on with an episode that began before
    channels, last = {told.cuts["channel"]}, told
    for other in own[place + 1 :]:
        if other.at - last.at >= week or other.at - told.at >= month:
            break
        channels.add(other.cuts["channel"])
        last = other
    is_over = contacts[-1].at >= min(last.at + week, told.at + month)
    return float(len(channels) > 1) if is_over else None


def _repeat_on_topic(told: Told, world: list[Told]) -> Judgement:
    week = dt.timedelta(days=7)
    if not told.topics or _repeat(told, world) is None:
        return None
    later = [
        other
        for other in world
        if _is_inbound(other) and other.customer == told.customer and (other.at, other.key) > (told.at, told.key)
    ]
    return float(any(other.at - told.at <= week and set(other.topics) & set(told.topics) for other in later))


def _not(judge: Callable[[Told, list[Told]], Judgement]) -> Callable[[Told, list[Told]], Judgement]:
    def turned(told: Told, world: list[Told]) -> Judgement:
        judged = judge(told, world)
        return None if judged is None else 1 - judged

    return turned


def _count(among: Callable[[Told], bool]) -> Callable[[Told, list[Told]], Judgement]:
    return lambda told, world: 1.0 if among(told) else None


def _has_survey(told: Told, world: list[Told]) -> Judgement:
    if not _is_inbound(told):
        return None
    return float(any(other.about == told.key and other.kind == "SURVEY" for other in world))


def _solved(told: Told, world: list[Told]) -> Judgement:
    return None if told.customer_says_solved is None else float(told.customer_says_solved)


def _sentiment(told: Told, world: list[Told]) -> Judgement:
    return told.sentiment if told.has_text else None


def _negative(told: Told, world: list[Told]) -> Judgement:
    return float(told.sentiment_label == "NEGATIVE") if told.has_text and told.sentiment_label else None


def _read(name: str, yes: Callable[[Any], bool]) -> Callable[[Told, list[Told]], Judgement]:
    def judge(told: Told, world: list[Told]) -> Judgement:
        value = told.reading.get(name)
        return float(yes(value)) if told.has_text and value is not None else None

    return judge


def _fcr_text(told: Told, world: list[Told]) -> Judgement:
    outcome = told.reading.get("outcome")
    if not (_is_handled(told) and told.has_text) or outcome not in ("SOLVED", "UNSOLVED"):
        return None
    return float(outcome == "SOLVED")


def _answered(told: Told, world: list[Told]) -> bool | None:
    """What the customer said of a contact last."""
    about = sorted((o.at, o.key, o.customer_says_solved) for o in world if o.about == told.key and o.kind == "SURVEY")
    said = [answer for _, _, answer in about if answer is not None]
    return said[-1] if _is_handled(told) and said else None


def _its_customer(told: Told, world: list[Told]) -> Judgement:
    said = _answered(told, world)
    return None if said is None else float(said)


def _both(told: Told, world: list[Told]) -> tuple[bool, bool] | None:
    """What the company and what the customer says of a contact."""
    company, customer = told.contact.get("company_says_solved"), _answered(told, world)
    return None if company is None or customer is None else (company, customer)


def _agreement(told: Told, world: list[Told]) -> Judgement:
    said = _both(told, world)
    return None if said is None else float(said[0] == said[1])


def _gap(told: Told, world: list[Told]) -> Judgement:
    said = _both(told, world)
    return None if said is None else float(said[0]) - float(said[1])


def _kappa(asked: list[Told], world: list[Told]) -> float | None:
    said = [both for told in asked if (both := _both(told, world)) is not None]
    agree = sum(a == b for a, b in said) / len(said)
    chance = sum(
        (sum(a == value for a, _ in said) / len(said)) * (sum(b == value for _, b in said) / len(said))
        for value in (True, False)
    )
    return None if chance == 1 else (agree - chance) / (1 - chance)


def _mentions(told: Told, world: list[Told]) -> Judgement:
    return 1.0 if told.has_text and told.is_classified is not None and told.topics else None


def _topic_share(told: Told, world: list[Told]) -> Judgement:
    return float(bool(told.topics)) if told.has_text and told.is_classified is not None else None


def _mood(told: Told, world: list[Told]) -> Judgement:
    return _mood_on(None)(told, world)


def _mood_on(topics: Iterable[str] | None) -> Callable[[Told, list[Told]], Judgement]:
    """How it sounds on any of the topics, each as much as the others; None: on all that it stands in."""

    def judge(told: Told, world: list[Told]) -> Judgement:
        asked = told.moods if topics is None else topics
        moods = [mood for topic in asked if (mood := told.moods.get(topic)) is not None]
        return sum(moods) / len(moods) if told.has_text and moods else None

    return judge


def _unclassified(told: Told, world: list[Told]) -> Judgement:
    return float(not told.is_classified) if told.has_text and told.is_classified is not None else None


def _failure(told: Told, world: list[Told]) -> Judgement:
    if not (_is_inbound(told) and told.has_text and told.topics):
        return None
    return float("FAILURE" in told.cuts["demand"])


JUDGES: dict[str, Callable[[Told, list[Told]], Judgement]] = {
    "nps": _nps,
    "csat": _csat,
    "ces": _ces,
    "responses": _count(lambda told: told.kind == "SURVEY"),
    "contacts": _count(_is_inbound),
    "outbound_contacts": _count(lambda told: told.contact.get("direction") == "OUTBOUND"),
    "aht_seconds": _aht,
    "chat_handle_seconds": _chat_handle,
    "containment_rate": _contained,
    "mail_handle_seconds": lambda told, world: None,
    "contact_cost": _cost,
    "cost_per_contact": _cost,
    "wait_seconds": _number("wait_seconds", lambda told: _is_inbound(told) and bool(told.contact.get("was_answered"))),
    "first_response_seconds": _number("first_response_seconds", _is_inbound),
    "first_response_business_seconds": _number("first_response_business_seconds", _is_inbound),
    "service_level": _service_level,
    "abandonment_rate": _flag("was_abandoned", _is_inbound),
    "transfer_rate": _flag("transfers", _is_handled),
    "escalation_rate": _flag("was_escalated", _is_handled),
    "reopen_rate": _flag("was_reopened", _is_handled),
    "repeat_rate": _repeat,
    "fcr_repeat": _not(_repeat),
    "channel_switch_rate": _switched,
    "fcr_company": _flag("company_says_solved", _is_handled),
    "fcr_customer": _solved,
    "fcr_customer_contacts": _its_customer,
    "survey_coverage": _has_survey,
    "sentiment": _sentiment,
    "negative_share": _negative,
    "high_effort_share": _read("is_high_effort", bool),
    "churn_risk_share": _read("intents", lambda intents: "CHURN_RISK" in intents),
    "complaint_share": _read("intents", lambda intents: "COMPLAINT" in intents),
    "topic_share": _topic_share,
    "topic_mentions": _mentions,
    "topic_sentiment": _mood,
    "unclassified_share": _unclassified,
    "fcr_text": _fcr_text,
    "resolution_agreement": _agreement,
    "resolution_kappa": _agreement,  # who answers; its value is not a mean of judgements
    "resolution_gap": _gap,
    "failure_demand": _failure,
}
ON_TOPIC = {"repeat_rate": _repeat_on_topic, "fcr_repeat": _not(_repeat_on_topic)}  # repeat_topic=same
COUNTS = {"responses", "contacts", "outbound_contacts", "topic_mentions"}
SUMS = {"contact_cost"}
RATES = {"contact_rate"}  # of active customers: test_contact_rate_agrees has its own second opinion
SCALED = {"sentiment", "negative_share", "topic_sentiment"}  # nothing is labelled: two media are not one number
PLAIN = {
    *("sentiment", "topic_sentiment", "aht_seconds", "wait_seconds"),
    *("chat_handle_seconds", "mail_handle_seconds", "cost_per_contact"),
    *("first_response_seconds", "first_response_business_seconds"),
}


@dataclass(frozen=True)
class Opinion:
    """The number, how many records it stands on and of how many customers."""

    value: float | None
    n: int
    customers: int
    keys: frozenset[str]


def opinion(
    metric: str,
    asked: Iterable[Told],
    world: list[Told],
    parameters: Iterable[tuple[str, str]] = (),
    topics: Iterable[str] | None = None,
) -> Opinion:
    """Answer the metric over the records `asked`, which happened within `world`; topic_sentiment on these topics."""
    asked = list(asked)
    judge = (
        _mood_on(topics)
        if metric == "topic_sentiment"
        else ON_TOPIC[metric]
        if ("repeat_topic", "same") in parameters
        else JUDGES[metric]
    )
    judged = [(told, judge(told, world)) for told in asked]
    answered = [(told, value) for told, value in judged if value is not None]
    people = {told.customer or f"only {told.key}" for told, _ in answered}
    keys = frozenset(told.key for told, _ in answered)
    if not answered:
        return Opinion(None, 0, 0, keys)
    if metric in COUNTS:
        value: float | None = len(answered)
    elif len(answered) < 10 or (metric in SCALED and len({told.cuts["medium"] for told, _ in answered}) > 1):
        value = None
    elif metric in SUMS:
        value = sum(value for _, value in answered)
    elif metric == "resolution_kappa":
        value = _kappa(asked, world)
    else:
        value = sum(value for _, value in answered) / len(answered) * (1 if metric in PLAIN else 100)
    return Opinion(value, len(answered), len(people), keys)


def share_opinion(topics: Iterable[str], asked: Iterable[Told], world: list[Told]) -> Opinion:
    """Answer topic_share for any of the topics ("": no topic) over the records `asked`, mentioning or not."""
    known = [told for told in asked if _topic_share(told, world) is not None]
    keys = frozenset(told.key for told in known)
    people = {told.customer or f"only {told.key}" for told in known}
    mentioning = [told for told in known if set(topics) & set(stands_in(told, "topic"))]
    value = None if len(known) < 10 else 100 * len(mentioning) / len(known)
    return Opinion(value, len(known), len(people), keys)


def stands_in(told: Told, name: str) -> tuple[str, ...]:
    """In which rows of a cut it stands."""
    rows = told.cuts[name]
    return rows if isinstance(rows, tuple) else (rows,)


def local_day(told: Told, zone: str) -> dt.date:
    """The day that clocks in the zone show."""
    return told.at.astimezone(ZoneInfo(zone)).date()


def bucket_of(told: Told, bucket: str, zone: str) -> str:
    """The label of the bucket: the first day, or the instant at which the clock hour began."""
    local = told.at.astimezone(ZoneInfo(zone))
    day = local.date()
    if bucket == "hour":
        minute = told.at  # walk back minute by minute until the clock shows another hour, or jumps
        minute = minute.replace(second=0, microsecond=0)
        shown = local.hour, local.utcoffset()
        while True:
            earlier = (minute - dt.timedelta(minutes=1)).astimezone(ZoneInfo(zone))
            if (earlier.hour, earlier.utcoffset()) != shown:
                return minute.astimezone(ZoneInfo(zone)).isoformat()
            minute -= dt.timedelta(minutes=1)
    starts = {
        "day": day,
        "week": day - dt.timedelta(days=day.isoweekday() - 1),
        "month": dt.date(day.year, day.month, 1),
        "quarter": dt.date(day.year, {1: 1, 2: 4, 3: 7, 4: 10}[(day.month + 2) // 3], 1),
        "year": dt.date(day.year, 1, 1),
    }
    return starts[bucket].isoformat()
