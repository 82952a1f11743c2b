"""Texts that another version has read: sent back to be read again, all at once or, after an upgrade, bit by bit."""

import hashlib
import json
from collections.abc import Mapping

from django.core.cache import cache
from django.db.models import Q, QuerySet

from insights.enrichment.steps import versions
from insights.models import Enrichment

PART = 5_000  # so many wait at once: what comes in meanwhile waits for no more than these
_LOOK_AGAIN = 6 * 3600  # seconds after which the texts are looked through although no version has changed
_LEFT_SECONDS = 600  # a count that nobody has renewed for so long is forgotten
_CURRENT, _LEFT = "enrichment:all-read-by", "enrichment:outdated"


def mark_outdated(current: Mapping[str, str] | None = None) -> int:
    """Send back to waiting what another version of any step has read; returns how many. Stored vectors are kept."""
    return _send_back(_outdated(versions() if current is None else dict(current)))


def send_back_next(most: int | None = None) -> int:
    """Send back the newest of what another version has read, unless something waits already; returns how many.

    Until they are read again they keep what was read of them. Where every text is read by the versions of today, that
    is remembered, so that the table is not looked through each time.
    """
    today = versions()
    digest = hashlib.blake2b(json.dumps(today, sort_keys=True).encode(), digest_size=8).hexdigest()
    if cache.get(_CURRENT) == digest or Enrichment.objects.filter(state=Enrichment.State.PENDING).exists():
        return 0
    outdated = _outdated(today)
    known = cache.get(_LEFT)
    left = outdated.count() if known is None or known[0] != digest else known[1]
    newest = list(outdated.order_by("-feedback_id").values_list("pk", flat=True)[: most or PART])
    sent = _send_back(_outdated(today).filter(pk__in=newest))
    if sent:
        cache.set(_LEFT, (digest, max(left - sent, 0)), timeout=_LEFT_SECONDS)
    else:
        cache.delete(_LEFT)
        cache.set(_CURRENT, digest, timeout=_LOOK_AGAIN)
    return sent


def left_outdated() -> int:
    """How many texts an earlier version has read that do not wait yet, as last counted; 0 where none is known."""
    known = cache.get(_LEFT)
    return int(known[1]) if known else 0


def _outdated(wanted: Mapping[str, str]) -> QuerySet[Enrichment]:
    outdated = Q(pk__in=[])
    for step, version in wanted.items():
        outdated |= ~Q(**{f"versions__{step}": version}) | Q(**{f"versions__{step}__isnull": True})
    return Enrichment.objects.filter(~Q(state=Enrichment.State.PENDING)).filter(outdated)


def _send_back(texts: QuerySet[Enrichment]) -> int:
    return texts.update(state=Enrichment.State.PENDING, attempts=0, not_before=None, error="")
