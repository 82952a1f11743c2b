"""Intercom: which conversations changed by its search, and each of them with its parts.

Conversations change while the search is paged through, and one that changes moves to its end, so that others may slip
past a page. Therefore each page is a new search from the last change seen; only within one second, or where the answer
is not in order, Intercom's own paging is followed. Conversations told before, unchanged, are not fetched again.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from insights.intake.pulls.client import Client, Request
from insights.intake.pulls.pull import PRIVATE_NETWORK, READ, START, Asking, Page, Secret, Step, passed_on
from insights.intake.pulls.starting import check_start, start_of
from insights.intake.pulls.trouble import Broken, Misdeclared
from insights.intake.raw import keep
from insights.intake.source import Option, WrongOption

VERSION = "2.13"
AGAIN_SECONDS = 60  # asked for again by the next run: the search knows some changes a moment late
MOST_REMEMBERED = 2000
_PLACES = {"us": "https://api.intercom.io", "eu": "https://api.eu.intercom.io", "au": "https://api.au.intercom.io"}
_FEW_LEFT = 30  # questions, before the limit is reached


class IntercomPull:
    """Asks an Intercom workspace."""

    key = "intercom"
    label = "Intercom"
    brings = "Conversations that are new or changed, with all their parts and the rating inside them."
    options = (
        Option(name="region", question="Where is the workspace hosted?", choices=("us", "eu", "au"), default="us"),
        Option(name="address", question="Another address of the API, if not the region's own?"),
        Option(name="page_size", question="How many conversations a page (at most 150)?", default="20"),
        START,
        PRIVATE_NETWORK,
        READ,
    )
    secrets = (Secret(name="token", question="Which access token (Developer Hub, the app's Authentication page)?"),)

    def reads_with(self, options: Mapping[str, str]) -> str:
        """Return the source that reads its pages."""
        return "intercom"

    def check(self, options: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Raise WrongOption when the options cannot work."""
        check_start(options)
        size = options.get("page_size", "20")
        if not size.isdecimal() or not 1 <= int(size) <= 150:
            raise WrongOption("page_size is a whole number of 1 to 150.")

    def step(self, asking: Asking) -> Step:
        """Search a page of changed conversations and fetch each whole. Raises Trouble."""
        home = asking.options.get("address") or _PLACES[asking.options.get("region", "us")]
        client = asking.client(home, {"Authorization": f"Bearer {asking.secrets['token']}"})
        place = _Place.of(asking)
        searched = client.ask(_search(home, asking.options, place))
        found = searched.json()
        listed = found.get("conversations")
        if not isinstance(listed, list):
            raise Broken("Intercom answered a search without conversations. It is asked again.")
        changes = [(_identity(one), _changed(one)) for one in listed]
        bodies, headers = _whole(client, home, [one for one, changed in changes if place.seen.get(one) != changed])
        pages = (_page(bodies, asking),) if bodies else ()
        following = place.after_page(changes, _after(found))
        if following is None:
            return Step(cursor=place.rested(changes), pages=pages, is_caught_up=True)
        return Step(cursor=following, pages=pages, wait_seconds=_pause(headers or searched.headers, asking))


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the search has come: since when, after which page, and which changes were told since."""

    since: int
    after: str
    newest: int
    seen: Mapping[str, int]

    @classmethod
    def of(cls, asking: Asking) -> "_Place":
        cursor = asking.cursor
        since = int(cursor.get("since", start_of(asking.options, asking.now).timestamp()))
        return cls(since, cursor.get("after", ""), int(cursor.get("newest", since)), cursor.get("seen", {}))

    def after_page(self, changes: list[tuple[str, int]], after: str) -> dict[str, Any] | None:
        """Return the cursor behind a page, None when it was the last. Raises Broken when it would stand still."""
        if not after:
            return None
        times = [changed for _, changed in changes]
        newest = max([self.newest, *times])
        if not self.after and times == sorted(times) and newest > self.since:
            return self._told(newest, "", newest, changes)
        if after == self.after:
            raise Broken("Intercom names the same page as the next. It is asked again.")
        return self._told(self.since, after, newest, changes)

    def rested(self, changes: list[tuple[str, int]]) -> dict[str, Any]:
        """Return where the next run begins."""
        newest = max([self.newest, *(changed for _, changed in changes)])
        return self._told(max(self.since, newest - AGAIN_SECONDS), "", newest, changes)

    def _told(self, since: int, after: str, newest: int, changes: list[tuple[str, int]]) -> dict[str, Any]:
        late = {**self.seen, **dict(changes)}
        kept = sorted(late.items(), key=lambda one: one[1])[-MOST_REMEMBERED:]
        seen = {one: changed for one, changed in kept if changed >= newest - 2 * AGAIN_SECONDS}
        return {"since": since, "after": after, "newest": newest, "seen": seen}


def _search(home: str, options: Mapping[str, str], place: _Place) -> Request:
    pagination: dict[str, Any] = {"per_page": int(options.get("page_size", "20"))}
    if place.after:
        pagination["starting_after"] = place.after
    changed = {"field": "updated_at", "operator": ">", "value": place.since - 1}
    body = {"query": changed, "sort": {"field": "updated_at", "order": "ascending"}, "pagination": pagination}
    return Request(address=f"{home.rstrip('/')}/conversations/search", headers={"Intercom-Version": VERSION}, body=body)


def _whole(client: Client, home: str, identities: list[str]) -> tuple[list[bytes], Mapping[str, str]]:
    """Return each conversation as Intercom tells it whole, and the headers of the last answer."""
    bodies: list[bytes] = []
    headers: Mapping[str, str] = {}
    for identity in identities:
        address = f"{home.rstrip('/')}/conversations/{quote(identity, safe='')}"
        try:
            answer = client.ask(Request(address=address, headers={"Intercom-Version": VERSION}))
        except Misdeclared as gone:
            if gone.status != 404:
                raise
            continue  # deleted since it was listed
        answer.json()  # one that breaks off is asked for again
        bodies.append(answer.body.strip())
        headers = answer.headers
    return bodies, headers


def _identity(conversation: Any) -> str:
    identity = str(conversation.get("id") or "") if isinstance(conversation, dict) else ""
    if not identity:
        raise Broken("Intercom listed a conversation without an id. It is asked again.")
    return identity


def _changed(conversation: Any) -> int:
    changed = conversation.get("updated_at") if isinstance(conversation, dict) else None
    return changed if isinstance(changed, int) and not isinstance(changed, bool) else 0


def _after(found: Mapping[str, Any]) -> str:
    pages = found.get("pages")
    following = pages.get("next") if isinstance(pages, dict) else None
    return str(following.get("starting_after") or "") if isinstance(following, dict) else ""


def _page(bodies: list[bytes], asking: Asking) -> Page:
    """Keep the conversations, byte for byte as they came, as one list."""
    kept = keep(io.BytesIO(b'{"conversations":[' + b",\n".join(bodies) + b"]}"))
    name = f"intercom conversations {asking.now:%Y-%m-%d %H.%M.%S}.json"
    return Page(kept=kept, source="intercom", filename=name, options=passed_on(asking.options))


def _pause(headers: Mapping[str, str], asking: Asking) -> float:
    """Return how long to rest, so that the limit is not hit in the middle of the next page."""
    left, reset = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-reset", "")
    if not (left.isdecimal() and reset.isdecimal()) or int(left) > _FEW_LEFT + int(
        asking.options.get("page_size", "20")
    ):
        return 0.0
    return min(60.0, max(1.0, int(reset) - asking.clock().timestamp()))
