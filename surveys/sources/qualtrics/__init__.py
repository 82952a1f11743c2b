"""Qualtrics: response exports as files and warehouse tables, and survey definitions."""

from surveys.sources.qualtrics.definition import QualtricsQsf
from surveys.sources.qualtrics.source import QualtricsCsv
from surveys.sources.qualtrics.warehouse import QualtricsWarehouse

__all__ = ["QualtricsCsv", "QualtricsQsf", "QualtricsWarehouse"]
