"""Moods on both sides and the figure for the whole, against scipy and plain sums."""

import numpy as np
import pytest
from scipy import stats

from insights.analysis.agreement_counts import GROUPS, READ, Counts
from insights.analysis.agreement_moods import moods
from insights.analysis.agreement_overall import overall
from insights.mart.comparable import NOTHING, Comparable
from insights.metrics.axes import Axes

APART = Axes(NOTHING)
TOGETHER = Axes(Comparable({("SURVEY", "CHAT"): "SAME"}, {"SURVEY": 200, "CHAT": 200}))


def counts(told, seed=2):
    """`told` is {medium: {topic: list of sentiments}}; each text is another customer's."""
    chance = np.random.default_rng(seed)
    topics = tuple(sorted({topic for of in told.values() for topic in of}))
    shape = (GROUPS, len(READ), len(topics))
    texts, n, total, squares = np.zeros(shape[:2]), np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for medium, of_topics in told.items():
        for topic, values in of_topics.items():
            group, place = chance.integers(0, GROUPS, len(values)), topics.index(topic)
            key = (group, READ.index(medium))
            np.add.at(texts, key, 1)
            for sums, added in ((n, 1.0), (total, np.array(values)), (squares, np.array(values) ** 2)):
                np.add.at(sums, (*key, place), added)
    return Counts(topics, texts, texts, n, n, total, squares)


def drawn(mean, many, seed):
    return np.random.default_rng(seed).normal(mean, 0.3, many).clip(-1, 1)


def told(counts_, axes):
    found, is_common = moods(counts_, np.ones(len(counts_.topics)), axes)
    return dict(zip(counts_.topics, found, strict=True)), is_common


def test_a_mean_and_its_interval_are_those_of_the_sentiments():
    values = drawn(-0.2, 400, 1)
    found, _ = told(counts({"SURVEY": {"a": values, "b": drawn(0, 200, 2)}, "CHAT": {"a": drawn(0, 90, 3)}}), APART)
    mood = found["a"].surveys
    error = stats.sem(values)
    assert mood.value == pytest.approx(values.mean())
    assert (mood.high - mood.low) / 2 == pytest.approx(1.98 * error, rel=0.25)  # 128 groups know it to 1 in 16


def test_on_a_common_axis_opposite_moods_lie_on_different_sides_of_zero():
    of = {
        "SURVEY": {"a": drawn(0.4, 300, 1), "b": drawn(-0.3, 300, 2)},
        "CHAT": {"a": drawn(-0.5, 300, 3), "b": drawn(-0.3, 300, 2)},
    }
    found, is_common = told(counts(of), TOGETHER)
    assert is_common
    assert found["a"].tone == "OPPOSITE"
    assert found["a"].difference == pytest.approx(np.mean(of["CHAT"]["a"]) - np.mean(of["SURVEY"]["a"]))
    assert found["b"].tone == "NO_DIFFERENCE_SHOWN"


def test_without_a_common_axis_each_side_is_held_against_its_own_average():
    """Contacts sound 0.5 worse of everything: that is their scale, and no finding."""
    of = {
        "SURVEY": {topic: drawn(mean, 400, place) for place, (topic, mean) in enumerate({"a": 0.3, "b": -0.3}.items())},
        "CALL": {
            topic: drawn(mean, 400, 9 + place) for place, (topic, mean) in enumerate({"a": -0.2, "b": -0.8}.items())
        },
    }
    found, is_common = told(counts(of), APART)
    assert not is_common
    assert {mood.tone for mood in found.values()} == {"NO_DIFFERENCE_SHOWN"}
    assert found["a"].surveys.against > 0.5
    assert found["a"].contacts.against > 0.5


def test_opposite_to_the_own_average_is_found_without_a_common_axis():
    of = {
        "SURVEY": {"a": drawn(0.3, 400, 1), "b": drawn(-0.3, 400, 2)},
        "CALL": {"a": drawn(-0.8, 400, 3), "b": drawn(-0.2, 400, 4)},
    }
    found, _ = told(counts(of), APART)
    assert {mood.tone for mood in found.values()} == {"OPPOSITE"}


def test_a_side_of_two_media_that_share_no_scale_has_no_mean_of_its_own():
    of = {"SURVEY": {"a": drawn(0, 50, 1)}, "CHAT": {"a": drawn(0, 50, 2)}, "CALL": {"a": drawn(0, 50, 3)}}
    found, _ = told(counts(of), APART)
    assert found["a"].contacts.value is None
    assert found["a"].contacts.against is not None
    assert found["a"].surveys.value is not None


def test_under_ten_readings_nothing_is_said_of_a_mood():
    of = {"SURVEY": {"a": drawn(0, 9, 1)}, "CHAT": {"a": drawn(0, 90, 2)}}
    found, _ = told(counts(of), APART)
    assert (found["a"].tone, found["a"].surveys.value, found["a"].surveys.n) == ("TOO_FEW", None, 9)


def test_rank_agreement_is_spearmans_correlation():
    chance = np.random.default_rng(4)
    one, other = chance.integers(1, 200, 12), chance.integers(1, 200, 12)
    topics = [f"t{place:02}" for place in range(12)]
    of = {
        "SURVEY": {topic: [0.0] * int(many) for topic, many in zip(topics, one, strict=True)},
        "CALL": {topic: [0.0] * int(many) for topic, many in zip(topics, other, strict=True)},
    }
    found = overall(counts(of), dict.fromkeys(topics, "NOT_YET") | {"t00": "AGREE"}, np.ones(12))
    assert found.ranks.value == pytest.approx(stats.spearmanr(one, other).statistic)
    assert found.ranks.low < found.ranks.value < found.ranks.high
    assert found.agreed.value == pytest.approx((one[0] / one.sum() + other[0] / other.sum()) / 2)
    assert found.agreed.low < found.agreed.value < found.agreed.high


def test_of_few_topics_no_figure_is_made():
    of = {"SURVEY": {"a": [0.1] * 30}, "CALL": {"a": [0.1] * 30}}
    found = overall(counts(of), {"a": "AGREE"}, np.ones(1))
    assert (found.topics, found.ranks.value, found.agreed.value) == (1, None, None)
