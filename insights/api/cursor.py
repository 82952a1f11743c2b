"""Where the next page begins. A cursor also holds the data version, so that pages fit together while data arrives."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass

from insights.api.problems import Problem, wrong_parameter


@dataclass(frozen=True, slots=True)
class Cursor:
    """After which record, in which version of the data."""

    after: str
    version: int | None = None

    def as_text(self) -> str:
        """Return it as it stands in an address."""
        return urlsafe_b64encode(json.dumps([self.after, self.version]).encode()).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str) -> "Cursor":
        """Read it back. Raises 400 for anything this API did not write."""
        try:
            after, version = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (NotBase64, ValueError, TypeError, RecursionError):
            raise wrong_cursor() from None
        if not isinstance(after, str) or "\x00" in after or not (version is None or type(version) is int):
            raise wrong_cursor()
        return cls(after, version)


def wrong_cursor() -> Problem:
    """Return the problem of a cursor that cannot be followed."""
    return wrong_parameter("cursor", "This cursor was not made here. Follow `next` of a page, or begin without one.")
