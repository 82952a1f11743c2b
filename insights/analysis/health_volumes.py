"""How much came each day against the same weekdays before, and how much of it is linked and known. From the mart."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from django.core.cache import cache

from insights.mart.calendar import local_day
from insights.mart.engine import Version
from insights.mart.table import url
from insights.metrics.scope import within
from insights.metrics.suppression import FEWEST_CUSTOMERS
from insights.metrics.viewer import Viewer

Account = tuple[str, str]
SHOWN_DAYS, WEEKS = 28, 8
SECONDS_KEPT = 6 * 3600
FEWEST_WEEKS = 4  # of the same weekday, before a day can be unusual
STRANGE = 3.5  # robust standard deviations (Iglewicz and Hoaglin, 1993)
_SHIFT, _LEAST_SPREAD = 3 / 8, 0.5  # counts scatter by chance even where the weeks before were alike
_TO_SIGMA = 1.4826  # MAD of a normal distribution times this is its standard deviation


@dataclass(frozen=True, slots=True, kw_only=True)
class DayVolume:
    """The records of a day, and what is usual: median and band of the same weekday in the 8 weeks before."""

    day: date
    records: int
    usual: float | None
    low: float | None
    high: float | None

    @property
    def is_strange(self) -> bool:
        """Whether it lies outside the band."""
        return self.low is not None and self.high is not None and not self.low <= self.records <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Volumes:
    """The last four weeks of one account, up to the day before its newest record: that one may not be over."""

    days: tuple[DayVolume, ...]

    @property
    def flagged(self) -> tuple[DayVolume, ...]:
        """The days outside their band, the newest first."""
        return tuple(one for one in reversed(self.days) if one.is_strange)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """How much of an account's feedback is linked and known. All time."""

    surveys: int
    linked_by_id: int
    linked_by_window: int
    contacts: int
    contacts_of_known_customers: int
    surveys_of_known_customers: int

    @property
    def unlinked(self) -> int:
        """Survey answers whose contact is not known; not every survey is about a contact."""
        return self.surveys - self.linked_by_id - self.linked_by_window


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """Customers by the sides they are known on; None: too few to say without naming them."""

    answered_only: int | None
    contacted_only: int | None
    both: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """All that is counted in one version of the mart."""

    volumes: dict[Account, Volumes] = field(default_factory=dict)
    linkages: dict[Account, Linkage] = field(default_factory=dict)
    both: Both | None = None


def counted(version: Version, viewer: Viewer, now: datetime) -> Counted:
    """Return the counts as this viewer may see them, kept for as long as the version, the day and the limits stay."""
    today = local_day(now, version.note.time_zone)
    stamp = f"{url()}|{version.number}|{version.note.built_at.isoformat()}|{today}|{viewer.scope_key}"
    key = f"health:{hashlib.sha256(stamp.encode()).hexdigest()}"
    found: Counted | None = cache.get(key)
    if found is None:
        found = Counted(
            volumes=volumes(version, viewer, today),
            linkages=linkages(version, viewer),
            both=both_sides(version, viewer),
        )
        cache.set(key, found, SECONDS_KEPT)
    return found


def volumes(version: Version, viewer: Viewer, today: date) -> dict[Account, Volumes]:
    """Return the daily volumes of each account, within the viewer's limits."""
    table = version.feedback.filter(within(version.feedback, viewer))  # all of time: an account may end years ago
    counted = table.group_by("source", "account", "occurred_on").aggregate(records=table.count())
    rows = version.rows_of(counted)
    counts: dict[Account, dict[date, int]] = {}
    for row in rows:
        counts.setdefault((row["source"], row["account"]), {})[row["occurred_on"]] = row["records"]
    return {account: Volumes(days=_days(of_day, today)) for account, of_day in counts.items()}


def _days(of_day: Mapping[date, int], today: date) -> tuple[DayVolume, ...]:
    first, last = min(of_day), min(max(of_day), today)
    begin = max(first, last - timedelta(days=SHOWN_DAYS))
    return tuple(_day(begin + timedelta(days=n), of_day, first) for n in range((last - begin).days))


def _day(day: date, of_day: Mapping[date, int], first: date) -> DayVolume:
    """Return a day with its band. Days before the first record are not known; days since without any are zero."""
    weeks = [day - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    before = [of_day.get(one, 0) for one in weeks if one >= first]
    records = of_day.get(day, 0)
    if len(before) < FEWEST_WEEKS:
        return DayVolume(day=day, records=records, usual=None, low=None, high=None)
    usual = float(median(before))
    roots = [_root(one) for one in before]
    middle = median(roots)
    reach = STRANGE * max(_TO_SIGMA * median(abs(one - middle) for one in roots), _LEAST_SPREAD)
    low, high = max(middle - reach, 0.0) ** 2 - _SHIFT, (middle + reach) ** 2 - _SHIFT
    return DayVolume(day=day, records=records, usual=usual, low=max(low, 0.0), high=high)


def _root(count: int) -> float:
    """Return the count on the scale where chance scatters all counts alike, by a half (Anscombe, 1948)."""
    return float((count + _SHIFT) ** 0.5)


def linkages(version: Version, viewer: Viewer) -> dict[Account, Linkage]:
    """Return how much of each account is linked and known, within the viewer's limits."""
    table = version.feedback.filter(within(version.feedback, viewer))
    survey, contact = table.kind == "SURVEY", table.kind == "CONTACT"
    known, linked = table.customer.notnull(), table.about.notnull()
    by_window = table.about_by == "WINDOW"
    rows = version.rows_of(
        table.group_by("source", "account").aggregate(
            surveys=survey.sum(),
            linked_by_id=(survey & linked & ~by_window).sum(),
            linked_by_window=(survey & linked & by_window).sum(),
            contacts=contact.sum(),
            contacts_of_known_customers=(contact & known).sum(),
            surveys_of_known_customers=(survey & known).sum(),
        )
    )
    return {
        (row.pop("source"), row.pop("account")): Linkage(**{name: int(value or 0) for name, value in row.items()})
        for row in rows
    }


def both_sides(version: Version, viewer: Viewer) -> Both:
    """Return how many customers answered, contacted, or did both, within the viewer's limits."""
    told = version.feedback
    table = told.filter(within(told, viewer), told.customer.notnull(), told.kind.isin(["SURVEY", "CONTACT"]))
    people = table.group_by("person").aggregate(
        answered=(table.kind == "SURVEY").any(), contacted=(table.kind == "CONTACT").any()
    )
    row = version.rows_of(
        people.aggregate(
            answered_only=(people.answered & ~people.contacted).sum(),
            contacted_only=(~people.answered & people.contacted).sum(),
            both=(people.answered & people.contacted).sum(),
        )
    )[0]
    counts = {name: int(value or 0) for name, value in row.items()}
    few = any(0 < count < FEWEST_CUSTOMERS for count in counts.values())
    if few and not viewer.may_read_rows:
        return Both(answered_only=None, contacted_only=None, both=None)
    return Both(**counts)
