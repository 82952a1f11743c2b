"""What is read out of customers' own words."""

from insights.metrics.definition import Metric

_READ_BY_MACHINE = "A machine read the words; irony and mixed feelings are where it errs."

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
        doubt=_READ_BY_MACHINE,
    ),
)
