"""What all the vendors share: a threaded HTTP server that checks the token, keeps a log and fails when told to."""

import json
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Call:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case
    body: Any = None


@dataclass(frozen=True)
class Reply:
    """One answer. `cut` ends it in the middle, after a promise of more bytes."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    cut: bool = False

    def data(self) -> bytes:
        """Return the bytes to send."""
        return self.raw if self.raw is not None else json.dumps(self.body).encode()


class Vendor:
    """A vendor on 127.0.0.1. Subclasses answer in `answer`; `fail` puts failures before the answers that match."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._failures: deque[tuple[str, Reply]] = deque()
        self._gates: deque[tuple[str, threading.Event, threading.Event]] = deque()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for _, _, opened in self._gates:
            opened.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def fail(self, part: str, *replies: Reply) -> None:
        """Give these answers, one each, to the next questions whose path holds `part`."""
        self._failures.extend((part, reply) for reply in replies)

    def hold(self, part: str) -> tuple[threading.Event, threading.Event]:
        """Let the next question whose path holds `part` wait. Returns (it has come, let it go on)."""
        come, go = threading.Event(), threading.Event()
        self._gates.append((part, come, go))
        return come, go

    def handle(self, call: Call) -> Reply:
        """Answer one call: held, failed, refused or answered."""
        with self._lock:
            self.calls.append(call)
            gate = next((one for one in self._gates if one[0] in call.path), None)
            if gate:
                self._gates.remove(gate)
        if gate:
            gate[1].set()
            gate[2].wait(30)
        with self._lock:
            failure = next((one for one in self._failures if one[0] in call.path), None)
            if failure:
                self._failures.remove(failure)
                return failure[1]
            return self.answer(call) if self.knows(call) else Reply({"error": "Couldn't authenticate you"}, status=401)

    def knows(self, call: Call) -> bool:
        """Say whether the token is right."""
        raise NotImplementedError

    def answer(self, call: Call) -> Reply:
        """Answer a call whose token is right."""
        raise NotImplementedError

    def asked(self, part: str) -> list[Call]:
        """Return the calls whose path holds `part`."""
        return [call for call in self.calls if part in call.path]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of those who hang up: some are killed, others have seen enough."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(vendor: Vendor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            place = urlsplit(self.path)
            size = int(self.headers.get("content-length") or 0)
            told = json.loads(self.rfile.read(size)) if size else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(place.query, keep_blank_values=True))
            reply = vendor.handle(Call(self.command, place.path, query, headers, told))
            data = reply.data()
            try:
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data[: len(data) // 2] if reply.cut else data)
            except (BrokenPipeError, ConnectionResetError):
                return  # whoever asked was killed
            if reply.cut:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
