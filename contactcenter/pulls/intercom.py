"""Intercom: which conversations changed by its search, and each of them with its parts.

The search sorts by change, and conversations change while it is paged through; so we ask from the last change seen,
always a minute earlier, and a conversation told twice is stored once. A search that goes deep is begun anew from where
it has come: its pages do not stay valid for ever.
"""

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from insights.intake.pulls.client import Client, Request
from insights.intake.pulls.pull import PRIVATE_NETWORK, READ, START, Asking, Page, Secret, Step
from insights.intake.pulls.starting import check_start, start_of
from insights.intake.pulls.trouble import Broken, Misdeclared
from insights.intake.raw import keep
from insights.intake.source import Option, WrongOption

VERSION = "2.13"
AGAIN = timedelta(minutes=1)
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

    def check(self, options: Mapping[str, str]) -> None:
        """Raise WrongOption when the options cannot work."""
        check_start(options)
        size = options.get("page_size", "20")
        if not size.isdecimal() or not 1 <= int(size) <= 150:
            raise WrongOption("page_size is a whole number of 1 to 150.")

    def step(self, asking: Asking) -> Step:
        """Search a page of changed conversations and fetch each whole. Raises Trouble."""
        home = asking.options.get("address") or _PLACES[asking.options.get("region", "us")]
        client = asking.client(home, {"Authorization": f"Bearer {asking.secrets['token']}"})
        cursor = dict(asking.cursor)
        since = int(cursor.get("since", start_of(asking.options, asking.now).timestamp()))
        searched = client.ask(_search(home, asking.options, since, cursor.get("after")))
        found = searched.json()
        listed = found.get("conversations")
        if not isinstance(listed, list):
            raise Broken("Intercom answered a search without conversations. It is asked again.")
        bodies, headers = _whole(client, home, listed) if listed else ([], searched.headers)
        newest = max([int(cursor.get("newest", since)), *(_changed(one) for one in listed)])
        after = _after(found)
        if after and after == cursor.get("after"):
            raise Broken("Intercom names the same page as the next. It is asked again.")
        pages = (_page(bodies, asking),) if bodies else ()
        if after:
            moved = {"since": since, "newest": newest, "after": after}
            return Step(cursor=moved, pages=pages, wait_seconds=_pause(headers, asking))
        return Step(cursor={"since": newest, "newest": newest}, pages=pages, is_caught_up=True)


def _search(home: str, options: Mapping[str, str], since: int, after: str | None) -> Request:
    pagination: dict[str, Any] = {"per_page": int(options.get("page_size", "20"))}
    if after:
        pagination["starting_after"] = after
    changed = {"field": "updated_at", "operator": ">", "value": since - int(AGAIN.total_seconds())}
    body = {"query": changed, "sort": {"field": "updated_at", "order": "ascending"}, "pagination": pagination}
    return Request(address=f"{home.rstrip('/')}/conversations/search", headers={"Intercom-Version": VERSION}, body=body)


def _whole(client: Client, home: str, listed: list[Any]) -> tuple[list[bytes], Mapping[str, str]]:
    """Return each conversation as Intercom tells it whole, and the headers of the last answer."""
    bodies: list[bytes] = []
    headers: Mapping[str, str] = {}
    for one in listed:
        identity = str(one.get("id") or "") if isinstance(one, dict) else ""
        if not identity:
            raise Broken("Intercom listed a conversation without an id. It is asked again.")
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
    return Page(kept=kept, source="intercom", filename=name, options=asking.passed_on())


def _pause(headers: Mapping[str, str], asking: Asking) -> float:
    """Return how long to rest, so that the limit is not hit in the middle of the next page."""
    left, reset = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-reset", "")
    if not (left.isdecimal() and reset.isdecimal()) or int(left) > _FEW_LEFT + int(
        asking.options.get("page_size", "20")
    ):
        return 0.0
    return min(60.0, max(1.0, int(reset) - asking.clock().timestamp()))
