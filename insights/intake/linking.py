"""Feedback about other feedback: linked when both are there, whichever came first, with the snapshot of its contact."""

from datetime import datetime

from django.db import connection

from insights.intake.state import FeedbackState

_SNAPSHOT = """
    about_id = asked.id,
    customer_id = coalesce(answer.customer_id, asked.customer_id),
    queue = coalesce(nullif(answer.queue, ''), asked.queue),
    team = coalesce(nullif(answer.team, ''), asked.team),
    agent = coalesce(nullif(answer.agent, ''), asked.agent),
    product = coalesce(nullif(answer.product, ''), asked.product),
    segment = coalesce(nullif(answer.segment, ''), asked.segment),
    region = coalesce(nullif(answer.region, ''), asked.region)
"""
_ANSWERS_TOLD = f"""
    UPDATE insights_feedback AS answer SET {_SNAPSHOT}
    FROM insights_feedback AS asked
    WHERE answer.id = ANY(%s) AND answer.about_source_id <> ''
      AND (asked.source, asked.account, asked.source_id)
          = (answer.about_source, answer.about_account, answer.about_source_id)
      AND asked.id <> answer.id
    RETURNING answer.occurred_at
"""  # noqa: S608  # no value is written into the statement
_ANSWERS_WAITING = f"""
    UPDATE insights_feedback AS answer SET {_SNAPSHOT}
    FROM insights_feedback AS asked
    WHERE asked.id = ANY(%s) AND answer.about_id IS NULL AND answer.about_source_id <> ''
      AND (answer.about_source, answer.about_account, answer.about_source_id)
          = (asked.source, asked.account, asked.source_id)
      AND asked.id <> answer.id
    RETURNING answer.occurred_at
"""  # noqa: S608
_ANSWERS_LINKED = f"""
    UPDATE insights_feedback AS answer SET {_SNAPSHOT}
    FROM insights_feedback AS asked
    WHERE asked.id = ANY(%s) AND answer.about_id = asked.id
      AND ((answer.queue = '' AND asked.queue <> '') OR (answer.team = '' AND asked.team <> '')
        OR (answer.agent = '' AND asked.agent <> '') OR (answer.product = '' AND asked.product <> '')
        OR (answer.segment = '' AND asked.segment <> '') OR (answer.region = '' AND asked.region <> '')
        OR (answer.customer_id IS NULL AND asked.customer_id IS NOT NULL))
    RETURNING answer.occurred_at
"""  # noqa: S608


def link(changed: list[FeedbackState]) -> list[datetime]:
    """Link what was just written, both ways, and hand on what became known of a contact. Returns when the answers were.

    A survey answer takes queue, team, agent and product of the contact it asks about where it has none of its own, and
    its customer: whoever was asked about a contact is who had it.
    """
    answers = [state.id for state in changed if state.about[2]]
    asked = [state.id for state in changed if state.kind != "SURVEY"]
    known = [state.id for state in changed if state.kind != "SURVEY" and not state.is_new]
    moments: list[datetime] = []
    with connection.cursor() as cursor:
        for statement, keys in ((_ANSWERS_TOLD, answers), (_ANSWERS_WAITING, asked), (_ANSWERS_LINKED, known)):
            if keys:
                cursor.execute(statement, [keys])
                moments += [row[0] for row in cursor.fetchall()]
    return moments
