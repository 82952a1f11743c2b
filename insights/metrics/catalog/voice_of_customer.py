"""What customers answer when they are asked: NPS, CSAT, CES, and how many answered."""

import ibis
import ibis.expr.types as ir

from insights.metrics.definition import Metric, Rows

_WHO_ANSWERS = "Only those who answered are in it; people with strong feelings answer more often than others."


def _is_survey(rows: Rows) -> ir.Value:
    return rows.kind == "SURVEY"


def _turned(rows: Rows, measure: str) -> ir.Value:
    """Return the score turned so that high is good."""
    value, low, high = (rows.table[f"{measure}_{part}"] for part in ("value", "minimum", "maximum"))
    return ibis.ifelse(rows.table[f"{measure}_higher_is_better"], value, low + high - value)


def _is_promoter_or_detractor(rows: Rows) -> ir.Value:
    return ibis.cases((rows.nps_value >= 9, 1), (rows.nps_value < 7, -1), else_=0)


def _is_in_top_two(rows: Rows) -> ir.Value:
    """9-10 of 10- and 11-point scales; elsewhere three quarters of the way up: 4-5 of 5, 6-7 of 7, "good" of two."""
    score, low, high = _turned(rows, "csat"), rows.csat_minimum, rows.csat_maximum
    width = high - low
    return ibis.ifelse((width == 9) | (width == 10), score >= high - 1, (score - low) * 4 >= width * 3)


def _found_it_easy(rows: Rows) -> ir.Value:
    """Two thirds of the way up: 5-7 of 7, 4-5 of 5."""
    return (_turned(rows, "ces") - rows.ces_minimum) * 3 >= (rows.ces_maximum - rows.ces_minimum) * 2


METRICS: tuple[Metric, ...] = (
    Metric(
        key="nps",
        label="NPS",
        meaning="How many more customers would recommend the company than would advise against it.",
        formula="(promoters - detractors) / answers x 100; of 0 to 10, promoters give 9 or more, detractors below 7",
        kind="NPS",
        unit="POINTS",
        better="HIGHER",
        side="SURVEYS",
        base=lambda rows: _is_survey(rows) | rows.nps_value.notnull(),
        known=lambda rows: rows.nps_value.notnull(),
        numerator=_is_promoter_or_detractor,
        doubt=_WHO_ANSWERS,
    ),
    Metric(
        key="csat",
        label="CSAT",
        meaning="The share of satisfied customers among those who rated.",
        formula=(
            "answers in the top two / answers x 100; the top two are 4-5 of 5, 6-7 of 7, 9-10 of 10 or 11 points, good "
            "of good and bad, and from three quarters of the way up on any other scale"
        ),
        kind="SHARE",
        unit="PERCENT",
        better="HIGHER",
        side="SURVEYS",
        base=lambda rows: _is_survey(rows) | rows.csat_value.notnull(),
        known=lambda rows: rows.csat_value.notnull(),
        numerator=_is_in_top_two,
        doubt=_WHO_ANSWERS,
    ),
    Metric(
        key="ces",
        label="CES",
        meaning="The share of customers who found it easy to get their matter handled.",
        formula="answers that say easy / answers x 100; easy is 5-7 of 7, 4-5 of 5, two thirds of the way up elsewhere",
        kind="SHARE",
        unit="PERCENT",
        better="HIGHER",
        side="SURVEYS",
        base=lambda rows: _is_survey(rows) | rows.ces_value.notnull(),
        known=lambda rows: rows.ces_value.notnull(),
        numerator=_found_it_easy,
        doubt=_WHO_ANSWERS,
    ),
    Metric(
        key="responses",
        label="Survey answers",
        meaning="How many surveys were answered.",
        formula="count of survey answers",
        kind="TOTAL",
        unit="COUNT",
        better="NEITHER",
        side="SURVEYS",
        base=_is_survey,
        known=_is_survey,
        fewest=1,
        doubt="It follows how many were invited as much as what customers felt.",
    ),
)
