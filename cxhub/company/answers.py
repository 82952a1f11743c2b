"""Who answered which survey and how: the relationship survey, the one after a contact, the one after self-service."""

from collections.abc import Sequence

import numpy as np

from cxhub.company.calendar import moments
from cxhub.company.contacts import Scene
from cxhub.company.ledger import Answers, Bools, Contacts, Floats, Handling, Ints
from cxhub.company.truths import Disagreement
from cxhub.company.world import NPS_SHARES, SEGMENTS, TOPIC_KEYS, TOPICS

RELATIONSHIP, AFTER_CONTACT, AFTER_SELF_SERVICE = 0, 1, 2
SHARES = (0.45, 0.40, 0.15)  # of all answers
ANSWER, PREVIEW, TEST, PARTIAL = 0, 1, 2, 3
COMMENTS = (0.72, 0.60, 0.45)  # share of answers with a comment, by survey
SELF_SERVICE = ("app_bug", "top_up", "invoice_unclear", "tariff_change", "change_details", "router_setup", "app_login")
SAYS_IT = 0.89  # share of all comments that are no self-service comments, in which nothing else is ever said
SUMMED_UP = 1.26  # the points of NPS a population must lose for its answers to lose one, given who answers (see below)


def make_answers(scene: Scene, contacts: Contacts, handling: Handling, count: int) -> Answers:
    """Draw `count` answers (and a few previews, tests and partial ones among them)."""
    sizes = [round(count * share) for share in SHARES]
    sizes[0] += count - sum(sizes)
    found = _relationship(scene, sizes[0]).joined(_after_contact(scene, contacts, handling, sizes[1]))
    found = found.joined(_after_self_service(scene, sizes[2]))
    late = found.at >= scene.period.ends_at()
    found = found.taken(np.flatnonzero(~late))
    return found.taken(np.lexsort((found.customer, found.at)))


def _chosen(rng: np.random.Generator, weights: Floats, strata: Sequence[Ints | Bools], count: int) -> Ints:
    """Draw `count` different positions with these weights, evenly over the strata (systematic sampling, Madow 1949).

    Even, so that a small company shows its truths as a large one does.
    """
    order = np.lexsort((rng.random(len(weights)), *strata))
    sums = np.cumsum(weights[order])
    step = sums[-1] / count
    if weights.max() > step:
        weights = np.minimum(weights, step * 0.98)
        sums = np.cumsum(weights[order])
        step = sums[-1] / count
    found = np.searchsorted(sums, (rng.random() + np.arange(count)) * step, side="right")
    return np.unique(order[found.clip(max=len(order) - 1)])


def _spread(rng: np.random.Generator, size: int) -> Floats:
    """Return uniform numbers that fill 0 … 1 evenly."""
    return (rng.permutation(size) + rng.random(size)) / max(size, 1)


def _willing(scene: Scene, who: Ints) -> Floats:
    by_segment = scene.truths.response.by_segment
    return np.array([by_segment.get(name, 1.0) for name in SEGMENTS])[scene.customers.segment[who]]


def _feeling(scene: Scene, is_strong: Bools) -> Floats:
    response = scene.truths.response
    return np.where(is_strong, response.strong_feelings, response.mild_feelings)


def _relationship(scene: Scene, count: int) -> Answers:
    """Ask every customer once a quarter or so; those who answer are chosen by segment and by how strongly they feel."""
    rng, customers, period, truth = scene.rng, scene.customers, scene.period, scene.truths.price_change
    asked = np.concatenate([rng.permutation(len(customers)) for _ in range(3)])
    day = np.sort(rng.integers(0, max(period.days - 1, 1), len(asked)))
    kind = _nps_kinds(scene, asked, day)
    weights = _willing(scene, asked) * _feeling(scene, kind != 1)
    half = np.floor(day * 2 / period.days) if truth is None else day >= round(truth.starts_at * period.days)
    taken = _chosen(rng, weights, (kind, half, customers.segment[asked]), count)
    who, day, kind = asked[taken], day[taken], kind[taken]
    score = np.select(
        [kind == 2, kind == 1],
        [rng.choice((9, 10), len(who), p=(0.45, 0.55)), rng.choice((7, 8), len(who), p=(0.45, 0.55))],
        rng.choice(7, len(who), p=(0.07, 0.05, 0.09, 0.13, 0.14, 0.26, 0.26)),
    )
    mood = np.clip((score - 7.2) / 3.6 + rng.normal(0, 0.12, len(who)), -1, 1)
    topic = _comment_topics(scene, mood, who, day)
    topic = np.where(rng.random(len(who)) < COMMENTS[0], topic, -1)
    at = moments(rng, period, day, np.zeros(len(who), np.bool_))
    nothing = np.full(len(who), -1, np.int64)
    mood = _surveyed_mood(scene, topic, mood)
    status = _statuses(rng, len(who), topic)
    return Answers(np.full(len(who), RELATIONSHIP), who, nothing, at, score, nothing, topic, mood, status)


