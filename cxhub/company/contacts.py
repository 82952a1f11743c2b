"""Who got in touch, when, why and how: the usual contacts, what the truths add, and what follows from them."""

from dataclasses import dataclass

import numpy as np

from cxhub.company.calendar import Period, day_weights, invoice_weights, moments
from cxhub.company.customers import Customers
from cxhub.company.ledger import Bools, Contacts, Floats, Ints
from cxhub.company.truths import Truths
from cxhub.company.world import (
    BUSINESS,
    CHANNEL_SHARES,
    CHANNELS,
    QUEUES,
    REGIONS,
    SEGMENTS,
    TOPIC_KEYS,
    TOPICS,
)

FOLLOW_UP_WHEN_SOLVED, FOLLOW_UP_WHEN_NOT = 0.02, 0.09
TRUTHFUL_SOLVED, TRUTHFUL_UNSOLVED = 0.965, 0.36  # an honest queue's flag, where it was and was not solved
DAY_NOISE = 0.05  # of the logarithm: days differ by more than chance
BUSINESS_DESK_SHARE = 0.7  # of the contacts of business customers
INVOICES = ("invoice_unclear", "wrong_charge", "payment_failed")


@dataclass(frozen=True, slots=True)
class Scene:
    """What drawing contacts needs to know."""

    rng: np.random.Generator
    truths: Truths
    period: Period
    customers: Customers


def make_contacts(scene: Scene, count: int) -> Contacts:
    """Draw exactly `count` contacts, in order of time."""
    first = _with_follow_ups(scene, count)
    found = _with_follow_ups(scene, round(count * count / len(first)) + round(count * 0.02))
    spare = len(found) - count
    if spare > 0:  # leave out usual ones that nothing depends on
        causes = np.isin(found.key, found.cause)
        free = np.flatnonzero((found.origin == "usual") & ~causes)
        found = found.taken(np.delete(np.arange(len(found)), scene.rng.choice(free, spare, replace=False)))
    return found.taken(np.lexsort((found.key, found.at)))


def topic_shares(truths: Truths, line: str) -> Floats:
    """Return the share of each topic in the usual contacts of customers with this line; they sum to 1."""
    shares = np.array([topic.share * (line in topic.lines.split()) for topic in TOPICS])
    told = [truth for truth in (truths.loud_in_contacts, truths.loud_in_surveys) if truth]
    for truth in told:
        shares[TOPIC_KEYS.index(truth.topic)] = 0.0
    shares *= (1.0 - sum(truth.contact_share for truth in told)) / shares.sum()
    for truth in told:
        shares[TOPIC_KEYS.index(truth.topic)] = truth.contact_share
    return shares


def _with_follow_ups(scene: Scene, usual: int) -> Contacts:
    everything = generation = _first_contacts(scene, usual)
    for _ in range(6):
        generation = _follow_ups(scene, generation, len(everything))
        if not len(generation):
            break
        everything = everything.joined(generation)
    return everything


def _first_contacts(scene: Scene, usual: int) -> Contacts:
    rng, customers = scene.rng, scene.customers
    who = rng.choice(len(customers), size=usual, p=customers.propensity)
    topic = _draw_topics(scene, who)
    day = _draw_days(scene, who, topic)
    kept = ~_saved_by_improvement(scene, who, topic, day)
    who, topic, day = who[kept], topic[kept], day[kept]
    origin = np.full(len(who), "usual", "<U12")
    channel = rng.choice(len(CHANNELS), size=len(who), p=CHANNEL_SHARES)
    for name, more in _extras(scene, usual):
        who, topic, day, channel = (np.concatenate(pair) for pair in zip((who, topic, day, channel), more, strict=True))
        origin = np.concatenate([origin, np.full(len(more[0]), name, "<U12")])
    nobody = np.full(len(who), -1, np.int64)
    return _settled(scene, np.arange(len(who)), nobody, origin, who, day, topic, channel)


def _draw_days(scene: Scene, who: Ints, topic: Ints) -> Ints:
    """Draw a day for each usual contact.

    Contacts about invoices follow the invoices, and in each region as many of them fall before the improvement as
    should: chance would otherwise hide, in a small company, what is to be found.
    """
    rng, period, truth = scene.rng, scene.period, scene.truths.improvement
    weights = day_weights(period) * rng.lognormal(0.0, DAY_NOISE, period.days)
    day = rng.choice(period.days, size=len(who), p=weights / weights.sum())
    cycle = np.cumsum(weights * invoice_weights(period))
    cycle /= cycle[-1]
    start = round(truth.starts_at * period.days) if truth else 0
    before = cycle[start - 1] if start else 0.0
    for region in range(len(REGIONS)):
        here = np.isin(topic, [TOPIC_KEYS.index(key) for key in INVOICES]) & (scene.customers.region[who] == region)
        places = rng.permutation(np.flatnonzero(here))
        early = round(len(places) * before)
        drawn = np.concatenate([rng.random(early) * before, before + rng.random(len(places) - early) * (1.0 - before)])
        day[places] = np.searchsorted(cycle, drawn, side="right").clip(max=period.days - 1)
    return day


def _draw_topics(scene: Scene, who: Ints) -> Ints:
    """Draw a topic for each customer out of those their line can have."""
    topic = np.zeros(len(who), np.int64)
    lines = scene.customers.line[who]
    for line in ("mobile", "home", "prepaid"):
        here = np.flatnonzero(lines == line)
        topic[here] = scene.rng.choice(len(TOPICS), size=len(here), p=topic_shares(scene.truths, line))
    return topic


