"""Connections on the Sources page: listed with their health; webhooks made, given secrets, switched off and on."""

import html
import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from insights.intake.connections import secrets_of
from insights.intake.hooks import make
from insights.intake.pulls.connecting import sealed
from insights.models import Connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(sign_in) -> Client:
    return sign_in("Contact-center manager")


def shown(client, address="/sources/"):
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def a_pull(**more) -> Connection:
    pull = Connection(kind="PULL", source="zendesk", label="Zendesk every hour", key="k" * 64, every_minutes=60, **more)
    pull.secrets = sealed(pull.pk, {"token": "t"})
    pull.save()
    return pull


def test_with_none_it_says_so(manager):
    assert "Nothing is connected yet" in shown(manager)


def test_hooks_and_pulls_stand_in_one_list_with_their_health(manager):
    hook, _, _ = make(source="push", label="Shop", account="DE")
    Connection.objects.filter(pk=hook.pk).update(failures=3, refused=1234, error="The secret is not right.")
    a_pull()
    page = shown(manager)
    for words in ("Shop", "Webhook", "Refused 3 times in a row", "The secret is not right.", "1,234", "DE"):
        assert words in page
    for words in ("Zendesk every hour", "Scheduled pull", "New"):
        assert words in page


def test_a_hook_is_made_and_its_address_takes_calls_at_once(manager):
    page = shown(manager, "/sources/hooks/?source=push")
    assert "Make the address" in page
    answer = manager.post("/sources/hooks/", {"source": "push", "label": "Shop", "scheme": "header"})
    assert answer["Cache-Control"] == "no-store"
    told = html.unescape(answer.content.decode())
    address = re.search(r'value="http://testserver(/api/v1/hooks/push/[^"]+)"', told)[1]
    secret = re.search(r'id="made" value="([^"]+)"', told)[1]
    call = Client().post(
        address, json.dumps({"records": []}), content_type="application/json", headers={"X-Webhook-Secret": secret}
    )
    assert call.status_code == 202
    later = shown(manager)
    assert address not in later
    assert secret not in later
    assert "Working" in later
    assert Connection.objects.get().created_by.username


def test_a_vendors_secret_is_taken_and_never_shown(manager):
    given = {"source": "zendesk", "label": "Z", "scheme": "zendesk", "secret": "the signing secret"}
    assert "the signing secret" not in manager.post("/sources/hooks/", given).content.decode()
    assert secrets_of(Connection.objects.get()) == {"secret": "the signing secret"}


def test_what_the_source_has_to_be_told_is_asked_and_kept(manager):
    assert 'name="option.rating"' in shown(manager, "/sources/hooks/?source=puzzel_sms_survey")
    given = {"source": "puzzel_sms_survey", "label": "P", "scheme": "header"}
    assert "What does the rating measure" in html.unescape(manager.post("/sources/hooks/", given).content.decode())
    manager.post("/sources/hooks/", {**given, "option.rating": "CSAT:1:5", "option.survey": ""})
    assert Connection.objects.get().options["options"] == {"rating": "CSAT:1:5"}


def test_what_is_missing_is_said_and_what_was_typed_stays(manager):
    answer = manager.post("/sources/hooks/", {"source": "zendesk", "label": "Europe", "scheme": "zendesk"})
    told = html.unescape(answer.content.decode())
    assert "needs its secret" in told
    assert 'value="Europe"' in told
    assert not Connection.objects.exists()


def test_a_secret_is_changed(manager):
    hook, _, first = make(source="push", label="Shop")
    address = f"/sources/connections/{hook.pk}/secret/"
    assert "24 hours" in shown(manager, address)
    told = manager.post(address, {"secret": ""}).content.decode()
    second = re.search(r'id="made" value="([^"]+)"', told)[1]
    hook.refresh_from_db()
    assert (secrets_of(hook)["secret"], secrets_of(hook)["previous"]) == (second, first)
    assert "fewer than 8" in html.unescape(manager.post(address, {"secret": "short"}).content.decode())


@pytest.mark.parametrize("kind", ["HOOK", "PULL"])
def test_a_connection_is_switched_off_and_on(manager, kind):
    one = make(source="push", label="Shop")[0] if kind == "HOOK" else a_pull(next_at=timezone.now())
    address = f"/sources/connections/{one.pk}/switch/"
    manager.post(address, {"on": "0"})
    one.refresh_from_db()
    assert not one.is_active
    assert "Switched off" in shown(manager)
    manager.post(address, {"on": "1"})
    one.refresh_from_db()
    assert one.is_active


def test_who_may_not_import_sees_the_list_and_changes_nothing(sign_in):
    hook, _, _ = make(source="push", label="Shop")
    leader = sign_in("CX leader")
    page = shown(leader)
    assert "Shop" in page
    assert "Switch off" not in page
    assert "Add a webhook" not in page
    for address in (
        "/sources/hooks/",
        f"/sources/connections/{hook.pk}/secret/",
        f"/sources/connections/{hook.pk}/switch/",
    ):
        assert leader.post(address, {"on": "0"}).status_code == 403
    hook.refresh_from_db()
    assert hook.is_active