def _nps_kinds(scene: Scene, who: Ints, day: Ints) -> Ints:
    """Return detractor 0, passive 1 or promoter 2, evenly spread within each segment (before and after the change)."""
    kind, truth = np.ones(len(who), np.int64), scene.truths.price_change
    segments = scene.customers.segment[who]
    for number, name in enumerate(SEGMENTS):
        promoters, _, detractors = NPS_SHARES[name]
        parts = [(segments == number, 0.0)]
        if truth and truth.segment == name:
            after = day >= round(truth.starts_at * scene.period.days)
            parts = [((segments == number) & ~after, 0.0), ((segments == number) & after, truth.points)]
        for here, points in parts:
            places = np.flatnonzero(here)
            lost = -points / 100 / SUMMED_UP / 2 if scene.truths.response.by_segment else -points / 200
            spread = _spread(scene.rng, len(places))
            kind[places] = np.select([spread < promoters - lost, spread >= 1 - detractors - lost], [2, 0], 1)
    return kind


def _comment_topics(scene: Scene, mood: Floats, who: Ints, day: Ints) -> Ints:
    """Return what each comment is about: praise from the pleased, trouble from the others, the line permitting."""
    rng, truths = scene.rng, scene.truths
    weights = np.array([topic.in_surveys for topic in TOPICS])
    told = [truth for truth in (truths.loud_in_contacts, truths.loud_in_surveys) if truth]
    for truth in told:
        weights[TOPIC_KEYS.index(truth.topic)] = 0.0
    topic_mood = np.array([topic.mood for topic in TOPICS])
    lines = np.array([[line in topic.lines.split() for topic in TOPICS] for line in ("mobile", "home", "prepaid")])
    line = np.select([scene.customers.line[who] == "mobile", scene.customers.line[who] == "home"], [0, 1], 2)
    fits = np.exp(-1.6 * np.abs(topic_mood[None, :] - mood[:, None]))
    chances = weights[None, :] * fits * lines[line]
    if truths.price_change:
        column = TOPIC_KEYS.index(truths.price_change.topic)
        before = day < round(truths.price_change.starts_at * scene.period.days)
        chances[:, column] *= np.where(before, 0.3, 2.2)
    if truths.new_theme:
        column = TOPIC_KEYS.index(truths.new_theme.topic)
        begun = day >= round(truths.new_theme.starts_at * scene.period.days) + 3
        chances[:, column] += np.where(begun & (line != 1) & (mood < 0.2), 0.03 * chances.sum(axis=1), 0.0)
    sums = np.cumsum(chances, axis=1)
    found: Ints = (sums < rng.random(len(who))[:, None] * sums[:, -1:]).sum(axis=1)
    for truth in told:
        _let_say(rng, found, mood, truth)
    return found


def _let_say(rng: np.random.Generator, topic: Ints, mood: Floats, truth: Disagreement) -> None:
    """Give the share that surveys have of a topic to comments in its mood, in place."""
    fitting = rng.permutation(np.flatnonzero(mood * truth.survey_mood > 0))
    topic[fitting[: round(len(topic) * truth.survey_share / SAYS_IT)]] = TOPIC_KEYS.index(truth.topic)


def _surveyed_mood(scene: Scene, topic: Ints, mood: Floats) -> Floats:
    """Return the mood of the words: that of the score, save where surveys are known to sound different."""
    for truth in (scene.truths.loud_in_contacts, scene.truths.loud_in_surveys):
        if truth:
            here = topic == TOPIC_KEYS.index(truth.topic)
            spread = np.clip(truth.survey_mood + scene.rng.normal(0, 0.2, len(mood)), -1, 1)
            mood = np.where(here, spread, mood)
    return mood


