"""What people set of each channel: what contacts cost, and how soon they are to be answered."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from insights.models import Assumption, ChannelAssumption
from insights.models.feedback import Channel

FIGURES = ("cost_per_minute", "cost_per_contact", "answer_within_seconds")
MOST = 1_000_000
LONGEST_NOTE = 300


class WrongAssumption(ValueError):
    """It cannot be set. `field` says which part; the message is for people."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def assume(told: Mapping[str, Any], *, user: User | None, now: datetime) -> Assumption:
    """Add a version that says all of `told` and nothing else: {"channels": [{"channel", figures …}], "note"}.

    Raises WrongAssumption. Numbers stand on it once the next version of the mart has noted it.
    """
    unknown = sorted(set(told) - {"channels", "note"})
    if unknown:
        raise WrongAssumption(str(unknown[0]), f"There is no '{unknown[0]}'. Give channels and, if you like, a note.")
    note, channels = told.get("note") or "", told.get("channels")
    if not isinstance(note, str) or len(note) > LONGEST_NOTE or "\x00" in note:
        raise WrongAssumption("note", f"The note must be a text of {LONGEST_NOTE} letters at most.")
    if not isinstance(channels, list):
        raise WrongAssumption(
            "channels", 'channels must be a list, such as [{"channel": "VOICE", "cost_per_minute": 1}].'
        )
    lines = [_line(place, one) for place, one in enumerate(channels)]
    names = [line.channel for line in lines]
    if len(set(names)) < len(names):
        raise WrongAssumption("channels", "A channel stands twice. Give all its figures together.")
    made = Assumption.objects.create(made_at=now, made_by=user, note=note)
    for line in lines:
        line.assumption = made
    ChannelAssumption.objects.bulk_create(lines)
    return made


def _line(place: int, told: Any) -> ChannelAssumption:
    where = f"channels[{place}]"
    if not isinstance(told, Mapping) or set(told) - {"channel", *FIGURES}:
        raise WrongAssumption(where, f"It must be an object with channel and of {', '.join(FIGURES)} what is set.")
    channel = told.get("channel")
    if channel not in Channel.values:
        raise WrongAssumption(f"{where}.channel", f"It must be one of {', '.join(Channel.values)}.")
    return ChannelAssumption(channel=channel, **{name: _figure(f"{where}.{name}", told.get(name)) for name in FIGURES})


def _figure(where: str, value: Any) -> float | None:
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not isfinite(value) or not 0 <= value <= MOST:
        raise WrongAssumption(where, f"It must be a number from 0 to {MOST:,}, or null where nothing is assumed.")
    return float(value)
