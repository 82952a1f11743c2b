"""LimeSurvey: exports of responses, and survey definitions."""

from surveys.sources.limesurvey.source import LimeSurvey

__all__ = ["LimeSurvey"]