def _after_contact(scene: Scene, contacts: Contacts, handling: Handling, count: int) -> Answers:
    """Ask after contacts; the scores follow whether it was really solved and how the customer felt."""
    rng = scene.rng
    outcome = np.where(contacts.was_solved, 0.72, -0.40)
    feeling = np.clip(handling.mood * 0.45 + outcome + rng.normal(0, 0.28, len(contacts)), -1, 1)
    weights = _willing(scene, contacts.customer) * _feeling(scene, np.abs(feeling) > 0.35)
    weights = np.where(handling.was_abandoned | (contacts.at > scene.period.ends_at() - 2 * 86_400), 0.0, weights)
    rows = _chosen(rng, weights, (contacts.day, contacts.was_solved, contacts.queue), count)
    count = len(rows)
    mood = feeling[rows]
    solved = np.where(rng.random(count) < 0.97, contacts.was_solved[rows], ~contacts.was_solved[rows]).astype(np.int64)
    score = np.clip(np.round(3.25 + 2.3 * mood + rng.normal(0, 0.35, count)), 1, 5).astype(np.int64)
    topic = _contact_comments(scene, contacts.topic[rows], mood)
    topic = np.where(rng.random(count) < COMMENTS[1], topic, -1)
    at = contacts.at[rows] + handling.talk[rows] + 900 + (rng.exponential(14_000, count)).astype(np.int64)
    status = _statuses(rng, count, topic)
    solved = np.where((status == PARTIAL) & (rng.random(count) < 0.6), -1, solved)
    who = contacts.customer[rows]
    return Answers(np.full(count, AFTER_CONTACT), who, rows, at, score, solved, topic, mood, status)


def _contact_comments(scene: Scene, topic: Ints, mood: Floats) -> Ints:
    """Return what comments after a contact are about: its topic, or the service; and what surveys do not hear."""
    rng = scene.rng
    service = np.where(mood > 0.1, TOPIC_KEYS.index("praise_agent"), TOPIC_KEYS.index("hotline_wait"))
    about = np.where(rng.random(len(topic)) < 0.62, topic, service)
    quiet, loud = scene.truths.loud_in_contacts, scene.truths.loud_in_surveys
    if quiet:
        about = np.where(about == TOPIC_KEYS.index(quiet.topic), service, about)
    if loud:
        _let_say(rng, about, mood, loud)
    return about


def _after_self_service(scene: Scene, count: int) -> Answers:
    """Ask how easy it was, on the web and in the app."""
    rng, customers = scene.rng, scene.customers
    who = rng.choice(len(customers), size=count, p=_share(_willing(scene, np.arange(len(customers)))))
    day = rng.integers(0, max(scene.period.days - 1, 1), count)
    score = rng.choice(np.arange(1, 8), size=count, p=(0.07, 0.08, 0.10, 0.12, 0.20, 0.25, 0.18))
    mood = np.clip((score - 4.3) / 2.9 + rng.normal(0, 0.1, count), -1, 1)
    topic = np.array([TOPIC_KEYS.index(key) for key in SELF_SERVICE])[
        rng.choice(len(SELF_SERVICE), size=count, p=(0.2, 0.16, 0.2, 0.16, 0.14, 0.11, 0.03))
    ]
    quiet = scene.truths.loud_in_contacts
    if quiet:
        here = topic == TOPIC_KEYS.index(quiet.topic)
        topic = np.where(here & (mood < 0), TOPIC_KEYS.index("app_bug"), topic)
    possible = np.array([topic.lines for topic in TOPICS])[topic]
    fits = np.array([line in lines.split() for line, lines in zip(customers.line[who], possible, strict=True)])
    topic = np.where(fits & (rng.random(count) < COMMENTS[2]), topic, -1)
    at = moments(rng, scene.period, day, np.zeros(count, np.bool_))
    nothing = np.full(count, -1, np.int64)
    status = _statuses(rng, count, topic)
    return Answers(np.full(count, AFTER_SELF_SERVICE), who, nothing, at, score, nothing, topic, mood, status)


def _share(weights: Floats) -> Floats:
    share: Floats = weights / weights.sum()
    return share


def _statuses(rng: np.random.Generator, size: int, topic: Ints) -> Ints:
    """Return which answers are none: previews, tests, and people who left half-way (before the comment)."""
    status = rng.choice(4, size=size, p=(0.965, 0.004, 0.003, 0.028))
    return np.where((status == PARTIAL) & (topic >= 0), ANSWER, status)
