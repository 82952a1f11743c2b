"""Companies drawn by lot whose truth is known: how often the agreement is wrong about them, customers repeating."""

import numpy as np
import pytest

from insights.analysis.agreement_counts import GROUPS, READ, Counts
from insights.analysis.agreement_overall import overall
from insights.analysis.agreement_shares import shares

pytestmark = pytest.mark.slow
TOPICS = 30
RATES = np.geomspace(0.15, 0.004, TOPICS)


def company(chance, contact_rates=RATES, answers=1200, contacts=6000, customers=3000):
    """Draw one: customers write several times, and who spoke of a topic does so again more often than others."""
    texts = np.zeros((GROUPS, len(READ)))
    mentions = np.zeros((GROUPS, len(READ), TOPICS))
    leaning = chance.gamma(1.0, 1.0, (customers, TOPICS))  # of mean 1: what a customer is about
    group = chance.integers(0, GROUPS, customers)
    for medium, many, rates in ((0, answers, RATES), (1, contacts, contact_rates)):
        who = chance.integers(0, customers, many)
        speaks = chance.random((many, TOPICS)) < np.minimum(rates * leaning[who], 1.0)
        np.add.at(texts, (group[who], medium), 1)
        np.add.at(mentions, (group[who], medium), speaks)
    nothing = np.zeros_like(mentions)
    names = tuple(f"t{place:02}" for place in range(TOPICS))
    return Counts(names, texts, texts, mentions, nothing, nothing, nothing)


def test_with_the_same_truth_on_both_sides_few_companies_have_any_disagreement():
    """All differences are false here, so that the false-discovery rate of 10 % is that of any at all."""
    chance = np.random.default_rng(20260101)
    wrong = [any("IN_" in one.verdict for one in shares(company(chance))) for _ in range(200)]
    assert np.mean(wrong) < 0.145  # 10 % and two standard errors of 200 companies


def test_intervals_of_the_difference_hold_the_truth():
    chance = np.random.default_rng(20260102)
    held = []
    for _ in range(60):
        held += [one.gap.low <= 0 <= one.gap.high for one in shares(company(chance))]
    assert 0.93 < np.mean(held) < 0.985


def test_shares_twice_the_margin_apart_are_rarely_called_agreement():
    chance = np.random.default_rng(20260103)
    apart = RATES + np.maximum(0.02, RATES)
    wrong = [one.verdict == "AGREE" for _ in range(30) for one in shares(company(chance, apart))]
    assert np.mean(wrong) < 0.05


def test_shares_just_at_the_margin_are_called_agreement_in_about_one_in_twenty():
    chance = np.random.default_rng(20260104)
    edge = RATES + np.maximum(0.01, RATES / 2)
    wrong = [one.verdict == "AGREE" for _ in range(30) for one in shares(company(chance, edge))]
    assert np.mean(wrong) < 0.08


def test_the_interval_of_rank_agreement_holds_the_truth_where_shares_are_well_known():
    """Chance in small shares makes the observed correlation smaller, so the truth is asked with many texts."""
    chance = np.random.default_rng(20260105)
    shuffled = RATES[np.argsort(np.arange(TOPICS) + np.random.default_rng(1).normal(0, 8, TOPICS))]
    ranks = np.argsort(np.argsort(RATES)), np.argsort(np.argsort(shuffled))
    truth = np.corrcoef(*ranks)[0, 1]
    held = []
    for _ in range(30):
        drawn = company(chance, shuffled, answers=20_000, contacts=40_000, customers=20_000)
        told = overall(drawn, dict.fromkeys(drawn.topics, "NOT_YET"), np.ones(TOPICS)).ranks
        held.append(told.low <= truth <= told.high)
    assert np.mean(held) > 0.85
