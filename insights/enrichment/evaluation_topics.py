"""How well topics are told apart: learned and judged by the very classifier that reads feedback."""

import random
import re
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from insights.enrichment.encoder import encoder
from insights.enrichment.evaluation import Judged, figures
from insights.enrichment.reading import clean
from insights.enrichment.topic_learning import Taught, calibration_error, learn
from insights.enrichment.topic_model import Judgement, TopicModel
from insights.enrichment.topic_teaching import nothing

NONE = frozenset({"none", "oos", "out_of_scope", "out of scope", "no topic", "no_topic"})  # labels of what fits none
EVEN_SCORE = 0.3  # beside the stated precision: about where precision and recall of several topics are alike
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def evaluate_topics(texts: Sequence[str], truth: Sequence[str], examples: int, seed: int) -> dict[str, Any]:
    """Learn from the names and `examples` texts per topic, drawn with the seed, and judge the rest.

    `accuracy` is of the likeliest topic, whether shown or not; `shown` tells what a reader would see at the stated
    precision of 85 %. Raises ValueError where nothing is left to judge, or there are fewer than two topics.
    """
    drawn = _draw(truth, examples, random.Random(seed))  # noqa: S311 - a sample, not a secret
    rest = [place for place in range(len(texts)) if place not in drawn]
    topics = sorted(set(truth) - NONE)
    if not rest:
        raise ValueError(f"Nothing is left to judge when {examples} texts per topic are learned.")
    if len(topics) < 2:
        raise ValueError("At least two topics are needed to tell them apart.")
    learned = [(texts[place], frozenset({truth[place]}) - NONE) for place in sorted(drawn)]
    model, _ = learn(_taught(learned, topics), topics)
    started = time.perf_counter()
    judged = [_judge(model, texts[place]) for place in rest]
    speed = len(rest) / max(time.perf_counter() - started, 1e-9)
    wanted = [truth[place] for place in rest]
    extra = {"examples": examples, "seed": seed, "texts_per_second": round(speed, 1)}
    return {**_told(model, wanted, judged), **extra}


def evaluate_several(texts: Sequence[str], truth: Sequence[frozenset[str]], share: float, seed: int) -> dict[str, Any]:
    """Several topics a text: learn the names and this share of the texts, drawn with the seed, and judge the rest.

    Micro and macro F1 of what is shown at the stated precision, and of all that scores EVEN_SCORE. A text without a
    topic teaches and counts as one that fits none. Raises ValueError where there is nothing to learn or to judge.
    """
    topics = sorted(frozenset().union(*truth) - NONE)
    if len(topics) < 2:
        raise ValueError("At least two topics are needed to tell them apart.")
    places = list(range(len(texts)))
    random.Random(seed).shuffle(places)  # noqa: S311 - a sample, not a secret
    cut = round(len(places) * share)
    if not 0 < cut < len(places):
        raise ValueError(f"A share of {share:g} of {len(places)} texts leaves nothing to learn or to judge.")
    model, _ = learn(_taught([(texts[place], truth[place] - NONE) for place in sorted(places[:cut])], topics), topics)
    started = time.perf_counter()
    rest = sorted(places[cut:])
    judged = [_judge(model, texts[place]) for place in rest]
    speed = len(rest) / max(time.perf_counter() - started, 1e-9)
    wanted = [truth[place] - NONE for place in rest]
    shown = [{model.topics[place] for place in model.shown(judgement)} for judgement in judged]
    even = [{model.topics[int(place)] for place in np.flatnonzero(one.score >= EVEN_SCORE)} for one in judged]
    return {
        "n": len(rest), "topics": len(topics), "share_learned": share, "seed": seed,
        "shown": _f1(topics, wanted, shown), f"score_{EVEN_SCORE:g}": _f1(topics, wanted, even),
        "texts_per_second": round(speed, 1),
    }  # fmt: skip


