"""Asking a system by HTTP: bounded in size and time, with credentials for one host alone, its failures in words."""

import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode, urljoin

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from insights.intake.pulls.answers import Limit, no_limit, refuse_failure
from insights.intake.pulls.destination import Destination, destination, origin_of
from insights.intake.pulls.trouble import Broken, Misdeclared
from insights.intake.raw import Kept, TooLarge, keep

CONNECT_SECONDS, SILENCE_SECONDS = 10.0, 60.0
LONGEST_SECONDS = 480.0  # for one answer; below the time limit of a task
LARGEST_IN_MEMORY = 64 * 2**20
MOST_REDIRECTS = 4
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to a system."""

    address: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None  # sent as JSON, by POST

    @property
    def method(self) -> str:
        """GET, or POST where there is something to send."""
        return "GET" if self.body is None else "POST"

    @property
    def whole_address(self) -> str:
        """The address with its parameters."""
        if not self.parameters:
            return self.address
        return f"{self.address}{'&' if '?' in self.address else '?'}{urlencode(self.parameters)}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A small answer, in memory."""

    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the JSON object it is. Raises Broken when it is none, or breaks off."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            raise Broken("The system answered with something that is no complete JSON. It is asked again.") from None
        if not isinstance(value, dict):
            raise Broken("The system answered with JSON of another form than its documentation says.")
        return value


@dataclass(frozen=True, slots=True)
class Download:
    """An answer that lies in the raw store."""

    headers: Mapping[str, str]
    kept: Kept


class Client:
    """Asks one system. `credentials` are headers that go to the host of `home` and to no other."""

    def __init__(
        self,
        home: str,
        *,
        credentials: Mapping[str, str],
        may_be_private: bool,
        clock: Callable[[], datetime],
        beat: Callable[[], None] = lambda: None,
        patience_seconds: float | None = None,
        limit: Limit = no_limit,
    ) -> None:
        self._home, self._credentials = origin_of(home), dict(credentials)
        self._may_be_private, self._clock, self._beat = may_be_private, clock, beat
        self._limit = limit
        self._silence = SILENCE_SECONDS if patience_seconds is None else patience_seconds
        self._longest = LONGEST_SECONDS if patience_seconds is None else patience_seconds
        self._pools: dict[tuple[str, str, int, str], urllib3.HTTPConnectionPool] = {}

    def ask(self, request: Request) -> Answer:
        """Return a small answer. Raises Trouble."""
        with self._asked(request) as (response, headers):
            body = _Bounded(response, self._beat, self._longest).read(LARGEST_IN_MEMORY + 1)
            if len(body) > LARGEST_IN_MEMORY:
                raise Misdeclared("The answer is larger than 64 MB. Ask for fewer records a page.")
            return Answer(headers, body)

    def download(self, request: Request) -> Download:
        """Stream an answer into the raw store, encrypted as it comes. Raises Trouble; nothing is kept then."""
        with self._asked(request) as (response, headers):
            try:
                return Download(headers, keep(cast(BinaryIO, _Bounded(response, self._beat, self._longest))))
            except TooLarge as large:
                raise Misdeclared(str(large)) from None

    @contextmanager
    def _asked(self, request: Request) -> Iterator[tuple[BaseHTTPResponse, Mapping[str, str]]]:
        """Follow redirects to an answer that is none. Raises Trouble for every other kind of failure."""
        place = destination(request.whole_address, may_be_private=self._may_be_private)
        for _ in range(MOST_REDIRECTS):
            self._beat()
            response, headers = self._sent(place, request)
            try:
                if response.status not in _REDIRECTS:
                    refuse_failure(response, headers, place.host, self._clock(), self._limit)
                    yield response, headers
                    return
            except HTTPError as broken:
                raise Broken(_in_words(place.host, broken)) from None
            finally:
                response.close()  # one that was read to its end has given its connection back already
            request = self._moved(request, place, headers.get("location", ""))
            place = destination(request.whole_address, may_be_private=self._may_be_private)
        raise Misdeclared(f"{place.host} sends us from one address to the next without end.")

    @staticmethod
    def _moved(request: Request, place: Destination, location: str) -> Request:
        if request.body is not None or not location:
            raise Misdeclared(f"{place.host} says that the address has moved. Declare the one it has moved to.")
        here = f"{place.scheme}://{place.host}:{place.port}{place.target}"
        return replace(request, address=urljoin(here, location), parameters={})

    def _sent(self, place: Destination, request: Request) -> tuple[BaseHTTPResponse, Mapping[str, str]]:
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "cxhub", **request.headers}
        headers["Host"] = place.host if place.port in (80, 443) else f"{place.host}:{place.port}"
        if place.origin == self._home:
            headers |= self._credentials
        body = None if request.body is None else json.dumps(request.body).encode()
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = self._pool(place).urlopen(
                request.method, place.target, body=body, headers=headers, redirect=False, retries=False,
                preload_content=False, decode_content=True,
            )  # fmt: skip
        except HTTPError as broken:
            raise Broken(_in_words(place.host, broken)) from None
        except ValueError:
            raise Misdeclared("The token holds signs that no header can. Copy it again, without line breaks.") from None
        return response, {name.lower(): value for name, value in response.headers.items()}

    def _pool(self, place: Destination) -> urllib3.HTTPConnectionPool:
        key = (*place.origin, place.ip)
        if key not in self._pools:
            self._pools[key] = _connections(place, self._silence)
        return self._pools[key]


def _connections(place: Destination, silence: float) -> urllib3.HTTPConnectionPool:
    """Return connections to the address that was checked, which proves to be the host by its certificate."""
    timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, silence), read=silence)
    if place.scheme == "http":
        return urllib3.HTTPConnectionPool(place.ip, place.port, timeout=timeout)
    return urllib3.HTTPSConnectionPool(
        place.ip, place.port, timeout=timeout, server_hostname=place.host, assert_hostname=place.host
    )


class _Bounded(io.RawIOBase):
    """An answer's body, which may not drip for ever; while it comes, the claim on our work is renewed."""

    def __init__(self, response: BaseHTTPResponse, beat: Callable[[], None], longest: float) -> None:
        super().__init__()
        self._response, self._beat = response, beat
        self._until = time.monotonic() + longest

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, all of them unless the answer ends. Raises Broken when it takes too long."""
        parts: list[bytes] = []
        missing = size
        while missing:
            if time.monotonic() > self._until:
                raise Broken("The answer takes too long to come. Ask for fewer records a page.")
            part = self._response.read(min(missing, 1 << 20))
            if not part:
                break
            self._beat()
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


def _in_words(host: str, broken: HTTPError) -> str:
    """Say what went wrong on the way. The library's own words may hold the address with its parameters."""
    reason = getattr(broken, "reason", broken)
    words = f"{type(broken).__name__} {type(reason).__name__}"
    if "SSL" in words:
        return f"{host} does not prove who it is: its certificate is not one that this machine trusts."
    if "ConnectTimeout" in words or "NewConnection" in words:
        return f"{host} cannot be reached. Is it up, and does the firewall let us out?"
    if "Timeout" in words:
        return f"{host} fell silent in the middle of an answer. It is asked again."
    return f"The connection to {host} broke off before its answer was complete."
