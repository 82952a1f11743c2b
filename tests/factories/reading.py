"""One delivery read by its source, outside the database: what was accepted, left out and refused."""

import io
from collections.abc import Mapping

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
                    self.firsts.append(facts[0])
                    self.accepted.extend(facts)
            except BadRecord as bad:
                self.bad.append(bad.reason)
