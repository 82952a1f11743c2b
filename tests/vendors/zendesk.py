"""Zendesk's incremental exports, show_many and satisfaction ratings."""

import base64
import random
from datetime import UTC, datetime
from typing import Any

from tests.vendors.server import Call, Reply, Vendor

USER, TOKEN = "admin@example.com", "zd-secret-token-4711"
OPENED = 1_767_261_600  # 2026-01-01T10:00:00Z
CUSTOMER, AGENT = 900, 7


class Zendesk(Vendor):
    """An account whose tickets change while it is exported.

    The export is a stream of tellings: a ticket that changes is told again at its end. Each page repeats the last
    ticket of the page before, and gives its tickets in another order each time it is asked.
    """

    def __init__(self, page: int = 3) -> None:
        super().__init__()
        self.page, self.token = page, TOKEN
        self.tickets: dict[int, dict[str, Any]] = {}
        self.stream: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.ratings: list[dict[str, Any]] = []
        self._random = random.Random(7)

    def opens(self, number: int, words: str, **more: Any) -> None:
        """Let a customer open a ticket."""
        at = OPENED + number * 60
        ticket = {
            "id": number, "subject": f"Ticket {number}", "description": words, "status": "open",
            "requester_id": CUSTOMER + number, "submitter_id": CUSTOMER + number, "assignee_id": AGENT, "group_id": 5,
            "via": {"channel": "email"}, "created_at": _time(at), "updated_at": _time(at), "tags": [],
            "custom_fields": [], "satisfaction_rating": None, "generated_timestamp": at, **more,
        }  # fmt: skip
        self.tickets[number] = ticket
        self.stream.append(dict(ticket))
        self.says(number, CUSTOMER + number, words, at)

    def changes(self, number: int, at: int, **more: Any) -> None:
        """Change a ticket, which tells it again."""
        self.tickets[number] |= {"updated_at": _time(at), "generated_timestamp": at, **more}
        self.stream.append(dict(self.tickets[number]))

    def says(self, number: int, author: int, words: str, at: int, *, public: bool = True) -> None:
        """Let somebody say something on a ticket."""
        self.events.append(
            {
                "id": 10_000 + len(self.events), "ticket_id": number, "timestamp": at, "created_at": _time(at),
                "updater_id": author, "event_type": "Audit", "via": "Mail",
                "child_events": [
                    {
                        "id": 20_000 + len(self.events), "event_type": "Comment", "type": "Comment", "body": words,
                        "plain_body": words, "html_body": f"<p>{words}</p>", "public": public, "author_id": author,
                    },
                ],
            }
        )  # fmt: skip

    def rates(self, number: int, score: str, comment: str, at: int) -> None:
        """Let the customer of a ticket rate it."""
        self.ratings.append(
            {
                "id": 500 + number, "ticket_id": number, "requester_id": CUSTOMER + number, "assignee_id": AGENT,
                "group_id": 5, "score": score, "comment": comment, "created_at": _time(at), "updated_at": _time(at),
            }
        )  # fmt: skip

    def knows(self, call: Call) -> bool:
        """Check user and token."""
        pair = base64.b64encode(f"{USER}/token:{self.token}".encode()).decode()
        return call.headers.get("authorization") == f"Basic {pair}"

    def answer(self, call: Call) -> Reply:
        """Answer a question to the API."""
        match call.path:
            case "/api/v2/incremental/tickets/cursor.json":
                return self._tickets(call)
            case "/api/v2/incremental/ticket_events.json":
                return self._events(call)
            case "/api/v2/tickets/show_many.json":
                chosen = [self.tickets[int(one)] for one in call.query["ids"].split(",")]
                return Reply({"tickets": chosen, "users": self.users(chosen), "count": len(chosen)})
            case "/api/v2/satisfaction_ratings.json":
                return self._ratings(call)
        return Reply({"error": "RecordNotFound"}, status=404)

    def _tickets(self, call: Call) -> Reply:
        first = int(call.query["cursor"].removeprefix("c")) if "cursor" in call.query else 0
        if "cursor" not in call.query and "start_time" not in call.query:
            return Reply({"error": "StartTimeMissing"}, status=400)
        chosen = self.stream[max(0, first - 1) : first + self.page]  # the first was on the page before too
        self._random.shuffle(chosen)
        last = min(len(self.stream), first + self.page)
        return Reply(
            {
                "tickets": chosen,
                "users": self.users(chosen),
                "groups": [{"id": 5, "name": "Billing"}],
                "metric_sets": [
                    {"id": one["id"], "ticket_id": one["id"], "created_at": one["created_at"], "reopens": 0,
                     "updated_at": one["updated_at"], "assignee_stations": 1,
                     "reply_time_in_minutes": {"calendar": 12, "business": 6}}
                    for one in chosen
                ],
                "after_cursor": f"c{last}",
                "after_url": f"{self.address}/api/v2/incremental/tickets/cursor.json?cursor=c{last}",
                "end_of_stream": last >= len(self.stream),
            }
        )  # fmt: skip

    def users(self, tickets: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the users of some tickets, as they are side-loaded."""
        asked = sorted({one["requester_id"] for one in tickets})
        people = [
            {"id": one, "role": "end-user", "name": f"Person {one}", "email": f"p{one}@example.com"} for one in asked
        ]
        return [*people, {"id": AGENT, "role": "agent", "name": "Ada Agent", "email": "ada@example.org"}]

    def _events(self, call: Call) -> Reply:
        since = int(call.query["start_time"])
        later = sorted((one for one in self.events if one["timestamp"] >= since), key=lambda one: one["timestamp"])
        chosen = later[: self.page]
        while len(chosen) < len(later) and later[len(chosen)]["timestamp"] == chosen[-1]["timestamp"]:
            chosen = later[: len(chosen) + 1]  # what happened in one second is never on two pages alone
        until = chosen[-1]["timestamp"] if chosen else since
        is_last = len(chosen) == len(later)
        return Reply(
            {"ticket_events": chosen, "count": len(chosen), "end_time": until + (1 if not is_last else 0),
             "end_of_stream": is_last, "next_page": f"https://elsewhere.example.net/api/v2/?start_time={until}"}
        )  # fmt: skip

    def _ratings(self, call: Call) -> Reply:
        first = int(call.query.get("page[after]", "r0").removeprefix("r"))
        last = first + self.page
        more = last < len(self.ratings)
        meta = {"has_more": more, "after_cursor": f"r{last}" if more else None}
        return Reply({"satisfaction_ratings": self.ratings[first:last], "meta": meta, "links": {"next": None}})


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
