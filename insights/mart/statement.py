"""The statement that tells the mart's rows of the records that were picked."""

from insights.mart.schema import EPISODE_GAP, NEXT_CONTACT_WITHIN, SELF_SERVICE

BETWEEN = "\x1f"  # between the members of a list; no key, department or number holds the unit separator
_MEASURES = ("nps", "csat", "ces")
_PARTS = {
    "value": "value",
    "minimum": "scale_minimum",
    "maximum": "scale_maximum",
    "higher_is_better": "higher_is_better",
}
_SNAPSHOT = ("queue", "team", "agent")  # a survey's own, else those of the contact it is about (METRICS rule 7)
_CONTACT_FACTS = (
    "wait_seconds", "talk_seconds", "hold_seconds", "wrap_up_seconds", "first_response_seconds",
    "first_response_business_seconds", "transfers",
    "was_answered", "was_abandoned", "was_escalated", "was_reopened", "company_says_solved",
)  # fmt: skip
_INTENTS = {
    "is_complaint": "COMPLAINT",
    "is_churn_risk": "CHURN_RISK",
    "is_idea": "IDEA",
    "is_purchase": "PURCHASE",
}

# Next contacts are looked up among the later contacts of the customers seen in these rows: they may lie days ahead.
_STATEMENT = """
WITH first_scores AS (
    SELECT DISTINCT ON (s.feedback_id, s.measure) s.*
    FROM insights_score s JOIN mart_rows d ON d.id = s.feedback_id
    WHERE s.measure <> 'OTHER'
    ORDER BY s.feedback_id, s.measure, s.position, s.id
),
scores AS (
    SELECT feedback_id, {scores_pivoted} FROM first_scores GROUP BY feedback_id
),
contacts AS MATERIALIZED (
    SELECT f.id, f.customer_id, f.occurred_at, f.channel
    FROM insights_feedback f LEFT JOIN insights_contactfacts c ON c.feedback_id = f.id
    WHERE f.kind = 'CONTACT' AND coalesce(c.direction, 'INBOUND') = 'INBOUND'
        AND f.occurred_at >= %(since)s - {gap} AND f.occurred_at < %(until)s + %(within)s
        AND f.customer_id IN (SELECT customer_id FROM mart_rows WHERE kind = 'CONTACT')
),
next_contacts AS (
    SELECT id, extract(epoch FROM lead(occurred_at) OVER same_customer - occurred_at) AS seconds
    FROM contacts
    WINDOW same_customer AS (PARTITION BY customer_id ORDER BY occurred_at, id)
),
next_on_topics AS (
    SELECT id, min(seconds) AS seconds FROM (
        SELECT c.id, extract(epoch FROM lead(c.occurred_at) OVER same_topic - c.occurred_at) AS seconds
        FROM contacts c JOIN insights_mention m ON m.feedback_id = c.id
        WINDOW same_topic AS (PARTITION BY c.customer_id, m.topic_id ORDER BY c.occurred_at, c.id)
    ) told WHERE seconds IS NOT NULL GROUP BY id
),
in_episodes AS (
    SELECT *, count(*) FILTER (WHERE is_first) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS episode
    FROM (
        SELECT *, coalesce(occurred_at - lag(occurred_at) OVER same_customer >= {gap}, true) AS is_first
        FROM contacts WINDOW same_customer AS (PARTITION BY customer_id ORDER BY occurred_at, id)
    ) told
),
episodes AS (
    SELECT f.id, count(DISTINCT c.channel) AS channels,
        least(extract(epoch FROM max(c.occurred_at) - f.occurred_at + {gap}), {within}) AS seconds
    FROM in_episodes f JOIN in_episodes c USING (customer_id, episode)
    WHERE f.is_first AND c.occurred_at < f.occurred_at + %(within)s
    GROUP BY f.id, f.occurred_at
),
answered AS (
    SELECT a.about_id AS id, (array_agg(a.customer_says_solved ORDER BY a.occurred_at DESC, a.id DESC)
        FILTER (WHERE a.customer_says_solved IS NOT NULL))[1] AS says_solved
    FROM insights_feedback a JOIN mart_rows d ON d.id = a.about_id
    WHERE a.kind = 'SURVEY' GROUP BY a.about_id
),
lines AS (SELECT * FROM unnest(%(topics)s::uuid[], %(names)s::text[]) AS l (topic_id, name)),
mentioned AS (
    SELECT m.feedback_id, l.name, avg(m.sentiment) AS sentiment
    FROM insights_mention m JOIN mart_rows d ON d.id = m.feedback_id JOIN lines l USING (topic_id)
    GROUP BY m.feedback_id, l.name
),
topics AS (
    SELECT feedback_id, string_agg(name, %(between)s ORDER BY name) AS topics,
        string_agg(coalesce(sentiment::text, ''), %(between)s ORDER BY name) AS sentiments
    FROM mentioned GROUP BY feedback_id
),
owned AS (
    SELECT m.feedback_id, m.confidence, o.key, nullif(o.department, '') AS department, o.demand
    FROM insights_mention m JOIN mart_rows d ON d.id = m.feedback_id
    JOIN unnest(%(owned)s::uuid[], %(keys)s::text[], %(departments)s::text[], %(demands)s::text[])
        AS o (topic_id, key, department, demand) USING (topic_id)
),
owners AS (
    SELECT feedback_id, string_agg(DISTINCT department, %(between)s) AS departments,
        string_agg(DISTINCT demand, %(between)s) AS demands,
        (array_agg(key ORDER BY confidence DESC, key))[1] AS main_topic
    FROM owned GROUP BY feedback_id
),
asked_of AS (
    SELECT feedback_id, string_agg(demand || ':' || department, %(between)s ORDER BY department) AS department_demands
    FROM (
        SELECT feedback_id, department, CASE WHEN bool_or(demand = 'FAILURE') THEN 'FAILURE' ELSE 'VALUE' END AS demand
        FROM owned WHERE department IS NOT NULL GROUP BY feedback_id, department
    ) told GROUP BY feedback_id
)
SELECT
    (extract(epoch FROM d.occurred_at) * 1000000)::bigint AS occurred_at,
    d.id, d.kind, d.solicited, d.source, d.account, d.customer_id AS customer,
    ('x' || right(replace(coalesce(d.customer_id, d.id)::text, '-', ''), 16))::bit(64)::bigint AS person,
    d.about_id AS about, d.about_by, d.channel,
    CASE WHEN d.kind = 'CONTACT' THEN coalesce(c.direction, 'INBOUND') ELSE '' END AS direction,
    {snapshots},
    d.segment, d.product, d.region, coalesce(nullif(e.language, ''), d.language) AS language,
    d.touchpoint, d.journey_stage, d.survey, coalesce(c.reason_code, '') AS reason_code,
    d.text <> '' OR EXISTS (
        SELECT FROM insights_turn t WHERE t.feedback_id = d.id AND t.speaker = 'CUSTOMER' AND t.text <> ''
    ) AS has_text,
    {scores_named},
    {contact_facts},
    d.customer_says_solved,
    CASE WHEN d.kind = 'CONTACT' THEN coalesce(answered.says_solved, d.customer_says_solved) END
        AS customer_answered_solved,
    CASE WHEN n.seconds < {within} THEN n.seconds END AS seconds_to_next_contact,
    CASE WHEN nt.seconds < {within} THEN nt.seconds END AS seconds_to_next_contact_same_topic,
    ep.channels AS episode_channels, ep.seconds AS episode_seconds,
    CASE WHEN d.kind = 'CONTACT' AND d.channel IN {self_service} THEN
        CASE WHEN d.agent <> '' OR c.transfers > 0 THEN 0 ELSE {until_person} END
    END AS seconds_to_person,
    answered.id IS NOT NULL AS has_survey_answer,
    coalesce(e.state, 'PENDING') AS enrichment_state, e.sentiment, nullif(e.sentiment_label, '') AS sentiment_label,
    e.is_high_effort, {intents}, coalesce(e.intents -> 'COMPETITOR' ->> 'name', '') AS competitor,
    coalesce(e.outcome, '') AS outcome, e.asked_for_superior, e.seen_before, e.is_classified,
    t.topics, t.sentiments AS topic_sentiments, o.departments AS owner_departments, o.demands,
    w.department_demands, coalesce(o.main_topic, '') AS main_topic
FROM mart_rows picked JOIN insights_feedback d ON d.id = picked.id
LEFT JOIN insights_contactfacts c ON c.feedback_id = d.id
LEFT JOIN insights_feedback a ON a.id = d.about_id
LEFT JOIN insights_enrichment e ON e.feedback_id = d.id
LEFT JOIN scores s ON s.feedback_id = d.id
LEFT JOIN next_contacts n ON n.id = d.id
LEFT JOIN next_on_topics nt ON nt.id = d.id
LEFT JOIN episodes ep ON ep.id = d.id
LEFT JOIN answered ON answered.id = d.id
LEFT JOIN topics t ON t.feedback_id = d.id
LEFT JOIN owners o ON o.feedback_id = d.id
LEFT JOIN asked_of w ON w.feedback_id = d.id
"""


