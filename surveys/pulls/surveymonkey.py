"""SurveyMonkey: the responses of its surveys by API v3, each page beside the survey's details that say what ids mean.

Responses change while they are paged through, and one that changes moves to the end, so that others may slip past a
page. Therefore each page is asked anew from the last change seen; only within one second, or where an answer is not in
order, page numbers are followed. `links.next` says whether more follows, and its address is never called.
"""

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from insights.intake.pulls.client import Answer, Client, Request
from insights.intake.pulls.pull import PRIVATE_NETWORK, READ, START, Asking, Page, Secret, Step, passed_on
from insights.intake.pulls.starting import check_start, start_of
from insights.intake.pulls.trouble import Broken
from insights.intake.raw import Kept, keep
from insights.intake.source import Option, WrongOption

LARGEST_PAGE = "100"
AGAIN_SECONDS = 60  # asked for again by the next run: some changes are known a moment late
MOST_REMEMBERED = 2000
_PLACES = {
    "us": "https://api.surveymonkey.com", "eu": "https://api.eu.surveymonkey.com", "ca": "https://api.surveymonkey.ca",
}  # fmt: skip
_FEW_LEFT = 4  # questions of a minute, of which a step asks two


class SurveyMonkeyPull:
    """Asks for the responses of some surveys of a SurveyMonkey account."""

    key = "surveymonkey"
    label = "SurveyMonkey"
    brings = "Responses that are new or changed, with the questions, choices and scales of their survey."
    options = (
        Option(name="survey", question="Which survey (its id; several with commas)?", required=True),
        Option(name="region", question="Where is the account hosted?", choices=("us", "eu", "ca"), default="us"),
        Option(name="address", question="Another address of the API, if not the region's own?"),
        Option(name="page_size", question="How many responses a page (at most 100)?", default=LARGEST_PAGE),
        START,
        PRIVATE_NETWORK,
        READ,
    )
    secrets = (
        Secret(name="token", question="Which access token (the app's page, scopes to view surveys, responses)?"),
    )

    def reads_with(self, options: Mapping[str, str]) -> str:
        """Return the source that reads its pages."""
        return "surveymonkey_api"

    def check(self, options: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Raise WrongOption when the options cannot work."""
        check_start(options)
        if not _surveys(options) or not all(one.isascii() and one.isdecimal() for one in _surveys(options)):
            raise WrongOption("survey is the number of a survey, such as 318754279; several with commas between them.")
        size = options.get("page_size", LARGEST_PAGE)
        if not size.isdecimal() or not 1 <= int(size) <= int(LARGEST_PAGE):
            raise WrongOption("page_size is a whole number of 1 to 100.")

    def step(self, asking: Asking) -> Step:
        """Fetch a page of changed responses of one survey; behind its last page the next survey's turn comes."""
        home = asking.options.get("address") or _PLACES[asking.options.get("region", "us")]
        client = asking.client(home, {"Authorization": f"bearer {asking.secrets['token']}"}, _limit)
        surveys = _surveys(asking.options)
        turn = int(asking.cursor.get("turn", 0)) % len(surveys)
        survey = _Survey(client, f"{home.rstrip('/')}/v3/surveys/{surveys[turn]}", asking, surveys[turn])
        place = _Place.of(asking, surveys[turn])
        answer, listed, has_more = survey.changed_since(place)
        changes = [(_identity(one), _changed(one)) for one in listed]
        pages: tuple[Page, ...] = ()
        last = answer
        if any(place.seen.get(one) != changed for one, changed in changes):
            last = survey.details()
            pages = (survey.page(last, answer),)
        following = place.after_page(changes, has_more)
        places = {**asking.cursor.get("places", {}), surveys[turn]: asdict(following or place.rested(changes))}
        turn += 0 if following else 1
        cursor = {"places": places, "turn": turn % len(surveys)}
        return Step(cursor=cursor, pages=pages, is_caught_up=turn == len(surveys), wait_seconds=_pause(last.headers))


def _surveys(options: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in options.get("survey", "").split(",") if one.strip()))


