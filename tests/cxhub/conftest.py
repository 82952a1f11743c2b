"""A real instance of the product, started as a newcomer starts it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from cxhub.launcher.state import State, any_free_port

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120.0
GIVEN = ("DATABASE_URL", "CELERY_BROKER_URL", "CXHUB_SECRET_KEY", "CXHUB_RAW_KEY", "CXHUB_STATE_DIR")


def _eventually(holds: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := holds()):
        assert time.monotonic() < deadline, f"waited {PATIENCE_SECONDS:.0f} s for: {what}"
        time.sleep(0.1)
    return answer


@pytest.fixture(name="eventually")
def eventually_fixture() -> Callable[[Callable[[], Any], str], Any]:
    """Return the function that polls until an answer is true, and returns it."""
    return _eventually


class Instance:
    """One instance in a folder of its own, driven through `manage.py` alone."""

    def __init__(self, folder: Path) -> None:
        self.state = State(folder)
        self.port = any_free_port()
        self.environment = {name: value for name, value in os.environ.items() if name not in GIVEN}
        self.environment["CXHUB_THIS_PYTHON"] = "1"

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *words, "--state-dir", str(self.state.folder)],
            cwd=CHECKOUT, env=self.environment, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
        )  # fmt: skip

    def start(self) -> None:
        """Start it in the background and wait until it is up."""
        result = self.manage("start", "--detach", "--port", str(self.port))
        assert result.returncode == 0, result.stdout + result.stderr

    def status(self) -> dict[str, Any]:
        """Return what `status` prints."""
        answer: dict[str, Any] = json.loads(self.manage("status").stdout)
        return answer

    def pid(self, name: str) -> int:
        """Return the pid of a part, or of the supervisor."""
        run = self.state.run()
        known = {one["name"]: one["pid"] for one in run["processes"]} | {"supervisor": run["supervisor"]["pid"]}
        return known[name]

    def process(self, name: str) -> psutil.Process:
        """Return the process of a part, or of the supervisor."""
        return psutil.Process(self.pid(name))

    def processes(self) -> list[psutil.Process]:
        """Return every process of the instance, children too."""
        parts = [self.process(one["name"]) for one in self.state.run()["processes"]]
        return [
            self.process("supervisor"),
            *parts,
            *(child for part in parts for child in part.children(recursive=True)),
        ]


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Start an instance in a new folder; afterwards nothing of it runs."""
    parent = tmp_path_factory.mktemp("instance")
    parent.chmod(0o751)
    running = Instance(parent / "state")
    try:
        running.start()
        yield running
    finally:
        running.manage("stop")
