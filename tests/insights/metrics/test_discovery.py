"""False-discovery control against statsmodels."""

from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from insights.metrics.discovery import survivors


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.sampled_from([0.05, 0.1, 0.2]))
def test_the_same_changes_survive_as_in_statsmodels(p_values: list[float], rate: float) -> None:
    rejected = multipletests(p_values, alpha=rate, method="fdr_bh")[0]
    assert survivors(p_values, rate) == rejected.tolist()


def test_the_worked_example_of_1995() -> None:
    """Benjamini and Hochberg, JRSS B 57:289-300, section 3.2: of these 15 at 0.05 the first four survive."""
    p_values = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719),
        *(0.6528, 0.7590, 1.0),
    ]
    assert survivors(p_values, 0.05) == [True] * 4 + [False] * 11


def test_what_could_not_be_tested_neither_survives_nor_counts() -> None:
    assert survivors([None, 0.08, None]) == [False, True, False]
    assert survivors([None]) == [False]
    assert survivors([]) == []
