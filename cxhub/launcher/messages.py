"""What the launcher says to the person at the terminal: progress lines, and errors that say what to do."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class LaunchError(Exception):
    """Something the person at the terminal can put right; the text says how."""


def say(text: str = "") -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Print one line to the error stream."""
    print(text, file=sys.stderr, flush=True)


class Steps:
    """Numbered steps, each one line with the seconds it took."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Announce a step, run the body, and close the line with its seconds or `failed`."""
        self.number += 1
        began = time.monotonic()
        print(f"{self.number}/{self.total} {title} … ", end="", flush=True)
        try:
            yield
        except BaseException:
            say("failed")
            raise
        say(f"{time.monotonic() - began:.1f} s")
