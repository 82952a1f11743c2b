"""Which texts a language model is asked about, within the day's budget; its answers beside our own readings."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from insights.enrichment.language_model import Away, Said, ask, is_on, wording
from insights.enrichment.reading import clean, customer_words
from insights.models import Enrichment, Feedback, Label, Opinion, OpinionBudget, Turn

_PAUSE = "language-model:pause"
YOUNGEST = timedelta(days=90)  # older texts are not asked about


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How often the model and a judgement agree, on the same texts."""

    n: int
    agreeing: int
    kappa: float | None  # Cohen (1960); None where it is not defined


def ask_next(now: datetime, limit: int = 20) -> int:
    """Ask about up to `limit` texts and return how many were asked; 0: off, paused, nothing left, or no budget left."""
    if not is_on() or cache.get(_PAUSE):
        return 0
    asked = 0
    for feedback, task in _next(now, limit):
        if not _has_budget(now):
            break
        try:
            _ask(feedback, task, now)
        except Away as away:
            cache.set(_PAUSE, str(away), timeout=min(away.retry_after, 6 * 3600))
            break
        asked += 1
    return asked


def why_paused() -> str:
    """Return why the model is not asked just now, blank where it is."""
    return str(cache.get(_PAUSE) or "")


def spent(now: datetime) -> int:
    """Return the tokens of this day of the company's."""
    row = OpinionBudget.objects.filter(day=_day(now)).first()
    return row.tokens if row else 0


def agreement_with_us() -> Agreement:
    """Compare kept outcomes with our own readings of the same texts, those that say something."""
    pairs = (
        Opinion.objects.filter(task="OUTCOME", state="KEPT")
        .exclude(feedback__enrichment__outcome="")
        .values_list("value", "feedback__enrichment__outcome")
    )
    return _agreement(list(pairs))


def agreement_with_people() -> Agreement:
    """Compare kept outcomes with what people said of the same texts."""
    pairs = Label.objects.filter(task="OUTCOME", feedback__opinions__task="OUTCOME", feedback__opinions__state="KEPT")
    return _agreement(list(pairs.values_list("feedback__opinions__value", "value")))


def _agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    n = len(pairs)
    agreeing = sum(1 for ours, theirs in pairs if ours == theirs)
    if not n:
        return Agreement(n=0, agreeing=0, kappa=None)
    values = {value for pair in pairs for value in pair}
    by_chance = sum(
        sum(1 for one, _ in pairs if one == value) * sum(1 for _, other in pairs if other == value) for value in values
    ) / (n * n)
    kappa = None if by_chance == 1 else (agreeing / n - by_chance) / (1 - by_chance)
    return Agreement(n=n, agreeing=agreeing, kappa=kappa)


def _next(now: datetime, limit: int) -> list[tuple[UUID, str]]:
    """The newest texts: unclear outcomes of contacts first, then long texts without a summary of their own words."""
    unclear = _not_asked("OUTCOME", now).filter(outcome="UNCLEAR", feedback__kind="CONTACT")
    found = [(key, "OUTCOME") for key in unclear.values_list("feedback_id", flat=True)[:limit]]
    if len(found) < limit:
        long = _not_asked("SUMMARY", now).filter(words__gte=80)
        found += [(key, "SUMMARY") for key in long.values_list("feedback_id", flat=True)[: limit - len(found)]]
    return found


def _not_asked(task: str, now: datetime) -> QuerySet[Enrichment]:
    asked = Opinion.objects.filter(feedback=OuterRef("feedback_id"), task=task, created_at__gte=OuterRef("enriched_at"))
    names_are_out = Q(state=Enrichment.State.DONE, versions__has_key="names")
    young = Enrichment.objects.filter(names_are_out, feedback__occurred_at__gte=now - YOUNGEST, words__gte=4)
    return young.filter(~Exists(asked)).order_by(F("feedback__occurred_at").desc(), "feedback_id")


def _ask(key: UUID, task: str, now: datetime) -> None:
    """Ask, or take the answer that these very words had before; keep what came of it."""
    text = _words(key)
    digest = hashlib.blake2b(f"{task}\n{wording(task)}\n{text}".encode(), digest_size=16).hexdigest()
    known = Opinion.objects.filter(digest=digest, model=settings.LLM_MODEL, task=task).order_by("pk").first()
    if known is not None:
        told = Said(value=known.value, quote=known.quote, reason=known.reason, tokens=0)
    else:
        told = ask(task, text)
    with transaction.atomic():
        _spend(told.tokens, now)
        Opinion.objects.update_or_create(
            feedback_id=key,
            task=task,
            defaults={
                "digest": digest,
                "model": settings.LLM_MODEL,
                "state": Opinion.State.DROPPED if told.reason else Opinion.State.KEPT,
                "value": "" if told.reason else told.value,
                "quote": "" if told.reason else told.quote,
                "reason": told.reason,
                "tokens": told.tokens,
                "created_at": now,
            },
        )


def _words(key: UUID) -> str:
    """Return the customer's words as our own steps read them: redacted, without markers."""
    feedback = Feedback.objects.get(pk=key)
    turns = Turn.objects.filter(feedback=key).order_by("position").values_list("speaker", "text")
    return clean(customer_words(feedback.kind, feedback.title, feedback.text, list(turns)))


def _has_budget(now: datetime) -> bool:
    return spent(now) < int(settings.LLM_TOKENS_A_DAY)


def _spend(tokens: int, now: datetime) -> None:
    OpinionBudget.objects.get_or_create(day=_day(now))
    OpinionBudget.objects.filter(day=_day(now)).update(tokens=F("tokens") + tokens)


def _day(now: datetime) -> date:
    return now.astimezone(ZoneInfo(settings.REPORTING_TIME_ZONE)).date()
