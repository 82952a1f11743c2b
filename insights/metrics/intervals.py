"""How sure a number is: intervals and differences, each with the author and year of its formula.

All functions are scalar and work on sums, so that an engine that only adds up can feed them. Shares are 0 … 1.
"""

from dataclasses import dataclass, fields
from math import inf, isfinite, sqrt

from scipy import special

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """From low to high."""

    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside."""
        return self.low > 0 or self.high < 0

    def times(self, factor: float) -> "Interval":
        """Return the interval in another unit."""
        return Interval(self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Difference:
    """After minus before, its interval, and the p-value of "no difference"."""

    value: float
    interval: Interval | None
    p_value: float | None

    def times(self, factor: float) -> "Difference":
        """Return the difference in another unit."""
        return Difference(self.value * factor, self.interval and self.interval.times(factor), self.p_value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What is added up over the rows with an answer: y is the numerator, x the denominator (1 per row of a mean)."""

    n: float  # whole, unless `effective` made it fewer
    y: float = 0.0
    yy: float = 0.0
    x: float = 0.0
    xx: float = 0.0
    xy: float = 0.0


def _z(confidence: float) -> float:
    return float(special.ndtri((1 + confidence) / 2))


def _t(confidence: float, degrees: float) -> float:
    return float(special.stdtrit(degrees, (1 + confidence) / 2))


def _two_sided(z: float) -> float:
    return float(2 * special.ndtr(-abs(z)))


def _two_sided_t(t: float, degrees: float) -> float:
    return float(2 * special.stdtr(degrees, -abs(t)))


def wilson(successes: float, n: float, confidence: float = CONFIDENCE) -> Interval:
    """Return the score interval of a share (Wilson 1927, JASA 22:209)."""
    z = _z(confidence)
    share, weight = successes / n, z * z / n
    middle = (share + weight / 2) / (1 + weight)
    reach = z / (1 + weight) * sqrt(share * (1 - share) / n + weight / (4 * n))
    low = 0.0 if successes == 0 else max(0.0, middle - reach)
    high = 1.0 if successes == n else min(1.0, middle + reach)
    return Interval(low, high)


def share_difference(
    successes: float, n: float, before: float, n_before: float, confidence: float = CONFIDENCE
) -> Difference:
    """Return the difference of two independent shares: hybrid score (Newcombe 1998, Stat Med 17:873, method 10).

    The p-value is the pooled two-sample z test's (the score test of "no difference").
    """
    now, then = successes / n, before / n_before
    a, b = wilson(successes, n, confidence), wilson(before, n_before, confidence)
    difference = now - then
    low = difference - sqrt((now - a.low) ** 2 + (b.high - then) ** 2)
    high = difference + sqrt((a.high - now) ** 2 + (then - b.low) ** 2)
    pooled = (successes + before) / (n + n_before)
    error = sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_before))
    return Difference(difference, Interval(low, high), 1.0 if error == 0 else _two_sided(difference / error))


def nps(promoters: float, detractors: float, n: float, confidence: float = CONFIDENCE) -> Interval:
    """Return the adjusted Wald interval of promoters' minus detractors' share (Rocks 2016, Am Stat 70:365).

    3/4 is added to promoters and to detractors, 1 1/2 to passives, after Agresti and Coull (1998). The interval is
    around the adjusted share; both ends stay within -1 … +1.
    """
    value, variance = _adjusted_nps(promoters, detractors, n)
    reach = _z(confidence) * sqrt(variance)
    return Interval(max(-1.0, value - reach), min(1.0, value + reach))


def _adjusted_nps(promoters: float, detractors: float, n: float) -> tuple[float, float]:
    total = n + 3
    p, d = (promoters + 0.75) / total, (detractors + 0.75) / total
    return p - d, (p + d - (p - d) ** 2) / total


def nps_difference(
    after: tuple[float, float, float], before: tuple[float, float, float], confidence: float = CONFIDENCE
) -> Difference:
    """Return the difference of two NPS, each (promoters, detractors, n): z with the variances of the adjusted shares.

    The value is the plain difference; the interval is around the adjusted one (Agresti and Caffo 2000, Am Stat 54:280).
    """
    (now, error), (then, error_before) = _adjusted_nps(*after), _adjusted_nps(*before)
    spread = sqrt(error + error_before)
    reach = _z(confidence) * spread
    plain = (after[0] - after[1]) / after[2] - (before[0] - before[1]) / before[2]
    return Difference(plain, Interval(now - then - reach, now - then + reach), _two_sided((now - then) / spread))


