"""Figures of quality, against scikit-learn and statsmodels; too few texts are said, not shown as 1.00."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score
from statsmodels.stats.proportion import proportion_confint

from insights.analysis.quality_measures import (
    Judged,
    calibration,
    macro_and_micro,
    macro_f1,
    per_class,
    share,
    stability,
)

NAMES = ("a", "b", "c")


def judged(texts=200, seed=1, right=0.7):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, texts)
    said = np.where(rng.random(texts) < right, truth, rng.integers(0, 3, texts))
    return truth, said, Judged(np.eye(3, dtype=bool)[truth], np.eye(3, dtype=bool)[said], np.ones((texts, 3), bool))


def test_precision_recall_and_f1_are_scikit_learns_with_wilsons_interval():
    truth, said, table = judged()
    rows = per_class(table, NAMES)
    for place, row in enumerate(rows):
        one = {"labels": [place], "average": None, "zero_division": 0}
        assert row["precision"]["value"] == pytest.approx(precision_score(truth, said, **one)[0], abs=1e-4)
        assert row["recall"]["value"] == pytest.approx(recall_score(truth, said, **one)[0], abs=1e-4)
        assert row["f1"]["value"] == pytest.approx(f1_score(truth, said, **one)[0], abs=1e-4)
        hit = int(((truth == place) & (said == place)).sum())
        low, high = proportion_confint(hit, row["true"], method="wilson")
        assert (row["recall"]["low"], row["recall"]["high"]) == pytest.approx((low, high), abs=1e-4)
        assert row["f1"]["low"] < row["f1"]["value"] < row["f1"]["high"]
    macro, micro = macro_and_micro(table)
    assert macro.value == pytest.approx(f1_score(truth, said, average="macro"), abs=1e-4)
    assert micro.value == pytest.approx(f1_score(truth, said, average="micro"), abs=1e-4)
    assert macro_f1(table) == pytest.approx(f1_score(truth, said, average="macro"))


def test_several_topics_per_text_are_measured_only_where_somebody_judged_them():
    rng = np.random.default_rng(2)
    truth, said = rng.random((80, 3)) < 0.4, rng.random((80, 3)) < 0.4
    known = rng.random((80, 3)) < 0.8
    rows = per_class(Judged(truth, said, known), NAMES)
    for place, row in enumerate(rows):
        inside = known[:, place]
        assert row["precision"]["value"] == pytest.approx(
            precision_score(truth[inside, place], said[inside, place]), abs=1e-4
        )
        assert row["true"] == int((truth & known)[:, place].sum())


def test_the_bootstrap_interval_covers_what_it_should():
    """Of many small samples of one population nearly all intervals hold the population's F1."""
    truth, said, _ = judged(20_000, seed=9)
    true_f1 = f1_score(truth, said, average="macro")
    rng = np.random.default_rng(10)
    covered = 0
    for _ in range(60):
        rows = rng.integers(0, len(truth), 150)
        table = Judged(np.eye(3, dtype=bool)[truth[rows]], np.eye(3, dtype=bool)[said[rows]], np.ones((150, 3), bool))
        macro, _ = macro_and_micro(table)
        covered += macro.low <= true_f1 <= macro.high
    assert covered >= 53


def test_nine_of_nine_right_is_no_hundred_per_cent():
    assert (share(9, 9).value, share(9, 9).state) == (None, "TOO_FEW")
    assert (share(10, 10).value, share(10, 10).state) == (1.0, "INDICATIVE")
    assert share(30, 30).low < 0.9
    _, _, perfect = judged(40, right=1.0)
    macro, _ = macro_and_micro(perfect)
    assert (macro.value, macro.low, macro.high) == (1.0, None, None)  # no sample differs: nothing is told of how sure
    _, _, few = judged(6)
    assert [one.state for one in macro_and_micro(few)] == ["TOO_FEW", "TOO_FEW"]
    assert {row["f1"]["state"] for row in per_class(few, NAMES)} == {"TOO_FEW"}


def test_calibration_tells_how_sure_and_how_often_right():
    rng = np.random.default_rng(7)
    sure = rng.uniform(0.3, 1.0, 4000)
    honest = calibration(sure.tolist(), (rng.random(4000) < sure).tolist())
    boastful = calibration(sure.tolist(), (rng.random(4000) < sure - 0.2).tolist())
    assert honest["error"] < 0.03
    assert boastful["error"] == pytest.approx(0.2, abs=0.03)
    assert sum(part["right"]["n"] for part in honest["bins"]) == 4000
    assert calibration([1.0] * 3, [True] * 3) == {"error": None, "n": 3, "state": "TOO_FEW", "bins": []}
    assert calibration([1.0] * 40, [True] * 40)["bins"][0]["from"] == 0.9


def test_a_mix_that_stays_has_an_index_near_chance_and_one_that_moves_a_large_one():
    same, by_chance = stability({"a": 500, "b": 300, "c": 200}, {"a": 125, "b": 75, "c": 50})
    assert same < 0.01
    assert by_chance == pytest.approx(2 * (1 / 1000 + 1 / 250))
    moved, _ = stability({"a": 500, "b": 500}, {"a": 200, "b": 800})
    by_hand = (0.2 - 0.5) * np.log(0.2 / 0.5) + (0.8 - 0.5) * np.log(0.8 / 0.5)
    assert moved == pytest.approx(by_hand, abs=0.002)
    assert stability({}, {"a": 1}) is None
