"""Zendesk: tickets by the cursor export, what was said on them by the event export, and satisfaction ratings.

The exports tell each ticket again whenever it changes, perhaps on several pages; the newest telling wins. They allow
ten questions a minute, so that is how fast we ask. What was said comes without the tickets it was said on: those are
fetched beside it, because only a ticket says who of the speakers is the customer.
"""

import base64
import io
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from insights.intake.pulls.client import Client, Request
from insights.intake.pulls.contents import Contents, contents
from insights.intake.pulls.destination import origin_of
from insights.intake.pulls.pull import PRIVATE_NETWORK, READ, START, Asking, Page, Secret, Step, passed_on
from insights.intake.pulls.starting import check_start, start_of
from insights.intake.pulls.trouble import Broken, Misdeclared
from insights.intake.raw import Kept, forget, keep, opened
from insights.intake.source import Option, WrongOption

BETWEEN_SECONDS = 6.5  # ten a minute, and a little
MOST_TICKETS_AT_ONCE = 100
TOO_YOUNG = timedelta(minutes=2)  # Zendesk itself leaves out the last minute, and refuses to be asked for it
RATINGS_AGAIN = timedelta(days=2)  # a rating is listed by when it was offered, and changed later
_LARGEST_PAGE = "1000"


class ZendeskPull:
    """Asks a Zendesk account."""

    key = "zendesk"
    label = "Zendesk"
    brings = "Tickets with their users, groups and metrics, the public comments, and satisfaction ratings."
    options = (
        Option(name="address", question="What is the account's address, as https://acme.zendesk.com?", required=True),
        Option(name="user", question="Whose API token is it (e-mail)? Empty for an OAuth access token."),
        Option(name="comments", question="Fetch what was said too?", choices=("yes", "no"), default="yes"),
        Option(name="ratings", question="Fetch satisfaction ratings too?", choices=("yes", "no"), default="yes"),
        Option(name="page_size", question="How many tickets a page (at most 1000)?", default=_LARGEST_PAGE),
        START,
        PRIVATE_NETWORK,
        READ,
    )
    secrets = (Secret(name="token", question="Which API token or OAuth access token of an administrator?"),)

    def reads_with(self, options: Mapping[str, str]) -> str:
        """Return the source that reads its pages."""
        return "zendesk"

    def check(self, options: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Raise WrongOption when the options cannot work."""
        check_start(options)
        try:
            origin_of(options["address"])
        except Misdeclared as wrong:
            raise WrongOption(str(wrong)) from None
        size = options.get("page_size", _LARGEST_PAGE)
        if not size.isdecimal() or not 1 <= int(size) <= 1000:
            raise WrongOption("page_size is a whole number of 1 to 1000.")

    def step(self, asking: Asking) -> Step:
        """Fetch the next page: first of tickets, then of what was said, then of ratings. Raises Trouble."""
        phase = _PHASES.get(str(asking.cursor.get("phase", "tickets")), _tickets)
        return phase(_Account(asking))


class _Account:
    """One account being asked."""

    def __init__(self, asking: Asking) -> None:
        self.asking, self.options, self.cursor = asking, asking.options, dict(asking.cursor)
        self._home = asking.options["address"].rstrip("/")
        self.client: Client = asking.client(self._home, _credentials(asking))
        self.cursor.setdefault("start", int(start_of(asking.options, asking.now).timestamp()))

    def request(self, path: str, parameters: Mapping[str, str]) -> Request:
        """Return a question to the API."""
        return Request(address=f"{self._home}/api/v2/{path}", parameters=parameters)

    def page(self, kept: Kept, what: str) -> Page:
        """Return a page to be read."""
        moment = f"{self.asking.now:%Y-%m-%d %H.%M.%S}"
        return Page(
            kept=kept, source="zendesk", filename=f"zendesk {what} {moment}.json", options=passed_on(self.options)
        )

    def pages(self, kept: Kept, found: Contents, what: str) -> tuple[Page, ...]:
        """Return the page, or none when it holds no record."""
        if any(found.counts.values()):
            return (self.page(kept, what),)
        forget(kept.name)
        return ()

    def turn_to(self, phase: str) -> Step:
        """Go on with the next kind of record that is wanted; after the last we have caught up."""
        order = [name for name in _PHASES if self.options.get(name, "yes") == "yes"]
        later = order[order.index(phase) :] if phase in order else []
        following = later[1] if len(later) > 1 else ""
        self.cursor["phase"] = following or "tickets"
        return Step(cursor=self.cursor, is_caught_up=not following, wait_seconds=BETWEEN_SECONDS)


def _credentials(asking: Asking) -> dict[str, str]:
    token, user = asking.secrets["token"], asking.options.get("user", "")
    if not user:
        return {"Authorization": f"Bearer {token}"}
    pair = base64.b64encode(f"{user}/token:{token}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def _with(step: Step, pages: tuple[Page, ...]) -> Step:
    return Step(cursor=step.cursor, pages=pages, is_caught_up=step.is_caught_up, wait_seconds=step.wait_seconds)


def _tickets(account: _Account) -> Step:
    cursor = account.cursor
    place = {"cursor": cursor["after"]} if cursor.get("after") else {"start_time": str(cursor["start"])}
    size = account.options.get("page_size", _LARGEST_PAGE)
    told = {"per_page": size, "include": "users,groups,metric_sets", **place}
    answer = account.client.download(account.request("incremental/tickets/cursor.json", told))
    found = contents(answer.kept, ("tickets",), account.asking.beat)
    pages = account.pages(answer.kept, found, "tickets")
    before, after = cursor.get("after"), found.around.get("after_cursor")
    if isinstance(after, str) and after:
        cursor["after"] = after
    if found.around.get("end_of_stream") is not False:
        return _with(account.turn_to("tickets"), pages)
    if cursor.get("after") == before:
        _drop(pages)
        raise Broken("Zendesk says that more tickets follow, and not where. It is asked again.")
    return Step(cursor={**cursor, "phase": "tickets"}, pages=pages, wait_seconds=BETWEEN_SECONDS)


def _comments(account: _Account) -> Step:
    cursor, asking = account.cursor, account.asking
    since = int(cursor.get("events", cursor["start"]))
    if since > (asking.now - TOO_YOUNG).timestamp():
        return account.turn_to("comments")
    asked = {"start_time": str(since), "include": "comment_events"}
    answer = account.client.download(account.request("incremental/ticket_events.json", asked))
    spoken_on: dict[str, None] = {}
    found = contents(answer.kept, ("ticket_events",), asking.beat, lambda event: _note_ticket(event, spoken_on))
    pages: tuple[Page, ...] = ()
    try:
        if spoken_on:
            pages = (account.page(_with_tickets(account, answer.kept, list(spoken_on)), "comments"),)
    finally:
        forget(answer.kept.name)
    until = found.around.get("end_time")
    if isinstance(until, int) and until > since:
        cursor["events"] = until
    is_last = found.around.get("end_of_stream")
    if is_last is True or (is_last is None and (found.around.get("count") or 0) < int(_LARGEST_PAGE)):
        return _with(account.turn_to("comments"), pages)
    if cursor.get("events", since) == since:
        _drop(pages)
        raise Broken("Zendesk says that more events follow, and not from when on. It is asked again.")
    return Step(cursor={**cursor, "phase": "comments"}, pages=pages, wait_seconds=BETWEEN_SECONDS)


def _note_ticket(event: Any, spoken_on: dict[str, None]) -> None:
    """Remember the ticket of an event that holds a comment; other events bring nothing."""
    inside = event.get("child_events") if isinstance(event, dict) else None
    kinds = [one.get("event_type") for one in inside if isinstance(one, dict)] if isinstance(inside, list) else []
    if "Comment" in kinds and event.get("ticket_id"):
        spoken_on[str(event["ticket_id"])] = None


def _with_tickets(account: _Account, events: Kept, tickets: list[str]) -> Kept:
    """Keep a page of events behind the tickets they belong to, each answer on a line of its own."""
    lines = []
    for first in range(0, len(tickets), MOST_TICKETS_AT_ONCE):
        some = ",".join(tickets[first : first + MOST_TICKETS_AT_ONCE])
        answer = account.client.ask(account.request("tickets/show_many.json", {"ids": some, "include": "users"}))
        answer.json()  # one that breaks off is asked for again
        lines.append(_on_one_line(answer.body))
    with opened(events.name) as file:
        lines.append(_on_one_line(file.read()))
    return keep(io.BytesIO(b"\n".join(lines)))


def _on_one_line(document: bytes) -> bytes:
    """Between the values of JSON a line break says as much as a blank, and inside a text none can stand."""
    return document.replace(b"\r", b" ").replace(b"\n", b" ").strip()


def _ratings(account: _Account) -> Step:
    cursor, asking = account.cursor, account.asking
    since = int(cursor.get("ratings", cursor["start"]))
    cursor.setdefault("ratings_began", int(asking.now.timestamp()))
    asked = {"start_time": str(since), "page[size]": "100"}
    if cursor.get("ratings_after"):
        asked["page[after]"] = cursor["ratings_after"]
    answer = account.client.download(account.request("satisfaction_ratings.json", asked))
    found = contents(answer.kept, ("satisfaction_ratings",), asking.beat)
    pages = account.pages(answer.kept, found, "ratings")
    meta = found.around.get("meta")
    after = meta.get("after_cursor") if isinstance(meta, dict) and meta.get("has_more") else None
    if after and after == cursor.get("ratings_after"):
        _drop(pages)
        raise Broken("Zendesk names the same page of ratings as the next. It is asked again.")
    if after:
        return Step(cursor={**cursor, "ratings_after": after}, pages=pages, wait_seconds=1.0)
    began = cursor.pop("ratings_began") - int(RATINGS_AGAIN.total_seconds())
    cursor["ratings"] = max(since, began)
    cursor.pop("ratings_after", None)
    return _with(account.turn_to("ratings"), pages)


def _drop(pages: tuple[Page, ...]) -> None:
    for page in pages:
        forget(page.kept.name)


_PHASES: dict[str, Callable[[_Account], Step]] = {"tickets": _tickets, "comments": _comments, "ratings": _ratings}
