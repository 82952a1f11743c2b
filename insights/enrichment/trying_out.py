"""Trying a draft of the taxonomy on the newest texts: what would come in and go out, told before all are judged."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from insights.enrichment.retagging import READ, Judged, count, judged
from insights.enrichment.taxonomy import WrongTaxonomy
from insights.enrichment.taxonomy_versions import OPEN, NotNow, learn_into
from insights.models import Enrichment, TaxonomyVersion

TEXTS: Final = 1000
LOST_AFTER = timedelta(minutes=3)  # a trial takes half a minute; one that was never finished may be asked for again


@transaction.atomic
def ask_for_trial(number: int, *, now: datetime) -> str:
    """Note that a draft is to be tried, and return the mark `try_out` needs. Raises NotNow."""
    version = TaxonomyVersion.objects.select_for_update().filter(number=number, state__in=OPEN).first()
    if version is None:
        raise NotNow(f"Version {number} is no open draft. Open one: only what is not live yet can be tried.")
    if is_running(version.trial, now):
        raise NotNow("It is being tried already. The result stands here in half a minute.")
    version.trial = {"asked": now.isoformat()}
    version.save(update_fields=["trial"])
    return str(version.trial["asked"])


def is_running(trial: dict[str, Any], now: datetime) -> bool:
    """Whether a trial was asked for and is not finished yet."""
    waits = "asked" in trial and "texts" not in trial and "error" not in trial
    return waits and now - datetime.fromisoformat(trial["asked"]) < LOST_AFTER


def try_out(number: int, asked: str) -> int:
    """Learn the draft, judge the newest texts, keep what would change; returns how many texts.

    An edit or another trial since it was asked for makes it void: nothing is kept, and 0 is returned. Learning takes
    seconds and holds nothing up: the draft can be edited meanwhile.
    """
    version = TaxonomyVersion.objects.filter(number=number, state__in=OPEN, trial__asked=asked).first()
    if version is None:
        return 0
    learned_before = version.digest
    try:
        if not learned_before:
            learn_into(version)
    except WrongTaxonomy as wrong:
        _keep(version, asked, {"error": str(wrong)}, with_learned=False)
        return 0
    found = judged(version, _newest())
    return len(found) if _keep(version, asked, _told(found), with_learned=not learned_before) else 0


def _newest() -> list[Enrichment]:
    done = Enrichment.objects.filter(state=Enrichment.State.DONE, enriched_at__isnull=False)
    return list(done.only(*READ).order_by("-feedback__occurred_at", "-pk")[:TEXTS])


def _told(found: Sequence[Judged]) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for one in found:
        count(rows, one.row.feedback_id, one.before, one.after)
    gained = {(key, topic) for topic, row in rows.items() for key in row["samples"]["gained"]}
    places: dict[str, dict[str, list[int | None]]] = {}
    for one in found:
        for mention in one.mentions or ():
            key, topic = str(one.row.feedback_id), str(mention.topic_id)
            if (key, topic) in gained:
                places.setdefault(key, {})[topic] = [mention.turn_id, mention.start, mention.end]
    return {"texts": len(found), "rows": rows, "places": places}


@transaction.atomic
def _keep(version: TaxonomyVersion, asked: str, told: dict[str, Any], *, with_learned: bool) -> bool:
    """Write the result down, and what was learned, unless the draft is another one by now."""
    same = TaxonomyVersion.objects.select_for_update().filter(pk=version.pk, state__in=OPEN, trial__asked=asked).first()
    if same is None:
        return False
    same.trial = {"asked": asked, **told}
    if with_learned and not same.digest:
        same.learned, same.digest, same.figures = version.learned, version.digest, version.figures
    same.save()
    return True
