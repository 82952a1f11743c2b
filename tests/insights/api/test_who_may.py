"""Who may ask what: no token, a wrong one, one without the scope, one whose person lost the right."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from insights.access import issue_token
from insights.models import AccessToken
from tests.insights.api.conftest import ALL_SCOPES, Bearer

pytestmark = pytest.mark.django_db

KEY = UUID("01890000-0000-7000-8000-000000000000")  # the same in every test process: it is part of the tests' names
ADDRESSES = [
    ("get", "/api/v1/metrics", "metrics:read"),
    ("get", "/api/v1/metrics/nps", "metrics:read"),
    ("post", "/api/v1/query", "metrics:read"),
    ("get", "/api/v1/status", "metrics:read"),
    ("get", "/api/v1/health", "metrics:read"),
    ("get", "/api/v1/calibration", "metrics:read"),
    ("get", "/api/v1/assumptions", "metrics:read"),
    ("post", "/api/v1/assumptions", "topics:write"),
    ("get", "/api/v1/link-rules", "imports:write"),
    ("put", "/api/v1/link-rules", "imports:write"),
    ("delete", "/api/v1/link-rules/7", "imports:write"),
    ("get", "/api/v1/exports/metric", "metrics:read"),
    ("get", "/api/v1/exports/metric/metadata", "metrics:read"),
    ("get", "/api/v1/exports/feedback/metadata", "metrics:read"),
    ("get", "/api/v1/exports/feedback", "feedback:read"),
    ("get", "/api/v1/feedback", "feedback:read"),
    ("get", f"/api/v1/feedback/{KEY}", "feedback:read"),
    ("post", "/api/v1/feedback/batch", "imports:write"),
    ("get", "/api/v1/imports", "imports:write"),
    ("post", "/api/v1/imports", "imports:write"),
    ("get", f"/api/v1/imports/{KEY}", "imports:write"),
    ("post", f"/api/v1/imports/{KEY}/cancel", "imports:write"),
    ("get", f"/api/v1/imports/{KEY}/set-aside", "imports:write"),
    ("post", f"/api/v1/imports/{KEY}/replay", "imports:write"),
    ("get", "/api/v1/search", "feedback:read"),
    ("get", "/api/v1/enrichment", "metrics:read"),
    ("get", "/api/v1/quality", "metrics:read"),
    ("get", "/api/v1/quality/refits", "metrics:read"),
    ("post", "/api/v1/quality/refits", "topics:write"),
    ("get", "/api/v1/quality/refits/7", "metrics:read"),
    ("delete", "/api/v1/quality/refits/7", "topics:write"),
    ("get", "/api/v1/agreement", "metrics:read"),
    ("get", "/api/v1/exports/agreement", "metrics:read"),
    ("get", "/api/v1/labels", "feedback:read"),
    ("post", "/api/v1/labels", "labels:write"),
    ("delete", f"/api/v1/labels/{KEY}", "labels:write"),
    ("get", "/api/v1/labels/queue", "labels:write"),
    ("get", "/api/v1/taxonomy", "metrics:read"),
    ("post", "/api/v1/taxonomy", "topics:write"),
    ("get", "/api/v1/taxonomy/7", "metrics:read"),
    ("delete", "/api/v1/taxonomy/7", "topics:write"),
    ("get", "/api/v1/taxonomy/7/diff", "metrics:read"),
    ("post", "/api/v1/taxonomy/7/publish", "topics:write"),
    ("post", "/api/v1/taxonomy/7/retag", "topics:write"),
    ("get", "/api/v1/taxonomy/7/trial", "metrics:read"),
    ("post", "/api/v1/taxonomy/7/trial", "topics:write"),
    ("get", "/api/v1/topics", "metrics:read"),
    ("post", "/api/v1/topics", "topics:write"),
    ("get", "/api/v1/topics/parcel", "metrics:read"),
    ("patch", "/api/v1/topics/parcel", "topics:write"),
    ("post", "/api/v1/topics/parcel/merge", "topics:write"),
    ("get", "/api/v1/sources", "imports:write"),
    ("get", "/api/v1/mappings/plain", "imports:write"),
    ("put", "/api/v1/mappings/plain", "imports:write"),
]
WITHOUT_TOKENS = {("post", "/api/v1/hooks/{}/{}")}  # whose calls prove themselves: test_hooks.py
every_address = pytest.mark.parametrize(("method", "address", "scope"), ADDRESSES)


def ask(client: Client, method: str, address: str):
    body = {} if method == "get" else {"data": "{}", "content_type": "application/json"}
    return getattr(client, method)(address, **body)


def refused(shown, status: int) -> str:
    assert shown.status_code == status
    assert shown["Content-Type"] == "application/problem+json"
    problem = shown.json()
    assert {"type", "title", "status", "detail"} <= set(problem)
    assert problem["status"] == status
    return problem["detail"]


def test_the_list_above_names_every_address_there_is(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    served = {(method, re.sub(r"{.*?}", "{}", path)) for path, methods in paths.items() for method in methods}
    holes = re.compile(
        rf"{KEY}|(?<=mappings/)plain|(?<=metrics/)nps|(?<=link-rules/)7|(feedback|metric)(?=/metadata)"
        r"|(?<=taxonomy/)7|(?<=refits/)7|(?<=topics/)parcel|(?<=parcel/)merge"
    )
    named = {(method, holes.sub("{}", address)) for method, address, _ in ADDRESSES}
    assert served - WITHOUT_TOKENS == named


@every_address
def test_without_a_token_nothing_is_answered(method, address, scope):
    shown = ask(Client(), method, address)
    refused(shown, 401)
    assert shown["WWW-Authenticate"].startswith("Bearer")


@every_address
def test_without_the_scope_nothing_is_answered_and_the_scope_is_named(speak, method, address, scope):
    others = [other for other in ALL_SCOPES if other != scope]
    shown = ask(speak(*others), method, address)
    assert scope in refused(shown, 403)
    assert shown.json()["scope"] == scope


def test_records_set_aside_need_the_right_to_read_rows_too(speak):
    shown = speak("imports:write").get(f"/api/v1/imports/{KEY}/set-aside")
    assert "feedback:read" in refused(shown, 403)


@every_address
def test_an_expired_token_opens_nothing(speak, method, address, scope):
    client = speak()
    AccessToken.objects.update(expires_at=timezone.now())
    assert "expired" in refused(ask(client, method, address), 401)


def test_a_revoked_token_opens_nothing(speak):
    client = speak()
    AccessToken.objects.update(revoked_at=timezone.now())
    assert "revoked" in refused(client.get("/api/v1/metrics"), 401)


@pytest.mark.parametrize("secret", ["", "cx_nonsense", "cx_" + "x" * 5000, "äöü".encode().decode("latin-1")])
def test_an_unknown_token_opens_nothing(db, secret):
    refused(Bearer(secret).get("/api/v1/metrics"), 401)


def test_a_token_ends_with_the_account_of_its_person(speak, person):
    client = speak()
    user = AccessToken.objects.get().user
    user.is_active = False
    user.save()
    refused(client.get("/api/v1/metrics"), 401)


def test_a_token_may_no_more_than_its_person_may_today(speak):
    client = speak("imports:write")
    AccessToken.objects.get().user.groups.set([Group.objects.get(name="CX leader")])
    assert "imports:write" in refused(client.get("/api/v1/sources"), 403)


def test_a_person_at_the_browser_may_what_the_role_may(person):
    client = Client()
    client.force_login(person("Agent"))
    assert client.get("/api/v1/metrics").status_code == 200
    assert "Your role" in refused(client.get("/api/v1/feedback"), 403)


def test_a_session_without_its_csrf_token_changes_nothing(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person())
    refused(client.post("/api/v1/query", {"queries": [{"metric": "nps"}]}, content_type="application/json"), 403)


def test_use_is_noted_once_a_minute(speak, django_assert_num_queries):
    client = speak("metrics:read")
    client.get("/api/v1/metrics")
    first = AccessToken.objects.get().last_used_at
    assert first is not None
    client.get("/api/v1/metrics")
    assert AccessToken.objects.get().last_used_at == first
    AccessToken.objects.update(last_used_at=first - timedelta(minutes=2))
    client.get("/api/v1/metrics")
    assert AccessToken.objects.get().last_used_at > first


def test_only_a_digest_is_kept(person):
    token, secret = issue_token(user=person(), scopes=["metrics:read"], days=1, name="", now=timezone.now())
    assert secret.startswith("cx_")
    assert len(secret) > 40
    kept = AccessToken.objects.values().get(pk=token.pk)
    assert secret not in str(kept)
