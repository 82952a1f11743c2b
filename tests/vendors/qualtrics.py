"""Qualtrics' response exports: asked for, prepared for a while, sometimes failing, fetched as a zip of a CSV."""

import csv
import io
import json
import zipfile
from typing import Any

from tests.vendors.server import Call, Reply, Vendor

TOKEN, SURVEY = "qx-secret-token-4711", "SV_0123456789abcde"
_HEAD = [
    ("StartDate", "Start Date", "startDate"), ("EndDate", "End Date", "endDate"), ("Status", "Response Type", "status"),
    ("Finished", "Finished", "finished"), ("RecordedDate", "Recorded Date", "recordedDate"),
    ("ResponseId", "Response ID", "_recordId"), ("DistributionChannel", "Distribution Channel", "distributionChannel"),
    ("UserLanguage", "User Language", "userLanguage"),
    ("Q1_NPS_GROUP", "How likely is it that you would recommend us? - Group", "QID1_NPS_GROUP"),
    ("Q1", "How likely is it that you would recommend us?", "QID1"), ("Q2", "Why?", "QID2_TEXT"),
]  # fmt: skip


class Qualtrics(Vendor):
    """A survey whose responses are recorded one after the other, sometimes late."""

    def __init__(self, looks: int = 2) -> None:
        super().__init__()
        self.looks = looks
        self.responses: list[dict[str, str]] = []
        self.failing = 0  # so many exports to come fail
        self.stale: set[str] = set()
        self._exports: dict[str, dict[str, Any]] = {}

    def answered(self, number: int, nps: int, why: str, recorded: str = "2026-01-02 10:00:00") -> None:
        """Let somebody answer."""
        group = "Promoter" if nps > 8 else "Passive" if nps > 6 else "Detractor"
        values = ["2026-01-01 09:00:00", "2026-01-01 09:05:00", "IP Address", "True", recorded, f"R_{number:015d}",
                  "email", "EN", group, str(nps), why]  # fmt: skip
        self.responses.append(dict(zip((one[0] for one in _HEAD), values, strict=True)))

    def knows(self, call: Call) -> bool:
        """Check the token."""
        return call.headers.get("x-api-token") == TOKEN

    def answer(self, call: Call) -> Reply:
        """Answer a question to the API."""
        base = f"/API/v3/surveys/{SURVEY}/export-responses"
        if call.path == base and call.method == "POST":
            return self._begin(call.body)
        rest = call.path.removeprefix(f"{base}/")
        if rest.endswith("/file"):
            export = next((one for one in self._exports.values() if one["file"] == rest.removesuffix("/file")), None)
            return Reply(raw=export["zip"], headers={"Content-Type": "application/zip"}) if export else _missing()
        return self._progress(self._exports[rest]) if rest in self._exports else _missing()

    def forget_exports(self) -> None:
        """Let every export that was asked for be gone."""
        self._exports.clear()

    def _begin(self, body: dict[str, Any]) -> Reply:
        token = body.get("continuationToken")
        if token in self.stale:
            return Reply({"meta": {"httpStatus": "400 - Bad Request", "error": {"errorCode": "ECT_1"}}}, status=400)
        since = body.get("startDate", "").replace("T", " ").replace("Z", "")
        chosen = self.responses[int(token.removeprefix("t")) :] if token else self.responses
        chosen = [one for one in chosen if one["RecordedDate"] >= since]
        number = len(self._exports) + 1
        continues = bool(token) or body.get("allowContinuation")
        self._exports[f"ES_{number}"] = {
            "file": f"file-{number}", "looks": self.looks, "zip": _zip(chosen), "fails": self.failing > 0,
            "token": f"t{len(self.responses)}" if continues else None,
        }  # fmt: skip
        self.failing = max(0, self.failing - 1)
        return _result({"progressId": f"ES_{number}", "percentComplete": 0.0, "status": "inProgress"})

    def _progress(self, export: dict[str, Any]) -> Reply:
        if export["looks"]:
            export["looks"] -= 1
            return _result({"percentComplete": 50.0, "status": "inProgress"})
        if export["fails"]:
            return _result({"fileId": None, "percentComplete": 100.0, "status": "failed"})
        told = {"fileId": export["file"], "percentComplete": 100.0, "status": "complete"}
        return _result(told | ({"continuationToken": export["token"]} if export["token"] else {}))


def _result(result: dict[str, Any]) -> Reply:
    return Reply({"result": result, "meta": {"requestId": "r-1", "httpStatus": "200 - OK"}})


def _missing() -> Reply:
    return Reply({"meta": {"httpStatus": "404 - Not Found"}}, status=404)


def _zip(responses: list[dict[str, str]]) -> bytes:
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow([one[0] for one in _HEAD])
    writer.writerow([one[1] for one in _HEAD])
    writer.writerow([json.dumps({"ImportId": one[2], "timeZone": "Z"}) for one in _HEAD])
    writer.writerows([[one[name] for name, _, _ in _HEAD] for one in responses])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("After the call.csv", table.getvalue().encode("utf-8-sig"))
    return packed.getvalue()