def _variance(sums: Sums) -> float:
    """Return the sample variance of y; clipped at 0 where rounding makes it negative."""
    return max(0.0, (sums.yy - sums.y**2 / sums.n) / (sums.n - 1))


def mean(sums: Sums, confidence: float = CONFIDENCE) -> Interval | None:
    """Return the interval of a mean (Student 1908); None with fewer than two rows."""
    if sums.n < 2:
        return None
    reach = _t(confidence, sums.n - 1) * sqrt(_variance(sums) / sums.n)
    value = sums.y / sums.n
    return Interval(value - reach, value + reach)


def mean_difference(after: Sums, before: Sums, confidence: float = CONFIDENCE) -> Difference:
    """Return the difference of two means with unequal variances (Welch 1947, Biometrika 34:28)."""
    difference = after.y / after.n - before.y / before.n
    if min(after.n, before.n) < 2:
        return Difference(difference, None, None)
    a, b = _variance(after) / after.n, _variance(before) / before.n
    if a + b == 0:
        return Difference(difference, Interval(difference, difference), 1.0 if difference == 0 else 0.0)
    degrees = (a + b) ** 2 / (a**2 / (after.n - 1) + b**2 / (before.n - 1))
    reach = _t(confidence, degrees) * sqrt(a + b)
    return Difference(
        difference,
        Interval(difference - reach, difference + reach),
        _two_sided_t(difference / sqrt(a + b), degrees),
    )


def _ratio_variance(sums: Sums) -> float:
    """Return the variance of y/x by linearisation: that of the mean of (y - R x) / mean x (Cochran 1977, 2.11)."""
    ratio = sums.y / sums.x
    residuals = max(0.0, sums.yy - 2 * ratio * sums.xy + ratio**2 * sums.xx)
    return residuals / (sums.n - 1) * sums.n / sums.x**2


def ratio(sums: Sums, confidence: float = CONFIDENCE) -> Interval | None:
    """Return the linearised interval of a ratio of sums (Cochran 1977); None below two rows or without denominator."""
    if sums.n < 2 or sums.x == 0:
        return None
    reach = _t(confidence, sums.n - 1) * sqrt(_ratio_variance(sums))
    return Interval(sums.y / sums.x - reach, sums.y / sums.x + reach)


def ratio_difference(after: Sums, before: Sums, confidence: float = CONFIDENCE) -> Difference:
    """Return the difference of two independent ratios of sums, linearised (Cochran 1977)."""
    difference = after.y / after.x - before.y / before.x
    if min(after.n, before.n) < 2:
        return Difference(difference, None, None)
    spread = sqrt(_ratio_variance(after) + _ratio_variance(before))
    reach = _z(confidence) * spread
    p_value = _two_sided(difference / spread) if spread else float(difference == 0)
    return Difference(difference, Interval(difference - reach, difference + reach), p_value)


def kappa(sums: Sums) -> float | None:
    """Return the agreement of two judges' yes (1) and no (0), y and x, beyond chance (Cohen 1960, EPM 20:37).

    None where chance alone agrees wholly: both always say the same one thing.
    """
    agreed, expected = _agreement(sums)
    return None if expected == 1 else (agreed - expected) / (1 - expected)


def _agreement(sums: Sums) -> tuple[float, float]:
    y, x, both = sums.y / sums.n, sums.x / sums.n, sums.xy / sums.n
    return 1 - y - x + 2 * both, y * x + (1 - y) * (1 - x)


