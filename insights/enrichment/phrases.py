"""A family of phrases, whatever their letter case, found at half the cost where a text is plain ASCII."""

import re
from collections.abc import Iterator


class Phrases:
    """Patterns written in small letters. Only places are told: the words found may be in other letters than the text's.

    Ignoring letter case costs Python's engine more than lowering the text once. Lowered ASCII keeps its places; other
    letters may not ("İ" becomes two), nor do they all fold alike, so texts with any take the general way.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._small = re.compile(pattern, flags)
        self._any = re.compile(pattern, flags | re.IGNORECASE)

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where they stand, in order, none inside another."""
        if text.isascii():
            return (found.span() for found in self._small.finditer(text.lower()))
        return (found.span() for found in self._any.finditer(text))

    def first(self, text: str) -> tuple[int, int] | None:
        """Return where the first one stands."""
        return next(self.places(text), None)

    def count(self, text: str) -> int:
        """Count them."""
        return sum(1 for _ in self.places(text))
