"""The agreement in words: the three sentences that matter, and for each topic which side to believe and why.

The same sentences stand on the page, in the API and in exports. Numbers are rounded to what their interval supports.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from insights.analysis.agreement import Agreement, Scope, TopicAgreement
from insights.analysis.agreement_belief import Reason
from insights.analysis.agreement_overall import Figure
from insights.analysis.agreement_shares import Share

SIDE: Final = {"SURVEYS": "surveys", "CONTACTS": "contacts"}
CLASS: Final = {
    "AGREE": "agree",
    "LOUDER_IN_CONTACTS": "louder in contacts",
    "LOUDER_IN_SURVEYS": "louder in surveys",
    "ONLY_IN_CONTACTS": "only in contacts",
    "ONLY_IN_SURVEYS": "only in surveys",
    "OPPOSITE": "opposite in mood",
    "NOT_YET": "cannot say yet",
}
TONE: Final = {
    "OPPOSITE": "opposite",
    "WORSE_IN_CONTACTS": "worse in contacts",
    "WORSE_IN_SURVEYS": "worse in surveys",
    "NO_DIFFERENCE_SHOWN": "no difference shown",
    "TOO_FEW": "too few to say",
}
BELIEVE: Final = {"SURVEYS": "Surveys", "CONTACTS": "Contacts", "BOTH": "Either", "NEITHER_YET": "Neither yet"}
_BELIEVE_ON_IT: Final = {
    "SURVEYS": "Believe surveys on it",
    "CONTACTS": "Believe contacts on it",
    "BOTH": "Either can be believed on it",
    "NEITHER_YET": "Which to believe on it is not known yet",
}
_MISSING = {"SURVEYS": "survey answers with words", "CONTACTS": "contacts with words"}
_OTHER = {"SURVEYS": "contacts", "CONTACTS": "surveys"}


def percent(share: float, low: float, high: float) -> str:
    """Return a share of 0 … 1 in percent, with the decimals its interval supports."""
    return f"{share * 100:.{_digits(low, high)}f} %"


def reach(low: float, high: float) -> str:
    """Return an interval of shares: 4.1 to 5.2."""
    digits = _digits(low, high)
    return f"{low * 100:.{digits}f} to {high * 100:.{digits}f}"


def _digits(low: float, high: float) -> int:
    half = (high - low) * 50
    return 0 if half >= 1.5 else 1 if half >= 0.1 else 2


def share_said(share: Share) -> str:
    """Return 5.2 % (4.6 to 5.8)."""
    interval = share.interval
    return f"{percent(share.value, interval.low, interval.high)} ({reach(interval.low, interval.high)})"


# --- why


def why(topic: TopicAgreement) -> str:
    """Return the sentence: which side to believe on the topic, and the reasons."""
    return f"{BELIEVE[topic.belief.which]}: {reasons(topic)}"


def reasons(topic: TopicAgreement) -> str:
    """Return the reasons alone, as one sentence."""
    return "; ".join(text for reason in topic.belief.reasons if (text := _said(reason, topic))) + "."


def _said(reason: Reason, topic: TopicAgreement) -> str:
    return _WORDS[reason.code](reason.side, reason.facts, topic)


def _missing(facts: Mapping[str, Any], scope: str = "") -> str:
    told = [f"{count:,} more {_MISSING[side]}" for side, count in facts.get("missing", {}).items()]
    if not told:
        return ""
    return f"about {' and '.join(told)}{scope} would settle it, if shares stay as they are"


def _not_told_apart(_: str, facts: Mapping[str, Any], topic: TopicAgreement) -> str:
    shares = topic.lines["ALL"].shares
    apart = ""
    if shares is not None and shares.gap is not None:
        apart = f"the difference may be anything from {reach_of_points(shares.gap.low, shares.gap.high)} points"
    return "; ".join(filter(None, (apart, _missing(facts))))


def reach_of_points(low: float, high: float) -> str:
    """Return the interval of a difference in points, with signs."""
    digits = _digits(low, high)
    return f"{low * 100:+.{digits}f} to {high * 100:+.{digits}f}".replace("-", "−")


def _agreed(_: str, __: Mapping[str, Any], topic: TopicAgreement) -> str:
    shares = topic.lines["ALL"].shares
    if shares is None:
        return "both say the same"
    said = f"surveys say {share_said(shares.surveys)}, contacts {share_said(shares.contacts)}"
    rare = max(shares.surveys.value, shares.contacts.value) < 0.02
    return f"both find it rare, within a point of each other: {said}" if rare else f"both say the same: {said}"


def _same_customers(side: str, _: Mapping[str, Any], topic: TopicAgreement) -> str:
    shares = topic.lines["MATCHED"].shares
    if shares is None:
        return f"customers heard on both sides say it more often in {SIDE[side]} than in {_OTHER[side]}"
    told = {"SURVEYS": shares.surveys, "CONTACTS": shares.contacts}
    loud, quiet = told[side], told["CONTACTS" if side == "SURVEYS" else "SURVEYS"]
    return (
        f"customers on both sides also bring it up more in {SIDE[side]} ({loud.mentions:,} of their {loud.texts:,} "
        f"texts) than in {_OTHER[side]} ({quiet.mentions:,} of {quiet.texts:,}), so it is not about who is heard"
    )


def _other_customers(side: str, _: Mapping[str, Any], topic: TopicAgreement) -> str:
    return "among customers who are on both sides the two agree: the difference is who is heard"


def _who_answered(_: str, facts: Mapping[str, Any], topic: TopicAgreement) -> str:
    return (
        f"{facts['cut']} {facts['value'] or 'not known'} is {facts['share']:.0%} of those who contacted about it and "
        f"{facts['share_answered']:.0%} of those of them who answered"
    ).replace("%", " %")


def _matched_too_few(_: str, facts: Mapping[str, Any], __: TopicAgreement) -> str:
    missing = _missing(facts, " of customers on both sides")
    alone = "too few customers are on both sides to tell whether that is why"
    return f"{alone}; {missing}" if missing else alone


def _labels(_: str, facts: Mapping[str, Any], __: TopicAgreement) -> str:
    told = [f"{value:.0%} of it in {SIDE[side]}".replace("%", " %") for side, value in facts.items()]
    return f"by your labels the reading finds {' and '.join(told)}"


_WORDS: Final[Mapping[str, Callable[[str, Mapping[str, Any], TopicAgreement], str]]] = {
    "TOO_FEW_TEXTS": lambda _, facts, __: f"too few texts; {_missing(facts)}",
    "NOT_TOLD_APART": _not_told_apart,
    "SHOWN_TO_AGREE": _agreed,
    "SAME_CUSTOMERS": _same_customers,
    "OTHER_CUSTOMERS": _other_customers,
    "WHO_ANSWERED": _who_answered,
    "MATCHED_TOO_FEW": _matched_too_few,
    "NOTHING_AGAINST": lambda side, _, __: (
        f"nothing speaks against {SIDE[side]}: both sides are read, and those who answered are like those who contacted"
    ),
    "LONGER_TEXTS": lambda side, facts, _: (
        f"a text of {SIDE[side]} names {facts['times']:.1f} times as many topics as one of {_OTHER[side]}; the "
        "difference is not beyond that"
    ),
    "UNREAD": lambda side, facts, _: f"only {facts['read']:.0%} of {SIDE[side]} is read yet".replace("%", " %"),
    "LOW_PRECISION": lambda side, facts, _: (
        f"by your labels only {facts['precision']:.0%} of what is found in {SIDE[side]} is it".replace("%", " %")
    ),
    "LOW_RECALL": lambda side, facts, _: (
        f"by your labels the reading overlooks {1 - facts['recall']:.0%} of it in {SIDE[side]}".replace("%", " %")
    ),
    "LABELS": _labels,
    "NO_LABELS": lambda *_: "",  # said once for all: `reading_said`
    "FEW_MOODS": lambda side, facts, _: f"{SIDE[side]} tell the mood of only {facts['n']} texts",
    "OPPOSITE_MOODS": lambda *_: (
        "customers sound good about it on one side and bad on the other; they may speak of different things, so read "
        "both"
    ),
    "HIDDEN": lambda *_: "hidden, as too few customers speak of it to show it without naming them",
}


def reading_said(found: Agreement) -> str:
    """Return what labels tell of how well topics are found, where they tell nothing of any."""
    told = [reason.code for topic in found.topics for reason in topic.belief.reasons]
    if "NO_LABELS" not in told or "LABELS" in told:
        return ""
    return "No labels tell yet how well topics are found on either side: both shares are as a machine read them."


# --- the three sentences


def summary(found: Agreement, scope: Scope) -> tuple[str, ...]:
    """Return the sentences at the top: the whole, what only contacts tell, what only surveys tell."""
    if min(found.texts[scope].values()) == 0:
        return (_one_sided(found, scope),)
    told = [topic for topic in found.topics if not topic.has_topics_below]
    return (
        _whole(found, scope),
        _loudest(told, scope, "CONTACTS"),
        _loudest(told, scope, "SURVEYS"),
    )


def _one_sided(found: Agreement, scope: Scope) -> str:
    silent = [SIDE[side] for side, count in found.texts[scope].items() if not count]
    if scope == "MATCHED":
        return "No customer of this choice has words on both sides. Choose a longer period, or all customers."
    return f"There is nothing to compare: no words from {' and '.join(silent)} here. Choose a longer period."


def _whole(found: Agreement, scope: Scope) -> str:
    overall = found.overall[scope]
    if overall.ranks.value is None:
        return "Too few topics are mentioned to compare both sides as a whole."
    return (
        f"Surveys and contacts rank topics {_alike(overall.ranks)}: {_plain(overall.ranks, 1)} on −1 to +1. Of what is "
        f"said, {_plain(overall.agreed, 100)} % is on topics where they are shown to agree."
    )


def _alike(ranks: Figure) -> str:
    """Words for a correlation by the end of its interval nearer to zero (Cohen 1988 has 0.1, 0.3 and 0.5)."""
    low = ranks.low if ranks.low is not None else 0.0
    return (
        "much alike" if low >= 0.7 else "fairly alike" if low >= 0.5 else "only loosely alike" if low > 0 else "apart"
    )


def _plain(figure: Figure, times: float) -> str:
    value, low, high = ((part or 0.0) * times for part in (figure.value, figure.low, figure.high))
    digits = 2 if times == 1 else 0
    return f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})".replace("-", "−")


def ranked(topics: Iterable[TopicAgreement], scope: Scope, side: str) -> list[TopicAgreement]:
    """Return the topics that are louder on a side, or only there, those believed there and the largest gap first."""
    found = [topic for topic in topics if topic.lines[scope].kind.endswith(f"IN_{side}")]
    return sorted(found, key=lambda topic: (topic.belief.which != side, -abs(_gap(topic, scope))))


def _gap(topic: TopicAgreement, scope: Scope) -> float:
    shares = topic.lines[scope].shares
    return shares.gap.value if shares is not None and shares.gap is not None else 0.0


def _loudest(topics: Sequence[TopicAgreement], scope: Scope, side: str) -> str:
    found = ranked(topics, scope, side)
    other = _OTHER[side]
    if not found:
        return f"No topic is shown to be louder in {SIDE[side]} than in {other}."
    first = found[0]
    shares = first.lines[scope].shares
    if shares is None:
        return f"{first.name} is louder in {SIDE[side]}."
    told = {"SURVEYS": shares.surveys, "CONTACTS": shares.contacts}
    loud, quiet = told[side], told["CONTACTS" if side == "SURVEYS" else "SURVEYS"]
    more = f", and {len(found) - 1} further topics are louder there" if len(found) > 1 else ""
    return (
        f"{SIDE[side].capitalize()} tell what {other} hardly do: {first.name}, in {share_said(loud)} of their texts "
        f"and in {share_said(quiet)} of {other}{more}. {_BELIEVE_ON_IT[first.belief.which]}."
    )
