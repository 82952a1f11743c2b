"""In the company in which nothing happened there is nothing to find."""

import pytest


def test_no_theme_is_new(nothing):
    assert not nothing.is_about("esim_activation").any()


@pytest.mark.slow
def test_no_department_is_repeated_more_often(nothing):
    upstream = nothing.is_about("router_late", "activation_wrong")
    assert nothing.repeat_rate(upstream) / nothing.repeat_rate(~upstream) == pytest.approx(1.0, abs=0.15)


def test_no_queue_closes_more_than_is_solved(nothing):
    there, contacts = nothing.is_in("Device Support"), nothing.ledger.contacts
    gap_there = contacts.company_says[there].mean() - nothing.customers_say_solved(there)
    gap_elsewhere = contacts.company_says[~there].mean() - nothing.customers_say_solved(~there)
    assert gap_there == pytest.approx(gap_elsewhere, abs=0.05)


def test_nobody_answers_more_often(nothing):
    rates = [nothing.answer_rate(segment) for segment in ("Consumer", "Premium", "Business", "Prepaid")]
    assert max(rates) / min(rates) == pytest.approx(1.0, abs=0.1)


def test_no_segment_moves(nothing):
    for segment in ("Consumer", "Premium", "Business", "Prepaid"):
        assert abs(nothing.nps(segment, is_after=True) - nothing.nps(segment, is_after=False)) < 5


def test_no_region_improves(nothing):
    change = nothing.change_by_region("invoice_unclear", "wrong_charge", at_share=0.58)
    assert all(one == pytest.approx(1.0, abs=0.1) for one in change.values())


def test_no_day_brings_a_campaign(nothing):
    assert set(nothing.ledger.contacts.origin) == {"usual", "follow_up"}
