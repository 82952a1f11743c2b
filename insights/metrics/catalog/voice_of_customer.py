"""Definitions."""

from insights.metrics.definition import Metric

METRICS: tuple[Metric, ...] = ()
