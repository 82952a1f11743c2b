"""How far the texts are read and the files are in, in one sentence each."""

from dataclasses import dataclass

from insights.dashboards.numbers import clock, number
from insights.enrichment.progress import progress, progress_of
from insights.models import Delivery, Feedback


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The strip's state."""

    read: int
    total: int
    is_running: bool
    sentence: str


def reading() -> Reading:
    """Return how far the texts are read."""
    now = progress()
    total = now.pending + now.done + now.failed
    failed = f"; {number(now.failed)} could not be read" if now.failed else ""
    if not total:
        return Reading(read=0, total=0, is_running=False, sentence="")
    if not now.pending:
        sentence = f"All {number(total)} texts read{failed}"
        return Reading(read=total, total=total, is_running=False, sentence=sentence)
    left = "" if now.seconds_left is None else f"; about {_duration(now.seconds_left)} left"
    sentence = f"{number(now.done)} of {number(total)} texts read{left}{failed}"
    return Reading(read=now.done + now.failed, total=total, is_running=True, sentence=sentence)


def reading_of(delivery: Delivery) -> Reading:
    """Return how far the texts of one delivery are read; it goes on while records still come in."""
    read, total = progress_of(delivery)
    is_open = delivery.state in {Delivery.State.RECEIVED, Delivery.State.READING}
    words = (
        f"All its {number(total)} texts read" if read == total else f"{number(read)} of its {number(total)} texts read"
    )
    sentence = f"{words} so far" if is_open else words
    return Reading(read=read, total=total, is_running=is_open or read < total, sentence=sentence if total else "")


def _open_deliveries() -> int:
    """Count the files being read; pushes and webhooks come all day and are a record or two."""
    open_states = [Delivery.State.RECEIVED, Delivery.State.READING]
    return Delivery.objects.filter(state__in=open_states, origin=Delivery.Origin.FILE).count()


def arriving() -> str:
    """Return what stands in place of findings while files are being read, or nothing: half the data is no finding."""
    count = _open_deliveries()
    if not count:
        return ""
    return f"{count} {'file is' if count == 1 else 'files are'} still being read; these numbers are not complete."


def waiting() -> str:
    """Return what is being read right now, for a page that has nothing to show yet."""
    count = _open_deliveries()
    if count:
        told = f"{count} {'file is' if count == 1 else 'files are'} being read."
        return f"{told} The first numbers follow within a minute."
    if Feedback.objects.exists():  # what numbers are made from is written anew, as after an upgrade
        return "All records are here, and their numbers are being made. They follow within a few minutes."
    return ""


def _duration(seconds: int) -> str:
    return f"{seconds} s" if seconds < 90 else f"{clock(seconds)} min"
