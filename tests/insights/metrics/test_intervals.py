"""Intervals against statsmodels, scipy and published worked examples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from insights.metrics import intervals
from insights.metrics.intervals import Sums


def _sums(y: np.ndarray, x: np.ndarray | None = None) -> Sums:
    x = np.ones_like(y) if x is None else x
    return Sums(n=len(y), y=y.sum(), yy=(y * y).sum(), x=x.sum(), xx=(x * x).sum(), xy=(x * y).sum())


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3 (score without continuity correction)
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombes_worked_examples(successes: int, n: int, low: float, high: float) -> None:
    found = intervals.wilson(successes, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("a", "n", "b", "m", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_differences_give_newcombes_worked_examples(a: int, n: int, b: int, m: int, low: float, high: float) -> None:
    found = intervals.share_difference(a, n, b, m).interval
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(1, 5000), st.data())
def test_wilson_agrees_with_statsmodels(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    found = intervals.wilson(successes, n)
    assert (found.low, found.high) == pytest.approx(proportion_confint(successes, n, method="wilson"), abs=1e-12)


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_newcombe_agrees_with_statsmodels(n: int, m: int, data: st.DataObject) -> None:
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    found = intervals.share_difference(a, n, b, m).interval
    expected = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


@given(st.integers(0, 100_000))
def test_counts_agree_with_garwoods_exact_limits(n: int) -> None:
    found = intervals.count(n)
    low = stats.chi2.ppf(0.025, 2 * n) / 2 if n else 0.0
    assert (found.low, found.high) == pytest.approx((low, stats.chi2.ppf(0.975, 2 * n + 2) / 2), rel=1e-9)


def test_counts_give_garwoods_table() -> None:
    """Garwood 1936, Biometrika 28:437-442, 95 % limits of the expectation."""
    table = {0: (0.0, 3.69), 1: (0.0253, 5.57), 2: (0.242, 7.22), 10: (4.80, 18.39), 30: (20.24, 42.83)}
    for n, (low, high) in table.items():
        found = intervals.count(n)
        assert (found.low, found.high) == pytest.approx((low, high), rel=2e-3)


@given(st.integers(0, 400), st.integers(0, 400), st.floats(0.2, 5))
def test_the_comparison_of_counts_is_the_exact_conditional_test(after: int, before: int, exposure: float) -> None:
    found = intervals.count_difference(after, before, exposure)
    if after + before:
        share = exposure / (1 + exposure)
        tails = (stats.binom.cdf(after, after + before, share), stats.binom.sf(after - 1, after + before, share))
        assert found.p_value == pytest.approx(min(1.0, 2 * min(tails)), abs=1e-9)
    assert found.interval.low <= found.value <= found.interval.high


_NUMBERS = st.lists(st.floats(-1000, 1000), min_size=2, max_size=60).filter(lambda values: np.var(values) > 1e-6)


@given(_NUMBERS)
def test_means_agree_with_statsmodels(values: list[float]) -> None:
    y = np.array(values)
    found = intervals.mean(_sums(y))
    assert (found.low, found.high) == pytest.approx(DescrStatsW(y).tconfint_mean(), rel=1e-6, abs=1e-6)


@given(_NUMBERS, _NUMBERS)
def test_differences_of_means_agree_with_welch(after: list[float], before: list[float]) -> None:
    a, b = np.array(after), np.array(before)
    found = intervals.mean_difference(_sums(a), _sums(b))
    compared = CompareMeans(DescrStatsW(a), DescrStatsW(b))
    expected = compared.tconfint_diff(usevar="unequal")
    assert (found.interval.low, found.interval.high) == pytest.approx(expected, rel=1e-5, abs=1e-5)
    assert found.p_value == pytest.approx(stats.ttest_ind(a, b, equal_var=False).pvalue, abs=1e-5)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(1, 100), st.floats(1, 50)), min_size=3, max_size=60))
def test_a_ratio_is_linearised_as_the_regression_through_its_residuals(pairs: list[tuple[float, float]]) -> None:
    y, x = (np.array(side) for side in zip(*pairs, strict=True))
    ratio = y.sum() / x.sum()
    residuals = y - ratio * x
    error = residuals.std(ddof=1) / np.sqrt(len(y)) / x.mean()
    reach = stats.t.ppf(0.975, len(y) - 1) * error
    found = intervals.ratio(_sums(y, x))
    assert (found.low, found.high) == pytest.approx((ratio - reach, ratio + reach), rel=1e-5, abs=1e-4)


def test_a_ratio_with_a_constant_denominator_is_a_mean() -> None:
    y = np.array([3.0, 9.0, 4.0, 7.5])
    ratio, mean = intervals.ratio(_sums(y)), intervals.mean(_sums(y))
    assert (ratio.low, ratio.high) == pytest.approx((mean.low, mean.high))


def test_nps_adds_three_quarters_to_the_ends_and_three_halves_to_the_middle() -> None:
    """Rocks 2016, The American Statistician 70:365-372: the adjusted Wald interval with three added, by hand."""
    p, d = (20 + 0.75) / 53, (10 + 0.75) / 53
    reach = stats.norm.ppf(0.975) * ((p + d - (p - d) ** 2) / 53) ** 0.5
    found = intervals.nps(20, 10, 50)
    assert (found.low, found.high) == pytest.approx((p - d - reach, p - d + reach))


@given(st.integers(10, 300), st.data())  # fewer are withheld
def test_the_interval_of_nps_holds_its_value(n: int, data: st.DataObject) -> None:
    promoters = data.draw(st.integers(0, n))
    detractors = data.draw(st.integers(0, n - promoters))
    found = intervals.nps(promoters, detractors, n)
    assert -1 <= found.low <= (promoters - detractors) / n <= found.high <= 1


def test_customers_who_answer_alike_twice_double_the_variance() -> None:
    rng = np.random.default_rng(3)
    once = rng.integers(0, 2, 400).astype(float)
    rows, clusters = _sums(np.repeat(once, 2)), _sums(once * 2, np.full(400, 2.0))
    assert intervals.design_effect(rows, clusters) == pytest.approx(2.0, rel=0.01)


def test_one_row_per_customer_has_no_design_effect() -> None:
    y = np.array([0.0, 1, 1, 0, 1])
    assert intervals.design_effect(_sums(y), _sums(y)) == pytest.approx(1.0)


def test_nothing_to_vary_has_no_design_effect() -> None:
    y = np.ones(5)
    assert intervals.design_effect(_sums(y), _sums(y)) is None


@pytest.mark.slow
@pytest.mark.parametrize(("n", "shares"), [(30, (0.5, 0.2)), (60, (0.7, 0.1)), (200, (0.3, 0.4)), (1000, (0.6, 0.3))])
def test_intervals_of_nps_cover_the_truth_93_to_97_times_in_100(n: int, shares: tuple[float, float]) -> None:
    rng = np.random.default_rng(20260101)
    promoters, detractors = shares
    drawn = rng.multinomial(n, [promoters, detractors, 1 - promoters - detractors], size=4000)
    found = [intervals.nps(p, d, n) for p, d, _ in drawn]
    assert 0.93 <= np.mean([i.low <= promoters - detractors <= i.high for i in found]) <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize(("n", "share"), [(40, 0.5), (60, 0.3), (200, 0.1), (1000, 0.03)])
def test_intervals_of_shares_cover_the_truth_93_to_97_times_in_100(n: int, share: float) -> None:
    rng = np.random.default_rng(20260101)
    found = [intervals.wilson(k, n) for k in rng.binomial(n, share, size=4000)]
    assert 0.93 <= np.mean([i.low <= share <= i.high for i in found]) <= 0.97


def _judged(both: int, only_y: int, only_x: int, neither: int) -> Sums:
    y = np.array([1.0] * both + [1.0] * only_y + [0.0] * only_x + [0.0] * neither)
    x = np.array([1.0] * both + [0.0] * only_y + [1.0] * only_x + [0.0] * neither)
    return _sums(y, x)


@given(st.tuples(*[st.integers(0, 60)] * 4).filter(lambda table: sum(table) > 4))
def test_kappa_and_its_interval_are_those_of_statsmodels(table: tuple[int, int, int, int]) -> None:
    both, only_y, only_x, neither = table
    sums = _judged(*table)
    value, reach = intervals.kappa(sums), intervals.kappa_interval(sums)
    if value is None:
        assert both + only_y == both + only_x
        assert both + only_y in (0, sum(table))
        return
    with np.errstate(invalid="ignore", divide="ignore"):  # theirs takes the root of a variance rounded below 0
        theirs = cohens_kappa(np.array([[both, only_y], [only_x, neither]]), return_results=True)
    assert value == pytest.approx(theirs.kappa, abs=1e-9)
    low, high = (value, value) if np.isnan(theirs.kappa_low) else (theirs.kappa_low, theirs.kappa_upp)
    assert (reach.low, reach.high) == (
        pytest.approx(max(-1, low), abs=1e-7),
        pytest.approx(min(1, high), abs=1e-7),
    )


def test_the_difference_of_two_kappas_is_that_of_independent_estimates() -> None:
    found = intervals.kappa_difference(_judged(20, 5, 10, 15), _judged(10, 10, 10, 10))
    assert found.value == pytest.approx(0.4)
    assert 0 < found.p_value < 0.1
    unknown = intervals.kappa_difference(_judged(5, 0, 0, 0), _judged(5, 0, 0, 0))
    assert (unknown.interval, unknown.p_value) == (None, None)
