"""The administration pages: for staff alone, and nothing secret on them."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from insights.access import issue_token
from insights.models import Assumption, Delivery, SetAside, Topic

pytestmark = pytest.mark.django_db
PAGES = ["assumption", "accesstoken", "viewinglimit", "delivery", "setaside", "topic", "customer"]


@pytest.fixture(autouse=True)
def _plain_static_files(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def administrator():
    return User.objects.create_superuser("root", password="a long enough pass phrase")


@pytest.fixture
def client(administrator):
    client = Client()
    client.force_login(administrator)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_for_staff_alone(client, page):
    assert client.get(f"/admin/insights/{page}/").status_code == 200
    stranger = Client()
    assert stranger.get(f"/admin/insights/{page}/").status_code == 302
    stranger.force_login(User.objects.create_user("kim"))
    assert stranger.get(f"/admin/insights/{page}/").status_code == 302


def test_a_token_can_be_seen_and_revoked_but_neither_made_nor_read(client, administrator):
    token, secret = issue_token(user=administrator, scopes=["metrics:read"], days=1, name="x", now=timezone.now())
    page = client.get(f"/admin/insights/accesstoken/{token.pk}/change/").content.decode()
    assert token.digest not in page
    assert secret not in page
    assert client.get("/admin/insights/accesstoken/add/").status_code == 403
    client.post("/admin/insights/accesstoken/", {"action": "revoke_tokens", "_selected_action": [str(token.pk)]})
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_what_arrived_can_be_looked_at_and_not_changed(client):
    delivery = Delivery.objects.create(source="csv", filename="a.csv", raw_name="aa/secret")
    row = SetAside.objects.create(delivery=delivery, record=1, reason="No date", payload=b"sealed")
    for address in (f"delivery/{delivery.pk}", f"setaside/{row.pk}"):
        shown = client.get(f"/admin/insights/{address}/change/")
        assert shown.status_code == 200
        assert b"aa/secret" not in shown.content
        assert b"sealed" not in shown.content
        assert client.post(f"/admin/insights/{address}/change/", {}).status_code == 403
        assert client.post(f"/admin/insights/{address}/delete/", {"post": "yes"}).status_code == 403


def test_topics_change_through_drafts_and_not_here(client):
    topic = Topic.objects.create(key="bills", name="Bills", demand="FAILURE")
    assert client.get(f"/admin/insights/topic/{topic.pk}/change/").status_code == 200
    assert client.get("/admin/insights/topic/add/").status_code == 403
    assert client.post(f"/admin/insights/topic/{topic.pk}/change/", {"name": "Other"}).status_code == 403
    assert client.post(f"/admin/insights/topic/{topic.pk}/delete/", {"post": "yes"}).status_code == 403
    topic.refresh_from_db()
    assert topic.name == "Bills"


def test_a_version_of_assumptions_begins_with_the_last_ones_figures_and_is_never_changed(client):
    page = "/admin/insights/assumption/add/"
    lines = {"channels-TOTAL_FORMS": "2", "channels-INITIAL_FORMS": "0", "note": "budget"}
    voice = {"channels-0-channel": "VOICE", "channels-0-cost_per_minute": "0.9"}
    assert client.post(page, lines | voice).status_code == 302
    again = client.get(page).content.decode()
    assert 'value="0.9"' in again
    chat = {"channels-1-channel": "CHAT", "channels-1-cost_per_contact": "2"}
    assert client.post(page, lines | voice | chat).status_code == 302
    latest, first = Assumption.objects.all()
    assert list(latest.channels.order_by("channel").values_list("channel", "cost_per_minute", "cost_per_contact")) == [
        ("CHAT", None, 2.0),
        ("VOICE", 0.9, None),
    ]
    assert first.channels.count() == 1
    assert latest.made_by is not None
    assert client.post(f"/admin/insights/assumption/{first.pk}/change/", lines | chat).status_code == 403
    assert client.post(f"/admin/insights/assumption/{first.pk}/delete/", {"post": "yes"}).status_code == 403
