"""The foreground process of an instance: starts the parts in order, keeps them alive, stops them in order."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from cxhub.launcher import processes
from cxhub.launcher.messages import say
from cxhub.launcher.parts import STOP_ORDER, STOP_WAYS, Part, complain_about
from cxhub.launcher.state import State

READY_SECONDS = 90.0
TICK_SECONDS = 0.1


class StopRequested(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


class Supervisor:
    """Keeps the parts of one instance running until it is asked to stop."""

    def __init__(self, state: State, about: dict[str, Any]) -> None:
        self.state = state
        self.about = about
        self.parts: list[Part] = []
        self.phase = "STARTING"
        self._stop_requested = False

    def listen(self) -> None:
        """Take the signals that ask us to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._stop_requested = True

    def bring_up(self, parts: Iterable[Part]) -> None:
        """Start parts without waiting for them."""
        for part in parts:
            self.parts.append(part)
            part.start()
            self.write()

    def await_ready(self, part: Part) -> None:
        """Wait until a part is ready. Raises LaunchError when it dies or takes too long."""
        deadline = time.monotonic() + READY_SECONDS
        while not part.is_ready():
            if part.has_died() or time.monotonic() > deadline:
                raise complain_about(part)
            self.tick()

    def await_exit(self, poll: Callable[[], int | None]) -> int:
        """Keep the parts alive until a command has ended, and return its exit code."""
        while (code := poll()) is None:
            self.tick()
        return code

    def tick(self) -> None:
        """Look after every part once. Raises StopRequested when someone asked us to stop."""
        if self._stop_requested:
            raise StopRequested
        now = time.monotonic()
        for part in self.parts:
            if part.restart_at is not None:
                if now >= part.restart_at:
                    part.start()
                    self.write()
            elif self.phase != "STARTING" and part.has_died():
                pause = part.schedule_restart(now)
                say(f"{part.name} stopped ({_how(part)}); starting it again in {pause:.1f} s")
        time.sleep(TICK_SECONDS)

    def serve(self) -> None:
        """Look after the parts until StopRequested."""
        while True:
            self.tick()

    def stop(self) -> None:
        """Stop the parts in order: those that give out work first, those that hold the data last."""
        self.phase = "STOPPING"
        self.write()
        for part in sorted(self.parts, key=lambda part: STOP_ORDER.index(part.name)):
            began = time.monotonic()
            part.stop()
            say(f"stopped {part.name} … {time.monotonic() - began:.1f} s")
        self.state.run_file.unlink(missing_ok=True)

    def write(self) -> None:
        """Write down what runs, for `status`, `stop` and whoever finds us dead."""
        running = [part for part in self.parts if part.process is not None]
        self.state.write_run(
            {
                **self.about,
                "phase": self.phase,
                "supervisor": {"pid": os.getpid(), "since": processes.created_at(os.getpid())},
                "processes": [
                    {"name": part.name, "pid": part.process.pid, "since": part.since}
                    for part in running
                    if part.process
                ],
            }
        )


def _how(part: Part) -> str:
    code = part.process.returncode if part.process else None
    return signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"


def supervisor_lives(run: dict[str, Any]) -> bool:
    """Say whether the supervisor that wrote this still runs."""
    return bool(run) and processes.lives(run["supervisor"]["pid"], run["supervisor"]["since"])


def stop_orphans(state: State) -> list[str]:
    """Stop, in order, what a killed supervisor left running; return the names of what was found."""
    run = state.run()
    if not run or supervisor_lives(run):
        return []
    found = []
    for process in sorted(run["processes"], key=lambda process: STOP_ORDER.index(process["name"])):
        if processes.group_members(process["pid"], process["since"]) or processes.lives(
            process["pid"], process["since"]
        ):
            found.append(process["name"])
            processes.stop(process["pid"], process["since"], STOP_WAYS[process["name"]])
    state.run_file.unlink(missing_ok=True)
    return found
