"""Any JSON API that lists records: where, as whom, page by page, and only what is new, as its owner declares it."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from insights.intake.mapping import WrongMapping
from insights.intake.plain_csv import declaration_told
from insights.intake.plain_json import PlainJson
from insights.intake.pulls.client import Request
from insights.intake.pulls.contents import at, contents
from insights.intake.pulls.destination import origin_of
from insights.intake.pulls.paging import WAYS, Seen, following, parameters_of
from insights.intake.pulls.pull import PRIVATE_NETWORK, READ, START, Asking, Page, Secret, Step, passed_on
from insights.intake.pulls.starting import check_start, start_of
from insights.intake.pulls.trouble import Misdeclared, Trouble
from insights.intake.raw import forget
from insights.intake.source import Option, UnknownSource, WrongOption, source_named

_NEEDS = {
    "cursor": ("next_field", "next_parameter"),
    "url": ("next_field",),
    "page": ("next_parameter",),
    "offset": ("next_parameter",),
}
_WHOLE = ("page_size", "first_page", "overlap_minutes")


class JsonApi:
    """A JSON API, declared."""

    key = "json_api"
    label = "JSON API (declared)"
    brings = (
        "The records of any JSON API that lists them, read with a declared mapping, as our own JSON or by a vendor."
    )
    options = (
        Option(
            name="address",
            question="Which address lists the records, as https://api.example.com/v1/answers?",
            required=True,
        ),
        Option(name="parameters", question="Which parameters always go with it, as state=closed&limit=100?"),
        Option(
            name="auth",
            question="How is the token shown?",
            choices=("none", "bearer", "header", "basic"),
            default="none",
        ),
        Option(name="auth_header", question="In which header, where auth is 'header'?", default="X-API-Key"),
        Option(name="user", question="Which user, where auth is 'basic'?"),
        Option(name="list", question="Where in an answer is the list, as data.items? Empty: the answer is the list."),
        Option(name="next", question="How is the next page found?", choices=WAYS, default="none"),
        Option(
            name="next_field", question="Where in an answer is the cursor or address of the next page, as paging.next?"
        ),
        Option(name="next_parameter", question="Which parameter takes the cursor, page number or offset?"),
        Option(name="first_page", question="Which number has the first page?", default="1"),
        Option(name="page_size", question="How many records fill a page? A page with fewer is the last."),
        Option(name="since_parameter", question="Which parameter asks only for what changed since a time?"),
        Option(
            name="since_format", question="How is that time written?", choices=("iso", "epoch", "date"), default="iso"
        ),
        Option(
            name="overlap_minutes", question="How many minutes are asked for again, for late changes?", default="10"
        ),
        Option(
            name="read_as",
            question="Which source reads the pages: json with a mapping, push, or a vendor's?",
            default="json",
        ),
        START,
        PRIVATE_NETWORK,
        READ,
    )
    secrets = (Secret(name="token", question="Which token, key or password?", is_required=False),)

    def reads_with(self, options: Mapping[str, str]) -> str:
        """Return the source that reads its pages."""
        return options.get("read_as", "json")

    def check(self, options: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Raise WrongOption when the declaration cannot work."""
        check_start(options)
        if options.get("auth", "none") != "none" and not secrets.get("token"):
            raise WrongOption(
                f"auth is '{options['auth']}' and there is no token. Give this pull one (secret 'token')."
            )
        try:
            origin_of(options["address"])
            source_named(self.reads_with(options))
            if self.reads_with(options) == PlainJson.key:
                declaration_told(passed_on(options))
        except (Misdeclared, UnknownSource, WrongMapping) as wrong:
            raise WrongOption(str(wrong)) from None
        for name in _WHOLE:
            if not options.get(name, "0").isdecimal():
                raise WrongOption(f"{name} is '{options[name][:20]}', which is no whole number.")
        way = options.get("next", "none")
        for name in _NEEDS.get(way, ()):
            if not options.get(name):
                raise WrongOption(f"Where next is '{way}', {name} has to be told.")

    def step(self, asking: Asking) -> Step:
        """Fetch a page. The time asked for stands still until the last page has come. Raises Trouble."""
        options, cursor = asking.options, asking.cursor
        began = cursor.get("began") or asking.now.isoformat()
        since = datetime.fromisoformat(cursor["since"]) if "since" in cursor else start_of(options, asking.now)
        place: Mapping[str, Any] = cursor.get("next") or {}
        client = asking.client(options["address"], _credentials(options, asking.secrets))
        answer = client.download(_request(options, place, since))
        where = options.get("list", "")
        found = contents(answer.kept, (where,) if where else (), asking.beat)
        try:
            if where and at(found.around, where) != []:
                raise Misdeclared(f"The answer has no list at '{where}'. Declare where its records are.")
            seen = Seen(around=found.around, headers=answer.headers, count=found.counts.get(where, 0))
            after = following(options, place, seen, options["address"])
        except Trouble:
            forget(answer.kept.name)
            raise
        if not seen.count:
            forget(answer.kept.name)
        page = Page(
            kept=answer.kept,
            source=self.reads_with(options),
            filename=f"{self.key} {asking.now:%Y-%m-%d %H.%M.%S}.json",
            options=_told_to_source(asking),
        )
        pages = (page,) if seen.count else ()
        if after is None:
            return Step(cursor={"since": began}, pages=pages, is_caught_up=True)
        return Step(cursor={"since": since.isoformat(), "began": began, "next": after}, pages=pages)


def _told_to_source(asking: Asking) -> dict[str, str]:
    """Return what the source is told; one that asks where the list is, is told what we were."""
    told = passed_on(asking.options)
    source = source_named(asking.options.get("read_as", "json"))
    if asking.options.get("list") and any(option.name == "list" for option in source.options):
        told.setdefault("list", asking.options["list"])
    return told


def _request(options: Mapping[str, str], place: Mapping[str, Any], since: datetime) -> Request:
    if "address" in place:
        return Request(address=place["address"])
    parameters = dict(parse_qsl(options.get("parameters", ""), keep_blank_values=True))
    if name := options.get("since_parameter"):
        asked = since - timedelta(minutes=int(options.get("overlap_minutes", "10")))
        parameters[name] = _written(asked, options.get("since_format", "iso"))
    return Request(address=options["address"], parameters=parameters | parameters_of(options, place))


def _written(moment: datetime, form: str) -> str:
    if form == "epoch":
        return str(int(moment.timestamp()))
    return f"{moment:%Y-%m-%d}" if form == "date" else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _credentials(options: Mapping[str, str], secrets: Mapping[str, str]) -> dict[str, str]:
    way, token = options.get("auth", "none"), secrets.get("token", "")
    if way == "none":
        return {}
    if not token:
        raise Misdeclared(f"auth is '{way}' and there is no token. Give this pull one.")
    if way == "bearer":
        return {"Authorization": f"Bearer {token}"}
    if way == "basic":
        pair = f"{options.get('user', '')}:{token}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    return {options.get("auth_header", "X-API-Key"): token}
