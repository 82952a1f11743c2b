"""Intercom's search of conversations, whole conversations, and its rate limit headers."""

from typing import Any

from tests.vendors.server import Call, Reply, Vendor

TOKEN = "ic-secret-token-4711"
OPENED = 1_767_261_600  # 2026-01-01T10:00:00Z


class Intercom(Vendor):
    """A workspace whose conversations change while they are searched."""

    def __init__(self) -> None:
        super().__init__()
        self.conversations: dict[str, dict[str, Any]] = {}
        self.left, self.reset = 500, 0

    def opens(self, number: int, words: str) -> None:
        """Let a contact begin a conversation."""
        at = OPENED + number * 60
        self.conversations[str(number)] = {
            "type": "conversation", "id": str(number), "created_at": at, "updated_at": at, "state": "open",
            "title": None, "admin_assignee_id": 3, "team_assignee_id": "8", "waiting_since": None,
            "source": {
                "type": "email", "id": f"s{number}", "delivered_as": "customer_initiated", "subject": "",
                "body": f"<p>{words}</p>",
                "author": {"type": "user", "id": f"u{number}", "email": f"p{number}@example.com"},
            },
            "contacts": {"type": "contact.list", "contacts": [{"id": f"u{number}", "external_id": f"C{number}"}]},
            "statistics": {"type": "conversation_statistics", "time_to_admin_reply": 120},
            "conversation_rating": None,
            "conversation_parts": {"type": "conversation_part.list", "conversation_parts": [], "total_count": 0},
        }  # fmt: skip

    def answers(self, number: int, words: str, at: int) -> None:
        """Let an agent answer."""
        told = self.conversations[str(number)]
        parts = told["conversation_parts"]["conversation_parts"]
        parts.append(
            {
                "type": "conversation_part", "id": f"{number}{len(parts)}", "part_type": "comment", "created_at": at,
                "body": f"<p>{words}</p>", "author": {"type": "admin", "id": "3", "name": "Ada Agent"},
            }
        )  # fmt: skip
        told["updated_at"] = at

    def rates(self, number: int, rating: int, remark: str, at: int) -> None:
        """Let the contact rate the conversation."""
        told = self.conversations[str(number)]
        told["conversation_rating"] = {"rating": rating, "remark": remark, "created_at": at}
        told["updated_at"] = at

    def knows(self, call: Call) -> bool:
        """Check the token."""
        return call.headers.get("authorization") == f"Bearer {TOKEN}"

    def answer(self, call: Call) -> Reply:
        """Answer a question to the API."""
        if "intercom-version" not in call.headers:
            return Reply({"type": "error.list"}, status=400)
        self.left -= 1
        limits = {
            "X-RateLimit-Limit": "1000",
            "X-RateLimit-Remaining": str(self.left),
            "X-RateLimit-Reset": str(self.reset),
        }
        if call.path == "/conversations/search" and call.method == "POST":
            return Reply(self._search(call.body), headers=limits)
        found = self.conversations.get(call.path.removeprefix("/conversations/"))
        return Reply(found, headers=limits) if found else Reply({"type": "error.list"}, status=404)

    def _search(self, body: dict[str, Any]) -> dict[str, Any]:
        """Sort by change, so that what changes between two pages moves behind them."""
        since, size = body["query"]["value"], body["pagination"]["per_page"]
        found = sorted(
            (one for one in self.conversations.values() if one["updated_at"] > since), key=lambda one: one["updated_at"]
        )
        first = int(body["pagination"].get("starting_after", "0"))
        chosen = [{**one, "conversation_parts": None} for one in found[first : first + size]]
        more = first + size < len(found)
        pages = {"type": "pages", "per_page": size, "total_pages": 1}
        following = {"next": {"per_page": size, "starting_after": str(first + size)}} if more else {}
        return {
            "type": "conversation.list",
            "conversations": chosen,
            "total_count": len(found),
            "pages": pages | following,
        }
