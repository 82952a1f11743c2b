"""Agreement between people, against published worked examples and other people's code."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

from insights.analysis.coder_agreement import FEWEST, agreement, cohen, krippendorff

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": examples A, B and C; "." is missing
BINARY = ("0100000010", "1110010000")
NOMINAL = ("aabbdcccedda", "babbbccceddd")
WITH_GAPS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def units(rows):
    return [[value for value in column if value != "."] for column in zip(*rows, strict=True)]


@pytest.mark.parametrize(("rows", "alpha"), [(BINARY, 0.095), (NOMINAL, 0.692), (WITH_GAPS, 0.743)])
def test_alpha_is_that_of_krippendorffs_own_examples(rows, alpha):
    assert krippendorff(units(rows)) == pytest.approx(alpha, abs=0.0005)


def test_without_gaps_alpha_is_fleiss_kappa_corrected_for_small_samples():
    rng = np.random.default_rng(3)
    table = rng.multinomial(3, [0.5, 0.3, 0.2], size=40)
    told = [[k for k, count in enumerate(row) for _ in range(count)] for row in table]
    n = table.sum()
    fleiss = fleiss_kappa(table)
    assert krippendorff(told) == pytest.approx(1 - (1 - fleiss) * (n - 1) / n)


def test_nobody_can_disagree_where_there_is_one_value_or_one_judge():
    assert krippendorff([["YES", "YES"]] * 20) is None
    assert krippendorff([["YES"], ["NO"]]) is None
    assert cohen([("YES", "YES")] * 20) is None
    assert cohen([]) is None


def test_kappa_is_scikit_learns():
    rng = np.random.default_rng(4)
    pairs = [(int(a), int(a) if rng.random() < 0.7 else int(b)) for a, b in rng.integers(0, 3, size=(60, 2))]
    assert cohen(pairs) == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))


def test_the_interval_holds_alpha_and_narrows_with_more_texts():
    rng = np.random.default_rng(6)
    said = [{1: value, 2: value if rng.random() < 0.85 else "NEUTRAL"} for value in rng.choice(["A", "B"], 400)]
    few, many = agreement(said[:40]), agreement(said)
    for one in (few, many):
        assert one.low < one.alpha < one.high
    assert many.high - many.low < few.high - few.low
    assert (many.texts, many.people) == (400, 2)
    assert many.kappa is not None


def test_too_few_doubled_texts_say_nothing():
    said = [{1: "YES", 2: "NO"}] * (FEWEST - 1) + [{1: "YES"}] * 50
    assert (agreement(said).alpha, agreement(said).texts) == (None, FEWEST - 1)
