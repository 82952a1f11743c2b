"""The sessions of a Genesys conversation, and what they measured. Durations are milliseconds there, seconds here.

The same time is told by the customer's, the queue's and the agent's session: only the agents' are counted, and of the
queue only the waiting.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from insights.intake.fields import members, moment, number, said, text
from insights.intake.record import ContactRecord, DirectionName

_AGENTS = frozenset({"agent", "user"})
_SKIPPED = "ININ-OUTBOUND-PREVIEW-SKIPPED"
_BESIDE = frozenset({"cobrowse", "screenshare", "screenmonitoring"})


@dataclass(slots=True)
class Session:
    """One participant's time in one medium."""

    purpose: str
    media: str
    message_type: str
    direction: str
    user: str
    team: str
    campaign: str
    told_by: str  # who called or wrote
    told_to: str
    has_metrics: bool
    metrics: dict[str, float] = field(default_factory=dict)
    spans: dict[str, float] = field(default_factory=dict)  # segment type → seconds
    queue: str = ""
    wrap_up: str = ""
    note: str = ""
    transferred: bool = False
    latest: datetime | None = None

    @property
    def is_agents(self) -> bool:
        """Whether an agent spoke with the customer here, or at least was to."""
        return self.purpose in _AGENTS and self.media not in _BESIDE

    @property
    def was_skipped(self) -> bool:
        """Whether the agent looked at a preview and did not call."""
        return self.wrap_up == _SKIPPED


def sessions_of(participants: Iterable[Mapping[str, Any]]) -> list[Session]:
    """Return the sessions of all participants, in order. Raises BadRecord."""
    return [
        _session(person, told)
        for person in participants
        for told in members(person, "sessions")
        if isinstance(told, dict)
    ]


def _session(person: Mapping[str, Any], told: Mapping[str, Any]) -> Session:
    numbers = [text(one) for one in members(told, "callbackNumbers") if text(one)]
    by = told.get("ani") if said(told.get("ani")) else told.get("addressFrom")
    to = told.get("dnis") if said(told.get("dnis")) else told.get("addressTo")
    session = Session(
        purpose=text(person.get("purpose")).lower(),
        media=text(told.get("mediaType")).lower(),
        message_type=text(told.get("messageType")).lower().replace("webmessaging", "chat"),
        direction=text(told.get("direction")),
        user=text(person.get("userId")),
        team=text(person.get("teamId")),
        campaign=text(told.get("outboundCampaignId")),
        told_by=text(by) or next(iter(numbers), ""),
        told_to=text(to) or next(iter(numbers), ""),
        has_metrics="metrics" in told,
    )
    if session.message_type not in ("sms", "chat", "email"):
        session.message_type = ""
    for metric in members(told, "metrics"):
        if isinstance(metric, dict):
            _add_metric(session, metric)
    for segment in members(told, "segments"):
        if isinstance(segment, dict):
            _add_segment(session, segment)
    return session


def _add_metric(session: Session, metric: Mapping[str, Any]) -> None:
    name, value = text(metric.get("name")), number(metric, "value", least=0)
    if name and value is not None:
        session.metrics[name] = session.metrics.get(name, 0.0) + value
    _look_at(session, moment(metric, "emitDate"))


def _add_segment(session: Session, segment: Mapping[str, Any]) -> None:
    kind = text(segment.get("segmentType")).lower()
    began, ended = moment(segment, "segmentStart"), moment(segment, "segmentEnd")
    if began and ended:
        session.spans[kind] = session.spans.get(kind, 0.0) + max(0.0, (ended - began).total_seconds())
    session.queue = text(segment.get("queueId")) or session.queue
    session.wrap_up = text(segment.get("wrapUpCode")) or session.wrap_up
    session.note = text(segment.get("wrapUpNote")) or session.note
    session.transferred = session.transferred or text(segment.get("disconnectType")).lower() == "transfer"
    _look_at(session, ended or began)


def _look_at(session: Session, at: datetime | None) -> None:
    if at is not None and (session.latest is None or at > session.latest):
        session.latest = at


def facts_of(sessions: list[Session], direction: DirectionName | None, ended: datetime | None) -> ContactRecord:
    """Return what the sessions measured together."""
    agents = [one for one in sessions if one.is_agents and not one.was_skipped]
    queues = [one for one in sessions if one.purpose == "acd"]
    answered, abandoned = _outcome(sessions, agents, queues, direction, ended)
    codes = [one.wrap_up for one in sessions if one.wrap_up]
    return ContactRecord(
        direction=direction,
        ended_at=ended,
        wait_seconds=_waited(sessions, queues),
        talk_seconds=_sum(agents, ("tTalk", "tTalkComplete"), "interact"),
        hold_seconds=_sum(agents, ("tHeld", "tHeldComplete"), "hold"),
        wrap_up_seconds=_sum(agents, ("tAcw",), "wrapup"),
        transfers=_transfers(sessions, agents),
        was_answered=answered,
        was_abandoned=abandoned,
        reason_code=codes[-1][:200] if codes else None,
    )


def _waited(sessions: list[Session], queues: list[Session]) -> float | None:
    given_up = [one.metrics["tAbandon"] for one in queues if "tAbandon" in one.metrics]
    if given_up:
        return sum(given_up) / 1000
    if not any(one.has_metrics for one in sessions):
        return _measured(queues, (), "interact") if _is_live(sessions) else None
    return _measured(queues, ("tAcd", "tWait"), "")


def _sum(agents: list[Session], names: tuple[str, ...], span: str) -> float | None:
    """Return the sum over the agents' sessions: of the metric, and of the segments where there are no metrics at all.

    A callback's segments also hold the time in which its agent looked at the preview: they are no talking.
    """
    live = [one for one in agents if one.has_metrics or one.media != "callback"]
    return _measured(live, names, span)


def _measured(sessions: list[Session], names: tuple[str, ...], span: str) -> float | None:
    found: list[float] = []
    for one in sessions:
        metric = next((one.metrics[name] for name in names if name in one.metrics), None)
        if metric is not None:
            found.append(metric / 1000)
        elif not one.has_metrics and span in one.spans:
            found.append(one.spans[span])
    return sum(found) if found else None


def _is_live(sessions: list[Session]) -> bool:
    return any(one.media != "callback" for one in sessions)


def _transfers(sessions: list[Session], agents: list[Session]) -> int | None:
    if any(one.has_metrics for one in sessions):
        return int(min(sum(one.metrics.get("nTransferred", 0.0) for one in agents), 32_000)) if agents else None
    return sum(one.transferred for one in agents) if agents else None


def _outcome(
    sessions: list[Session], agents: list[Session], queues: list[Session], direction: DirectionName | None,
    ended: datetime | None,
) -> tuple[bool | None, bool | None]:  # fmt: skip
    """Return whether an agent answered, and whether the customer gave up waiting; None where nothing tells it."""
    if any(_spoke(one) for one in agents):
        return True, False
    if any("tAbandon" in one.metrics for one in queues):
        return False, True
    if any(one.was_skipped for one in sessions):
        return False, False
    if ended is None or not queues or direction == "OUTBOUND":
        return None, None
    return False, None


def _spoke(session: Session) -> bool:
    if session.has_metrics:
        return any(name in session.metrics for name in ("tTalk", "tTalkComplete", "tAnswered"))
    return session.media != "callback" and session.spans.get("interact", 0.0) > 0
