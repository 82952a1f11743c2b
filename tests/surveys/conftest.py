"""What the tests of the survey sources stand on."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.conf import settings

from insights.intake.check import check
from insights.intake.record import Excluded, FeedbackRecord
from insights.intake.source import BadRecord, source_named


class Read:
    """Everything one delivery became."""

    def __init__(self, key: str, content: bytes, options: Mapping[str, str]) -> None:
        self.reading = source_named(key).open(io.BytesIO(content), options)
        self.accepted: list[FeedbackRecord] = []
        self.firsts: list[FeedbackRecord] = []  # of each record that was accepted, what it is itself
        self.excluded: list[str] = []
        self.bad: list[str] = []
        self.read = 0
        for raw in self.reading.records():
            self.read += 1
            try:
                if raw.problem:
                    raise BadRecord(raw.problem)
                facts = self.reading.translate(raw)
                if isinstance(facts, Excluded):
                    self.excluded.append(facts.reason)
                else:
                    for fact in facts:
                        check(fact)
                    self.firsts.append(facts[0])  # type: ignore[arg-type]
                    self.accepted.extend(facts)  # type: ignore[arg-type]
            except BadRecord as bad:
                self.bad.append(bad.reason)


@pytest.fixture
def read() -> Callable[..., Read]:
    def read_with(key: str, content: bytes, **options: str) -> Read:
        return Read(key, content, options)

    return read_with


@pytest.fixture
def sample() -> Callable[[str], bytes]:
    """Return a genuine file of the collection that is kept beside the project."""

    def bytes_of(name: str) -> bytes:
        path = Path(settings.BASE_DIR).parent / "shared" / "samples" / name
        if not path.exists():
            pytest.skip(f"the sample {name} is not on this machine")
        return path.read_bytes()

    return bytes_of
