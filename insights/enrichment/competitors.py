"""Step: which other companies the customer names, from the list that people keep. English only, as intents are."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from insights.enrichment.aspect import sentiment_around
from insights.enrichment.competitor_names import CompetitorNames, Named
from insights.enrichment.once import once
from insights.enrichment.reading import Finding, Intent, Reading, Span
from insights.models import Competitor

NAME = "competitors"
GENERATION = 1
MOST_CHARACTERS = 20_000  # of a piece that is searched


def version() -> str:
    """What read it: this code and the list as it stands."""
    told = repr(listed()).encode()
    return f"names-{GENERATION}-{hashlib.blake2b(told, digest_size=4).hexdigest()}"


def read(readings: Sequence[Reading], findings: Sequence[Finding]) -> list[Finding]:
    """Add the surest competitor named by the customer; the list is asked once per batch."""
    names = CompetitorNames(listed())
    return [_look(names, reading, finding) for reading, finding in zip(readings, findings, strict=True)]


def _look(names: CompetitorNames, reading: Reading, finding: Finding) -> Finding:
    """What was not read for intents stays unknown: a name alone does not tell that there is nothing else."""
    if finding.intents is None:
        return finding
    placed = [
        (named, Span(said.turn, named.start, named.end))
        for said in reading.said
        if said.turn is None or said.speaker == "CUSTOMER"
        for named in names.find(said.text[:MOST_CHARACTERS])
    ]
    if not placed:
        return finding
    named, span = max(placed, key=lambda one: one[0].confidence)  # the first of equals
    return replace(finding, intents={**finding.intents, "COMPETITOR": _intent(named, span, reading, finding)})


def _intent(named: Named, span: Span, reading: Reading, finding: Finding) -> Intent:
    return Intent(named.confidence, span, named.name, sentiment_around(reading, finding, span))


@once
def listed() -> list[tuple[str, list[str]]]:
    """Return each competitor in use, by name, with all its spellings."""
    active = Competitor.objects.filter(is_active=True).order_by("name")
    return [(competitor.name, competitor.names()) for competitor in active]