def _pivoted(measure: str, part: str, column: str) -> str:
    aggregate = "bool_or" if part == "higher_is_better" else "max"  # one row per measure: any aggregate picks it
    return f"{aggregate}({column}) FILTER (WHERE measure = '{measure.upper()}') AS {measure}_{part}"


SELF_SERVED = str(SELF_SERVICE)
# the next inbound contact on a channel with people, or that was handed to one; `d` is the session
UNTIL_PERSON = f"""(
    SELECT extract(epoch FROM min(h.occurred_at) - d.occurred_at)::float8
    FROM insights_feedback h LEFT JOIN insights_contactfacts hc ON hc.feedback_id = h.id
    WHERE h.customer_id = d.customer_id AND h.kind = 'CONTACT' AND coalesce(hc.direction, 'INBOUND') = 'INBOUND'
        AND h.occurred_at > d.occurred_at AND h.occurred_at < d.occurred_at + %(within)s
        AND (h.channel NOT IN {SELF_SERVED} OR h.agent <> '' OR hc.transfers > 0)
)"""  # noqa: S608 (all of it is ours)
STATEMENT = _STATEMENT.format(
    self_service=SELF_SERVED,
    until_person=UNTIL_PERSON,
    scores_pivoted=", ".join(_pivoted(measure, *part) for measure in _MEASURES for part in _PARTS.items()),
    scores_named=", ".join(f"s.{measure}_{part}" for measure in _MEASURES for part in _PARTS),
    snapshots=", ".join(f"coalesce(nullif(d.{name}, ''), a.{name}, '') AS {name}" for name in _SNAPSHOT),
    contact_facts=", ".join(f"c.{name}" for name in _CONTACT_FACTS),
    intents=", ".join(f"e.intents ? '{name}' AS {column}" for column, name in _INTENTS.items()),
    gap=f"interval '{int(EPISODE_GAP.total_seconds())} seconds'",
    within=int(NEXT_CONTACT_WITHIN.total_seconds()),
)
