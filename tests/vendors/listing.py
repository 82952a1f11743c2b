"""A JSON API like many: it lists records, by page, cursor, link header, offset or the address of the next page."""

from typing import Any

from tests.vendors.server import Call, Reply, Vendor

TOKEN = "ls-secret-token-4711"


class Listing(Vendor):
    """An API under /answers that pages in the way it is told to."""

    def __init__(self, way: str, page: int = 2) -> None:
        super().__init__()
        self.way, self.page = way, page
        self.answers: list[dict[str, Any]] = []
        self.elsewhere = ""  # another host to which the next page leads

    def answered(self, number: int, score: int, words: str, at: str = "2026-01-02T10:00:00Z") -> None:
        """Let somebody answer."""
        self.answers.append(
            {"id": number, "given": {"score": score, "words": words}, "changed": at, "tags": ["a", "b"]}
        )

    def knows(self, call: Call) -> bool:
        """Check the token, shown in one of the usual ways."""
        shown = (call.headers.get("authorization"), call.headers.get("x-api-key"))
        return shown[0] in (f"Bearer {TOKEN}", "Basic dXNlcjpscy1zZWNyZXQtdG9rZW4tNDcxMQ==") or shown[1] == TOKEN

    def answer(self, call: Call) -> Reply:
        """Answer with a page."""
        if call.path == "/moved":
            return Reply({}, status=302, headers={"Location": self.elsewhere})
        since = call.query.get("since", "")
        chosen = [one for one in self.answers if one["changed"] >= since]
        first = self._first(call)
        page, last = chosen[first : first + self.page], first + self.page
        more = last < len(chosen)
        following = f"{self.elsewhere or self.address}/answers?place={last}&since={since}"
        around: dict[str, Any] = {"data": {"items": page, "total": len(chosen)}}
        if self.way == "cursor":
            around["paging"] = {"next": f"k{last}" if more else None}
        if self.way == "url":
            around["paging"] = {"next": following if more else None}
        headers = (
            {"Link": f'<{following}>; rel="next", <{self.address}>; rel="first"'} if self.way == "link" and more else {}
        )
        return Reply(around, headers=headers)

    def _first(self, call: Call) -> int:
        told = call.query
        if self.way == "page":
            return (int(told.get("page", "1")) - 1) * self.page
        return int(told.get("cursor", told.get("offset", told.get("place", "0"))).removeprefix("k"))
