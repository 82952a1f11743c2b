"""The agreement as JSON (version 1): the API and the command line print this, exports make rows of it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from insights.analysis.agreement import Agreement, Line, Scope, TopicAgreement
from insights.analysis.agreement_moods import Mood, Moods
from insights.analysis.agreement_overall import Figure
from insights.analysis.agreement_shares import CONFIDENCE, FACTOR, MARGIN, Share, Shares
from insights.analysis.agreement_words import summary, why
from insights.analysis.representation import NOTABLE, Representation, Value
from insights.metrics.discovery import RATE


def agreement_as_json(found: Agreement, scope: Scope) -> dict[str, Any]:
    """Return it for one set of customers. Shares are 0 … 1, differences contacts minus surveys; null is not told."""
    overall, as_of = found.overall[scope], found.as_of
    query = {name: value for name, value in found.query.to_json().items() if name in ("since", "until", "filters")}
    return {
        "query": {**query, "customers": scope, "time_zone": found.time_zone},
        "as_of": {
            "data_version": as_of.data_version,
            "built_at": as_of.built_at.isoformat() if as_of.built_at else None,
            "complete_until": as_of.complete_until.isoformat() if as_of.complete_until else None,
        },
        "rules": {"confidence": CONFIDENCE, "false_discovery_rate": RATE, "margin": MARGIN, "factor": FACTOR},
        "summary": list(summary(found, scope)),
        "texts": dict(found.texts[scope]),
        "topics_per_text": dict(found.talk),
        "overall": {
            "topics": overall.topics,
            "rank_agreement": _figure(overall.ranks),
            "agreed_share": _figure(overall.agreed),
        },
        "moods_share_an_axis": found.is_common_axis,
        "not_comparable": found.apart or None,
        "topics": [_topic(topic, scope) for topic in found.topics],
        "who_answered": _who(found.who),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return asdict(figure)


def _topic(topic: TopicAgreement, scope: Scope) -> dict[str, Any]:
    line = topic.lines[scope]
    return {
        "topic": topic.key,
        "name": topic.name,
        "parent": topic.parent or None,
        "has_topics_below": topic.has_topics_below,
        "class": "HIDDEN" if line.shares is None else line.kind,
        **_shares(line.shares),
        "mood": _moods(line),
        "believe": topic.belief.which,
        "why": why(topic),
        "reasons": [
            {"code": reason.code, "side": reason.side or None, "facts": dict(reason.facts)}
            for reason in topic.belief.reasons
        ],
    }


def _shares(shares: Shares | None) -> dict[str, Any]:
    if shares is None:
        return {"surveys": None, "contacts": None, "difference": None, "missing": {}}
    gap = shares.gap
    return {
        "surveys": share_as_json(shares.surveys),
        "contacts": share_as_json(shares.contacts),
        "difference": None
        if gap is None
        else {
            "value": gap.value,
            "low": gap.low,
            "high": gap.high,
            "p_different": gap.p_different,
            "p_alike": gap.p_alike,
        },
        "missing": dict(shares.missing),
    }


def share_as_json(share: Share) -> dict[str, Any]:
    """Return one side of a topic."""
    interval = share.interval
    return {
        "value": share.value if share.texts else None,
        "low": interval.low,
        "high": interval.high,
        "mentions": share.mentions,
        "texts": share.texts,
        "design_effect": share.design_effect,
        "coverage": share.read,
    }


def _moods(line: Line) -> dict[str, Any] | None:
    moods: Moods | None = line.moods
    if moods is None:
        return None
    return {
        "tone": moods.tone,
        "surveys": _mood(moods.surveys),
        "contacts": _mood(moods.contacts),
        "difference": None
        if moods.difference is None
        else {"value": moods.difference, "low": moods.low, "high": moods.high},
    }


def _mood(mood: Mood) -> dict[str, Any]:
    return asdict(mood)


def _who(who: Representation) -> dict[str, Any]:
    return {
        "contacts": who.contacts,
        "contacts_with_an_answer": who.contacts_answered,
        "answers": who.answers,
        "answers_with_words": who.answers_with_words,
        "answers_read": who.answers_read,
        "notable_from": NOTABLE,
        "values": [_value(value) for value in who.values],
    }


def _value(value: Value) -> Mapping[str, Any]:
    return {**asdict(value), "value": value.value or None, "is_notable": value.is_notable}
