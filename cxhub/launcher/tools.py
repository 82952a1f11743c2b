"""`test`, `lint` and `bench`: the project's habits, with servers of their own where they need any."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from cxhub.launcher.embedded import choose_services, environment_without_data
from cxhub.launcher.messages import LaunchError, complain, say
from cxhub.launcher.parts import CHECKOUT, Part, complain_about, run_to_end, server_parts
from cxhub.launcher.postgres import prune_abandoned
from cxhub.launcher.processes import created_at, kill_group, wait_until
from cxhub.launcher.state import State
from cxhub.launcher.supervisor import Supervisor, stop_orphans, supervisor_lives

PREFIX = "cxhub-run-"
READY_SECONDS = 60.0
END_SECONDS = 30.0


class _Ended(Exception):
    """SIGTERM, Ctrl-C or a closed terminal."""


def _end(number: int, frame: FrameType | None) -> None:
    for other in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)  # once is enough: what follows is the tidying up
    raise _Ended(signal.Signals(number).name)


@contextmanager
def own_servers(*, durable: bool) -> Iterator[tuple[Path, dict[str, str]]]:
    """Start servers in a temporary folder, yield it and the environment that points to them, leave nothing behind."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    state = State(folder / "state")
    state.prepare()
    (state.folder / "static").mkdir()  # WhiteNoise warns where it is missing, and warnings are errors
    supervisor = Supervisor(state, {})
    supervisor.write()
    services = None
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        services = choose_services(state, durable=durable)
        supervisor.bring_up(server_parts(services))
        for part in supervisor.parts:
            _await(part)
        if services.postgres:
            services.postgres.create_database()
        yield folder, services.environment()
    finally:
        _stop_what_tests_left(folder, state)
        for part in reversed(supervisor.parts):
            part.stop()
        if services and services.postgres:
            services.postgres.remove()
        shutil.rmtree(folder, ignore_errors=True)
        prune_abandoned()  # what tests started as root


def _await(part: Part) -> None:
    if not wait_until(lambda: part.has_died() or part.is_ready(), READY_SECONDS) or part.has_died():
        raise complain_about(part)


def _stop_what_tests_left(folder: Path, own: State) -> None:
    for run_file in folder.rglob("run.json"):
        state = State(run_file.parent)
        if state.folder != own.folder:
            _stop_instance(state)


def _stop_instance(state: State) -> None:
    run = state.run()
    if supervisor_lives(run):
        kill_group(run["supervisor"]["pid"], run["supervisor"]["since"])
    stop_orphans(state)


def _sweep() -> None:
    """Tidy up after earlier runs of ours that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        state = State(folder / "state")
        if folder.stat().st_uid != os.getuid() or supervisor_lives(state.run()) or not state.run():
            continue
        _stop_what_tests_left(folder, state)
        stop_orphans(state)
        shutil.rmtree(folder, ignore_errors=True)


def run_child(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command in a session of its own; pass a request to stop on to it and see that nothing of it stays."""
    child = subprocess.Popen(command, cwd=CHECKOUT, env=dict(environment), start_new_session=True)
    since = created_at(child.pid) or time.time()
    try:
        return child.wait()
    except _Ended as ended:
        complain(f"{ended}: stopping.")
        os.killpg(child.pid, signal.SIGINT)
        wait_until(lambda: child.poll() is not None, END_SECONDS)
        return 130
    finally:
        kill_group(child.pid, since)


def pytest_arguments(given: Sequence[str], folder: Path) -> list[str]:
    """Return pytest's arguments: two workers unless the caller says otherwise, and a folder that goes away."""
    arguments = list(given)
    names = {word.partition("=")[0] for word in given}
    alone = bool(names & {"--pdb", "--trace", "-s", "no:xdist"})
    if not alone and not any(word.startswith(("-n", "--numprocesses")) for word in given):
        arguments = ["-n", "2", *arguments]
    if not alone and "--dist" not in names:
        # by file, so that real processes are started once: xdist 3.8 does not see its groups under pytest 9.2
        arguments = ["--dist", "loadfile", *arguments]
    if not names & {"--reuse-db", "--create-db"}:
        arguments = ["--reuse-db", *arguments]  # the server goes away with its databases; dropping them first can fail
    if "--basetemp" not in names:
        arguments = ["--basetemp", str(folder / "pytest"), *arguments]
    return arguments


def test(arguments: list[str]) -> int:
    """Run pytest with servers of its own; return its exit code."""
    try:
        with own_servers(durable=False) as (folder, environment):
            return run_child([sys.executable, "-m", "pytest", *pytest_arguments(arguments, folder)], environment)
    except _Ended as ended:
        complain(f"{ended}: stopped.")
        return 130


def bench(arguments: list[str]) -> int:
    """Run the benchmarks named, or all, with durable servers of their own; their tables go into docs/benchmarks.md."""
    names = sorted(path.stem for path in (CHECKOUT / "benchmarks").glob("[a-z]*.py"))
    if unknown := [name for name in arguments if name not in names]:
        raise LaunchError(f"There is no benchmark '{unknown[0]}'. There are: {', '.join(names) or 'none'}.")
    try:
        with own_servers(durable=True) as (folder, environment):
            _migrate(folder, environment)
            return run_child([sys.executable, "-m", "benchmarks", *arguments], environment)
    except _Ended as ended:
        complain(f"{ended}: stopped.")
        return 130


def _migrate(folder: Path, environment: Mapping[str, str]) -> None:
    log = folder / "migrate.log"
    poll = run_to_end(["migrate", "--no-input"], log=log, environment=environment)
    wait_until(lambda: poll() is not None, READY_SECONDS * 5)
    if poll() != 0:
        raise LaunchError(f"'migrate' failed:\n{log.read_text(encoding='utf-8')[-2000:]}")


def _checks() -> list[tuple[str, list[str], dict[str, str]]]:
    python = [sys.executable, "-m"]
    no_database = {"DJANGO_SETTINGS_MODULE": "cxhub.launcher.settings_without_database"}
    return [
        ("ruff format", [*python, "ruff", "format", "--check", "--quiet", "."], {}),
        ("ruff check", [*python, "ruff", "check", "--quiet", "."], {}),
        ("import-linter", [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"], {}),
        ("migrations", [*python, "django", "makemigrations", "--check", "--dry-run"], no_database),
        ("docs", [*python, "django", "docs", "--check"], no_database),
        ("mypy", [*python, "mypy", "manage.py", "insights", "surveys", "contactcenter", "cxhub"], {}),
    ]


def lint(arguments: list[str]) -> int:
    """Run every check, also after one has failed; return 1 when any did."""
    if arguments:
        raise LaunchError(f"lint takes no options, but was given: {' '.join(arguments)}")
    failed = []
    for name, command, extra in _checks():
        began = time.monotonic()
        environment = {**os.environ, **environment_without_data(), **extra}
        result = subprocess.run(
            command, cwd=CHECKOUT, env=environment, check=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        say(f"{'ok' if result.returncode == 0 else 'FAILED':<7} {name:<14} {time.monotonic() - began:5.1f} s")
        if result.returncode != 0:
            failed.append(name)
            say("\n".join("        " + line for line in result.stdout.strip().splitlines()))
    if failed:
        complain(f"failed: {', '.join(failed)}")
    return 1 if failed else 0