def _f1(topics: Sequence[str], wanted: Sequence[frozenset[str]], found: Sequence[set[str]]) -> dict[str, float]:
    """Precision, recall and F1 over all pairs of text and topic, and the mean F1 of the topics."""
    hits, shown, there = (dict.fromkeys(topics, 0) for _ in range(3))
    for truth, topic_set in zip(wanted, found, strict=True):
        for topic in truth | topic_set:
            hits[topic] += topic in truth and topic in topic_set
            shown[topic] += topic in topic_set
            there[topic] += topic in truth
    right, said, true = (sum(counted.values()) for counted in (hits, shown, there))
    each = [2 * hits[topic] / max(shown[topic] + there[topic], 1) for topic in topics]
    return {
        "precision": round(right / max(said, 1), 4),
        "recall": round(right / max(true, 1), 4),
        "micro_f1": round(2 * right / max(said + true, 1), 4),
        "macro_f1": round(float(np.mean(each)), 4),
    }


def _taught(learned: Sequence[tuple[str, frozenset[str]]], topics: Sequence[str]) -> list[Taught]:
    names = [(_INNER_CAPITAL.sub(" ", topic).replace("_", " ").lower(), frozenset({topic})) for topic in topics]
    texts = [(clean(text), said, True) for text, said in learned] + [(*name, False) for name in names]
    vectors = encoder().encode([text for text, _, _ in texts])
    return [
        *nothing(),
        *(
            Taught(text, vector, yes=said, is_example=is_example)
            for (text, said, is_example), vector in zip(texts, vectors, strict=True)
        ),
    ]


def _judge(model: TopicModel, text: str) -> Judgement:
    words = clean(text)
    return model.judge(words, encoder().encode([words])[0])


def _told(model: TopicModel, wanted: Sequence[str], judged: Sequence[Judgement]) -> dict[str, Any]:
    first = [judgement.best(1)[0] for judgement in judged]
    surest = [float(judgement.score.max()) for judgement in judged]
    has_none = bool(NONE & set(wanted))
    labels = [
        model.topics[place] if not has_none or model.shown(judgement) else min(NONE & set(wanted))
        for place, judgement in zip(first, judged, strict=True)
    ]
    answers = [Judged(label, score) for label, score in zip(labels, surest, strict=True)]
    inside = [number for number, topic in enumerate(wanted) if topic not in NONE]
    three = [wanted[number] in {model.topics[place] for place in judged[number].best(3)} for number in inside]
    right = np.array([model.topics[first[number]] == wanted[number] for number in inside])
    shares = np.array([judged[number].probability.max() for number in inside])
    told = {
        **figures(wanted, answers, sorted(set(wanted) | set(model.topics))),
        "top_3": round(float(np.mean(three)), 4),
        "calibration_error": round(calibration_error(shares, right), 4),
        "surest_78": _surest(right, np.array(surest)[inside], 0.78),
        "shown": _shown(model, wanted, judged),
    }
    if has_none:
        outside = [score for topic, score in zip(wanted, surest, strict=True) if topic in NONE]
        told["none_of_these_auroc"] = _auroc([surest[number] for number in inside], outside)
    return told


def _surest(right: Any, scores: Any, part: float) -> float:
    kept = np.argsort(-scores, kind="stable")[: max(round(len(scores) * part), 1)]
    return round(float(right[kept].mean()), 4)


def _shown(model: TopicModel, wanted: Sequence[str], judged: Sequence[Judgement]) -> dict[str, float]:
    """Precision of the topics shown, and the share of texts that show their topic."""
    shown = [{model.topics[place] for place in model.shown(judgement)} for judgement in judged]
    hits = sum(topic in topics for topic, topics in zip(wanted, shown, strict=True))
    total = sum(map(len, shown))
    there = sum(topic not in NONE for topic in wanted)
    return {"precision": round(hits / total, 4) if total else 0.0, "recall": round(hits / max(there, 1), 4)}


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """How often a text with a topic scores above one without (Mann and Whitney, 1947)."""
    ordered = np.sort(np.array(outside))
    below = np.searchsorted(ordered, inside, side="left")
    upto = np.searchsorted(ordered, inside, side="right")
    return round(float((below + upto).mean() / 2 / max(len(ordered), 1)), 4)


def _draw(truth: Sequence[str], examples: int, dice: random.Random) -> set[int]:
    places: dict[str, list[int]] = {}
    for place, topic in enumerate(truth):
        places.setdefault(topic, []).append(place)
    return {
        place for topic in sorted(places) for place in dice.sample(places[topic], min(examples, len(places[topic])))
    }
