"""Generated facts straight into PostgreSQL: a year of contacts and surveys, the same for the same number of rows."""

import os

import django

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
FIRST_DAY, DAYS = "2025-06-01", 360
SOURCE = "benchmark"

_STATEMENTS = (
    "INSERT INTO insights_customer (id, segment, region, product, created_at, updated_at) "
    "SELECT md5('c' || i)::uuid, '', '', '', now(), now() FROM generate_series(0, %(rows)s / 4) i",
    """
    INSERT INTO insights_feedback (
        id, kind, source, account, source_id, revision, content_hash, customer_id, occurred_at, channel, touchpoint,
        journey_stage, survey, product, segment, region, queue, team, agent, language, title, text, about_source,
        about_account, about_source_id, customer_says_solved, attributes, created_at, updated_at
    )
    SELECT md5('f' || i)::uuid, CASE WHEN i %% 5 = 0 THEN 'SURVEY' ELSE 'CONTACT' END, %(source)s, '', i, 0, '',
        md5('c' || (hashint4(i) & 2147483647) %% (%(rows)s / 4))::uuid,
        %(first)s::timestamptz + (hashint4(i * 7) & 2147483647) %% (%(days)s * 86400) * interval '1 second',
        (ARRAY['VOICE', 'CHAT', 'EMAIL', 'SOCIAL'])[1 + i %% 4], '', '',
        CASE WHEN i %% 5 = 0 THEN 'post-contact' ELSE '' END,
        'product ' || i %% 7, 'segment ' || i %% 5, 'region ' || i %% 11, 'queue ' || i %% 23, 'team ' || i %% 40,
        'agent ' || i %% 400, 'en', '', 'words', '', '', '', NULL, '{}', now(), now()
    FROM generate_series(1, %(rows)s) i
    """,
    """
    INSERT INTO insights_contactfacts (
        feedback_id, direction, wait_seconds, talk_seconds, hold_seconds, wrap_up_seconds, transfers, was_answered,
        was_abandoned, company_says_solved, reason_code
    )
    SELECT md5('f' || i)::uuid, 'INBOUND', i %% 90, i %% 600, i %% 40, i %% 60, i %% 3, i %% 20 <> 0, i %% 20 = 0,
        CASE WHEN i %% 3 = 0 THEN NULL ELSE i %% 7 < 5 END, 'reason ' || i %% 30
    FROM generate_series(1, %(rows)s) i WHERE i %% 5 <> 0
    """,
    """
    INSERT INTO insights_score (
        feedback_id, measure, question, wording, label, value, scale_minimum, scale_maximum, higher_is_better, position
    )
    SELECT md5('f' || i)::uuid, measure, measure, '', '', value, low, high, true, 0
    FROM generate_series(5, %(rows)s, 5) i CROSS JOIN LATERAL (
        VALUES ('NPS', (hashint4(i) & 2147483647) %% 11, 0, 10), ('CSAT', 1 + (hashint4(i + 1) & 2147483647) %% 5, 1, 5)
    ) s (measure, value, low, high)
    """,
    """
    INSERT INTO insights_enrichment (
        feedback_id, state, attempts, error, versions, language, sentiment, sentiment_label, enriched_at,
        is_high_effort, intents, outcome, summary, is_classified
    )
    SELECT md5('f' || i)::uuid, 'DONE', 0, '', '{}', 'en', (i %% 200 - 100) / 100.0,
        CASE WHEN i %% 200 < 60 THEN 'NEGATIVE' WHEN i %% 200 < 140 THEN 'NEUTRAL' ELSE 'POSITIVE' END, now(),
        i %% 9 = 0, CASE WHEN i %% 6 = 0 THEN '{"COMPLAINT": {"confidence": 0.9}}'::jsonb ELSE '{}' END,
        (ARRAY['SOLVED', 'UNSOLVED', 'UNCLEAR'])[1 + i %% 3], '', i %% 10 > 0
    FROM generate_series(1, %(rows)s) i
    """,
    # 60 topics under 12 under 4, and 1.5 mentions a feedback: none, one, two or three
    """
    INSERT INTO insights_topic (
        id, key, name, parent_id, description, examples, counter_examples, owner_department, demand, journey_stage,
        version, is_active
    )
    SELECT md5('t' || level || '-' || i)::uuid, 'topic-' || level || '-' || i, 'Topic ' || level || '.' || i,
        CASE WHEN level > 1 THEN md5('t' || level - 1 || '-' || i / wide)::uuid END, '', '[]', '[]',
        CASE WHEN level = 2 THEN 'department ' || i %% 5 ELSE '' END, (ARRAY['VALUE', 'FAILURE'])[1 + i %% 2], '',
        1, true
    FROM (VALUES (1, 4, 1), (2, 12, 3), (3, 60, 5)) AS l (level, many, wide), generate_series(0, many - 1) i
    ORDER BY level
    """,
    """
    INSERT INTO insights_mention (feedback_id, topic_id, sentiment, confidence, tagged_by)
    SELECT md5('f' || i)::uuid, md5('t3-' || ((hashint4(i) & 2147483647) + place * 7) %% 60)::uuid,
        (i %% 200 - 100) / 100.0, 0.9, 'model:benchmark'
    FROM generate_series(1, %(rows)s) i,
        generate_series(1, CASE i %% 10 WHEN 0 THEN 0 WHEN 9 THEN 3 ELSE 1 + i %% 2 END) place
    """,
)
_TABLES = ("customer", "feedback", "contactfacts", "score", "enrichment", "topic", "mention")


def generate(rows: int = ROWS) -> None:
    """Fill PostgreSQL with `rows` feedback, unless they are there already, and let it learn their distribution."""
    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415  # Django is set up above

    given = {"rows": rows, "first": FIRST_DAY, "days": DAYS, "source": SOURCE}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM insights_feedback")
        (there,) = cursor.fetchone()
        if there == rows:
            return
        if there:
            raise SystemExit(f"The database holds {there} feedback already. Use an empty one.")
        with transaction.atomic():
            for statement in _STATEMENTS:
                cursor.execute(statement, given)
        for table in _TABLES:
            cursor.execute(f"VACUUM ANALYZE insights_{table}")
