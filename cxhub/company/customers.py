"""The company's customers: who they are and how often they get in touch."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from cxhub.company.calendar import Period
from cxhub.company.names import FIRST_NAMES, LAST_NAMES, telephone
from cxhub.company.world import (
    LANGUAGE_SHARES,
    LINES,
    PRODUCT_SHARES,
    PRODUCTS,
    REGION_SHARES,
    SEGMENT_SHARES,
    SEGMENTS,
    YEARLY_VALUE,
)

FIRST_NUMBER = 20_184_000
EMAIL_DOMAINS = ("example.com", "example.org", "example.net")
PROPENSITY_SIGMA = 0.70  # of the logarithm: a few customers get in touch very often


@dataclass(frozen=True, slots=True)
class Customers:
    """All customers, one array per fact; a customer is a position in them."""

    segment: NDArray[np.int64]
    region: NDArray[np.int64]
    product: NDArray[np.int64]
    line: NDArray[np.str_]
    language: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    tenure_days: NDArray[np.int64]
    value: NDArray[np.float64]
    propensity: NDArray[np.float64]  # sums to 1

    def __len__(self) -> int:
        return len(self.segment)

    def first_name(self, who: int) -> str:
        """Return the first name."""
        return FIRST_NAMES[int(self.first[who])]

    def name(self, who: int) -> str:
        """Return first and last name."""
        return f"{FIRST_NAMES[self.first[who]]} {LAST_NAMES[self.last[who]]}"

    def email(self, who: int) -> str:
        """Return the address, in a domain reserved for examples; no two customers share one."""
        last = LAST_NAMES[self.last[who]].lower().translate(str.maketrans({"ü": "ue", "ö": "oe", "ä": "ae", "ß": "ss"}))
        return f"{self.first_name(who).lower()}.{last}{who + 11}@{EMAIL_DOMAINS[who % 3]}"

    def number(self, who: int) -> str:
        """Return the customer number."""
        return f"LM-{FIRST_NUMBER + who * 7}"

    def phone(self, who: int) -> str:
        """Return the phone number or "": numbers reserved for fiction are few, and two customers must not share one."""
        return telephone(who) if who % 5 else ""

    def since(self, who: int, period: Period) -> str:
        """Return the day the customer joined, as ISO text."""
        return (period.since - timedelta(days=int(self.tenure_days[who]))).isoformat()


def make_customers(rng: np.random.Generator, count: int) -> Customers:
    """Draw `count` customers."""
    segment = rng.choice(len(SEGMENTS), size=count, p=SEGMENT_SHARES)
    product = np.zeros(count, np.int64)
    value = np.zeros(count)
    for number, name in enumerate(SEGMENTS):
        here = np.flatnonzero(segment == number)
        product[here] = rng.choice(len(PRODUCTS), size=len(here), p=PRODUCT_SHARES[name])
        value[here] = np.round(YEARLY_VALUE[name] * rng.lognormal(-0.06, 0.35, len(here)), 2)
    propensity = rng.lognormal(0.0, PROPENSITY_SIGMA, count)
    return Customers(
        segment=segment,
        region=rng.choice(len(REGION_SHARES), size=count, p=REGION_SHARES),
        product=product,
        line=np.array(LINES)[product],
        language=rng.choice(len(LANGUAGE_SHARES), size=count, p=LANGUAGE_SHARES),
        first=rng.integers(0, len(FIRST_NAMES), count),
        last=rng.integers(0, len(LAST_NAMES), count),
        tenure_days=np.where(segment == 3, rng.integers(5, 700, count), rng.integers(20, 4200, count)),
        value=value,
        propensity=propensity / propensity.sum(),
    )
