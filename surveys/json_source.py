"""Survey vendors that speak JSON: what intake reads for all of them, and the scales that people declare."""

from collections.abc import Mapping
from dataclasses import dataclass

from insights.intake import json_source
from insights.intake.json_source import Translator
from surveys.columns import check_declared

__all__ = ["JsonSource", "Translator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSource(json_source.JsonSource):
    """One survey vendor's JSON."""

    side: str = "SURVEYS"
    not_of_stream: str = "No survey answer"
    scale_options: tuple[str, ...] = ()  # options that declare a scale, beside score.*

    def check(self, options: Mapping[str, str]) -> None:
        """Raise Unreadable when an option cannot mean anything."""
        json_source.JsonSource.check(self, options)
        check_declared(options, *self.scale_options)
