"""A guard before the JSON parser: a number of thousands of digits makes it fail in ways that end the process."""

import re
from typing import BinaryIO

from insights.intake.source import Unreadable

MOST_DIGITS = 4_000  # Python refuses to read more than 4,300 as a number
_RUN = re.compile(rb"[0-9]{%d}" % (MOST_DIGITS + 1))
_LAST_RUN = re.compile(rb"[0-9]*\Z")


class WithoutEndlessNumbers:
    """Hands on what a file holds. Raises Unreadable before a run of more than MOST_DIGITS digits is handed on.

    Such a run inside of a text is refused too: no record of anybody's holds one.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._open_run = 0  # digits at the end of what was handed on

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        piece = self._file.read(size)
        begins = len(piece) - len(piece.lstrip(b"0123456789"))
        if self._open_run + begins > MOST_DIGITS or _RUN.search(piece):
            raise Unreadable(f"This is no JSON of records: it holds a number of more than {MOST_DIGITS:,} digits.")
        ends = _LAST_RUN.search(piece)
        run = len(ends.group()) if ends else 0
        self._open_run = self._open_run + run if run == len(piece) else run
        return piece
