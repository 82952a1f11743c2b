"""Which of `manage.py`'s words are ours, their options, and what Django's own commands need around them."""

from __future__ import annotations

import argparse
import os
import sys

from cxhub.launcher import instance, tools
from cxhub.launcher.embedded import environment_without_data, remembered_services
from cxhub.launcher.messages import LaunchError
from cxhub.launcher.parts import CHECKOUT
from cxhub.launcher.state import State, state_folder
from cxhub.launcher.supervisor import supervisor_lives

# commands of Django that read no data, and so run where nothing is started
WITHOUT_DATA = {
    "help", "version", "--version", "check", "docs", "makemigrations", "collectstatic", "findstatic", "diffsettings",
    "spectacular",
}  # fmt: skip


def _instance_parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"manage.py {command}")
    parser.add_argument("--state-dir", help="folder of the instance (default: CXHUB_STATE_DIR, else .local)")
    if command in {"start", "demo"}:
        parser.add_argument("--port", type=int, help="port of the web server (default: 8000 if free, else another)")
        parser.add_argument("--detach", action="store_true", help="return when it is up, and keep it running")
        parser.add_argument("--detached-child", action="store_true", help=argparse.SUPPRESS)
        parser.set_defaults(demo=command == "demo")
    if command == "demo":
        parser.add_argument("--scale", type=int, default=1, help="how many times the company's usual size")
    return parser


def run(command: str, arguments: list[str]) -> int:
    """Run one of our commands, or hand over to Django. Return the exit code.

    Raises LaunchError with what to do.
    """
    if command in {"start", "demo", "stop", "status"}:
        return _run_instance(command, arguments)
    if command in {"test", "lint", "bench"}:
        return {"test": tools.test, "lint": tools.lint, "bench": tools.bench}[command](arguments)
    return _run_django(command)


def _run_instance(command: str, arguments: list[str]) -> int:
    options = _instance_parser(command).parse_args(arguments)
    state = State(state_folder(options.state_dir, CHECKOUT))
    if command == "stop":
        return instance.stop_instance(state)
    if command == "status":
        return instance.print_status(state)
    if options.detach and not options.detached_child:
        return instance.run_detached(options, state)
    return instance.run_instance(options, state)


def _run_django(command: str) -> int:
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - the packages may not be there before

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxhub.settings")
    if not (os.environ.get("DATABASE_URL") and os.environ.get("CELERY_BROKER_URL")):
        _join_instance(State(state_folder(None, CHECKOUT)), command)
    execute_from_command_line(sys.argv)
    return 0


def _join_instance(state: State, command: str) -> None:
    """Set the addresses and secrets of the running instance for a command of Django."""
    if supervisor_lives(state.run()):
        os.environ.update(remembered_services(state).environment())
    elif command in WITHOUT_DATA:
        os.environ.update(environment_without_data())
    elif state.secrets():
        raise LaunchError(
            f"Nothing is running in {state.folder}. Start it with 'python3 manage.py start --detach' (or demo), "
            "then run this again; or set DATABASE_URL and CELERY_BROKER_URL."
        )
