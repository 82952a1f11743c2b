"""A vendor that does not exist, added by the steps of docs/how-to/add-a-source.md and nothing more."""

from collections.abc import Mapping
from typing import Any

from insights.intake.dates import microseconds
from insights.intake.fields import identifier, number, required_moment, text
from insights.intake.record import CustomerRecord, FeedbackRecord, ScoreRecord, Translation
from insights.intake.source import BadRecord
from surveys.json_source import JsonSource

GENUINE = b"""{"pulses": [
 {"pulse_id": "p-1", "mood": 9, "said": "Quick and friendly, write to kim@example.org", "at": "2026-03-01T10:00:00Z",
  "who": {"mail": "kim@example.org"}},
 {"pulse_id": "p-2", "mood": 3, "said": "Still no answer", "at": "2026-03-01T11:00:00+01:00", "who": {"mail": ""}},
 {"pulse_id": "p-3", "mood": "blue", "said": "Fine", "at": "2026-03-01T12:00:00Z", "who": {}}
]}"""


def _from_pulse(pulse: Mapping[str, Any], options: Mapping[str, str]) -> Translation:
    at = required_moment(pulse, "at")
    mood = number(pulse, "mood")
    if mood is None:
        raise BadRecord("The pulse has no mood.", "mood")
    return (
        FeedbackRecord(
            kind="SURVEY",
            source_id=identifier(pulse, "pulse_id"),
            occurred_at=at,
            revision=microseconds(at),
            channel="APP",
            customer=CustomerRecord(email=text(pulse["who"]["mail"])) if pulse.get("who", {}).get("mail") else None,
            survey="Pulse",
            text=text(pulse.get("said")),
            scores=(ScoreRecord(measure="NPS", question="mood", value=mood, scale_minimum=0, scale_maximum=10),),
        ),
    )


ACME_PULSE = JsonSource(
    key="acme_pulse",
    label="Acme Pulse",
    reads="Pages of pulses of Acme's API.",
    identity="The pulse_id; the time is the revision.",
    translate=_from_pulse,
    marks=((b'"pulse_id"', b'"mood"'),),
    lists=("pulses",),
    record_has=(("pulse_id", "mood"),),
)
