"""What can go wrong between us and a system that we ask, each in words for the people who look after it."""

from collections.abc import Mapping
from typing import Any


class Trouble(Exception):
    """A step that did not work. The message is for people: what is wrong and what to do. It never holds a secret.

    `cursor` is where the next try begins, when it is not where this one began.
    """

    is_lasting = False  # time does not heal it: somebody has to do something, so we ask less often

    def __init__(self, sentence: str, *, cursor: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.cursor = cursor


class Throttled(Trouble):
    """We asked too often. `wait_seconds` is what the system wants; None when it does not say."""

    def __init__(self, sentence: str, *, wait_seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.wait_seconds = wait_seconds


class Broken(Trouble):
    """The system failed, fell silent or answered nonsense: it may work the next time."""

    def __init__(
        self, sentence: str, *, wait_seconds: float | None = None, cursor: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(sentence, cursor=cursor)
        self.wait_seconds = wait_seconds


class Refused(Trouble):
    """The system does not let us in (401, 403)."""

    is_lasting = True


class Misdeclared(Trouble):
    """What we were told about the system does not fit it: a wrong address, survey, parameter or path."""

    is_lasting = True

    def __init__(self, sentence: str, *, status: int = 0, cursor: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence, cursor=cursor)
        self.status = status
