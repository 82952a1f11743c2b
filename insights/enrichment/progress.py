"""How far the reading of texts is, for the pages that show it."""

from dataclasses import asdict, dataclass

from django.core.cache import cache
from django.db.models import Count, Q

from insights.enrichment.outdated import left_outdated
from insights.models import Delivery, Enrichment

_RATE_SECONDS = 45  # a drain that has not reported for so long is not working
MOST_DRAINS = 64
_COUNTED_SECONDS = 3  # however many look at the page


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts, speed of the last batches of all workers, and how long the rest will take; None is not known."""

    pending: int
    done: int
    failed: int
    texts_per_second: float | None
    seconds_left: int | None
    outdated: int = 0  # read by an earlier version, and not waiting yet to be read again

    def as_dict(self) -> dict[str, int | float | None]:
        """As JSON has it."""
        return asdict(self)


def report_rate(drain: str, texts: int, seconds: float) -> None:
    """Say how fast one drain goes; forgotten by itself when the drain stops saying so."""
    names = set(cache.get(_NAMES, ())) | {drain}
    cache.set(_NAMES, sorted(names)[:MOST_DRAINS], timeout=_RATE_SECONDS * 4)
    cache.set(_key(drain), texts / max(seconds, 1e-6), timeout=_RATE_SECONDS)


def progress() -> Progress:
    """Count the states and add up the speeds. Waiting and failed come from partial indexes, done from what remains."""
    pending = Enrichment.objects.filter(state=Enrichment.State.PENDING).count()
    failed = Enrichment.objects.filter(state=Enrichment.State.FAILED).count()
    done = Enrichment.objects.count() - pending - failed
    rates = cache.get_many([_key(name) for name in cache.get(_NAMES, ())])
    speed = round(sum(rates.values()), 1) if rates and pending else None
    left = 0 if not pending else round(pending / speed) if speed else None
    return Progress(
        pending=pending,
        done=max(done, 0),
        failed=failed,
        texts_per_second=speed,
        seconds_left=left,
        outdated=left_outdated(),
    )


def progress_of(delivery: Delivery) -> tuple[int, int]:
    """Return how many texts of a delivery are read (or set aside), and how many it has; counted every few seconds."""
    name = f"enrichment:of:{delivery.pk}:{delivery.state}"  # its last count while it came in is not the last one
    told: tuple[int, int] | None = cache.get(name)
    if told is None:
        waits = Count("pk", filter=Q(state=Enrichment.State.PENDING))
        found = Enrichment.objects.filter(feedback__delivery=delivery).aggregate(total=Count("pk"), waiting=waits)
        told = (found["total"] - found["waiting"], found["total"])
        cache.set(name, told, timeout=_COUNTED_SECONDS)
    return told


def _key(drain: str) -> str:
    return f"enrichment:rate:{drain}"


_NAMES = "enrichment:drains"
