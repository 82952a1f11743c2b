"""Putting a version of the taxonomy live: topics, mentions and readings change in one transaction, or not at all."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from insights.enrichment.taxonomy import tree_from_json
from insights.enrichment.taxonomy_topics import move_labels, write_topics
from insights.enrichment.taxonomy_versions import NotNow, merges_of
from insights.enrichment.topics import LOCK, NAME, version_named
from insights.models import DirtyDay, Mention, Retagged, TaxonomyVersion

State = TaxonomyVersion.State
# texts whose reading is still the one that was judged, and of which nobody has said anything since
_COVERED = """
    CREATE TEMPORARY TABLE covered ON COMMIT DROP AS
    SELECT r.feedback_id, r.topics, r.changed FROM insights_retagged r
    JOIN insights_enrichment e ON e.feedback_id = r.feedback_id AND e.enriched_at = r.enriched_at AND e.state = 'DONE'
    WHERE r.version_id = %s AND NOT EXISTS (
        SELECT 1 FROM insights_label l WHERE l.feedback_id = r.feedback_id AND l.task = 'TOPIC' AND l.updated_at >= %s)
"""
_FORGET = """
    DELETE FROM insights_mention m USING covered c WHERE m.feedback_id = c.feedback_id AND m.tagged_by LIKE 'model:%%'
"""
_WRITE = """
    INSERT INTO insights_mention (feedback_id, topic_id, sentiment, confidence, tagged_by, turn_id, start, "end")
    SELECT c.feedback_id, t.topic, t.sentiment, t.confidence, t.tagged_by, t.turn, t.start, t."end"
    FROM covered c CROSS JOIN LATERAL jsonb_to_recordset(c.topics) AS t (
        topic uuid, sentiment float8, confidence float8, tagged_by varchar, turn bigint, start integer, "end" integer)
    WHERE jsonb_typeof(c.topics) = 'array'
    ON CONFLICT (feedback_id, topic_id) DO NOTHING
"""
_READ_BY = """
    UPDATE insights_enrichment e SET
        versions = e.versions || jsonb_build_object(%s::text, %s::text),
        is_classified = CASE
            WHEN EXISTS (SELECT 1 FROM insights_mention m WHERE m.feedback_id = c.feedback_id) THEN true
            WHEN jsonb_typeof(c.topics) = 'array' THEN false END
    FROM covered c WHERE e.feedback_id = c.feedback_id
"""
_READ_AGAIN = """
    UPDATE insights_enrichment SET state = 'PENDING', attempts = 0, not_before = NULL, error = ''
    WHERE state = 'DONE' AND versions ->> %s IS DISTINCT FROM %s
"""
_DAYS = """
    SELECT DISTINCT (f.occurred_at AT TIME ZONE %s)::date FROM insights_feedback f
    WHERE f.id IN (SELECT feedback_id FROM covered WHERE changed)
       OR f.id IN (SELECT feedback_id FROM insights_mention WHERE topic_id = ANY(%s))
"""


@transaction.atomic
def publish(number: int, *, now: datetime) -> TaxonomyVersion:
    """Put a re-tagged draft live. Waits for the batches being read, and holds up those that come, for seconds.

    Raises NotNow where it is not ready, or was made from another version than the one that is live.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    version = TaxonomyVersion.objects.select_for_update().filter(number=number).first()
    if version is None or version.state != State.READY:
        state = "does not exist" if version is None else f"is {version.get_state_display().lower()}"
        raise NotNow(f"Version {number} {state}. Re-tag a draft, look at what changes, then put it live.")
    old = TaxonomyVersion.objects.select_for_update().get(state=State.LIVE)
    if version.based_on_id != old.number:
        raise NotNow(
            f"Version {number} was made from {version.based_on_id}, but {old.number} is live. Open a new draft."
        )
    _swap(version, now)
    old.state = State.OLD
    old.save(update_fields=["state"])
    version.state, version.published_at = State.LIVE, now
    version.save(update_fields=["state", "published_at"])
    Retagged.objects.filter(version=version).delete()
    return version


def _swap(version: TaxonomyVersion, now: datetime) -> None:
    tree = tree_from_json(version.tree)
    read_by = version_named(version.number)
    with connection.cursor() as cursor:
        cursor.execute(_COVERED, [version.number, version.tagging_since])
        cursor.execute("CREATE UNIQUE INDEX ON covered (feedback_id)")
        cursor.execute("ANALYZE covered")
        shown_anew = write_topics(tree, version.number)
        days = _days(shown_anew)  # those of mentions that are about to go, too
        cursor.execute(_FORGET)
        move_labels(merges_of(tree))
        Mention.objects.filter(topic__is_active=False).delete()
        cursor.execute(_WRITE)
        cursor.execute(_READ_BY, [NAME, read_by])
        cursor.execute(_READ_AGAIN, [NAME, read_by])
        DirtyDay.objects.mark(days | _days(shown_anew), now)


def _days(topics: Iterable[UUID]) -> set[date]:
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [settings.REPORTING_TIME_ZONE, list(topics)])
        return {day for (day,) in cursor.fetchall()}
