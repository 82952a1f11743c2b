"""Processes by pid and start time, so that a pid used again by a stranger is never touched."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

SAME_START_SECONDS = 2.0  # the clock that start times are counted from may be set a little meanwhile
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Account:
    """The system user that a process runs as."""

    user: int
    group: int


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    folder: Path,
    environment: Mapping[str, str],
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own (Ctrl-C reaches only the supervisor) that writes to a private log."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    who: dict[str, Any] = {}
    if account is not None:
        who = {"user": account.user, "group": account.group, "extra_groups": []}
    try:
        return subprocess.Popen(
            [str(word) for word in command], cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL,
            stdout=descriptor, stderr=descriptor, start_new_session=True, umask=0o077, **who,
        )  # fmt: skip
    finally:
        os.close(descriptor)


def created_at(pid: int) -> float | None:
    """Return when the process of this pid began (seconds since 1970), or None if there is none."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        began: float = process.create_time()
    except psutil.NoSuchProcess:
        return None
    return began


def lives(pid: int, created: float) -> bool:
    """Say whether this very process still runs."""
    began = created_at(pid)
    return began is not None and abs(began - created) < SAME_START_SECONDS


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll until the condition holds; say whether it came to hold in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def group_members(leader: int, since: float) -> list[psutil.Process]:
    """Return the living processes of the session that `leader` began, without strangers who use its pid again."""
    began = created_at(leader)
    if began is not None and abs(began - since) >= SAME_START_SECONDS:
        return []
    return [process for process in psutil.process_iter() if _belongs(process, leader, since)]


def _belongs(process: psutil.Process, leader: int, since: float) -> bool:
    try:
        return (
            os.getsid(process.pid) == leader
            and process.create_time() > since - SAME_START_SECONDS
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except (psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError, PermissionError):
        return False  # gone meanwhile, or not ours


def kill_group(leader: int, since: float) -> None:
    """Kill what is left of a session at once."""
    members = group_members(leader, since)
    for process in members:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(members, timeout=5)


def signal_process(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have ended meanwhile."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def stop(pid: int, created: float, ways: Sequence[tuple[signal.Signals, float]]) -> None:
    """End a process and its session: each signal with its patience in seconds, then SIGKILL."""
    for number, patience in ways:
        if not lives(pid, created):
            break
        signal_process(pid, number)
        wait_until(lambda: not lives(pid, created), patience)
    kill_group(pid, created)
