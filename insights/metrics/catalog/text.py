"""What is read out of customers' own words."""

import ibis.expr.types as ir

from insights.metrics.definition import Metric, Rows

_UNREAD = "Texts still to be read, or that no model reads, are not in it."
_READ_BY_MACHINE = "A machine read the words; irony and mixed feelings are where it errs."


def _is_classified(rows: Rows) -> ir.Value:
    return rows.has_text & rows.is_classified.notnull()


def _is_of_wanted_topics(rows: Rows) -> ir.Value:
    return rows.has_text & rows.has("topic")


def _sentiment_on_topics(rows: Rows) -> ir.Value:
    """The mean over the topics asked for, of all those mentioned where none is; null where none was read."""
    told = rows.topic_sentiments
    if "topic" in rows.wanted:
        pairs = rows.topics.zip(told).filter(lambda pair: pair.f1.isin(rows.wanted["topic"]))
        told = pairs.map(lambda pair: pair.f2)
    return told.filter(lambda sentiment: sentiment.notnull()).means()


def _share_of_read(*, key: str, label: str, meaning: str, formula: str, reading: str) -> Metric:
    """Return the share of feedback with words for which the reading is true, of that for which it is known."""
    return Metric(
        key=key,
        label=label,
        meaning=meaning,
        formula=formula,
        kind="SHARE",
        unit="PERCENT",
        better="LOWER",
        side="BOTH",
        base=lambda rows: rows.has_text,
        known=lambda rows: rows.has_text & rows.table[reading].notnull(),
        numerator=lambda rows: rows.table[reading],
        doubt=_READ_BY_MACHINE,
    )


METRICS: tuple[Metric, ...] = (
    Metric(
        key="sentiment",
        label="Sentiment",
        meaning="How customers sound in their own words, from -1 (negative) to +1 (positive).",
        formula="sum of the sentiment of each feedback's customer words / feedback with a reading",
        kind="MEAN",
        unit="SCORE",
        better="HIGHER",
        side="BOTH",
        base=lambda rows: rows.has_text,
        known=lambda rows: rows.has_text & rows.sentiment.notnull(),
        numerator=lambda rows: rows.sentiment,
        scale="SENTIMENT",
        definition_version=2,
        doubt=_READ_BY_MACHINE,
    ),
    Metric(
        key="negative_share",
        label="Negative share",
        meaning="The share of feedback whose customer words sound negative.",
        formula="feedback read as negative / feedback with a reading x 100",
        kind="SHARE",
        unit="PERCENT",
        better="LOWER",
        side="BOTH",
        base=lambda rows: rows.has_text,
        known=lambda rows: rows.has_text & rows.sentiment_label.notnull(),
        numerator=lambda rows: rows.sentiment_label == "NEGATIVE",
        scale="SENTIMENT",
        definition_version=2,
        doubt=_READ_BY_MACHINE,
    ),
    _share_of_read(
        key="high_effort_share",
        label="High effort",
        meaning="The share of feedback whose words tell that it was hard for the customer.",
        formula="feedback read as high effort / feedback read for effort x 100",
        reading="is_high_effort",
    ),
    _share_of_read(
        key="churn_risk_share",
        label="Churn risk",
        meaning="The share of feedback whose words tell that the customer may leave.",
        formula="feedback read as a churn risk / feedback read for intents x 100",
        reading="is_churn_risk",
    ),
    _share_of_read(
        key="complaint_share",
        label="Complaints",
        meaning="The share of feedback whose words are a complaint.",
        formula="feedback read as a complaint / feedback read for intents x 100",
        reading="is_complaint",
    ),
    Metric(
        key="topic_share",
        label="Share of a topic",
        meaning="Of all feedback with words, how much mentions a topic; without a topic asked for, any of them.",
        formula=(
            "feedback that mentions the topic, or one below it / feedback with words that was classified x 100; a "
            "feedback counts once for each topic and once for each of their parents"
        ),
        kind="SHARE",
        unit="PERCENT",
        better="NEITHER",
        side="BOTH",
        base=lambda rows: rows.has_text,
        known=_is_classified,
        numerator=lambda rows: rows.has("topic"),
        of_all="topic",
        doubt="A machine found the topics: what it overlooks makes every share too small.",
    ),
    Metric(
        key="topic_mentions",
        label="Feedback with a topic",
        meaning="How much feedback mentions a topic; without a topic asked for, any of them.",
        formula="count of feedback with words in which a topic was found",
        kind="TOTAL",
        unit="COUNT",
        better="NEITHER",
        side="BOTH",
        base=_is_classified,
        known=lambda rows: _is_classified(rows) & (rows.topics.length() > 0),
        fewest=1,
        doubt=_UNREAD,
    ),
    Metric(
        key="topic_sentiment",
        label="Sentiment on a topic",
        meaning="How customers sound where they speak of a topic, from -1 to +1; without one asked for, of any.",
        formula=(
            "sum of each feedback's sentiment on the topic, the mean of what is said of it and of those below it / "
            "feedback with such a reading; of several topics asked for, each feedback counts once with their mean"
        ),
        kind="MEAN",
        unit="SCORE",
        better="HIGHER",
        side="BOTH",
        base=_is_of_wanted_topics,
        known=lambda rows: _is_of_wanted_topics(rows) & _sentiment_on_topics(rows).notnull(),
        numerator=_sentiment_on_topics,
        each_of="topic",
        each=lambda rows: rows.topic_sentiments,
        scale="SENTIMENT",
        doubt=_READ_BY_MACHINE,
    ),
    Metric(
        key="unclassified_share",
        label="Unclassified",
        meaning="The share of feedback that fits no topic: the taxonomy's own health.",
        formula="feedback with no topic above its threshold / feedback with words that was classified x 100",
        kind="SHARE",
        unit="PERCENT",
        better="LOWER",
        side="BOTH",
        base=lambda rows: rows.has_text,
        known=_is_classified,
        numerator=lambda rows: ~rows.is_classified,
        doubt=_UNREAD,
    ),
)
