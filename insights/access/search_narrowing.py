"""How a search is narrowed: by what stands on the entry itself, quickly; and by the facts, so that nothing is shown
that may not be seen.

An entry holds what its feedback is filtered by, as "team=Billing". It may be seconds behind, so whatever is found by it
is asked again of the feedback before it is shown.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection

ON_THE_ENTRY: Final = frozenset(
    {
        *("kind", "source", "channel", "queue", "team", "agent", "segment", "product", "region"),
        *("touchpoint", "journey_stage", "survey"),
    }
)
# microseconds of one core, measured on a million entries: what decides whether the graph is asked or each is looked at
_EACH_LOOKED_AT, _GRAPH, _EACH_OF_GRAPH = 3.2, 80_000.0, 52.0

_TOPICS_BELOW = """
WITH RECURSIVE below AS (
    SELECT id FROM insights_topic WHERE key = ANY(%s)
    UNION SELECT t.id FROM insights_topic t JOIN below b ON t.parent_id = b.id
) SELECT id FROM below
"""
_ABOUT = (
    "s.feedback_id IN (SELECT m.feedback_id FROM insights_mention m WHERE m.topic_id = ANY(%(topics{place})s::uuid[]))"
)
_ESTIMATE = "EXPLAIN (FORMAT JSON) SELECT FROM insights_searchentry s WHERE {on_entry}"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The predicates of one search, on the entry `s` alone and on its facts `f`; values are parameters of both."""

    on_entry: str
    on_facts: str
    values: Mapping[str, Any] = field(default_factory=dict)
    narrows: bool = False  # whether the entry's part leaves any out


def narrowing(
    filters: Mapping[str, Sequence[str]],
    limits: Mapping[str, Sequence[str]],
    since: datetime | None,
    until: datetime | None,
) -> Narrowing:
    """Return the predicates of filters, the viewer's limits and a period. Names must be known ones."""
    entry, facts, values = list[str](), list[str](), dict[str, Any]()
    for place, (name, wanted) in enumerate((*filters.items(), *limits.items())):
        values[f"filter{place}"] = list(wanted)
        if name == "topic":
            values[f"topics{place}"] = _topics(wanted)
            entry.append(_ABOUT.format(place=place))
        elif name == "language":
            entry.append(f"s.language = ANY(%(filter{place})s)")
        else:
            facts.append(f"f.{name} = ANY(%(filter{place})s)")
            if name in ON_THE_ENTRY:
                values[f"facets{place}"] = [f"{name}={value}" for value in wanted]
                entry.append(f"s.facets && %(facets{place})s")
    for name, moment, sign in (("since", since, ">="), ("until", until, "<")):
        if moment is not None:
            values[name] = moment
            entry.append(f"s.occurred_at {sign} %({name})s")
    return Narrowing(" AND ".join(["true", *entry]), " AND ".join(["true", *facts]), values, narrows=bool(entry))


def looks_at_each(narrowed: Narrowing, wanted: int) -> bool:
    """Whether comparing each entry that is left costs less than following the graph until `wanted` of them are met.

    Both are reckoned from the planner's estimate of how many are left: asking takes a millisecond, counting would not.
    """
    if not narrowed.narrows:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_ESTIMATE.format(on_entry=narrowed.on_entry), narrowed.values)
        told = cursor.fetchone()[0]
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'insights_searchentry'::regclass")
        total = max(float(cursor.fetchone()[0]), 1.0)
    plan = json.loads(told) if isinstance(told, str) else told
    left = max(float(plan[0]["Plan"]["Plan Rows"]), 1.0)
    met = wanted * max(total / left, 1.0)
    return left * _EACH_LOOKED_AT < _GRAPH + met * _EACH_OF_GRAPH


def _topics(keys: Sequence[str]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_TOPICS_BELOW, [list(keys)])
        return [key for (key,) in cursor.fetchall()]
