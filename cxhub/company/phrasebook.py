"""A small grammar for texts: [this|that] is a choice, {slot} a gap, \\n a line break; sections in wording/*.txt."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random

WORDING = Path(__file__).parent / "wording"
Slots = Mapping[str, Callable[[], str]]
_TOKEN = re.compile(r"(\[|\||\]|\{\w+\})")


class Slot:
    """A gap to be filled."""

    def __init__(self, name: str) -> None:
        self.name = name

    def say(self, draw: Random, slots: Slots) -> str:
        """Return what fills it."""
        return slots[self.name]()


class Choice:
    """Alternatives, each a sequence of parts."""

    def __init__(self, alternatives: list["Sentence"]) -> None:
        self.alternatives = alternatives

    def say(self, draw: Random, slots: Slots) -> str:
        """Return one of the alternatives."""
        return self.alternatives[int(draw.random() * len(self.alternatives))].say(draw, slots)


class Sentence:
    """Parts in a row."""

    def __init__(self, parts: "list[str | Slot | Choice]") -> None:
        self.parts = parts

    def say(self, draw: Random, slots: Slots) -> str:
        """Return the words, with every choice made and every gap filled."""
        return "".join(part if isinstance(part, str) else part.say(draw, slots) for part in self.parts)


class Phrasebook:
    """All templates, by section: "invoice_unclear problem", "any hello", "de thanks"."""

    def __init__(self, sections: Mapping[str, list[Sentence]]) -> None:
        self.sections = sections

    def say(self, section: str, draw: Random, slots: Slots, place: float | None = None) -> str:
        """Return one text of a section, that at `place` (0 … 1) or any. Raises KeyError when there is no such section.

        The problems, looks and fixes of a topic stand in one order, so that the same place in each fits together.
        """
        templates = self.sections[section]
        where = draw.random() if place is None else place
        return templates[int(where * len(templates))].say(draw, slots)


@cache
def phrasebook() -> Phrasebook:
    """Return the templates of the files in wording/. Raises ValueError where one is written wrongly."""
    sections: dict[str, list[Sentence]] = {}
    for file in sorted(WORDING.glob("*.txt")):
        section = ""
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if line.startswith("== "):
                section = line[3:].strip()
                if section in sections:
                    raise ValueError(f"{file.name}, line {number}: there is a section '{section}' already.")
                sections[section] = []
            elif line.strip():
                sections[section].append(sentence(line, f"{file.name}, line {number}"))
    return Phrasebook(sections)


def sentence(text: str, where: str = "") -> Sentence:
    """Parse one template. Raises ValueError when its brackets do not match."""
    tokens = [token for token in _TOKEN.split(text.replace("\\n", "\n")) if token]
    parsed, rest = _parse(tokens, 0, where)
    if rest != len(tokens):
        raise ValueError(f"{where}: a ] without its [: {text}")
    return parsed


def _parse(tokens: list[str], at: int, where: str, is_inside: bool = False) -> tuple[Sentence, int]:
    parts: list[str | Slot | Choice] = []
    while at < len(tokens):
        token = tokens[at]
        if token == "[":  # noqa: S105  # a bracket, not a password
            choice, at = _choice(tokens, at + 1, where)
            parts.append(choice)
        elif token in ("|", "]") and is_inside:
            return Sentence(parts), at
        elif token == "]":  # noqa: S105
            break
        else:
            parts.append(Slot(token[1:-1]) if token[0] == "{" else token)
            at += 1
    if is_inside:
        raise ValueError(f"{where}: a [ without its ].")
    return Sentence(parts), at


def _choice(tokens: list[str], at: int, where: str) -> tuple[Choice, int]:
    alternatives = []
    while True:
        alternative, at = _parse(tokens, at, where, is_inside=True)
        alternatives.append(alternative)
        if tokens[at] == "]":
            return Choice(alternatives), at + 1
        at += 1
