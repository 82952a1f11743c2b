"""What the company assumed of its channels when a version of the mart was built."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from insights.models import Assumption

VOICE_WITHIN: Final = 20.0  # seconds: how soon calls are to be answered unless another time is set


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What is assumed of one channel. None is not set."""

    channel: str
    cost_per_minute: float | None = None
    cost_per_contact: float | None = None
    answer_within_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Assumptions:
    """One version; 0 is none. It can be hashed: statements are kept by it."""

    version: int
    channels: tuple[Assumed, ...]

    def within(self) -> Mapping[str, float]:
        """Return for each channel how soon contacts are to be answered."""
        told = {one.channel: one.answer_within_seconds for one in self.channels}
        return {"VOICE": VOICE_WITHIN} | {name: seconds for name, seconds in told.items() if seconds is not None}

    def priced(self) -> Iterable[tuple[str, float, float]]:
        """Yield the channels that cost something: what a minute and what a contact costs."""
        for one in self.channels:
            if one.cost_per_minute is not None or one.cost_per_contact is not None:
                yield one.channel, one.cost_per_minute or 0.0, one.cost_per_contact or 0.0

    def as_json(self) -> dict[str, Any]:
        """Return it for a version's note, and for answers."""
        return {"version": self.version, "channels": [asdict(one) for one in self.channels]}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(told.get("version", 0), tuple(Assumed(**one) for one in told.get("channels", ())))


NONE = Assumptions(0, ())


def standing() -> Assumptions:
    """Return the latest version: none, where nobody assumed anything yet."""
    latest = Assumption.objects.first()
    if latest is None:
        return NONE
    names = Assumed.__dataclass_fields__
    return Assumptions(latest.pk, tuple(Assumed(**row) for row in latest.channels.order_by("channel").values(*names)))
