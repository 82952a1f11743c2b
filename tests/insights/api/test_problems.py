"""Every error has the one shape, and none of them gives away what is inside."""

import pytest
from django.test import Client
from rest_framework.exceptions import Throttled

pytestmark = pytest.mark.django_db


def problem(shown, status):
    assert shown.status_code == status
    assert shown["Content-Type"] == "application/problem+json"
    told = shown.json()
    assert told["status"] == status
    assert told["type"].startswith("urn:cxhub:problem:")
    assert told["title"]
    assert told["detail"]
    return told


@pytest.mark.parametrize("address", ["/api/v1/nothing", "/api/", "/api/v2/metrics", "/api/v1/feedback/no-key"])
def test_an_address_nobody_serves_is_404(address):
    problem(Client().get(address), 404)


def test_a_record_that_is_not_there_is_404(speak):
    problem(speak().get("/api/v1/feedback/01890000-0000-7000-8000-000000000000"), 404)


@pytest.mark.parametrize(("method", "address"), [("delete", "/api/v1/metrics"), ("post", "/api/v1/feedback")])
def test_another_method_is_405_and_the_right_ones_are_named(speak, method, address):
    shown = getattr(speak(), method)(address)
    problem(shown, 405)
    assert "GET" in shown["Allow"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"nul",
        b'{"queries": [{"metric": NaN}]}',
        b"[" * 100_000,
        b'{"queries": "\\ud800"}',
        b'{"queries": [], "queries": []}',
        b"",
    ],
)
def test_a_body_that_is_no_json_is_400(speak, body):
    problem(speak().post("/api/v1/query", body, content_type="application/json"), 400)


def test_a_body_of_another_type_is_415(speak):
    problem(speak().post("/api/v1/query", b"<queries/>", content_type="text/xml"), 415)


def test_a_body_too_large_is_413(speak, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    problem(speak().post("/api/v1/query", b" " * 2000, content_type="application/json"), 413)


def test_a_fault_of_ours_is_500_without_its_inside_and_the_log_has_all(speak, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("insights.api.metrics.answer", broken)
    told = problem(speak().get("/api/v1/metrics/nps"), 500)
    assert "secret" not in str(told)
    assert told["instance"].removeprefix("urn:uuid:") in caplog.text
    assert "the secret inside" in caplog.text


def test_a_fault_outside_of_every_view_has_the_shape_too(monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_request", broken)
    told = problem(Client(raise_request_exception=False).get("/api/v1/metrics"), 500)
    assert "secret" not in str(told)


def test_a_refused_host_is_400():
    problem(Client().get("/api/v1/metrics", headers={"Host": "elsewhere.example"}), 400)


def test_waiting_is_told_with_its_seconds(speak, monkeypatch):
    def wait(*_, **__):
        raise Throttled(wait=7.5)

    monkeypatch.setattr("insights.api.metrics.answer", wait)
    shown = speak().get("/api/v1/metrics/nps")
    problem(shown, 429)
    assert shown["Retry-After"] == "8"


@pytest.mark.parametrize("address", ["metrics", "status", "sources", "imports", "mappings/x", "feedback/batch"])
def test_an_unknown_parameter_is_named_everywhere(speak, address):
    method = "post" if address == "feedback/batch" else "get"
    told = problem(getattr(speak(), method)(f"/api/v1/{address}?surprise=1"), 400)
    assert told["parameter"] == "surprise"
