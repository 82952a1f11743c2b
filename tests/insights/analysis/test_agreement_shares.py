"""Shares on both sides: each formula against statsmodels and published examples, each verdict against plain cases."""

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from insights.analysis.agreement_counts import GROUPS, READ, Counts
from insights.analysis.agreement_shares import FACTOR, MARGIN, Share, contrast, gap_of, shares


def share(mentions, texts, effect=1.0):
    return Share(words=texts, texts=texts, mentions=mentions, design_effect=effect)


def counts(surveys, contacts, customers=2000, each=1, seed=3):
    """Texts of customers who write `each` times; `surveys` and `contacts` are (texts, shares of each topic)."""
    chance = np.random.default_rng(seed)
    topics = tuple(f"t{place}" for place in range(len(surveys[1])))
    texts = np.zeros((GROUPS, len(READ)))
    mentions = np.zeros((GROUPS, len(READ), len(topics)))
    for medium, (many, rates) in ((0, surveys), (1, contacts)):
        group = np.repeat(chance.integers(0, GROUPS, customers), each)[:many]
        group = np.resize(group, many)
        np.add.at(texts, (group, medium), 1)
        for place, rate in enumerate(rates):
            np.add.at(mentions, (group, medium, place), chance.random(many) < rate)
    nothing = np.zeros_like(mentions)
    return Counts(topics, texts.copy(), texts, mentions, nothing, nothing, nothing)


def verdict(surveys, contacts):
    return {one.topic: one.verdict for one in shares(counts(surveys, contacts))}


def test_a_share_has_wilsons_interval_of_its_effective_texts():
    plain, clustered = share(30, 400).interval, share(30, 400, 2.0).interval
    assert (plain.low, plain.high) == pytest.approx(proportion_confint(30, 400, method="wilson"))
    assert (clustered.low, clustered.high) == pytest.approx(proportion_confint(15, 200, method="wilson"))


def test_newcombes_published_example_is_found_again():
    """Newcombe 1998, Stat Med 17:873, table II (a), method 10: 56/70 less 48/80 is 0.2 (0.0524 to 0.3339)."""
    gap = gap_of(surveys=share(48, 80), contacts=share(56, 70))
    assert (gap.value, gap.low, gap.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(("surveys", "contacts"), [((5, 90), (60, 400)), ((0, 50), (9, 300)), ((40, 41), (3, 70))])
def test_the_difference_is_newcombes_and_its_test_the_score_test(surveys, contacts):
    gap = gap_of(share(*surveys), share(*contacts))
    assert (gap.low, gap.high) == pytest.approx(confint_proportions_2indep(*contacts, *surveys, method="newcomb"))
    told = np.array([contacts, surveys])
    assert gap.p_different == pytest.approx(proportions_ztest(told[:, 0], told[:, 1])[1])


def test_what_customers_on_both_sides_share_makes_the_difference_surer():
    apart, together = (gap_of(share(40, 400), share(60, 400), correlation) for correlation in (0.0, 0.5))
    assert together.high - together.low < apart.high - apart.low
    assert together.p_different < apart.p_different
    whole = contrast(share(60, 400), share(40, 400), 1.0, 1.0)
    assert whole[1] == pytest.approx(0.05, abs=0.006)  # wholly shared: only the two widths differ


def test_two_large_equal_sides_are_shown_to_agree():
    assert verdict((6000, [0.10, 0.02]), (9000, [0.10, 0.02])) == {"t0": "AGREE", "t1": "AGREE"}


def test_two_small_equal_sides_cannot_be_told_yet_and_say_how_many_are_missing():
    (one,) = shares(_of(share(6, 60), share(500, 5000)))
    assert one.verdict == "NOT_YET"
    ((side, missing),) = one.missing
    assert side == "SURVEYS"
    assert 30 < missing < 120  # the standard error may be 5 points / 1.645


def test_what_is_missing_is_what_would_settle_it():
    """With as many more texts and the same shares, the interval decides, about."""
    one = share(9, 300), share(200, 5000)
    (told,) = shares(_of(*one))
    assert told.verdict == "NOT_YET"
    more = dict(told.missing)["SURVEYS"]
    times = (300 + more) / 300
    gap = gap_of(share(round(9 * times), round(300 * times)), one[1])
    assert min(gap.p_different, gap.p_alike) < 0.08


def _of(surveys, contacts):
    """Counts of exactly these shares, spread evenly over the groups."""
    mentions, texts = np.zeros((GROUPS, len(READ), 1)), np.zeros((GROUPS, len(READ)))
    for medium, side in ((0, surveys), (1, contacts)):
        texts[:, medium] = np.bincount(np.arange(side.texts) % GROUPS, minlength=GROUPS)
        mentions[:, medium, 0] = np.bincount(np.arange(side.mentions) % GROUPS, minlength=GROUPS)
    nothing = np.zeros_like(mentions)
    return Counts(("t",), texts, texts, mentions, nothing, nothing, nothing)


def test_a_louder_side_is_named_and_a_silent_one_too():
    found = verdict((4000, [0.01, 0.08, 0.0, 0.05]), (9000, [0.06, 0.01, 0.04, 0.0]))
    assert found == {
        "t0": "LOUDER_IN_CONTACTS",
        "t1": "LOUDER_IN_SURVEYS",
        "t2": "ONLY_IN_CONTACTS",
        "t3": "ONLY_IN_SURVEYS",
    }


def test_a_difference_that_is_real_and_too_small_to_matter_is_agreement():
    (one,) = shares(counts((200_000, [0.100]), (400_000, [0.104])))
    assert one.gap.p_different < 0.01
    assert one.verdict == "AGREE"


def test_below_two_in_a_hundred_a_point_decides_and_above_the_factor():
    assert pytest.approx(0.02) == MARGIN / (FACTOR - 1)
    rare = verdict((50_000, [0.002]), (50_000, [0.008]))
    frequent = verdict((50_000, [0.10]), (50_000, [0.16]))
    assert (rare, frequent) == ({"t0": "AGREE"}, {"t0": "LOUDER_IN_CONTACTS"})


def test_under_ten_texts_of_a_side_nothing_is_said():
    (one,) = shares(_of(share(2, 9), share(50, 500)))
    assert (one.gap, one.verdict, dict(one.missing)) == (None, "NOT_YET", {"SURVEYS": 1})


def test_customers_who_write_again_widen_the_interval():
    """Each customer writes ten times, always of the same: the texts are worth a tenth."""
    chance = np.random.default_rng(5)
    texts, mentions = np.zeros((GROUPS, len(READ))), np.zeros((GROUPS, len(READ), 1))
    for medium in (0, 1):
        group, speaks = chance.integers(0, GROUPS, 3000), chance.random(3000) < 0.1
        np.add.at(texts, (group, medium), 10)
        np.add.at(mentions, (group, medium, 0), 10 * speaks)
    nothing = np.zeros_like(mentions)
    (one,) = shares(Counts(("t",), texts, texts, mentions, nothing, nothing, nothing))
    assert one.surveys.design_effect == pytest.approx(10, rel=0.3)
    assert one.contacts.design_effect == pytest.approx(10, rel=0.3)


def test_no_text_at_all_is_no_share():
    (one,) = shares(_of(share(0, 0), share(50, 500)))
    assert one.surveys.read is None
    assert (one.surveys.interval.low, one.surveys.interval.high) == (0.0, 1.0)
    assert one.verdict == "NOT_YET"