@dataclass(frozen=True, slots=True)
class _Survey:
    """One survey being asked."""

    client: Client
    address: str
    asking: Asking
    identity: str

    def changed_since(self, place: "_Place") -> tuple[Answer, list[Any], bool]:
        """Return a page as it came, its responses, and whether more follow."""
        told = {
            "start_modified_at": f"{datetime.fromtimestamp(place.since, UTC):%Y-%m-%dT%H:%M:%S}",
            "sort_by": "date_modified",
            "sort_order": "ASC",
            "per_page": self.asking.options.get("page_size", LARGEST_PAGE),
            "page": str(place.page),
        }
        answer = self.client.ask(Request(address=f"{self.address}/responses/bulk", parameters=told))
        found = answer.json()
        listed, links = found.get("data"), found.get("links")
        if not isinstance(listed, list):
            raise Broken("SurveyMonkey answered without a list of responses. It is asked again.")
        return answer, listed, isinstance(links, dict) and bool(links.get("next"))

    def details(self) -> Answer:
        """Return what the survey asks."""
        answer = self.client.ask(Request(address=f"{self.address}/details"))
        answer.json()  # one that breaks off is asked for again
        return answer

    def page(self, details: Answer, responses: Answer) -> Page:
        """Keep both answers as they came, each on a line of its own."""
        now = self.asking.now
        return Page(
            kept=_lines(details.body, responses.body),
            source="surveymonkey_api",
            filename=f"surveymonkey {self.identity} {now:%Y-%m-%d %H.%M.%S}.json",
            options=passed_on(self.asking.options),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """How far a survey's responses have come: changed since when, which page, and which changes were told since."""

    since: int
    page: int = 1
    newest: int = 0
    seen: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, asking: Asking, survey: str) -> "_Place":
        known = asking.cursor.get("places", {}).get(survey)
        return cls(**known) if known else cls(since=int(start_of(asking.options, asking.now).timestamp()))

    def after_page(self, changes: list[tuple[str, int]], has_more: bool) -> "_Place | None":
        """Return the place behind a page, None when it was the last. Raises Broken when it would stand still."""
        if not has_more:
            return None
        if not changes:
            raise Broken("SurveyMonkey says that more responses follow a page that has none. It is asked again.")
        times = [changed for _, changed in changes]
        newest = max([self.newest, *times])
        if times == sorted(times) and times[-1] > self.since:
            return self._told(times[-1], 1, newest, changes)
        return self._told(self.since, self.page + 1, newest, changes)

    def rested(self, changes: list[tuple[str, int]]) -> "_Place":
        """Return where the next run begins."""
        newest = max([self.newest, *(changed for _, changed in changes)])
        return self._told(max(self.since, newest - AGAIN_SECONDS) if newest else self.since, 1, newest, changes)

    def _told(self, since: int, page: int, newest: int, changes: list[tuple[str, int]]) -> "_Place":
        late = sorted({**self.seen, **dict(changes)}.items(), key=lambda one: one[1])[-MOST_REMEMBERED:]
        seen = {one: changed for one, changed in late if changed >= newest - 2 * AGAIN_SECONDS}
        return _Place(since=since, page=page, newest=newest, seen=seen)


def _identity(response: Any) -> str:
    identity = str(response.get("id") or "") if isinstance(response, dict) else ""
    if not identity:
        raise Broken("SurveyMonkey listed a response without an id. It is asked again.")
    return identity


def _changed(response: Mapping[str, Any]) -> int:
    told = response.get("date_modified") or response.get("date_created") or ""
    try:
        moment = datetime.fromisoformat(str(told))
    except ValueError:
        return 0
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _lines(*documents: bytes) -> Kept:
    """Between the values of JSON a line break says as much as a blank, and inside a text none can stand."""
    return keep(io.BytesIO(b"\n".join(one.replace(b"\r", b" ").replace(b"\n", b" ").strip() for one in documents)))


def _limit(headers: Mapping[str, str]) -> float | None:
    """Return in how many seconds the limit that was reached ends: the day's, or the minute's."""
    of_what = "day" if headers.get("x-ratelimit-app-global-day-remaining") == "0" else "minute"
    told = headers.get(f"x-ratelimit-app-global-{of_what}-reset", "")
    return float(told[:9]) if told.isascii() and told.isdecimal() else None


def _pause(headers: Mapping[str, str]) -> float:
    """Return how long to rest, so that the minute's limit is not hit in the middle of the next page."""
    left = headers.get("x-ratelimit-app-global-minute-remaining", "")
    if not left.isdecimal() or int(left) > _FEW_LEFT:
        return 0.0
    told = headers.get("x-ratelimit-app-global-minute-reset", "")
    return min(60.0, max(1.0, float(told))) if told.isdecimal() else 60.0
