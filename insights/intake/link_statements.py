"""The statements of linking. An answer takes over what it does not say itself; what was taken loosely is noted."""

from insights.intake.record import ANY_SOURCE

_COPIED = ("queue", "team", "agent", "product", "segment", "region")

SNAPSHOT = "about_id = asked.id, customer_id = coalesce(answer.customer_id, asked.customer_id), " + ", ".join(
    f"{name} = coalesce(nullif(answer.{name}, ''), asked.{name})" for name in _COPIED
)
_TAKEN = ", ".join(
    [
        *(f"CASE WHEN answer.{name} = '' AND asked.{name} <> '' THEN '{name}' END" for name in _COPIED),
        "CASE WHEN answer.customer_id IS NULL AND asked.customer_id IS NOT NULL THEN 'customer_id' END",
    ]
)
PICTURES = f"""
    SELECT id, occurred_at, about_id, about_by, about_source_id, customer_id, {", ".join(_COPIED)}
    FROM insights_feedback WHERE id = ANY(%s)
"""  # noqa: S608  # our own column names, here and below
GIVE_BACK = f"""
    WITH gone AS (DELETE FROM insights_looselink WHERE feedback_id = ANY(%s) RETURNING feedback_id, took)
    UPDATE insights_feedback AS answer SET
        about_id = NULL, about_by = '',
        customer_id = CASE WHEN 'customer_id' = ANY(gone.took) THEN NULL ELSE answer.customer_id END,
        about_source = CASE WHEN 'about' = ANY(gone.took) THEN '' WHEN 'about_source' = ANY(gone.took)
            THEN '{ANY_SOURCE}' ELSE answer.about_source END,
        about_account = CASE WHEN 'about' = ANY(gone.took) THEN '' WHEN 'about_source' = ANY(gone.took)
            THEN answer.account ELSE answer.about_account END,
        about_source_id = CASE WHEN 'about' = ANY(gone.took) THEN '' ELSE answer.about_source_id END,
        {", ".join(f"{name} = CASE WHEN '{name}' = ANY(gone.took) THEN '' ELSE answer.{name} END" for name in _COPIED)}
    FROM gone WHERE answer.id = gone.feedback_id
"""  # noqa: S608
BY_EXACT_ID = f"""
    UPDATE insights_feedback AS answer SET about_by = 'ID', {SNAPSHOT}
    FROM insights_feedback AS asked
    WHERE answer.id = ANY(%s) AND answer.about_source_id <> '' AND answer.about_id IS NULL AND asked.id <> answer.id
      AND (asked.source, asked.account, asked.source_id)
          = (answer.about_source, answer.about_account, answer.about_source_id)
"""  # noqa: S608
RULE = """
    LATERAL (
        SELECT * FROM insights_linkrule AS one
        WHERE one.source = answer.source AND one.account IN ('', answer.account) AND one.survey IN ('', answer.survey)
        ORDER BY one.survey <> '' DESC, one.account <> '' DESC LIMIT 1
    ) AS rule
"""
IDS_BY_RULE = f"""
    WITH told AS (
        SELECT answer.id, coalesce(nullif(rule.contact_source, ''), '{ANY_SOURCE}') AS about_source,
            rule.contact_account AS about_account,
            CASE WHEN answer.about_source_id <> '' THEN answer.about_source_id
                ELSE left(ltrim(btrim(answer.attributes ->> rule.id_attribute), '#'), 200) END AS about_source_id,
            CASE WHEN answer.about_source_id <> '' THEN 'about_source' ELSE 'about' END AS taken
        FROM insights_feedback AS answer JOIN {RULE} ON true
        WHERE answer.id = ANY(%s) AND answer.kind = 'SURVEY' AND answer.about_id IS NULL
            AND ((answer.about_source_id = '' AND rule.id_attribute <> ''
                    AND btrim(coalesce(answer.attributes ->> rule.id_attribute, '')) <> '')
                OR (answer.about_source = '{ANY_SOURCE}' AND rule.contact_source <> ''))
    ), written AS (
        UPDATE insights_feedback AS answer SET about_source = told.about_source, about_account = told.about_account,
            about_source_id = told.about_source_id
        FROM told WHERE answer.id = told.id
    )
    INSERT INTO insights_looselink (feedback_id, source_id, took)
    SELECT id, about_source_id, ARRAY[taken] FROM told
"""  # noqa: S608
_LINK = f"""
    , written AS (
        UPDATE insights_feedback AS answer SET about_by = %(by)s, {SNAPSHOT}
        FROM found JOIN insights_feedback AS asked ON asked.id = found.asked WHERE answer.id = found.id
    )
    INSERT INTO insights_looselink (feedback_id, source_id, took)
    SELECT answer.id, CASE WHEN %(by)s = 'ID' THEN answer.about_source_id ELSE '' END,
        array_remove(ARRAY[{_TAKEN}]::varchar[], NULL)
    FROM found JOIN insights_feedback AS answer ON answer.id = found.id
        JOIN insights_feedback AS asked ON asked.id = found.asked
    ON CONFLICT (feedback_id) DO UPDATE SET took = insights_looselink.took || EXCLUDED.took
"""  # noqa: S608
_FOUND_BY_LOOSE_ID = """
    WITH found AS (
        SELECT answer.id, (array_agg(asked.id ORDER BY (asked.source, asked.account)
            = (answer.about_source, answer.about_account) DESC, asked.id))[1] AS asked
        FROM insights_feedback AS answer
        JOIN unnest(%(sources)s::text[], %(accounts)s::text[]) AS known (source, account)
            ON (answer.about_source IN (known.source, %(any)s))
            AND (answer.about_account = '' OR lower(btrim(answer.about_account)) = lower(btrim(known.account))
                OR (answer.about_source <> answer.source AND answer.about_account = answer.account))
        JOIN insights_feedback AS asked ON asked.source = known.source AND asked.account = known.account
            AND asked.source_id = answer.about_source_id AND asked.kind = 'CONTACT' AND asked.id <> answer.id
        WHERE answer.id = ANY(%(answers)s) AND answer.about_id IS NULL AND answer.about_source_id <> ''
            AND (answer.customer_id IS NULL OR asked.customer_id IS NULL OR answer.customer_id = asked.customer_id)
        GROUP BY answer.id
        HAVING count(*) = 1
            OR bool_or((asked.source, asked.account) = (answer.about_source, answer.about_account))
    )
"""
BY_LOOSE_ID = _FOUND_BY_LOOSE_ID + _LINK
_ENDED = "greatest(asked.occurred_at, facts.ended_at)"
_FOUND_BY_WINDOW = f"""
    WITH found AS (
        SELECT answer.id, nearest.id AS asked
        FROM insights_feedback AS answer JOIN {RULE} ON rule.window_hours IS NOT NULL
        CROSS JOIN LATERAL (
            SELECT asked.id FROM insights_feedback AS asked
            LEFT JOIN insights_contactfacts AS facts ON facts.feedback_id = asked.id
            WHERE asked.customer_id = answer.customer_id AND asked.kind = 'CONTACT'
                AND coalesce(facts.direction, 'INBOUND') = 'INBOUND' AND asked.occurred_at <= answer.occurred_at
                AND {_ENDED} <= answer.occurred_at
                AND {_ENDED} >= answer.occurred_at - make_interval(hours => rule.window_hours)
                AND (rule.channels = '{{}}' OR asked.channel = ANY(rule.channels))
                AND (rule.queues = '{{}}' OR asked.queue = ANY(rule.queues))
                AND NOT EXISTS (SELECT FROM insights_feedback AS other
                    WHERE other.about_id = asked.id AND other.about_by = 'ID')
            ORDER BY {_ENDED} DESC, asked.occurred_at DESC, asked.source, asked.account, asked.source_id LIMIT 1
        ) AS nearest
        WHERE answer.id = ANY(%(answers)s) AND answer.kind = 'SURVEY' AND answer.about_id IS NULL
            AND answer.about_source_id = ''
    )
"""  # noqa: S608
BY_WINDOW = _FOUND_BY_WINDOW + _LINK

