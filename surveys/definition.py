"""A survey's definition: what was asked, and how. It holds no answers, so it becomes sentences and no facts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from insights.intake.record import Excluded, Translation
from insights.intake.source import RawRecord

MOST_QUESTIONS = 200  # of which each has a sentence


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a definition."""

    code: str  # what its column is called in an export
    wording: str
    kind: str  # "one of 5 choices: …", "free text"
    declare: str = ""  # the measure, as an option says it, where the definition leaves no doubt


class DefinitionReading:
    """A definition that has been read: its questions are in the notices, and there are no records."""

    def __init__(self, survey: str, asked: Sequence[Asked], export: str) -> None:
        self.notices = [
            f"This is the definition of the survey '{survey}' with {len(asked)} questions. It holds no answers, so "
            f"nothing was stored; import its {export} for those.",
            *(_sentence(one) for one in asked[:MOST_QUESTIONS]),
        ]
        if len(asked) > MOST_QUESTIONS:
            self.notices.append(f"… and {len(asked) - MOST_QUESTIONS} more questions.")

    def records(self) -> Iterator[RawRecord]:
        """Yield nothing: a definition holds no answers."""
        return iter(())

    def translate(self, record: RawRecord) -> Translation:
        """A definition has no record to translate."""
        return Excluded("Definition of a survey, no answer")


def shown(choices: Sequence[str]) -> str:
    """Return the choices of a question as a part of a sentence."""
    if not choices:
        return "a choice"
    listed = " | ".join(one[:60] for one in choices[:12])
    return f"one of {len(choices)} choices: {listed}{' | …' if len(choices) > 12 else ''}"


def _sentence(one: Asked) -> str:
    told = f"{one.code}: '{one.wording[:200]}' ({one.kind})." if one.wording else f"{one.code} ({one.kind})."
    return f"{told} Read its answers with the option score.{one.code}={one.declare}." if one.declare else told
