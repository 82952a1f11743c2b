"""Which steps there are, in their order, and their versions."""

from collections.abc import Sequence
from typing import Protocol

from insights.enrichment import (
    aspect,
    competitors,
    effort,
    embed,
    intent,
    language,
    names,
    naming,
    outcome,
    own_heads,
    sentiment,
    summary,
    topics,
    unit_vectors,
)
from insights.enrichment.reading import Finding, Reading


class Step(Protocol):
    """One file: a name, a version, and a pure function from readings and earlier findings to findings."""

    NAME: str

    def version(self) -> str:
        """What reads: changes whenever the same text may be read differently."""

    def read(self, readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
        """Return one finding per reading, in order."""


STEPS: tuple[Step, ...] = (
    language,
    embed,
    unit_vectors,
    sentiment,
    effort,
    intent,
    topics,
    aspect,
    competitors,
    outcome,
    summary,
)
WORD_STEPS: tuple[Step, ...] = (
    language,
    embed,
    sentiment,
    effort,
    intent,
    outcome,
    summary,
)  # need nothing but the words
TOPIC_STEPS: tuple[Step, ...] = (topics, aspect)  # what a changed taxonomy reads again; the vectors are stored


def versions() -> dict[str, str]:
    """Return the version of every step as it reads now, the names before all, a company's own heads among them."""
    return own_heads.versioned({names.NAME: naming.version()} | {step.NAME: step.version() for step in STEPS})


def run_steps(
    readings: Sequence[Reading], known: Sequence[Finding] | None = None, steps: Sequence[Step] = STEPS
) -> list[Finding]:
    """Read a batch with these steps. `known` brings what need not be read again (stored vectors of the same words)."""
    findings = list(known) if known is not None else [Finding() for _ in readings]
    for step in steps:
        findings = step.read(readings, findings)
    return findings
