"""Make the whole company: draw the ledger, write the vendors' files and a manifest that says what is in them."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from cxhub.company.answers import make_answers
from cxhub.company.calendar import Period
from cxhub.company.calls import MAPPING_FILE as CALL_MAPPING
from cxhub.company.calls import write_calls
from cxhub.company.contacts import Scene, make_contacts
from cxhub.company.customers import make_customers
from cxhub.company.handling import make_handling
from cxhub.company.ledger import Ledger
from cxhub.company.qualtrics import write_qualtrics
from cxhub.company.reviews import MAPPING_FILE as REVIEW_MAPPING
from cxhub.company.reviews import write_reviews
from cxhub.company.truths import Truths, day_of
from cxhub.company.vendor import Files
from cxhub.company.world import CHANNELS
from cxhub.company.zendesk import OPTIONS, write_zendesk

VERSION = 2  # of the generator: another one makes other files
CONTACTS, ANSWERS, CUSTOMERS = 15_000, 4_000, 6_000  # at scale 1
FEWEST_DAYS = 60
MANIFEST = "manifest.json"


class CannotMake(Exception):
    """The company that was asked for makes no sense. The message is for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One file and how it is to be imported; a mapping is the name of a file beside it."""

    source: str
    file: str
    options: dict[str, str]
    mapping: str = ""


def make_ledger(truths: Truths, *, today: date, days: int = 180, scale: float = 1.0, seed: int = 7) -> Ledger:
    """Draw everything that happened in the `days` before `today`. Raises CannotMake."""
    if days < FEWEST_DAYS:
        raise CannotMake(f"A company needs {FEWEST_DAYS} days of history or more, not {days}.")
    if not 0.02 <= scale <= 100:
        raise CannotMake(f"The scale is between 0.02 and 100, not {scale:g}.")
    rng, period = np.random.default_rng(seed), Period.ending_before(today, days)
    customers = make_customers(rng, round(CUSTOMERS * scale))
    scene = Scene(rng=rng, truths=truths, period=period, customers=customers)
    contacts = make_contacts(scene, round(CONTACTS * scale * days / 180))
    handling = make_handling(scene, contacts)
    answers = make_answers(scene, contacts, handling, round(ANSWERS * scale * days / 180))
    return Ledger(truths, period, seed, scale, customers, contacts, handling, answers)


def write_company(ledger: Ledger, folder: Path) -> dict[str, Any]:
    """Write all files into `folder`, the manifest last, and return it. Records are counted as imports count them."""
    folder.mkdir(parents=True, exist_ok=True)
    written = np.flatnonzero(ledger.contacts.channel != CHANNELS.index("VOICE"))
    calls, reviews = write_calls(ledger, folder), write_reviews(ledger, folder)
    surveys, tickets = write_qualtrics(ledger, folder), write_zendesk(ledger, folder, written)
    imports = [Import(source="csv", file=name, options={}, mapping=CALL_MAPPING) for name in calls.names]
    for survey, files in surveys:
        imports += [Import(source="qualtrics_csv", file=name, options=dict(survey.options)) for name in files.names]
    imports += [Import(source="zendesk", file=name, options=OPTIONS) for name in tickets.names]
    imports += [Import(source="csv", file=name, options={}, mapping=REVIEW_MAPPING) for name in reviews.names]
    manifest = _manifest(ledger, imports, [calls, reviews, tickets, *(files for _, files in surveys)])
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return manifest


def window(*, truths: Truths, today: date, days: int, scale: float, seed: int) -> dict[str, Any]:
    """Return what makes two companies the same."""
    period = Period.ending_before(today, days)
    return {
        "version": VERSION,
        "company": truths.name,
        "truths": json.loads(json.dumps(asdict(truths))),
        "seed": seed,
        "scale": scale,
        "days": days,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
    }


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of the company in `folder`, or None where there is none."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _manifest(ledger: Ledger, imports: list[Import], files: list[Files]) -> dict[str, Any]:
    same = window(
        truths=ledger.truths,
        today=ledger.period.until,
        days=ledger.period.days,
        scale=ledger.scale,
        seed=ledger.seed,
    )
    return same | {
        "contacts": len(ledger.contacts),
        "answers": len(ledger.answers),
        "customers": len(ledger.customers),
        "records": sum(one.records for one in files),
        "begins": _beginnings(ledger),
        "imports": [asdict(one) for one in imports],
    }


def _beginnings(ledger: Ledger) -> dict[str, str]:
    """Return the day on which each dated truth begins."""
    truths, period = ledger.truths, ledger.period
    dated = {
        "campaign": truths.campaign,
        "new_theme": truths.new_theme,
        "price_change": truths.price_change,
        "improvement": truths.improvement,
    }
    return {
        name: day_of(truth.starts_at, period.since, period.days).isoformat() for name, truth in dated.items() if truth
    }
