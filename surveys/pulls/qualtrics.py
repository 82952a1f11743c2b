"""Qualtrics: the responses of one survey, exported by API v3, which prepares a file while we look in now and then.

The first export takes everything since the start; Qualtrics then hands out a token with which the next one takes only
what was recorded since. Who also wants answers that were edited later re-reads some days each time, by start date.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from insights.intake.pulls.client import Client, Request
from insights.intake.pulls.pull import PRIVATE_NETWORK, READ, START, Asking, Page, Secret, Step, passed_on
from insights.intake.pulls.starting import check_start, start_of
from insights.intake.pulls.trouble import Broken, Misdeclared
from insights.intake.raw import forget
from insights.intake.source import Option, WrongOption
from surveys.pulls.qualtrics_file import look_into

LOOK_AGAIN_SECONDS = 10.0
LONGEST_EXPORT = timedelta(hours=6)


class QualtricsPull:
    """Asks for the responses of a Qualtrics survey."""

    key = "qualtrics"
    label = "Qualtrics survey"
    brings = "The responses of one survey that are new since the last time."
    options = (
        Option(name="data_center", question="Which data center, as fra1 (Account Settings, Qualtrics IDs)?"),
        Option(name="survey", question="Which survey (its id, SV_…)?", required=True),
        Option(name="address", question="Another address of the API, if not the data center's own?"),
        Option(
            name="use_labels", question="Answers as texts rather than as numbers?", choices=("yes", "no"), default="yes"
        ),
        Option(name="reread_days", question="How many days are read again each time, for answers edited later?"),
        START,
        PRIVATE_NETWORK,
        READ,
    )
    secrets = (Secret(name="token", question="Which API token (Account Settings, Qualtrics IDs, API)?"),)

    def reads_with(self, options: Mapping[str, str]) -> str:
        """Return the source that reads its pages."""
        return "qualtrics_csv"

    def check(self, options: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Raise WrongOption when the options cannot work."""
        check_start(options)
        if not options.get("address") and not options.get("data_center", "").isalnum():
            raise WrongOption("Which data center is the account in? It is a word such as fra1 or iad1 (data_center).")
        if not options["survey"].replace("_", "").isalnum():
            raise WrongOption("survey is an id such as SV_0123456789abcde.")
        if not options.get("reread_days", "0").isdecimal():
            raise WrongOption("reread_days is a whole number of days.")

    def step(self, asking: Asking) -> Step:
        """Begin an export, look how far it is, or fetch its file. Raises Trouble."""
        export = _Export(asking)
        return export.look_in() if asking.cursor.get("progress") else export.begin()


class _Export:
    """One export of a survey's responses."""

    def __init__(self, asking: Asking) -> None:
        self._asking, self._cursor = asking, dict(asking.cursor)
        options = asking.options
        home = options.get("address") or f"https://{options['data_center']}.qualtrics.com"
        self._home = f"{home.rstrip('/')}/API/v3/surveys/{options['survey']}/export-responses"
        self._client: Client = asking.client(home, {"X-API-TOKEN": asking.secrets["token"]})

    def begin(self) -> Step:
        """Ask for an export. The token of the last one says where it begins; without one, a day does."""
        told: dict[str, Any] = {"format": "csv", "compress": True}
        if self._asking.options.get("use_labels", "yes") == "yes":
            told["useLabels"] = True
        try:
            begun = self._client.ask(Request(address=self._home, body=told | self._from_where())).json()
        except Misdeclared as refused:
            if refused.status != 400 or "token" not in self._cursor:
                raise
            self._cursor.pop("token")  # it was valid for some days only: begin where the last export did
            return Step(cursor=self._cursor, wait_seconds=1.0)
        progress = _result(begun).get("progressId")
        if not isinstance(progress, str) or not progress:
            raise Broken("Qualtrics did not say where the export can be followed. It is asked again.")
        moved = {**self._cursor, "progress": progress, "began": self._asking.now.isoformat()}
        return Step(cursor=moved, wait_seconds=1.0)

    def _from_where(self) -> dict[str, Any]:
        days = int(self._asking.options.get("reread_days", "0"))
        if "token" in self._cursor and not days:
            return {"continuationToken": self._cursor["token"]}
        last = self._cursor.get("last")
        since = datetime.fromisoformat(last) if last else start_of(self._asking.options, self._asking.now)
        since -= timedelta(days=days) if last else timedelta()
        continued: dict[str, Any] = {} if days else {"allowContinuation": True}
        return continued | {"startDate": f"{since:%Y-%m-%dT%H:%M:%SZ}"}

    def look_in(self) -> Step:
        """Look how far the export is, and fetch its file when it is done."""
        progress = self._cursor["progress"]
        anew = {name: value for name, value in self._cursor.items() if name not in ("progress", "began")}
        try:
            told = _result(self._client.ask(Request(address=f"{self._home}/{progress}")).json())
        except Misdeclared as gone:
            raise Misdeclared(str(gone), status=gone.status, cursor=anew if gone.status == 404 else None) from None
        status = told.get("status")
        if status == "complete" and told.get("fileId"):
            return self._fetch(str(told["fileId"]), told.get("continuationToken"))
        if status not in ("inProgress", "complete", "queued"):
            raise Broken("Qualtrics could not make the export. It is asked for anew by itself.", cursor=anew)
        if self._asking.now - datetime.fromisoformat(self._cursor["began"]) > LONGEST_EXPORT:
            raise Broken("Qualtrics has not finished the export for six hours. It is asked for anew.", cursor=anew)
        return Step(cursor=self._cursor, wait_seconds=LOOK_AGAIN_SECONDS)

    def _fetch(self, file: str, token: Any) -> Step:
        download = self._client.download(Request(address=f"{self._home}/{file}/file", headers={"Accept": "*/*"}))
        moved: dict[str, Any] = {"last": self._cursor["began"]}
        if isinstance(token, str) and token:
            moved["token"] = token
        found = look_into(download.kept)
        if not found.has_responses:
            forget(download.kept.name)
            return Step(cursor=moved, is_caught_up=True)
        survey = self._asking.options["survey"]
        page = Page(
            kept=download.kept,
            source="qualtrics_csv",
            filename=f"qualtrics {survey} {self._asking.now:%Y-%m-%d %H.%M.%S}.zip",
            options={"survey": found.survey or survey, **passed_on(self._asking.options)},
        )
        return Step(cursor=moved, pages=(page,), is_caught_up=True)


def _result(told: Mapping[str, Any]) -> Mapping[str, Any]:
    result = told.get("result")
    if not isinstance(result, dict):
        raise Broken("Qualtrics answered in another form than its documentation says. It is asked again.")
    return result
