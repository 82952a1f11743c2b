"""The rules by which answers find their contacts, as the Data health page tells and asks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from insights.dashboards.boards.health_tasks import called
from insights.dashboards.names import value_name
from insights.dashboards.numbers import number
from insights.intake.link_rules import DEFAULT_HOURS
from insights.intake.source import all_sources
from insights.models import LinkRule
from insights.models.feedback import Channel

_TEXTS = ("source", "account", "survey", "contact_source", "contact_account", "id_attribute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule in words."""

    key: int
    answers: str
    sentences: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleForm:
    """What can be chosen, and what was told before where that was refused."""

    answer_sources: tuple[tuple[str, str], ...]
    contact_sources: tuple[tuple[str, str], ...]
    channels: tuple[tuple[str, str], ...]
    told: Mapping[str, Any] = field(default_factory=dict)
    wrong_field: str = ""
    message: str = ""


def rules() -> tuple[Rule, ...]:
    """Return all rules in words."""
    return tuple(_rule(one) for one in LinkRule.objects.all())


def form(told: Mapping[str, Any] | None = None, *, wrong_field: str = "", message: str = "") -> RuleForm:
    """Return the form, empty but for the window that most choose."""
    listed = [(source.key, source.label, source.side) for source in all_sources()]
    return RuleForm(
        answer_sources=tuple((key, label) for key, label, side in listed if side != "CONTACTS"),
        contact_sources=tuple((key, label) for key, label, side in listed if side != "SURVEYS"),
        channels=tuple((str(value), str(label)) for value, label in Channel.choices),
        told={"window_hours": DEFAULT_HOURS} if told is None else told,
        wrong_field=wrong_field,
        message=message,
    )


def told_in(pairs: Mapping[str, str], channels: Sequence[str]) -> dict[str, Any]:
    """Return what a form says, as `declare` takes it; a window that is no number stays as it is, to be refused."""
    hours = pairs.get("window_hours", "").strip()
    return {
        **{name: pairs.get(name, "") for name in _TEXTS},
        "window_hours": int(hours) if hours.isascii() and hours.isdigit() and len(hours) < 6 else hours or None,
        "channels": list(channels),
        "queues": [queue for queue in (one.strip() for one in pairs.get("queues", "").splitlines()) if queue],
    }


def _rule(rule: LinkRule) -> Rule:
    survey = f", survey “{rule.survey}”" if rule.survey else ""
    return Rule(
        key=rule.pk,
        answers=f"{called(rule.source, rule.account)}{survey}",
        sentences=tuple(sentence for sentence in (_ids(rule), _window(rule)) if sentence),
        state="linking what is stored" if rule.is_linking else "",
    )


def _ids(rule: LinkRule) -> str:
    where = f"The id in “{rule.id_attribute}”" if rule.id_attribute else "The contact's id, where told,"
    if rule.contact_source:
        return f"{where} is one of {called(rule.contact_source, rule.contact_account)}."
    return f"{where} is that of the one contact that has it." if rule.id_attribute else ""


def _window(rule: LinkRule) -> str:
    if rule.window_hours is None:
        return "No fallback by window."
    channels = ", ".join(value_name("channel", one) for one in rule.channels)
    only = [*([f"by {channels}"] if channels else []), *([f"in {', '.join(rule.queues)}"] if rule.queues else [])]
    narrowed = f" {' '.join(only)}" if only else ""
    hours = f"{number(rule.window_hours)} {'hour' if rule.window_hours == 1 else 'hours'}"
    return f"Without an id: the same customer's last inbound contact{narrowed} within {hours} before the answer."
