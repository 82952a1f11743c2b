"""Qualtrics: response exports as files and warehouse tables, and survey definitions."""

from surveys.sources.qualtrics.source import QualtricsCsv

__all__ = ["QualtricsCsv"]
