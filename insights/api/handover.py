"""Handing work over without waiting: while the broker is away, nobody who calls us is kept for its sake."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from celery import current_app
from kombu import pools
from kombu.exceptions import OperationalError

SKIPPED_SECONDS: Final = 10.0
_QUICK: Final[Mapping[str, Any]] = {  # one try: kombu's own pauses of two and four seconds would hold a web thread
    "socket_connect_timeout": 0.5, "max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0,
    "connect_retries_timeout": 0.5,
}  # fmt: skip
logger = logging.getLogger(__name__)


class Handover:
    """Sends tasks; after a failure none is sent for some seconds, and the clock finds what was left lying.

    While it is found out whether the broker is back, one caller tries and the others skip. Made once per process.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._alone = threading.Lock()
        self._closed_until: float | None = None  # None: the last try went well

    def send(self, task: str, *arguments: str) -> bool:
        """Send a task whose work the clock finds without it. Returns whether it was sent."""
        if self._closed_until is None:
            return self._tried(task, arguments)
        if self._clock() < self._closed_until or not self._alone.acquire(blocking=False):
            return False
        try:
            return self._tried(task, arguments)
        finally:
            self._alone.release()

    def _tried(self, task: str, arguments: tuple[str, ...]) -> bool:
        try:
            _send(task, arguments)
        except OperationalError as away:
            self._closed_until = self._clock() + SKIPPED_SECONDS
            logger.warning("The broker is away, nothing is handed over for %s s: %s", SKIPPED_SECONDS, away)
            return False
        self._closed_until = None
        return True


def _send(task: str, arguments: tuple[str, ...]) -> None:
    options = {**current_app.conf.broker_transport_options, **_QUICK}
    connection = current_app.connection_for_write(transport_options=options)
    with pools.producers[connection].acquire(block=True) as producer:
        current_app.send_task(task, args=arguments, producer=producer, retry=False, ignore_result=True)
