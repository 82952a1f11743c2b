"""Sums of amounts whose number is by chance, too: compound Poisson, with 95 % intervals."""

from math import sqrt
from typing import Final

from scipy import special

from insights.metrics.intervals import CONFIDENCE, Difference, Interval, Sums

Z: Final = float(special.ndtri((1 + CONFIDENCE) / 2))


def amount(sums: Sums) -> Interval:
    """Return the interval of a sum of amounts whose number is by chance, too: compound Poisson.

    The variance of such a sum is estimated by the sum of squares (Bohm and Zech 2014, NIM A 748:1).
    """
    reach = Z * sqrt(sums.yy)
    return Interval(sums.y - reach, sums.y + reach)


def amount_difference(after: Sums, before: Sums) -> Difference:
    """Return the difference of two independent sums of amounts: z with their compound Poisson variances."""
    difference, spread = after.y - before.y, sqrt(after.yy + before.yy)
    reach = Z * spread
    p_value = float(2 * special.ndtr(-abs(difference / spread))) if spread else 1.0
    return Difference(difference, Interval(difference - reach, difference + reach), p_value)
