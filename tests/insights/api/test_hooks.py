"""Webhooks at their address: proved, kept before anything else, read by workers, known when they come again."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError

from insights.api.hooks import MOST_BYTES
from insights.intake import hooks
from insights.intake.connections import secrets_of, switch
from insights.intake.delivery import read, waiting
from insights.intake.raw import keep, opened
from insights.models import Connection, Delivery, Feedback, HookCall
from insights.tasks.intake import forget_hook_calls, resume_deliveries

pytestmark = pytest.mark.django_db

SECRET = "a long random text"
PUSHED = {
    "kind": "SURVEY",
    "occurred_at": "2026-01-05T09:00:00+01:00",
    "channel": "WEB",
    "survey": "Shop",
    "text": "Fine",
}


class Vendor:
    """A system that calls us."""

    def __init__(self, source="push", **given):
        self.hook, self.key, _ = hooks.make(source=source, label="Ours", **{"secret": SECRET, **given})
        self.address = f"/api/v1/hooks/{source}/{self.key}"
        self.client = Client(raise_request_exception=False)

    def says(self, body, *, secret=SECRET, **headers):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = headers or {"X-Webhook-Secret": secret}
        return self.client.post(self.address, body, content_type="application/json", headers=headers)

    def fresh(self):
        self.hook.refresh_from_db()
        return self.hook


def record(source_id="a1", **more):
    return {"records": [{"source_id": source_id, **PUSHED, **more}]}


def refused(shown, status):
    assert shown.status_code == status
    assert shown["Content-Type"] == "application/problem+json"
    return shown.json()["detail"]


@pytest.fixture
def vendor(tasks):
    return Vendor()


def test_a_call_is_kept_raw_handed_to_the_workers_and_becomes_facts(vendor, tasks):
    shown = vendor.says(record())
    assert (shown.status_code, shown.json()) == (202, {"state": "KEPT"})
    delivery = Delivery.objects.get()
    assert (delivery.origin, delivery.source, delivery.state) == ("WEBHOOK", "push", "RECEIVED")
    assert tasks == [("insights.tasks.intake.read_delivery", (str(delivery.pk),))]
    with opened(delivery.raw_name) as kept:
        assert json.loads(kept.read()) == record()
    read(delivery.pk)
    assert Feedback.objects.get().text == "Fine"


def test_the_body_is_encrypted_where_it_lies(vendor, settings):
    vendor.says(record(text="A sentence that must not lie open"))
    files = [path for path in settings.RAW_DIR.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert b"must not lie open" not in files[0].read_bytes()


def test_the_account_and_the_options_of_the_hook_are_those_of_its_deliveries(tasks):
    vendor = Vendor("typeform_webhook", account="Shop DE", scheme="header", options={"survey": "Checkout"})
    vendor.says({"event_id": "e"})
    delivery = Delivery.objects.get()
    assert (delivery.account, delivery.options) == ("Shop DE", {"survey": "Checkout"})


def test_health_is_told_after_a_good_call(vendor):
    vendor.says(record(), secret="wrong text")
    vendor.says(record())
    hook = vendor.fresh()
    assert (hook.refused, hook.failures, hook.error) == (1, 0, "")
    assert hook.delivered_at is not None
    assert hook.delivered_at == hook.tried_at


@pytest.mark.parametrize("headers", [{"X-Webhook-Secret": "wrong text"}, {"X-Other": SECRET}], ids=["wrong", "missing"])
def test_a_call_that_is_not_proved_is_counted_and_never_kept(vendor, tasks, settings, headers):
    detail = refused(vendor.says(record(), **headers), 401)
    assert "X-Webhook-Secret" in detail
    assert SECRET not in detail
    hook = vendor.fresh()
    assert (hook.refused, hook.failures, hook.error) == (1, 1, detail)
    assert not Delivery.objects.exists()
    assert not HookCall.objects.exists()
    assert not [path for path in settings.RAW_DIR.rglob("*") if path.is_file()]
    assert tasks == []


def test_the_same_call_again_is_answered_200_and_nothing_is_done_twice(vendor, tasks):
    vendor.says(record())
    again = vendor.says(record())
    assert (again.status_code, again.json()) == (200, {"state": "KNOWN"})
    assert Delivery.objects.count() == len(tasks) == 1
    assert vendor.fresh().refused == 0


def test_the_same_words_at_another_hook_are_another_call(vendor):
    vendor.says(record())
    assert Vendor().says(record()).status_code == 202


def test_an_unknown_key_a_wrong_source_and_a_hook_switched_off_are_404_alike(vendor):
    told = {
        refused(Client().post("/api/v1/hooks/push/unknown", b"{}", content_type="application/json"), 404),
        refused(Client().post(f"/api/v1/hooks/zendesk/{vendor.key}", b"{}", content_type="application/json"), 404),
        refused(Client().post(f"/api/v1/hooks/push/{vendor.hook.key}", b"{}", content_type="application/json"), 404),
    }
    switch(vendor.hook, on=False)
    told.add(refused(vendor.says(record()), 404))
    assert len(told) == 1
    switch(vendor.hook, on=True)
    assert vendor.says(record()).status_code == 202


def test_the_key_of_a_pull_opens_nothing(vendor):
    Connection.objects.create(kind="PULL", source="push", label="P", key=hooks.digest_of("k"), every_minutes=5)
    refused(Client().post("/api/v1/hooks/push/k", b"{}", content_type="application/json"), 404)


def test_a_body_that_is_too_large_is_413_and_not_kept(vendor):
    assert "5 MB" in refused(vendor.says(b"x" * (MOST_BYTES + 1)), 413)
    assert not Delivery.objects.exists()
    assert vendor.says(b"x" * MOST_BYTES).status_code == 202


def test_a_length_that_is_promised_too_large_is_refused_before_it_is_read(vendor):
    shown = vendor.client.generic(
        "POST", vendor.address, b"short", content_type="application/json", CONTENT_LENGTH=str(10**12)
    )
    refused(shown, 413)


def test_with_the_broker_away_the_call_is_kept_and_the_clock_finds_it(vendor, monkeypatch):
    def away(*args, **named):
        assert named["retry"] is False, "the vendor waits"
        raise OperationalError("no broker")

    monkeypatch.setattr(current_app._get_current_object().__class__, "send_task", away)
    assert vendor.says(record()).status_code == 202
    delivery = Delivery.objects.get()
    assert waiting(timezone.now() + timedelta(minutes=2)) == [delivery.pk]
    monkeypatch.undo()
    Delivery.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    handed = []
    monkeypatch.setattr("insights.tasks.intake.read_delivery.delay", handed.append)
    assert resume_deliveries() == 1
    assert handed == [str(delivery.pk)]


def test_a_call_that_could_not_be_kept_is_taken_when_the_vendor_tries_again(vendor, monkeypatch):
    def broken(*args, **named):
        raise DatabaseError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("insights.intake.taking.Delivery", broken)
        assert vendor.says(record()).status_code == 500
    assert not HookCall.objects.exists()
    assert vendor.says(record()).status_code == 202


def test_a_call_is_found_and_taken_in_two_statements_as_its_vendor_waits(vendor, django_assert_num_queries):
    vendor.says(record())
    with django_assert_num_queries(2):
        assert vendor.says(record(source_id="another")).status_code == 202


@pytest.mark.django_db(transaction=True)
def test_a_call_taken_before_and_one_the_database_refuses_leave_no_file_behind(vendor, settings, monkeypatch):
    vendor.says(record())
    vendor.says(record())
    assert Delivery.objects.count() == 1
    with monkeypatch.context() as patch:
        patch.setattr("insights.intake.taking.keep", lambda body: replace(keep(body), sha256="x" * 65))
        assert vendor.says(record(source_id="another")).status_code == 500
    assert HookCall.objects.count() == 1
    assert len([path for path in settings.RAW_DIR.rglob("*") if path.is_file()]) == 1


def test_a_call_that_no_source_can_read_is_kept_and_says_so_there(vendor):
    vendor.says(b"no JSON at all")
    delivery = Delivery.objects.get()
    read(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, bool(delivery.error)) == ("FAILED", True)


def test_a_vendor_that_looks_whether_somebody_is_there_is_told(vendor):
    for method in ("head", "get"):
        assert getattr(vendor.client, method)(vendor.address).status_code == 200
        assert getattr(vendor.client, method)("/api/v1/hooks/push/unknown").status_code == 404


def test_the_consent_that_cloudevents_asks_for_is_given(vendor):
    shown = vendor.client.options(vendor.address, headers={"WebHook-Request-Origin": "events.example.com"})
    assert shown.status_code == 200
    assert shown["WebHook-Allowed-Origin"] == "events.example.com"
    assert "POST" in shown["Allow"]
    assert vendor.client.options("/api/v1/hooks/push/unknown").status_code == 404


def test_a_signature_with_a_time_cannot_be_used_again_later(tasks, monkeypatch):
    vendor = Vendor("zendesk", secret="the signing secret")
    body, stamp = b'{"ticket": {"id": 5}}', timezone.now().isoformat()
    mac = hmac.new(b"the signing secret", stamp.encode() + body, hashlib.sha256).digest()
    headers = {
        "X-Zendesk-Webhook-Signature": base64.b64encode(mac).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
    }
    assert vendor.says(body, **headers).status_code == 202
    assert vendor.says(body, **headers).status_code == 200
    later = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr("insights.api.hooks.timezone.now", lambda: later)
    assert "minutes away" in refused(vendor.says(body, **headers), 401)
    assert vendor.fresh().refused == 1
    assert Delivery.objects.count() == 1


def test_a_changed_secret_leaves_the_old_one_a_day(vendor, monkeypatch):
    made = hooks.rotate(vendor.hook, "", timezone.now())
    assert vendor.says(record("1"), secret=made).status_code == 202
    assert vendor.says(record("2")).status_code == 202
    tomorrow = timezone.now() + timedelta(hours=25)
    monkeypatch.setattr("insights.api.hooks.timezone.now", lambda: tomorrow)
    assert vendor.says(record("3"), secret=made).status_code == 202
    assert vendor.says(record("4")).status_code == 401


def test_secrets_are_sealed_for_their_own_connection(vendor):
    hook = vendor.fresh()
    assert SECRET.encode() not in bytes(hook.secrets)
    assert secrets_of(hook) == {"secret": SECRET}
    other = Vendor().hook
    other.secrets = hook.secrets
    with pytest.raises(Exception, match="cannot be read"):
        secrets_of(other)


def test_the_address_is_kept_as_a_digest_only(vendor):
    hook = vendor.fresh()
    assert vendor.key not in json.dumps([hook.key, hook.options, hook.label])
    assert len(base64.urlsafe_b64decode(vendor.key + "=")) == 32


def test_calls_are_forgotten_when_nobody_sends_them_again(vendor):
    vendor.says(record("1"))
    HookCall.objects.update(received_at=timezone.now() - hooks.CALLS_KEPT - timedelta(minutes=1))
    vendor.says(record("2"))
    assert forget_hook_calls() == 1
    assert HookCall.objects.count() == 1


# --- making one


def test_the_command_prints_the_address_and_a_secret_of_ours_once(tasks, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://cx.example.com"]
    told = StringIO()
    call_command("hook", "push", label="Shop", stdout=told, stderr=StringIO())
    address, secret = told.getvalue().split()
    assert address.startswith("https://cx.example.com/api/v1/hooks/push/")
    shown = Client().post(
        address.removeprefix("https://cx.example.com"),
        json.dumps(record()),
        content_type="application/json",
        headers={"X-Webhook-Secret": secret},
    )
    assert shown.status_code == 202


def test_the_command_takes_the_vendors_secret_from_the_environment_and_does_not_print_it(monkeypatch):
    monkeypatch.setenv("ZENDESK_SECRET", "the signing secret")
    told = StringIO()
    call_command("hook", "zendesk", "--label", "Z", "--secret-from-env", "ZENDESK_SECRET", stdout=told, stderr=told)
    assert "the signing secret" not in told.getvalue()
    assert secrets_of(Connection.objects.get()) == {"secret": "the signing secret"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody", "--label", "x"], "no source 'nobody'"),
        (["zendesk", "--label", "x"], "needs its secret"),
        (["zendesk", "--label", "x", "--scheme", "twilio"], "cannot be proved by 'twilio'"),
        (["push", "--label", " "], "needs a label"),
        (["push", "--label", "x", "--secret-from-env", "NOT_THERE_AT_ALL"], "is not set"),
        (["push", "--label", "x", "--option", "survey=1"], "no option 'survey'"),
        (["push", "--label", "x", "--option", "survey"], "name=value"),
        (["push", "--label", "x", "--header", "X: y"], "letters, digits and hyphens"),
        (["push", "--label", "x", "--scheme", "basic", "--header", "X-Y", "--secret-from-env", "GIVEN"], "its own"),
    ],
)
def test_the_command_says_what_is_wrong_and_makes_nothing(arguments, words, monkeypatch):
    monkeypatch.setenv("GIVEN", "user:password")
    with pytest.raises(CommandError, match=words):
        call_command("hook", *arguments)
    assert not Connection.objects.exists()