def _saved_by_improvement(scene: Scene, who: Ints, topic: Ints, day: Ints) -> Bools:
    truth = scene.truths.improvement
    if truth is None:
        return np.zeros(len(who), np.bool_)
    concerned = (
        (scene.customers.region[who] == REGIONS.index(truth.region))
        & np.isin(topic, [TOPIC_KEYS.index(key) for key in truth.topics])
        & (day >= round(truth.starts_at * scene.period.days))
    )
    places = scene.rng.permutation(np.flatnonzero(concerned))
    saved = np.zeros(len(who), np.bool_)
    saved[places[: round(len(places) * truth.reduction)]] = True
    return saved


def _extras(scene: Scene, usual: int) -> list[tuple[str, tuple[Ints, Ints, Ints, Ints]]]:
    """Return what the truths add to the usual contacts: origin and (customer, topic, day, channel)."""
    truths, days = scene.truths, scene.period.days
    weights = day_weights(scene.period) * usual / days  # usual contacts a day
    found = []
    if truths.campaign:
        extra = np.zeros(days)
        start, length = round(truths.campaign.starts_at * days), truths.campaign.days
        extra[start : start + length] = 1.0
        tail = extra[start + length : start + length + truths.campaign.tail_days]
        tail[:] = np.linspace(0.5, 0.1, len(tail))
        shares = np.array([truths.campaign.channels.get(channel, 0.0) for channel in CHANNELS])
        found.append(
            ("campaign", _drawn(scene, extra * truths.campaign.excess_share * weights, truths.campaign.topic, shares))
        )
    if truths.new_theme:
        start = round(truths.new_theme.starts_at * days)
        grown = np.clip((np.arange(days) - start + 1) / truths.new_theme.growth_days, 0, 1)
        found.append(
            ("new_theme", _drawn(scene, grown * truths.new_theme.share_at_end * weights, truths.new_theme.topic))
        )
    if truths.price_change:
        start = round(truths.price_change.starts_at * days)
        extra = np.zeros(days)
        extra[start : start + 28] = truths.price_change.extra_share
        segment = SEGMENTS.index(truths.price_change.segment)
        found.append(("price_change", _drawn(scene, extra * weights, truths.price_change.topic, segment=segment)))
    return found


def _drawn(
    scene: Scene, expected: Floats, topic: str, channels: Floats | None = None, segment: int | None = None
) -> tuple[Ints, Ints, Ints, Ints]:
    """Draw contacts about `topic`, `expected` of them on each day, by customers who can have it."""
    rng, customers = scene.rng, scene.customers
    number = TOPIC_KEYS.index(topic)
    can = customers.propensity * np.isin(customers.line, TOPICS[number].lines.split())
    if segment is not None:
        can = can * (customers.segment == segment)
    day = np.repeat(np.arange(scene.period.days), rng.poisson(expected))
    who = rng.choice(len(customers), size=len(day), p=can / can.sum())
    channel = rng.choice(len(CHANNELS), size=len(day), p=CHANNEL_SHARES if channels is None else channels)
    return who, np.full(len(day), number, np.int64), day, channel


def _settled(
    scene: Scene, key: Ints, cause: Ints, origin: Ints, who: Ints, day: Ints, topic: Ints, channel: Ints
) -> Contacts:
    """Return the contacts with queue, instant and whether they were solved."""
    rng, truth = scene.rng, scene.truths.wrongly_solved
    queue = np.array([QUEUES.index(topic.queue) for topic in TOPICS])[topic]
    desk = (scene.customers.segment[who] == SEGMENTS.index("Business")) & (rng.random(len(who)) < BUSINESS_DESK_SHARE)
    queue = np.where(desk & (queue != QUEUES.index("Device Support")), QUEUES.index(BUSINESS), queue)
    chance = np.array([topic.solved for topic in TOPICS])[topic]
    wrongly = np.zeros(len(who), np.bool_)
    if truth:
        wrongly = queue == QUEUES.index(truth.queue)
        chance = np.where(wrongly, truth.customer_says, chance)
    solved = rng.random(len(who)) < chance
    honest = np.where(solved, TRUTHFUL_SOLVED, TRUTHFUL_UNSOLVED)
    flag = rng.random(len(who)) < np.where(wrongly, truth.company_says if truth else 0.0, honest)
    at = moments(rng, scene.period, day, np.isin(channel, [0, 1]))
    return Contacts(key, cause, origin.astype("<U12"), who, day, at, topic, queue, channel, solved, flag)


def _follow_ups(scene: Scene, parents: Contacts, first_key: int) -> Contacts:
    """Draw the contacts that these cause within the next seven days."""
    rng = scene.rng
    chance = np.where(parents.was_solved, FOLLOW_UP_WHEN_SOLVED, FOLLOW_UP_WHEN_NOT)
    upstream, wrongly = scene.truths.upstream, scene.truths.wrongly_solved
    if wrongly:
        here = (parents.queue == QUEUES.index(wrongly.queue)) & ~parents.was_solved
        chance = np.where(here, wrongly.follow_up_chance, chance)
    if upstream:
        topics = [TOPIC_KEYS.index(key) for key in upstream.topics]
        chance = np.where(np.isin(parents.topic, topics), upstream.follow_up_chance, chance)
    again = parents.taken(np.flatnonzero(rng.random(len(parents)) < chance))
    day = again.day + np.minimum(1 + rng.geometric(0.38, len(again)) - 1, 6)
    again, day = again.taken(day < scene.period.days), day[day < scene.period.days]
    channel = np.where(
        rng.random(len(again)) < 0.45, rng.choice(len(CHANNELS), len(again), p=CHANNEL_SHARES), again.channel
    )
    key = first_key + np.arange(len(again))
    origin = np.full(len(again), "follow_up", "<U12")
    return _settled(scene, key, again.key, origin, again.customer, day, again.topic, channel)
