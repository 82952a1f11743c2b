"""Qualtrics' event subscriptions: a form that says that a response was completed, and nothing of what it says."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from urllib.parse import parse_qsl

from insights.intake.record import Notice, Translation
from insights.intake.source import RawRecord

_FORM = re.compile(rb"(?:[A-Za-z]+=[^&\s]*&)*Topic=[^&\s]*surveyengine\.")
_LARGEST = 64 * 1024


def is_notice(head: bytes) -> bool:
    """Say whether a body that begins so is such a form."""
    return bool(_FORM.match(head))


class NoticeReading:
    """One call."""

    def __init__(self, file: BinaryIO) -> None:
        self.notices: list[str] = []
        self._fields = dict(parse_qsl(file.read(_LARGEST).decode("utf-8", "replace")))

    def records(self) -> Iterator[RawRecord]:
        """Yield what the call tells: its fields, and those that stand signed in its message."""
        try:
            message = json.loads(self._fields.get("MSG", "{}"))
        except (ValueError, RecursionError):
            message = {}
        told = message if isinstance(message, dict) else {}
        kept = {name: value for name, value in {**self._fields, **told}.items() if name not in ("MSG", "HMAC")}
        yield RawRecord(1, kept, 1)

    def translate(self, record: RawRecord) -> Translation:
        """Return what happened: the pull of the survey fetches the answer."""
        return Notice(told=f"response {_shown(record.payload)} arrived", pull="of Qualtrics", field="ResponseID")


def _shown(told: Mapping[str, object]) -> str:
    response, survey = str(told.get("ResponseID") or "without an id")[:40], str(told.get("SurveyID") or "")[:40]
    return f"{response} to survey {survey}" if survey else response
