"""What people declare about linking: whose contacts the ids of a survey are, and the fallback by window."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F, Q

from insights.intake.dirty import mark_days
from insights.intake.loose_links import relink
from insights.models import LinkRule
from insights.models.feedback import Channel

DEFAULT_HOURS, MOST_HOURS = 72, 744
BATCH = 2000
_TEXTS = {
    "source": 60,
    "account": 120,
    "survey": 200,
    "contact_source": 60,
    "contact_account": 120,
    "id_attribute": 120,
}
_NAMES = frozenset({*_TEXTS, "window_hours", "channels", "queues"})
_NEXT_ANSWERS = """
    SELECT account, source_id, id FROM insights_feedback
    WHERE source = %s AND (account, source_id) > (%s, %s) ORDER BY account, source_id LIMIT %s
"""


class WrongRule(ValueError):
    """The declaration cannot hold. `field` says which part; the message is for people."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def declare(told: Mapping[str, Any], *, user: User | None, now: datetime) -> LinkRule:
    """Declare, or change, the rule for a source's answers (of one account and survey, if named). Raises WrongRule.

    What is stored already is linked by it in the background: the caller hands `relink_source` to the workers.
    """
    given = _checked(told)
    key = {name: given.pop(name) for name in ("source", "account", "survey")}
    rule, _ = LinkRule.objects.update_or_create(**key, defaults={**given, "changed_at": now, "created_by": user})
    return rule


def withdraw(rule_id: int) -> str | None:
    """Remove a rule and return its source, whose answers are to be linked anew; None where there is none."""
    with transaction.atomic():
        rule = LinkRule.objects.select_for_update().filter(pk=rule_id).first()
        if rule is None:
            return None
        rule.delete()
        return rule.source


def sources_behind() -> list[str]:
    """Return the sources with a rule by which what was stored before is not linked yet."""
    late = LinkRule.objects.filter(Q(linked_at=None) | Q(linked_at__lt=F("changed_at")))
    return sorted(set(late.values_list("source", flat=True)))


def relink_source(source: str, clock: Callable[[], datetime]) -> int:
    """Link all answers of a source by the rules as they are now, batch by batch. Returns how many links changed.

    Safe to run twice and beside imports: each batch is a transaction of its own and ends in what the rules say.
    """
    began, changed = clock(), 0
    for answers in _batches(source):
        with transaction.atomic():
            moments = relink(answers)
            mark_days(moments, clock())
        changed += len(moments)
    LinkRule.objects.filter(source=source, changed_at__lte=began).update(linked_at=began)
    return changed


def _batches(source: str) -> Iterator[list[UUID]]:
    """Yield the ids of a source's feedback along its unique index."""
    after = ("", "")
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_ANSWERS, [source, *after, BATCH])
            rows = cursor.fetchall()
        if not rows:
            return
        yield [row[2] for row in rows]
        after = rows[-1][:2]


def _checked(told: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(told) - _NAMES)
    if unknown:
        raise WrongRule(unknown[0], f"There is no '{unknown[0]}' here. Names: {', '.join(sorted(_NAMES))}.")
    given: dict[str, Any] = {name: _text(told, name, longest) for name, longest in _TEXTS.items()}
    given["window_hours"] = _hours(told.get("window_hours"))
    given["channels"] = _listed(told, "channels", 10)
    given["queues"] = _listed(told, "queues", 120)
    strange = sorted(set(given["channels"]) - set(Channel.values))
    if strange:
        raise WrongRule("channels", f"'{strange[0]}' is no channel. Known: {', '.join(Channel.values)}.")
    if not given["source"]:
        raise WrongRule("source", "Of which source are the answers? Name it.")
    if given["contact_account"] and not given["contact_source"]:
        raise WrongRule("contact_source", "An account of the contacts needs their source.")
    if not (given["window_hours"] or given["contact_source"] or given["id_attribute"]):
        raise WrongRule("window_hours", "The rule says nothing: give a window, or whose contacts the ids are.")
    return given


def _text(told: Mapping[str, Any], name: str, longest: int) -> str:
    value = told.get(name) or ""
    if not isinstance(value, str) or "\x00" in value:
        raise WrongRule(name, f"{name} must be a text.")
    if len(value.strip()) > longest:
        raise WrongRule(name, f"{name} has more than {longest} characters.")
    return value.strip()


def _listed(told: Mapping[str, Any], name: str, longest: int) -> list[str]:
    values = told.get(name) or []
    if not isinstance(values, list) or len(values) > 200:
        raise WrongRule(name, f"{name} must be a list of at most 200 texts.")
    texts = [_text({name: value}, name, longest) for value in values]
    return sorted({text for text in texts if text})


def _hours(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_HOURS:
        raise WrongRule("window_hours", f"The window is a whole number of hours from 1 to {MOST_HOURS}.")
    return value
