"""The columns of the mart. `feedback` has one row per feedback; days and hours are the company's (METRICS rule 6)."""

from datetime import timedelta

import pyarrow as pa

from insights.models.journey import SELF_SERVICE as SELF_SERVICE

NEXT_CONTACT_WITHIN = timedelta(days=31)  # more than the longest window of repeat_rate; keeps a day's reach short
EPISODE_GAP = timedelta(days=7)  # an episode is a customer's inbound contacts with gaps under this (ADR 14)

_TIME = pa.timestamp("us", tz="UTC")
_TEXTS = pa.list_(pa.string())
EXPOSURE = "EXPOSURE"
SESSION = "SESSION"  # of self-service, told as an event; sessions told as contacts are contacts
NOT_FEEDBACK = (EXPOSURE, SESSION)  # kinds of rows that stand beside feedback, for what numbers are taken of
GROUPS = ("segment", "region", "product")  # what counts of active customers may be told apart by, a bit each

FEEDBACK = pa.schema(
    [
        # --- when: local days and hours are computed when the row is built
        pa.field("month", pa.string(), nullable=False),  # partition, "2026-01" of occurred_on
        pa.field("occurred_on", pa.date32(), nullable=False),
        pa.field("occurred_at", _TIME, nullable=False),
        pa.field("hour_started_at", _TIME, nullable=False),  # the instant at which its local hour began
        pa.field("hour_of_day", pa.int8(), nullable=False),
        pa.field("weekday", pa.int8(), nullable=False),  # 1 is Monday
        # --- what
        pa.field("id", pa.string(), nullable=False),  # UUID as text
        pa.field("kind", pa.string(), nullable=False),
        pa.field("solicited", pa.bool_(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("account", pa.string(), nullable=False),
        pa.field("customer", pa.string()),  # UUID as text
        # Who, as a number to count by: 64 bits of the customer's key (62 of them random), else of the record's own: a
        # record without a known customer is a person of its own. Counting texts took ten times as long.
        pa.field("person", pa.int64(), nullable=False),
        pa.field("about", pa.string()),  # UUID of the feedback it is about
        pa.field("about_by", pa.string(), nullable=False),  # how that was found: ID, WINDOW, ""
        pa.field("channel", pa.string(), nullable=False),
        pa.field("direction", pa.string(), nullable=False),  # "" where not a contact
        pa.field("queue", pa.string(), nullable=False),
        pa.field("team", pa.string(), nullable=False),
        pa.field("agent", pa.string(), nullable=False),
        pa.field("segment", pa.string(), nullable=False),
        pa.field("product", pa.string(), nullable=False),
        pa.field("region", pa.string(), nullable=False),
        pa.field("language", pa.string(), nullable=False),  # as read, else as declared, else ""
        pa.field("touchpoint", pa.string(), nullable=False),
        pa.field("journey_stage", pa.string(), nullable=False),
        pa.field("survey", pa.string(), nullable=False),
        pa.field("reason_code", pa.string(), nullable=False),
        pa.field("has_text", pa.bool_(), nullable=False),
        # --- primary scores: the first of each measure, raw, with their own scale
        *(
            pa.field(f"{measure}_{part}", kind)
            for measure in ("nps", "csat", "ces")
            for part, kind in (
                ("value", pa.float64()),
                ("minimum", pa.float64()),
                ("maximum", pa.float64()),
                ("higher_is_better", pa.bool_()),
            )
        ),
        # --- contact facts; null is unknown
        pa.field("wait_seconds", pa.float64()),
        pa.field("talk_seconds", pa.float64()),
        pa.field("hold_seconds", pa.float64()),
        pa.field("wrap_up_seconds", pa.float64()),
        pa.field("first_response_seconds", pa.float64()),
        pa.field("first_response_business_seconds", pa.float64()),  # in opening hours; null where none are set
        pa.field("transfers", pa.int16()),
        pa.field("was_answered", pa.bool_()),
        pa.field("was_abandoned", pa.bool_()),
        pa.field("was_escalated", pa.bool_()),
        pa.field("was_reopened", pa.bool_()),
        pa.field("company_says_solved", pa.bool_()),
        pa.field("customer_says_solved", pa.bool_()),
        # of a contact: what its customer said of it, in the latest survey about it that asks, else in the contact
        pa.field("customer_answered_solved", pa.bool_()),
        # of the same customer, any topic, any channel; null: none within NEXT_CONTACT_WITHIN
        pa.field("seconds_to_next_contact", pa.float64()),
        # the same, of those that mention a topic that this one mentions
        pa.field("seconds_to_next_contact_same_topic", pa.float64()),
        # of the first contact of an episode: by how many channels it went, and from this contact until it was over
        pa.field("episode_channels", pa.int16()),
        pa.field("episode_seconds", pa.float64()),
        # of a session of self-service: from it until its customer turned to a person, 0 where it was handed to one;
        # null: not within NEXT_CONTACT_WITHIN
        pa.field("seconds_to_person", pa.float64()),
        pa.field("has_survey_answer", pa.bool_(), nullable=False),  # a survey about this contact was answered
        # --- active customers (ADR 17): levels are sets of GROUPS as numbers, sets of levels are bits
        pa.field("exposed", pa.int16()),  # of a contact: for which levels its group's customers are known on its day
        pa.field("exposed_customers", pa.int64()),  # of an exposure, which `exposed` says what levels it serves
        # --- readings of the words; null is unknown
        pa.field("enrichment_state", pa.string(), nullable=False),  # PENDING, DONE, FAILED
        pa.field("sentiment", pa.float64()),
        pa.field("sentiment_label", pa.string()),
        pa.field("is_high_effort", pa.bool_()),
        pa.field("is_complaint", pa.bool_()),
        pa.field("is_churn_risk", pa.bool_()),
        pa.field("is_idea", pa.bool_()),
        pa.field("is_purchase", pa.bool_()),
        pa.field("competitor", pa.string(), nullable=False),  # "" where none is named
        pa.field("outcome", pa.string(), nullable=False),  # SOLVED, UNSOLVED, UNCLEAR; "" is not read
        pa.field("asked_for_superior", pa.bool_()),
        pa.field("seen_before", pa.bool_()),
        # --- what it is about: lists, empty where nothing is (ADR 12)
        pa.field("is_classified", pa.bool_()),  # false: no topic above its threshold; null: not read
        pa.field("topics", _TEXTS, nullable=False),  # keys of the topics mentioned and of all their parents, each once
        pa.field("topic_sentiments", pa.list_(pa.float64()), nullable=False),  # in the order of `topics`; null: unknown
        pa.field("owner_departments", _TEXTS, nullable=False),  # of the topics mentioned, each once
        pa.field("demands", _TEXTS, nullable=False),  # VALUE, FAILURE of the topics mentioned
        # "FAILURE:Finance", "VALUE:Sales": each department of the topics mentioned once, a failure before all else
        pa.field("department_demands", _TEXTS, nullable=False),
        pa.field("main_topic", pa.string(), nullable=False),  # the one mentioned most surely; "" where none is
    ]
)
