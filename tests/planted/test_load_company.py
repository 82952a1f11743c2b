"""From the command to the facts: the importers read the files, and the truths are in the database."""

import json
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Q
from django.test import override_settings

from cxhub.company.calendar import ZONE
from cxhub.company.generate import read_manifest
from cxhub.management.commands import load_company
from insights.models import Customer, Delivery, Feedback, SetAside

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SCALE = "0.1"
_REPEATS = """
    WITH contact AS (
        SELECT feedback.occurred_at, facts.reason_code, feedback.queue,
               lead(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at) AS later
        FROM insights_feedback AS feedback JOIN insights_contactfacts AS facts ON facts.feedback_id = feedback.id
    )
    SELECT {what},
           avg((coalesce(later - occurred_at <= interval '7 days', false))::int)::float
    FROM contact WHERE occurred_at < (SELECT max(occurred_at) FROM contact) - interval '7 days' GROUP BY 1
"""
_SOLVED = """
    SELECT asked.queue = 'Device Support', avg(answer.customer_says_solved::int)::float
    FROM insights_feedback AS answer JOIN insights_feedback AS asked ON asked.id = answer.about_id
    WHERE answer.customer_says_solved IS NOT NULL GROUP BY 1
"""


def asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())


def load(*more):
    told = StringIO()
    call_command("load_company", "--scale", SCALE, "--today", "2026-11-22", "--wait", *more, stdout=told)
    return told.getvalue()


@pytest.fixture(scope="module")
def folder(django_db_setup, django_db_blocker, tmp_path_factory):
    """Load once for the module; everything is rolled back at its end."""
    place = tmp_path_factory.mktemp("loaded")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(load_company, "_has_worker", lambda: False)
        patch.setattr(load_company, "tell_the_next", lambda: None)
        with override_settings(RAW_DIR=place / "raw"), transaction.atomic():
            load("--folder", str(place / "company"))
            yield place / "company"
            transaction.set_rollback(True)


def test_every_record_is_accounted_for(folder):
    manifest = read_manifest(folder)
    deliveries = list(Delivery.objects.all())
    assert {one.state for one in deliveries} == {"DONE"}
    assert len(deliveries) == len(manifest["imports"])
    assert sum(one.read for one in deliveries) == manifest["records"]
    contacts = Feedback.objects.filter(kind="CONTACT")
    assert contacts.count() == manifest["contacts"] == 1500
    assert not contacts.filter(customer=None).exists()
    assert Feedback.objects.filter(kind="SURVEY", source="qualtrics_csv").count() > 0.97 * manifest["answers"]


def test_every_contact_knows_segment_region_and_product_of_its_customer(folder):
    silent = Feedback.objects.filter(kind="CONTACT").filter(Q(segment="") | Q(region="") | Q(product=""))
    assert not silent.exists()
    vague = Customer.objects.filter(feedback__kind="CONTACT").filter(Q(customer_since=None) | Q(annual_value=None))
    assert not vague.exists()


def test_the_bad_records_are_set_aside_each_with_its_reason(folder):
    reasons = list(SetAside.objects.values_list("delivery__filename", "field", "reason"))
    assert len(reasons) == 10
    assert len({reason for _, _, reason in reasons}) == 10


def test_people_in_several_sources_are_one_customer_each(folder):
    assert Customer.objects.count() <= read_manifest(folder)["customers"]
    several = asked(
        "SELECT count(*), 1 FROM (SELECT customer_id FROM insights_feedback WHERE customer_id IS NOT NULL "
        "GROUP BY 1 HAVING count(DISTINCT source) = 3) AS found"
    )
    assert next(iter(several)) > 20


def test_answers_after_a_contact_are_joined_to_it(folder):
    answers = Feedback.objects.filter(survey__in=("After a contact", "After a call"))
    assert answers.count() > 100
    assert not answers.filter(about=None).exists()


def test_scores_are_read_on_the_scales_they_were_asked_on(folder):
    found = asked(
        "SELECT feedback.survey, string_agg(DISTINCT measure || ' ' || scale_minimum || ' ' || scale_maximum, ',') "
        "FROM insights_score AS score JOIN insights_feedback AS feedback ON feedback.id = score.feedback_id "
        "WHERE feedback.source = 'qualtrics_csv' GROUP BY 1"
    )
    assert found == {
        "Relationship survey": "NPS 0 10",
        "After a contact": "CSAT 1 5",
        "After a call": "CSAT 1 5",
        "After self-service": "CES 1 7",
    }


def test_what_logistics_causes_is_repeated_more_often_in_the_facts(folder):
    rates = asked(_REPEATS.format(what="reason_code IN ('router_late', 'activation_wrong')"))
    assert rates[True] > 2 * rates[False]


def test_the_queue_that_closes_too_early_shows_in_the_facts(folder):
    company = asked(
        "SELECT feedback.queue = 'Device Support', avg(facts.company_says_solved::int)::float "
        "FROM insights_feedback AS feedback JOIN insights_contactfacts AS facts ON facts.feedback_id = feedback.id "
        "GROUP BY 1"
    )
    customers = asked(_SOLVED)
    assert company[True] - customers[True] > 0.2
    assert company[False] - customers[False] < 0.15


def test_the_new_theme_is_absent_before_its_day_in_the_facts(folder):
    begins = datetime.fromisoformat(read_manifest(folder)["begins"]["new_theme"]).replace(tzinfo=ZONE)
    about = Feedback.objects.filter(kind="CONTACT", turns__text__icontains="esim").distinct()
    spoken = Feedback.objects.filter(kind="CONTACT", text__icontains="esim")
    assert about.count() + spoken.count() > 10
    assert not about.filter(occurred_at__lt=begins).exists()
    assert not spoken.filter(occurred_at__lt=begins).exists()


def test_what_is_personal_is_hidden_before_it_is_stored(folder):
    for field in ("text__contains", "turns__text__contains"):
        for trace in ("@example.", "DE8937040044", "GB82WEST", "FR1420041010"):
            assert not Feedback.objects.filter(**{field: trace}).exists(), trace


def test_the_callers_own_name_is_hidden_wherever_it_is_told(folder):
    for field in ("text", "turns__text"):
        told = Feedback.objects.filter(**{f"{field}__contains": "under the name "}).values_list(field, flat=True)
        words = [text for text in told if text and "under the name " in text]
        assert len(words) > 10
        assert all("under the name [NAME]" in text for text in words)


def test_a_second_run_finds_everything_there_and_adds_nothing(folder):
    before = Feedback.objects.count(), Delivery.objects.count()
    told = load("--folder", str(folder))
    assert "0 files handed to the importers" in told
    assert (Feedback.objects.count(), Delivery.objects.count()) == before


def test_a_company_made_earlier_by_an_older_generator_is_used_again(folder):
    manifest = folder / "manifest.json"
    told = manifest.read_text()
    older = json.loads(told) | {"version": 0, "since": "2025-01-01"}
    manifest.write_text(json.dumps(older))
    try:
        output = StringIO()
        call_command("load_company", "--scale", SCALE, "--wait", "--folder", str(folder), stdout=output)
    finally:
        manifest.write_text(told)
    assert "0 files handed to the importers" in output.getvalue()


def test_another_company_in_the_same_folder_is_refused(folder):
    with pytest.raises(CommandError, match="seed differ"):
        load("--folder", str(folder), "--seed", "8")