def _kappa_variance(sums: Sums) -> float | None:
    """Return the large-sample variance of kappa (Fleiss, Cohen and Everitt 1969, Psychol Bull 72:323)."""
    value = kappa(sums)
    if value is None:
        return None
    y, x, both = sums.y / sums.n, sums.x / sums.n, sums.xy / sums.n
    _, expected = _agreement(sums)
    rest = 1 - value
    alike = both * (1 - (y + x) * rest) ** 2 + (1 - y - x + both) * (1 - (2 - y - x) * rest) ** 2
    apart = rest**2 * ((y - both) * (x + 1 - y) ** 2 + (x - both) * (y + 1 - x) ** 2)
    spread = alike + apart - (value - expected * rest) ** 2
    return max(0.0, spread) / (sums.n * (1 - expected) ** 2)


def kappa_interval(sums: Sums, confidence: float = CONFIDENCE) -> Interval | None:
    """Return the large-sample interval of kappa, within -1 and +1."""
    value, variance = kappa(sums), _kappa_variance(sums)
    if value is None or variance is None:
        return None
    reach = _z(confidence) * sqrt(variance)
    return Interval(max(-1.0, value - reach), min(1.0, value + reach))


def kappa_difference(after: Sums, before: Sums, confidence: float = CONFIDENCE) -> Difference:
    """Return the difference of two independent kappas: z with their large-sample variances."""
    difference = (kappa(after) or 0.0) - (kappa(before) or 0.0)
    variances = _kappa_variance(after), _kappa_variance(before)
    if None in variances:
        return Difference(difference, None, None)
    spread = sqrt(sum(variance for variance in variances if variance is not None))
    reach = _z(confidence) * spread
    p_value = _two_sided(difference / spread) if spread else float(difference == 0)
    return Difference(difference, Interval(difference - reach, difference + reach), p_value)


def count(n: float, confidence: float = CONFIDENCE) -> Interval:
    """Return the exact interval of a Poisson count (Garwood 1936, Biometrika 28:437)."""
    tail = (1 - confidence) / 2
    low = 0.0 if n == 0 else float(special.gammaincinv(n, tail))
    return Interval(low, float(special.gammainccinv(n + 1, tail)))


def count_difference(after: int, before: int, exposure: float = 1.0, confidence: float = CONFIDENCE) -> Difference:
    """Return the difference of two Poisson counts; `exposure` is the length of "after" divided by that of "before".

    Interval: the two Garwood intervals joined by squares (Newcombe's MOVER, Li, Tang and Wong 2014); p-value: exact
    conditional test (Przyborowski and Wilenski 1940): given the sum, "after" is binomial.
    """
    expected = before * exposure
    a, b = count(after, confidence), count(before, confidence).times(exposure)
    difference = after - expected
    low = difference - sqrt((after - a.low) ** 2 + (b.high - expected) ** 2)
    high = difference + sqrt((a.high - after) ** 2 + (expected - b.low) ** 2)
    share = exposure / (1 + exposure)
    total = after + before
    below = float(special.bdtr(after, total, share)) if total else 1.0
    above = 1.0 - float(special.bdtr(after - 1, total, share)) if after else 1.0
    return Difference(difference, Interval(low, high), min(1.0, 2 * min(below, above)))


def design_effect(rows: Sums, clusters: Sums) -> float | None:
    """Return how much wider the variance is because rows come in clusters (Kish 1965), by linearisation.

    Both sums are over the same data: `rows` row by row, `clusters` with y and x summed per customer (Binder 1983).
    None where it cannot be told: fewer than two customers, or no variance.
    """
    if clusters.n < 2 or rows.n < 2 or rows.x == 0:
        return None
    value = rows.y / rows.x
    spread = rows.yy - 2 * value * rows.xy + value**2 * rows.xx
    spread_of_clusters = clusters.yy - 2 * value * clusters.xy + value**2 * clusters.xx
    if spread <= 1e-12 * max(1.0, rows.yy):
        return None
    effect = (spread_of_clusters * clusters.n / (clusters.n - 1)) / (spread * rows.n / (rows.n - 1))
    return effect if isfinite(effect) and effect < inf else None


def effective(rows: Sums, effect: float | None) -> Sums:
    """Return the sums as if of so many independent records as the design effect leaves (Kish 1965): n / effect.

    Their interval is the one that holds where customers repeat. An effect below 1, or none, leaves them as they are.
    """
    share = 1 / max(1.0, effect or 1.0)
    return Sums(**{entry.name: getattr(rows, entry.name) * share for entry in fields(Sums)})
