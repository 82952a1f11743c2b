"""Which steps there are, in their order, and their versions."""

from collections.abc import Sequence
from typing import Protocol

from insights.enrichment import embed, language, names, sentiment, topics, unit_vectors
from insights.enrichment.reading import Finding, Reading


class Step(Protocol):
    """One file: a name, a version, and a pure function from readings and earlier findings to findings."""

    NAME: str

    def version(self) -> str:
        """What reads: changes whenever the same text may be read differently."""

    def read(self, readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
        """Return one finding per reading, in order."""


STEPS: tuple[Step, ...] = (language, embed, unit_vectors, sentiment, topics)
TOPIC_STEPS: tuple[Step, ...] = (topics,)  # what a changed taxonomy reads again; the vectors are stored


def versions() -> dict[str, str]:
    """Return the version of every step as it reads now, the names before all."""
    return {names.NAME: names.version()} | {step.NAME: step.version() for step in STEPS}


def run_steps(readings: Sequence[Reading], known: Sequence[Finding] | None = None) -> list[Finding]:
    """Read a batch with all steps. `known` brings what need not be read again (stored vectors of the same words)."""
    findings = list(known) if known is not None else [Finding() for _ in readings]
    for step in STEPS:
        findings = step.read(readings, findings)
    return findings
