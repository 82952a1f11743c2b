"""Feedback about other feedback: linked when both are there, whichever came first, with the snapshot of its contact.

By the exact id as told, here; by an id told less exactly, or by the declared window, in `loose_links`.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

from insights.intake.link_statements import SNAPSHOT
from insights.intake.loose_links import Picture, linked_loosely
from insights.intake.state import FeedbackState

_ANSWERS_ABOUT_ANOTHER = """
    UPDATE insights_feedback SET about_id = NULL, about_by = ''
    WHERE id = ANY(%s) AND about_id IS NOT NULL RETURNING occurred_at
"""
_ANSWERS_TOLD = f"""
    UPDATE insights_feedback AS answer SET about_by = 'ID', {SNAPSHOT}
    FROM insights_feedback AS asked
    WHERE answer.id = ANY(%s) AND answer.about_source_id <> ''
      AND (asked.source, asked.account, asked.source_id)
          = (answer.about_source, answer.about_account, answer.about_source_id)
      AND asked.id <> answer.id
    RETURNING answer.occurred_at, asked.id
"""  # noqa: S608  # no value is written into the statement
_ANSWERS_WAITING = f"""
    UPDATE insights_feedback AS answer SET about_by = 'ID', {SNAPSHOT}
    FROM insights_feedback AS asked
    WHERE asked.id = ANY(%s) AND answer.about_id IS NULL AND answer.about_source_id <> ''
      AND (answer.about_source, answer.about_account, answer.about_source_id)
          = (asked.source, asked.account, asked.source_id)
      AND asked.id <> answer.id
      AND NOT EXISTS (SELECT FROM insights_looselink AS loose WHERE loose.feedback_id = answer.id)
    RETURNING answer.occurred_at, asked.id
"""  # noqa: S608
_ANSWERS_LINKED = f"""
    UPDATE insights_feedback AS answer SET {SNAPSHOT}
    FROM insights_feedback AS asked
    WHERE asked.id = ANY(%s) AND answer.about_id = asked.id
      AND ((answer.queue = '' AND asked.queue <> '') OR (answer.team = '' AND asked.team <> '')
        OR (answer.agent = '' AND asked.agent <> '') OR (answer.product = '' AND asked.product <> '')
        OR (answer.segment = '' AND asked.segment <> '') OR (answer.region = '' AND asked.region <> '')
        OR (answer.customer_id IS NULL AND asked.customer_id IS NOT NULL))
      AND NOT EXISTS (SELECT FROM insights_looselink AS loose WHERE loose.feedback_id = answer.id)
    RETURNING answer.occurred_at, asked.id
"""  # noqa: S608


def link(
    changed: list[FeedbackState],
    before: Mapping[tuple[str, str, str], FeedbackState],
    released: Mapping[UUID, Picture],
) -> list[datetime]:
    """Link what was just written, both ways, and hand on what became known of a contact. Returns when the answers were.

    A survey answer takes queue, team, agent and product of the contact it asks about where it has none of its own, and
    its customer: whoever was asked about a contact is who had it. `before` is what was known of the changed, and
    `released` what `release` gave back of those told again.
    """
    moved = {state.id: was for state in changed if (was := before.get(state.key)) and was.about != state.about}
    answers = [state.id for state in changed if state.about[2]]
    asked = [state.id for state in changed if state.kind != "SURVEY"]
    known = [state.id for state in changed if state.kind != "SURVEY" and not state.is_new]
    moments: list[datetime] = []
    named = {state.about_id for state in moved.values() if state.about_id}  # and now perhaps by nobody
    with connection.cursor() as cursor:
        if moved:
            cursor.execute(_ANSWERS_ABOUT_ANOTHER, [list(moved)])
            moments += [row[0] for row in cursor.fetchall()]
        for statement, keys in ((_ANSWERS_TOLD, answers), (_ANSWERS_WAITING, asked), (_ANSWERS_LINKED, known)):
            if keys:
                cursor.execute(statement, [keys])
                found = cursor.fetchall()
                moments += [row[0] for row in found]
                named.update(row[1] for row in found)
    return moments + linked_loosely(changed, named, released)
