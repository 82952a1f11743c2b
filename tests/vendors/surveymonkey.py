"""SurveyMonkey's responses/bulk and details: pages by number, limits told in headers, late edits."""

from datetime import UTC, datetime
from typing import Any

from tests.vendors.server import Call, Reply, Vendor

TOKEN, SURVEY = "sm-secret-token-4711", "318754279"
OPENED = 1_767_261_600  # 2026-01-01T10:00:00Z
TITLES = {SURVEY: "After the call"}
RECOMMEND, WHY = "q1", "q2"


class SurveyMonkey(Vendor):
    """An account whose responses change while they are paged through."""

    def __init__(self) -> None:
        super().__init__()
        self.responses: dict[str, dict[str, Any]] = {}
        self.left = 120  # questions of this minute
        self.after: dict[int, Any] = {}  # what happens behind the so many-th page that was asked for

    def answered(self, number: int, score: int, why: str, *, survey: str = SURVEY, at: int = 0, **more: Any) -> None:
        """Let somebody answer, or answer otherwise."""
        modified = _time(at or OPENED + number * 60)
        self.responses[f"{survey}{number:04d}"] = {
            "id": f"{survey}{number:04d}", "survey_id": survey, "collector_id": "55", "response_status": "completed",
            "collection_mode": "default", "date_created": _time(OPENED + number * 60), "date_modified": modified,
            "recipient_id": "", "custom_variables": {}, "metadata": {},
            "pages": [
                {"id": "p1", "questions": [
                    {"id": RECOMMEND, "answers": [{"choice_id": f"c{score}", "row_id": "r1"}]},
                    {"id": WHY, "answers": [{"text": why}]},
                ]},
            ], **more,
        }  # fmt: skip

    def knows(self, call: Call) -> bool:
        """Check the token."""
        return call.headers.get("authorization", "").lower() == f"bearer {TOKEN}".lower()

    def answer(self, call: Call) -> Reply:
        """Answer a question to the API."""
        head, _, rest = call.path.removeprefix("/v3/surveys/").partition("/")
        self.left -= 1
        if self.left < 0:
            return limited("minute", 37)
        told = {
            "X-Ratelimit-App-Global-Minute-Remaining": str(self.left), "X-Ratelimit-App-Global-Minute-Reset": "37",
            "X-Ratelimit-App-Global-Day-Remaining": "400", "X-Ratelimit-App-Global-Day-Reset": "7200",
        }  # fmt: skip
        known = {one["survey_id"] for one in self.responses.values()} | {SURVEY}
        if head not in known or rest not in ("responses/bulk", "details"):
            return Reply({"error": {"id": "1020", "http_status_code": 404}}, status=404, headers=told)
        return Reply(self.details(head) if rest == "details" else self._bulk(head, call.query), headers=told)

    def details(self, survey: str) -> dict[str, Any]:
        """Return what a survey asks."""
        choices = [{"id": f"c{score}", "text": str(score), "weight": score} for score in range(11)]
        return {
            "id": survey, "title": TITLES.get(survey, "Another survey"), "language": "en",
            "pages": [{"id": "p1", "questions": [
                {"id": RECOMMEND, "family": "matrix", "subtype": "nps",
                 "headings": [{"heading": "How likely is it that you would recommend us?"}],
                 "answers": {"rows": [{"id": "r1", "text": ""}], "choices": choices}},
                {"id": WHY, "family": "open_ended", "subtype": "essay", "headings": [{"heading": "Why?"}]},
            ]}],
        }  # fmt: skip

    def _bulk(self, survey: str, told: dict[str, str]) -> dict[str, Any]:
        since = f"{told.get('start_modified_at', '')}+00:00"
        chosen = [
            one for one in self.responses.values() if one["survey_id"] == survey and one["date_modified"] >= since
        ]
        order = told.get("sort_by", "date_created")
        chosen.sort(key=lambda one: (one[order], one["id"]), reverse=told.get("sort_order") == "DESC")
        size, number = min(100, int(told.get("per_page", "50"))), int(told.get("page", "1"))
        page = [dict(one) for one in chosen[(number - 1) * size : number * size]]
        links = {"self": "https://api.example.net/v3/self"}
        if number * size < len(chosen):
            links["next"] = f"https://api.example.net/v3/surveys/{survey}/responses/bulk?page={number + 1}"
        happens = self.after.pop(len(self.asked("responses/bulk")), None)
        if happens:
            happens()
        return {"data": page, "per_page": size, "page": number, "total": len(chosen), "links": links}


def limited(of_what: str, seconds: int) -> Reply:
    """Refuse a question because of a limit, told in the headers and not in Retry-After."""
    name = f"X-Ratelimit-App-Global-{of_what.title()}"
    headers = {"X-Ratelimit-App-Global-Minute-Reset": "37", f"{name}-Remaining": "0", f"{name}-Reset": str(seconds)}
    return Reply({"error": {"id": "1040", "name": "Rate limit reached"}}, status=429, headers=headers)


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
