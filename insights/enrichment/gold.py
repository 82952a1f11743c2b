"""The gold set: texts drawn at random, each kind of text by its share, that measure the readings and teach nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import RawSQL

from insights.models import Feedback, GoldText, Label

TARGET: Final = 400  # texts: a share of 85 % is then known to about 4 points
USEFUL: Final = 100  # texts answered, from which on a figure says something (about 8 points)
DOUBLE_ONE_IN: Final = 5  # texts that a second person judges too
# Who is drawn follows from the text's key alone, so that a second draw adds and never swaps. A stratum's share of the
# set is its share of all texts, and at least one text.
_DRAW = """
WITH texts AS (
    SELECT f.id, md5('gold ' || f.id::text) AS place, g.feedback_id IS NOT NULL AS is_member,
        concat_ws('·', f.kind, f.channel, coalesce(nullif(left(e.language, 2), ''), '?'),
            coalesce(nullif(e.sentiment_label, ''), '?')) AS stratum
    FROM insights_feedback f
    JOIN insights_enrichment e ON e.feedback_id = f.id
    LEFT JOIN insights_goldtext g ON g.feedback_id = f.id
    WHERE e.state = 'DONE' AND e.versions ? 'names' AND e.words > 0 AND e.duplicate_of_id IS NULL
),
sizes AS (
    SELECT stratum, ceil(%(target)s::numeric * count(*) / sum(count(*)) OVER ())
        - count(*) FILTER (WHERE is_member) AS missing
    FROM texts GROUP BY stratum
),
ranked AS (
    SELECT id, stratum, row_number() OVER (PARTITION BY stratum ORDER BY place) AS place
    FROM texts WHERE NOT is_member
)
INSERT INTO insights_goldtext (feedback_id, stratum, is_double, drawn_at)
SELECT id, stratum, ('x' || left(md5('double ' || id::text), 6))::bit(24)::int %% %(one_in)s = 0, %(now)s
FROM ranked JOIN sizes USING (stratum) WHERE place <= missing
ON CONFLICT (feedback_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldProgress:
    """How far the gold set of one task is."""

    task: str
    drawn: int
    answered: int  # texts that at least one person judged
    to_double: int  # texts meant for a second person
    doubled: int  # texts that a second person judged too

    @property
    def left(self) -> int:
        """Texts still to be judged before a figure says something."""
        return max(min(USEFUL, self.drawn) - self.answered, 0)


def draw(now: datetime, target: int = TARGET) -> int:
    """Draw what is missing of the gold set and return how many texts that were. Nobody is ever drawn out of it."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, {"target": target, "one_in": DOUBLE_ONE_IN, "now": now})
        return int(cursor.rowcount)


def to_judge(rows: QuerySet[Feedback], task: str, by: int) -> QuerySet[Feedback]:
    """Return the gold texts among `rows` that this person is to judge: new ones, and others' that need a second.

    In an order of this person's own, so that two who work at once meet seldom.
    """
    mine = Label.objects.filter(task=task, by=by).values("feedback")
    people = Count("labels__by", distinct=True, filter=Q(labels__task=task, labels__purpose=Label.Purpose.GOLD))
    waiting = rows.filter(gold__isnull=False).exclude(pk__in=mine).annotate(people=people)
    wanted = waiting.filter(Q(people=0) | Q(people=1, gold__is_double=True))
    order = RawSQL("md5(%s || insights_feedback.id::text)", [f"{by} "])
    return wanted.annotate(order=order).order_by("order")


def progress_of(task: str) -> GoldProgress:
    """Count how far one task is."""
    people = Count(
        "feedback__labels__by",
        distinct=True,
        filter=Q(feedback__labels__task=task, feedback__labels__purpose=Label.Purpose.GOLD),
    )
    drawn = GoldText.objects.annotate(people=people)
    told = drawn.aggregate(
        drawn=Count("pk"),
        answered=Count("pk", filter=Q(people__gte=1)),
        to_double=Count("pk", filter=Q(is_double=True)),
        doubled=Count("pk", filter=Q(people__gte=2)),
    )
    return GoldProgress(task=task, **told)
