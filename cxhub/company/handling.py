"""How each contact was handled: who took it, how long it took, how the customer felt about it."""

import numpy as np

from cxhub.company.contacts import Scene
from cxhub.company.ledger import Contacts, Floats, Handling, Ints
from cxhub.company.names import AGENT_NAMES
from cxhub.company.world import QUEUES, TOPIC_KEYS, TOPICS

AGENTS_PER_QUEUE = len(AGENT_NAMES) // len(QUEUES)
RIGHT_REASON = 0.82  # share of contacts for which the agent chooses the right reason code
ABANDONED = 0.025


def make_handling(scene: Scene, contacts: Contacts) -> Handling:
    """Draw how `contacts` were handled, row by row."""
    rng, size = scene.rng, len(contacts)
    is_live = np.isin(contacts.channel, [0, 1])
    abandoned = (contacts.channel == 0) & (contacts.cause < 0) & (rng.random(size) < ABANDONED)
    minutes = np.array([topic.minutes for topic in TOPICS])[contacts.topic]
    talk = (minutes * 60 * rng.lognormal(-0.08, 0.4, size)).astype(np.int64)
    busy = 1.0 + 0.8 * _is_busy(contacts)
    return Handling(
        agent=contacts.queue * AGENTS_PER_QUEUE + rng.integers(0, AGENTS_PER_QUEUE, size),
        mood=_moods(scene, contacts),
        wait=np.where(is_live, (rng.gamma(1.1, 85, size) * busy).astype(np.int64) + 3, 0),
        talk=np.where(abandoned, 0, talk),
        hold=np.where(rng.random(size) < 0.3, rng.integers(15, 200, size), 0),
        wrap_up=rng.integers(20, 160, size),
        transfers=rng.choice(4, size=size, p=(0.86, 0.11, 0.025, 0.005)),
        was_reopened=~contacts.was_solved & (rng.random(size) < 0.16),
        was_escalated=~contacts.was_solved & (rng.random(size) < 0.10),
        was_abandoned=abandoned,
        reason=_reasons(scene, contacts.topic),
        first_reply=_first_replies(scene, is_live),
    )


def _is_busy(contacts: Contacts) -> Floats:
    """Return 1 for contacts on days with a third more contacts than the median day."""
    per_day = np.bincount(contacts.day)
    busy: Floats = (per_day > 1.33 * np.median(per_day[per_day > 0]))[contacts.day].astype(np.float64)
    return busy


def _moods(scene: Scene, contacts: Contacts) -> Floats:
    """Return how the customer felt, -1 … 1: by topic, worse when it is not solved and when it is not the first time."""
    means = np.array([topic.mood for topic in TOPICS])
    for truth in (scene.truths.loud_in_contacts, scene.truths.loud_in_surveys):
        if truth:
            means[TOPIC_KEYS.index(truth.topic)] = truth.contact_mood
    mood = means[contacts.topic] + scene.rng.normal(0, 0.30, len(contacts))
    mood += np.where(contacts.was_solved, 0.05, -0.12) - np.where(contacts.cause >= 0, 0.18, 0.0)
    moods: Floats = np.clip(mood, -1, 1)
    return moods


def _reasons(scene: Scene, topic: Ints) -> Ints:
    """Return the topic the agent chose: mostly the right one, else a neighbour in the list."""
    beside = np.clip(topic + scene.rng.choice((-2, -1, 1, 2), size=len(topic)), 0, len(TOPICS) - 1)
    chosen: Ints = np.where(scene.rng.random(len(topic)) < RIGHT_REASON, topic, beside)
    return chosen


def _first_replies(scene: Scene, is_live: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Ints:
    """Return seconds until a person first replied: at once where they talk, hours where they write."""
    size = len(is_live)
    live, written = scene.rng.gamma(1.3, 45, size) + 5, scene.rng.lognormal(9.4, 0.9, size)
    seconds: Ints = np.where(is_live, live, np.clip(written, 600, 4 * 86_400)).astype(np.int64)
    return seconds