NEAR = f"""
    SELECT answer.id FROM insights_feedback AS asked
    LEFT JOIN insights_contactfacts AS facts ON facts.feedback_id = asked.id
    JOIN insights_feedback AS answer ON answer.customer_id = asked.customer_id AND answer.kind = 'SURVEY'
        AND answer.about_source_id = '' AND answer.occurred_at >= asked.occurred_at
        AND answer.occurred_at >= {_ENDED}
        AND answer.occurred_at <= {_ENDED} + make_interval(hours => %(longest)s)
    WHERE asked.id = ANY(%(touched)s)
        AND answer.source IN (SELECT source FROM insights_linkrule WHERE window_hours IS NOT NULL)
"""  # noqa: S608
AFFECTED = f"""
    SELECT loose.feedback_id FROM insights_looselink AS loose
    JOIN insights_feedback AS answer ON answer.id = loose.feedback_id
    WHERE answer.about_id = ANY(%(touched)s)
    UNION
    SELECT feedback_id FROM insights_looselink WHERE source_id <> '' AND source_id = ANY(%(source_ids)s)
    UNION
    {NEAR}
"""  # noqa: S608
WAITING_ANSWERS = """
    SELECT id FROM insights_feedback WHERE about_id IS NULL AND about_source_id <> ''
        AND about_source = %s AND about_account = %s AND about_source_id = ANY(%s)
"""
WAITING_SPELLINGS = """
    WITH RECURSIVE spelled AS (
        (SELECT about_source, about_account FROM insights_feedback
            WHERE about_id IS NULL AND about_source_id <> '' ORDER BY about_source, about_account LIMIT 1)
        UNION ALL
        SELECT following.about_source, following.about_account FROM spelled CROSS JOIN LATERAL (
            SELECT about_source, about_account FROM insights_feedback
            WHERE about_id IS NULL AND about_source_id <> ''
                AND (about_source, about_account) > (spelled.about_source, spelled.about_account)
            ORDER BY about_source, about_account LIMIT 1
        ) AS following
    ) SELECT about_source, about_account FROM spelled
"""  # steps from one spelling to the next through the index, however many answers wait
SITUATION = """
    SELECT coalesce(max(window_hours), 0), count(*) > 0, EXISTS (SELECT FROM insights_looselink) FROM insights_linkrule
"""
LOOSE_OF = "SELECT feedback_id FROM insights_looselink WHERE feedback_id = ANY(%s)"
LOOSE_ANSWERS_OF_CUSTOMERS = """
    SELECT answer.id FROM insights_feedback AS answer
    WHERE answer.customer_id = ANY(%s) AND answer.kind = 'SURVEY' AND (answer.about_id IS NULL
        OR EXISTS (SELECT FROM insights_looselink AS loose WHERE loose.feedback_id = answer.id))
"""
