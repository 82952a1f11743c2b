"""Whoever asks too often is told when to come again, and everybody what is left."""

import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import redis
from django.test import Client

from insights.api import throttling

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_a_minute(settings):
    settings.API_REQUESTS_PER_MINUTE = 3


@pytest.fixture
def clock(monkeypatch):
    """A minute as long as the test says. It begins anew with each run, since Valkey remembers the last one."""
    seconds = [time.time()]
    monkeypatch.setattr(throttling, "timezone", SimpleNamespace(now=lambda: datetime.fromtimestamp(seconds[0], UTC)))
    return seconds


def left(shown):
    return int(shown["RateLimit"].split(";r=")[1].split(";")[0])


def test_a_fourth_request_within_the_minute_is_refused_with_when_to_return(speak, three_a_minute, clock):
    client = speak()
    told = [client.get("/api/v1/metrics") for _ in range(4)]

    assert [one.status_code for one in told] == [200, 200, 200, 429]
    assert [left(one) for one in told] == [2, 1, 0, 0]
    assert told[0]["RateLimit-Policy"] == '"minute";q=3;w=60'
    assert told[3]["Content-Type"] == "application/problem+json"
    assert told[3].json()["type"] == "urn:cxhub:problem:too-many-requests"
    assert 1 <= int(told[3]["Retry-After"]) <= 60
    clock[0] += int(told[3]["Retry-After"])
    assert client.get("/api/v1/metrics").status_code == 200


def test_another_token_has_a_quota_of_its_own(speak, three_a_minute, clock):
    first, second = speak(), speak()
    for _ in range(3):
        first.get("/api/v1/metrics")
    assert left(second.get("/api/v1/metrics")) == 2


def test_what_is_refused_for_other_reasons_counts_too(speak, three_a_minute, clock):
    client = speak("metrics:read")
    assert left(client.get("/api/v1/metrics?wrong=1")) == 2
    assert left(client.get("/api/v1/metrics/nothing")) == 1


def test_nobody_who_is_unknown_is_counted(three_a_minute):
    assert "RateLimit" not in Client().get("/api/v1/metrics")


def test_without_the_cache_nothing_is_refused(speak, three_a_minute, monkeypatch, caplog):
    def away(*_, **__):
        raise redis.ConnectionError("nobody there")

    monkeypatch.setattr(throttling, "cache", SimpleNamespace(add=away))
    client = speak()
    assert [client.get("/api/v1/metrics").status_code for _ in range(5)] == [200] * 5
    assert "Requests are not counted: nobody there" in caplog.text


def test_a_limit_of_nothing_counts_nothing(speak, settings):
    settings.API_REQUESTS_PER_MINUTE = 0
    assert "RateLimit" not in speak().get("/api/v1/metrics")
