"""Raw files that nothing names are forgotten after a day; what anything names is never touched."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from insights.intake.delivery import receive
from insights.intake.raw import keep
from insights.intake.staging import discard, stage
from insights.intake.sweeping import forget_unnamed
from insights.models import Delivery, StagedFile
from insights.tasks.intake import forget_unnamed_files

pytestmark = pytest.mark.django_db
TWO_DAYS = timedelta(days=2)


def _path(settings, name):
    return Path(settings.RAW_DIR) / name


def _aged(settings, name, age=TWO_DAYS):
    """Let a raw file have been written long ago."""
    at = (timezone.now() - age).timestamp()
    os.utime(_path(settings, name), (at, at))
    return name


def _files(settings):
    return {
        path.relative_to(settings.RAW_DIR).as_posix() for path in Path(settings.RAW_DIR).rglob("*") if path.is_file()
    }


def _kept(settings, age=TWO_DAYS):
    return _aged(settings, keep(io.BytesIO(b"words of a customer")).name, age)


def test_a_file_whose_keeper_was_killed_is_forgotten_after_a_day(settings):
    lost = _kept(settings)
    assert forget_unnamed_files() == 1
    assert lost not in _files(settings)


def test_a_young_file_is_left_to_whoever_is_about_to_name_it(settings):
    young = _kept(settings, timedelta(hours=23))
    assert forget_unnamed(timezone.now()) == 0
    assert _files(settings) == {young}
    assert forget_unnamed(timezone.now() + timedelta(hours=2)) == 1


def test_a_file_that_was_never_finished_is_forgotten_too(settings):
    name = _kept(settings)
    path = _path(settings, name)
    path.rename(path.with_suffix(".partial"))
    assert forget_unnamed(timezone.now()) == 1
    assert _files(settings) == set()


@pytest.mark.parametrize("state", list(Delivery.State.values))
def test_the_file_of_a_delivery_is_kept_whatever_became_of_it(settings, state):
    delivery = receive(io.BytesIO(b'{"records": []}'), "push")
    error = "It could not be read." if state == "FAILED" else ""
    Delivery.objects.update(state=state, error=error, created_at=timezone.now() - timedelta(days=400))
    _aged(settings, delivery.raw_name, timedelta(days=400))
    assert forget_unnamed(timezone.now()) == 0
    assert _files(settings) == {delivery.raw_name}


def test_a_staged_file_is_kept_while_it_is_staged_when_it_is_delivered_and_not_when_it_is_discarded(settings):
    person = User.objects.create_user("p")
    csv = b"id,date,score\n1,2026-01-05,9\n"
    first, second = (stage(io.BytesIO(csv), f"{name}.csv", user=person, now=timezone.now())[0] for name in "ab")
    for one in (first, second):
        _aged(settings, one.raw_name)
    assert forget_unnamed(timezone.now()) == 0
    StagedFile.objects.filter(pk=first.pk).update(source="nps_csat_ces_csv")
    Delivery.objects.create(source="csv", raw_name=first.raw_name)
    first.delete()
    discard(second)
    assert forget_unnamed(timezone.now()) == 0
    assert _files(settings) == {Delivery.objects.get().raw_name}


def test_many_files_in_parts_and_none_that_is_named(settings, monkeypatch):
    monkeypatch.setattr("insights.intake.sweeping._AT_ONCE", 3)
    lost = {_kept(settings) for _ in range(8)}
    named = {_aged(settings, receive(io.BytesIO(b"{}"), "push").raw_name) for _ in range(5)}
    assert forget_unnamed(timezone.now()) == len(lost)
    assert _files(settings) == named


def test_what_is_not_named_as_raw_files_are_is_left_alone(settings):
    _kept(settings)
    for name in ("notes.txt", "ab/notes.txt", "ab/0189", "0/x/y"):
        path = _path(settings, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("not ours")
        _aged(settings, name)
    assert forget_unnamed(timezone.now()) == 1
    assert _files(settings) == {"notes.txt", "ab/notes.txt", "ab/0189", "0/x/y"}
