"""Which of many changes are findings: the share of false ones among those called so is controlled."""

from collections.abc import Sequence

RATE = 0.10  # METRICS: any ranked list of movers


def survivors(p_values: Sequence[float | None], rate: float = RATE) -> list[bool]:
    """Return for each p-value whether it survives among all of them (Benjamini and Hochberg 1995, JRSS B 57:289).

    What could not be tested (None) was no chance to err: it survives nothing and is not counted.
    """
    tested = sorted(p_value for p_value in p_values if p_value is not None)
    passing = [p_value for rank, p_value in enumerate(tested, start=1) if p_value <= rate * rank / len(tested)]
    if not passing:
        return [False] * len(p_values)
    return [p_value is not None and p_value <= passing[-1] for p_value in p_values]
