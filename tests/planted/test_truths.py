"""Each planted truth is there, as large as docs/company.md says."""

import numpy as np
import pytest

from cxhub.company.truths import LUMIO
from cxhub.company.world import CHANNELS, TOPIC_KEYS

UPSTREAM = ("router_late", "activation_wrong")


def test_the_campaign_brings_contacts_that_nobody_was_briefed_about(large):
    contacts = large.ledger.contacts
    about, start = large.is_about("price_after_promotion"), round(LUMIO.campaign.starts_at * 180)
    window = (contacts.day >= start) & (contacts.day < start + LUMIO.campaign.days)
    others = (window & ~about).sum()
    extra = (window & about).sum() - others * (about & ~window).sum() / (~about & ~window).sum()
    assert extra / others == pytest.approx(LUMIO.campaign.excess_share, abs=0.06)
    by_channel = np.bincount(contacts.channel[window & about & (contacts.origin == "campaign")], minlength=5)
    live = by_channel[[CHANNELS.index("VOICE"), CHANNELS.index("CHAT")]].sum()
    assert live / by_channel.sum() == pytest.approx(0.84, abs=0.03)


def test_the_campaign_stands_out_in_the_demo_itself(lumio):
    contacts = lumio.ledger.contacts
    per_day = np.bincount(contacts.day[lumio.is_about("price_after_promotion")], minlength=180)
    start = round(LUMIO.campaign.starts_at * 180)
    before, during = per_day[:start], per_day[start : start + 12]
    assert during.mean() > before.mean() + 6 * before.std()


def test_app_login_is_loud_in_contacts_and_silent_in_surveys(large):
    about = large.is_about("app_login")
    assert about.mean() == pytest.approx(0.07, abs=0.012)
    assert large.ledger.handling.mood[about].mean() < -0.5
    assert large.share_of_comments("app_login") < 0.02
    answers = large.ledger.answers
    assert answers.mood[answers.topic == TOPIC_KEYS.index("app_login")].mean() > 0.4


def test_stores_are_loud_in_surveys_and_silent_in_contacts(large):
    about = large.is_about("store_visit")
    assert about.mean() < 0.01
    assert large.ledger.handling.mood[about].mean() > 0
    assert large.share_of_comments("store_visit") == pytest.approx(0.105, abs=0.02)
    answers = large.ledger.answers
    assert answers.mood[answers.topic == TOPIC_KEYS.index("store_visit")].mean() < -0.4


@pytest.mark.slow
def test_what_logistics_causes_is_repeated_three_times_as_often(large):
    upstream = large.is_about(*UPSTREAM)
    ratio = large.repeat_rate(upstream) / large.repeat_rate(~upstream)
    assert ratio == pytest.approx(LUMIO.upstream.repeat_ratio, abs=0.5)


def test_the_demo_itself_shows_the_repeats(lumio):
    upstream = lumio.is_about(*UPSTREAM)
    assert lumio.repeat_rate(upstream) > 2.3 * lumio.repeat_rate(~upstream)


@pytest.mark.slow
def test_one_queue_calls_solved_what_is_not(large):
    there, contacts = large.is_in(LUMIO.wrongly_solved.queue), large.ledger.contacts
    assert contacts.company_says[there].mean() == pytest.approx(0.93, abs=0.02)
    assert large.customers_say_solved(there) == pytest.approx(0.55, abs=0.04)
    assert contacts.company_says[~there].mean() == pytest.approx(0.83, abs=0.03)
    assert large.customers_say_solved(~there) == pytest.approx(0.77, abs=0.03)
    elsewhere = ~there & ~large.is_about(*UPSTREAM)
    assert large.repeat_rate(there) > 1.6 * large.repeat_rate(elsewhere)


def test_the_new_theme_is_absent_before_its_day_and_large_at_the_end(large):
    about, contacts = large.is_about("esim_activation"), large.ledger.contacts
    start = round(LUMIO.new_theme.starts_at * 180)
    assert 120 <= start < 150  # month five
    assert not about[contacts.day < start].any()
    assert about[contacts.day >= 165].mean() == pytest.approx(0.07, abs=0.015)
    comments = large.ledger.answers.topic == TOPIC_KEYS.index("esim_activation")
    assert comments.any()
    first = large.ledger.period.ends_at() - (180 - start) * 86_400
    assert (large.ledger.answers.at[comments] >= first).all()


def test_who_answers_differs_by_segment_and_feeling(large):
    consumer = large.answer_rate("Consumer")
    assert large.answer_rate("Premium") / consumer == pytest.approx(2.2, abs=0.25)
    assert large.answer_rate("Prepaid") / consumer == pytest.approx(0.22, abs=0.06)
    scores = large.ledger.answers.score[large.ledger.answers.survey == 0]
    passives = ((scores == 7) | (scores == 8)).mean()
    assert passives < 0.27  # they are 39 % of the customers


@pytest.mark.parametrize("company", ["lumio", "large"])
def test_nps_of_consumers_falls_by_fifteen_points_after_the_price_change(company, request):
    figures = request.getfixturevalue(company)
    fall = figures.nps("Consumer", is_after=True) - figures.nps("Consumer", is_after=False)
    assert fall == pytest.approx(LUMIO.price_change.points, abs=1.5)


def test_nps_of_the_other_segments_stays(large):
    for segment in ("Premium", "Business"):
        assert abs(large.nps(segment, is_after=True) - large.nps(segment, is_after=False)) < 4


def test_clearer_invoices_cut_contacts_in_one_region_only(large):
    change = large.change_by_region("invoice_unclear", "wrong_charge", at_share=LUMIO.improvement.starts_at)
    treated = change.pop("Bavaria")
    assert treated == pytest.approx(0.70, abs=0.05)
    assert all(other == pytest.approx(1.0, abs=0.1) for other in change.values())


def test_the_demo_itself_shows_the_improvement(lumio):
    change = lumio.change_by_region("invoice_unclear", "wrong_charge", at_share=LUMIO.improvement.starts_at)
    assert change.pop("Bavaria") < min(change.values())


def test_some_customers_get_in_touch_very_often_and_a_fifth_never(lumio):
    times = np.sort(np.bincount(lumio.ledger.contacts.customer, minlength=len(lumio.ledger.customers)))[::-1]
    assert times[: len(times) // 10].sum() / times.sum() > 0.28
    assert (times == 0).mean() == pytest.approx(0.2, abs=0.05)


def test_phone_and_chat_stay_within_opening_hours_and_sundays_are_quiet(lumio):
    contacts = lumio.ledger.contacts
    local = [lumio.ledger.period.day(int(day)).weekday() for day in contacts.day]
    per_weekday = np.bincount(local, minlength=7)
    assert per_weekday[0] > 3.5 * per_weekday[6]
    assert len(contacts) == 15_000
