"""All metrics, by key. Adding one is one entry in catalog/ and one test."""

from insights.metrics.catalog import contact_center, costs, self_service, solved, text, times, voice_of_customer
from insights.metrics.definition import Metric


class UnknownMetric(ValueError):
    """No metric has this key."""


_CATALOGS = (voice_of_customer, contact_center, times, costs, self_service, solved, text)
METRICS: dict[str, Metric] = {metric.key: metric for catalog in _CATALOGS for metric in catalog.METRICS}


def metric_named(key: str) -> Metric:
    """Return the metric with this key, or raise UnknownMetric with a sentence that lists them."""
    try:
        return METRICS[key]
    except KeyError:
        raise UnknownMetric(f"There is no metric '{key}'. Metrics: {', '.join(METRICS)}.") from None
