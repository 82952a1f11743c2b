"""Public reviews of the company's app, as the store's portal exports them: a plain CSV and its mapping."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from cxhub.company.ledger import Ledger
from cxhub.company.telling import Teller
from cxhub.company.vendor import Files, mixed
from cxhub.company.world import LANGUAGE_SHARES, LANGUAGES

MAPPING_FILE = "app_reviews.mapping.json"
FILE = "app_reviews.csv"
SHARE = 0.04  # reviews for each contact
BAD_REVIEWS = 1  # six stars
COLUMNS = ("Review ID", "Date", "Stars", "App version", "Language", "Review")
MAPPING: dict[str, Any] = {
    "kind": "REVIEW",
    "time_zone": "Europe/Berlin",
    "date_order": "YMD",
    "columns": {"Review ID": "source_id", "Date": "occurred_at", "Language": "language", "Review": "text"},
    "constants": {"channel": "APP", "touchpoint": "App store"},
    "scores": [{"column": "Stars", "measure": "OTHER", "scale": [1, 5], "wording": "Stars"}],
    "attributes": ["App version"],
}
_TOPICS = ("app_bug", "praise_network", "idea", "invoice_unclear", "top_up", "esim_activation")
_WEIGHTS = (0.42, 0.20, 0.14, 0.12, 0.12, 0.0)


def write_reviews(ledger: Ledger, folder: Path) -> Files:
    """Write the reviews of the whole period."""
    (folder / MAPPING_FILE).write_text(json.dumps(MAPPING, indent=2) + "\n", encoding="utf-8")
    count = round(len(ledger.contacts) * SHARE)
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows(_reviews(ledger, count))
        table.writerow(
            ["gp:six-stars", f"{ledger.period.day(1)} 09:15:00", 6, "7.3", "en", "More stars than there are"]
        )
    return Files([FILE], count + BAD_REVIEWS)


def _reviews(ledger: Ledger, count: int) -> list[list[Any]]:
    rng, teller, theme = np.random.default_rng([ledger.seed, 9]), Teller(ledger), ledger.truths.new_theme
    release = round(theme.starts_at * ledger.period.days) if theme else ledger.period.days + 1
    days = np.sort(rng.integers(0, ledger.period.days, count))
    languages = rng.choice(len(LANGUAGES), size=count, p=LANGUAGE_SHARES)
    found = []
    for number in range(count):
        day = int(days[number])
        is_after = bool(theme and day >= release + 2)
        topic = "esim_activation" if is_after and rng.random() < 0.2 else str(rng.choice(_TOPICS, p=_WEIGHTS))
        mean = -0.7 if topic == "esim_activation" else (0.7 if topic == "praise_network" else 0.0)
        mood = float(np.clip(mean + rng.normal(0, 0.4), -1, 1))
        when = ledger.period.day(day)
        found.append(
            [
                f"gp:{mixed(number, 22)}",
                f"{when} {rng.integers(6, 24):02d}:{rng.integers(0, 60):02d}:{rng.integers(0, 60):02d}",
                int(np.clip(round(3 + 2.2 * mood), 1, 5)),
                "7.4" if day >= release else "7.3",
                LANGUAGES[languages[number]],
                teller.review(topic, mood, int(languages[number]), when, number),
            ]
        )
    return found
