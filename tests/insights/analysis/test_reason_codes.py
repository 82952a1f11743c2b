"""Agents' codes against topics: kappa by other people's code and a published example; pairing by name or majority."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa

from insights.analysis.reason_codes import OTHERS, code_agreement, crossed, kappa, paired
from insights.mart.taxonomy import Place, Taxonomy
from insights.metrics.intervals import Sums, kappa_interval

TREE = Taxonomy(
    {
        "billing": Place("", "Finance", "VALUE"),
        "invoice_unclear": Place("billing", "Finance", "FAILURE"),
        "wrong_charge": Place("billing", "Finance", "FAILURE"),
        "router_late": Place("", "Logistics", "FAILURE"),
    }
)
NAMES = {
    "billing": "Bills and payments",
    "invoice_unclear": "Bill hard to understand",
    "wrong_charge": "Charged wrongly",
    "router_late": "Delivered late",
}


def test_kappa_is_that_of_the_published_example() -> None:
    """Fleiss (1981, table 13.1): two raters of 100 persons in three classes, kappa 0.68."""
    found = kappa(np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]]))
    assert found.value == pytest.approx((0.89 - 0.66) / (1 - 0.66))
    assert round(found.value, 2) == 0.68


@pytest.mark.parametrize("size", [2, 3, 7])
def test_kappa_and_its_interval_are_those_of_statsmodels_and_scikit_learn(size: int) -> None:
    dice = np.random.default_rng(size)
    table = dice.integers(0, 30, (size, size)) + np.diag(dice.integers(5, 90, size))
    found, theirs = kappa(table), cohens_kappa(table)
    assert found.value == pytest.approx(theirs.kappa)
    assert (found.low, found.high) == pytest.approx((theirs.kappa_low, theirs.kappa_upp))
    one, other = (np.repeat(places.ravel(), table.ravel()) for places in np.indices(table.shape))
    assert found.value == pytest.approx(cohen_kappa_score(one, other))


def test_of_two_classes_the_interval_is_the_engines() -> None:
    found = kappa(np.array([[15, 10], [5, 20]]))
    engines = kappa_interval(Sums(n=50, y=30, yy=30, x=25, xx=25, xy=20))
    assert (found.low, found.high) == pytest.approx((engines.low, engines.high))


def test_where_all_is_one_class_chance_cannot_be_told_from_agreement() -> None:
    assert kappa(np.array([[40]])).value is None
    assert kappa(np.zeros((0, 0), dtype=np.int64)).value is None


def test_a_code_stands_for_the_topic_of_its_name_else_for_the_one_it_stands_with_most() -> None:
    counts = {
        ("Router late", "wrong_charge"): 50,  # by its name, whatever stands with it
        ("delivered-late", "router_late"): 1,
        ("B17", "wrong_charge"): 8,
        ("B17", "invoice_unclear"): 3,
        ("B17", ""): 99,  # no topic is no majority
        ("rare", "wrong_charge"): 9,
    }
    pairs = paired(counts, TREE, NAMES)
    assert {code: (pair.topic, pair.by) for code, pair in pairs.items()} == {
        "Router late": ("router_late", "NAME"),
        "delivered-late": ("router_late", "NAME"),
        "B17": ("wrong_charge", "MAJORITY"),
    }


def test_agreement_counts_contacts_of_which_both_are_known() -> None:
    counts = {
        ("router_late", "router_late"): 30,
        ("router_late", "wrong_charge"): 10,
        ("wrong_charge", "wrong_charge"): 20,
        ("wrong_charge", ""): 7,
        ("odd", "router_late"): 4,
        ("", "router_late"): 500,
    }
    found = code_agreement(counts, TREE, NAMES)
    assert (found.coded, found.without_topic, found.unpaired) == (71, 7, 4)
    assert (found.agreed.n, found.agreed.value) == (60, round(50 / 60, 4))
    theirs = cohens_kappa(np.array([[30, 10], [0, 20]]))
    assert (found.kappa.value, found.kappa.low) == pytest.approx((theirs.kappa, theirs.kappa_low))


def test_a_code_of_a_whole_branch_agrees_with_all_below_it() -> None:
    counts = {("billing", "wrong_charge"): 12, ("billing", "invoice_unclear"): 8, ("router_late", "router_late"): 10}
    assert code_agreement(counts, TREE, NAMES).agreed.value == 1.0
    counts = {("billing", "wrong_charge"): 12, ("wrong_charge", "wrong_charge"): 8}  # the nearer of two
    assert code_agreement(counts, TREE, NAMES).agreed.value == 0.4


def test_too_few_contacts_say_nothing() -> None:
    found = code_agreement({("router_late", "router_late"): 9}, TREE, NAMES)
    assert (found.agreed.value, found.kappa.value) == (None, None)
    assert code_agreement({}, TREE, NAMES).coded == 0


def test_each_row_of_the_table_holds_all_contacts_of_its_code() -> None:
    counts = {("router_late", "router_late"): 30, ("router_late", "wrong_charge"): 9, ("router_late", ""): 1}
    pairs = paired(counts, TREE, NAMES)
    (row,) = crossed(counts, pairs, TREE, ["router_late"]).values()
    assert [(field.topic, field.n, field.of_row.value, field.is_pair) for field in row] == [
        ("router_late", 30, 0.75, True),
        (OTHERS, 9, 0.225, False),
        ("", 1, 0.025, False),
    ]
