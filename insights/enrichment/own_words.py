"""Words that are never names of people here: the company's own brands and products, and its competitors."""

import re
from collections.abc import Iterable

Piece = tuple[int, int]


class OwnWords:
    """Looks for them as whole words, in any letter case, also in the genitive."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Take the names as they are written; blanks between words may be any."""
        written = sorted({" ".join(name.split()) for name in names if name.strip()}, key=lambda one: (-len(one), one))
        either = "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in written)
        self.names = tuple(written)
        self.pattern = rf"(?<!\w)(?:{either})(?:['’]?s)?(?!\w)" if written else ""
        self._places = re.compile(self.pattern, re.IGNORECASE) if written else None

    def places(self, text: str) -> list[Piece]:
        """Return where they stand."""
        return [match.span() for match in self._places.finditer(text)] if self._places else []


NONE = OwnWords()
