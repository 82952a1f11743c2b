"""The same score means the same only where people's judgements say so."""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests

from insights.analysis.calibration import MARGIN, SCORES, Judged, calibrated, holm, pairs_as_json
from insights.mart.medium import MEDIA, medium_of
from insights.models.feedback import Channel, Feedback


def judged(n: int, seed: int, shift: float = 0.0, slope: float = 1.0) -> Judged:
    """People's judgements of n texts whose scores are honest, but for a shift and a slope on the way."""
    dice = np.random.default_rng(seed)
    scores = dice.uniform(-0.95, 0.95, n)
    mean = np.clip(slope * scores + shift, -1, 1)
    sure = np.abs(mean) + (1 - np.abs(mean)) * 0.3  # the share of judgements that are not neutral
    draw = dice.uniform(size=n)
    positive = (sure + mean) / 2
    return Judged(scores, np.where(draw < positive, 1.0, np.where(draw < sure, -1.0, 0.0)))


def verdict(one: Judged, other: Judged) -> str:
    return pair_of(one, other).verdict


def pair_of(one: Judged, other: Judged):
    found = calibrated({"SURVEY": one, "CALL": other})
    return next(pair for pair in found.pairs if (pair.first, pair.second) == ("SURVEY", "CALL"))


def test_gaps_and_tests_are_those_of_statsmodels():
    one, other = judged(140, 1), judged(173, 2, shift=0.1)
    scores = np.concatenate([one.scores, other.scores])
    second = np.repeat([0.0, 1.0], [140, 173])
    design = np.column_stack([np.ones_like(scores), scores, scores**2, scores**3, second, second * scores])
    model = sm.OLS(np.concatenate([one.judgements, other.judgements]), design).fit(cov_type="HC3", use_t=True)
    found = pair_of(one, other)
    assert [gap.score for gap in found.gaps] == [-0.5, 0.0, 0.5]
    p_values = []
    for gap in found.gaps:
        asked = np.array([0, 0, 0, 0, 1, gap.score])
        test = model.t_test(asked)
        assert gap.difference == pytest.approx(test.effect[0])
        assert (gap.low, gap.high) == pytest.approx(tuple(test.conf_int(alpha=0.10)[0]))
        above = model.t_test((asked, -MARGIN)), model.t_test((asked, MARGIN))
        sided = [float(above[0].pvalue) / 2, float(above[1].pvalue) / 2]
        p_values += [
            sided[0] if above[0].tvalue > 0 else 1 - sided[0],
            sided[1] if above[1].tvalue < 0 else 1 - sided[1],
        ]
    assert found.p_same == pytest.approx(max(p_values))
    wald = model.f_test(np.eye(6)[4:])
    assert found.p_different == pytest.approx(float(wald.pvalue))


@pytest.mark.parametrize(("n", "shift", "slope"), [(100, 0.3, 1.0), (400, 0.3, 1.0), (400, MARGIN, 1.0), (400, 0, 0.6)])
def test_scales_that_differ_by_the_margin_or_more_are_called_the_same_one_time_in_twenty_at_most(n, shift, slope):
    told = [verdict(judged(n, 2 * turn), judged(n, 2 * turn + 1, shift, slope)) for turn in range(150)]
    assert told.count("SAME") <= 150 * 0.05 + 6  # 6: two standard errors of 150 draws


@pytest.mark.parametrize(("n", "often"), [(400, 0.45), (800, 0.9)])
def test_equal_scales_are_often_called_the_same_with_400_texts_of_each_and_nearly_always_with_800(n, often):
    told = [verdict(judged(n, 2 * turn), judged(n, 2 * turn + 1)) for turn in range(100)]
    assert told.count("SAME") > 100 * often
    assert told.count("DIFFERENT") <= 100 * 0.05 + 5


def test_a_shift_of_three_tenths_is_found_with_400_texts_of_each():
    told = [verdict(judged(400, 2 * turn), judged(400, 2 * turn + 1, 0.3)) for turn in range(50)]
    assert told.count("DIFFERENT") > 47


def test_fewer_than_a_hundred_texts_of_one_medium_tell_nothing():
    found = pair_of(judged(2000, 1), judged(99, 2))
    assert (found.verdict, found.gaps, found.p_same) == ("UNKNOWN", (), None)
    assert len(pair_of(judged(2000, 1), judged(100, 2)).gaps) == len(SCORES)


def test_scores_that_do_not_vary_tell_nothing():
    flat = Judged(np.zeros(200), np.resize([-1.0, 0.0, 1.0], 200))
    assert pair_of(flat, flat).verdict == "UNKNOWN"


def test_judgements_that_do_not_vary_tell_nothing():
    scores = np.linspace(-1, 1, 200)
    assert pair_of(Judged(scores, np.ones(200)), Judged(scores, np.ones(200))).verdict == "UNKNOWN"


def test_one_text_that_decides_its_medium_s_slope_alone_tells_nothing():
    scores = np.append(np.zeros(150), 0.9)
    assert pair_of(judged(150, 1), Judged(scores, np.resize([-1.0, 1.0], 151))).verdict == "UNKNOWN"


def test_every_two_media_are_compared_and_the_labels_counted():
    found = calibrated({"SURVEY": judged(7, 1)})
    assert found.labelled == {medium: 7 if medium == "SURVEY" else 0 for medium in MEDIA}
    assert len(found.pairs) == len(MEDIA) * (len(MEDIA) - 1) / 2
    assert {pair["verdict"] for pair in pairs_as_json(found.pairs)} == {"UNKNOWN"}


def test_holm_is_that_of_statsmodels_and_leaves_out_what_was_not_tested():
    p_values = [0.04, 0.001, None, 0.02, 0.012, 0.9]
    tested = [p_value for p_value in p_values if p_value is not None]
    expected = iter(multipletests(tested, method="holm")[0])
    assert holm(p_values) == [False if p_value is None else bool(next(expected)) for p_value in p_values]
    assert holm([None, None]) == [False, False]


def test_every_channel_of_a_contact_has_a_medium_and_what_is_no_contact_is_its_own():
    assert {channel: medium_of("CONTACT", channel) for channel in Channel.values} == {
        **{"VOICE": "CALL", "IVR": "CALL", "CHAT": "CHAT", "SMS": "CHAT", "MESSAGING": "CHAT", "SOCIAL": "CHAT"},
        **{"BOT": "CHAT", "EMAIL": "MAIL", "WEB": "MAIL", "APP": "MAIL", "LETTER": "MAIL"},
        **{"STORE": "OTHER", "OTHER": "OTHER"},
    }
    assert {medium_of(kind, "CHAT") for kind in Feedback.Kind.values if kind != "CONTACT"} == {
        "SURVEY", "REVIEW", "NOTE",
    }  # fmt: skip
