"""A pull that hangs holds no import up: real workers with the launcher's own commands on a real broker."""

import io
import os
import signal
import subprocess
import time
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection as database
from django.utils import timezone

from cxhub.launcher.parts import application_parts
from insights.intake.delivery import receive
from insights.intake.pulls.connecting import connect
from insights.models import Connection, Delivery, Feedback
from tests.vendors.listing import TOKEN, Listing

pytestmark = [pytest.mark.slow, pytest.mark.live, pytest.mark.django_db(transaction=True)]
RECORD = b'{"records": [{"source_id": "a", "kind": "SURVEY", "occurred_at": "2026-01-05T09:00:00Z", "channel": "WEB"}]}'


@contextmanager
def _running(commands, environment, folder):
    """Run commands until the end of the block; whatever they started ends with them."""
    processes = []
    try:
        for number, command in enumerate(commands):
            with (folder / f"{number}.log").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                )  # fmt: skip
        yield processes
    finally:
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _until(done, processes, seconds=90.0):
    deadline = time.monotonic() + seconds
    while not done():
        assert all(process.poll() is None for process in processes), "a worker ended by itself"
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.05)


@pytest.fixture
def environment(valkey_url):
    """What workers of this test are told: the test's database, and a broker that nobody else listens to."""
    there = database.settings_dict
    password = quote(str(there["PASSWORD"]), safe="")
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://{there['USER']}:{password}@{there['HOST']}:{there['PORT']}/{there['NAME']}",
        "CELERY_BROKER_URL": valkey_url,
        "CXHUB_RAW_DIR": str(settings.RAW_DIR),
        "CXHUB_DATABASE_POOL": "5",
    }


def _commands(folder):
    """Return how the launcher starts the worker and the puller."""
    services = SimpleNamespace(state=SimpleNamespace(logs=folder, folder=folder))
    parts = {part.name: part for part in application_parts(services, {}, 0)}
    return [parts["worker"].command, parts["puller"].command]


@pytest.mark.timeout(240)
def test_an_import_goes_on_while_more_pulls_hang_than_the_worker_has_hands(environment, valkey_url, tmp_path):
    with ExitStack() as stack, current_app.connection_for_write(valkey_url) as broker:
        gates = []
        for number in range((os.cpu_count() or 1) + 1):
            vendor = stack.enter_context(Listing("none"))
            gates.append(vendor.hold("/answers"))
            connect(
                pull="json_api", label=f"Slow {number}", secrets={"token": TOKEN}, now=timezone.now(),
                options={"address": f"{vendor.address}/answers", "private_network": "yes", "list": "data.items",
                         "read_as": "push", "auth": "bearer"},
            )  # fmt: skip
        processes = stack.enter_context(_running(_commands(tmp_path), environment, tmp_path))
        current_app.send_task("insights.tasks.pulls.hand_out_pulls", connection=broker)
        _until(lambda: all(come.is_set() for come, _ in gates), processes)
        delivery = receive(io.BytesIO(RECORD), "push")
        current_app.send_task("insights.tasks.intake.read_delivery", (str(delivery.pk),), connection=broker)
        _until(lambda: Delivery.objects.get().state == "DONE", processes)
        assert Feedback.objects.count() == 1
        assert Connection.objects.filter(claimed_until__gt=timezone.now()).count() == len(gates), "they still hang"
        for _, go in gates:
            go.set()
        _until(lambda: not Connection.objects.exclude(claimed_until=None).exists(), processes)
    assert set(Connection.objects.values_list("error", flat=True)) == {""}
