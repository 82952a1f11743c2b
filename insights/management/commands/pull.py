"""Set up, list, try and run scheduled pulls from the command line."""

import os
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from insights.intake.delivery import read
from insights.intake.pulls.connecting import DEFAULT_INTERVAL, check, connect, hasten, replace_secrets, set_active
from insights.intake.pulls.health import health
from insights.intake.pulls.pull import all_pulls, pull_named
from insights.intake.pulls.runner import run_step
from insights.intake.pulls.trouble import Trouble
from insights.intake.pulls.trying import try_out
from insights.intake.record import Fact, FeedbackRecord
from insights.intake.source import UnknownSource, Unreadable, WrongOption
from insights.models import Connection

WRONG_USAGE = 2
_TO_ONE = ("now", "pause", "resume", "renew", "remove")


class Command(BaseCommand):
    """One command for all that is done with pulls."""

    help = (
        "Ask a system on a schedule: pull SOURCE --label L --option k=v… --secret-from-env NAME [--every 15] [--try]; "
        "pull --list; pull --now|--pause|--resume|--renew|--remove LABEL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("source", nargs="?", help="what to pull from: " + ", ".join(one.key for one in all_pulls()))
        parser.add_argument("--label", default="", help="what the pull is to be called")
        parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="tell the pull")
        parser.add_argument(
            "--secret-from-env",
            action="append",
            default=[],
            metavar="[NAME=]VARIABLE",
            help="take a secret out of this environment variable; without a name it is the token",
        )
        parser.add_argument("--every", type=int, default=DEFAULT_INTERVAL, metavar="MINUTES", help="how often")
        parser.add_argument("--account", default="", help="which account of the source it is")
        parser.add_argument("--try", action="store_true", dest="only_try", help="fetch one page, show it, keep nothing")
        parser.add_argument("--list", action="store_true", dest="only_list", help="tell how every pull fares")
        parser.add_argument("--now", metavar="LABEL", help="run this pull now")
        parser.add_argument("--pause", metavar="LABEL", help="ask for nothing more until it is resumed")
        parser.add_argument("--resume", metavar="LABEL", help="go on from where it is")
        parser.add_argument("--renew", metavar="LABEL", help="give it new secrets and let it try at once")
        parser.add_argument("--remove", metavar="LABEL", help="forget the pull and its secrets; what it brought stays")

    def handle(self, *_: Any, **given: Any) -> None:
        """Do what is asked, and leave with 2 when it cannot be."""
        try:
            self._do(given)
        except (UnknownSource, WrongOption, Unreadable, Trouble) as wrong:
            raise CommandError(str(wrong), returncode=WRONG_USAGE) from None

    def _do(self, given: Mapping[str, Any]) -> None:
        if given["only_list"]:
            return self._list()
        for name in _TO_ONE:
            if given[name]:
                return self._to_one(name, _labelled(given[name]), _secrets(given["secret_from_env"]))
        if not given["source"]:
            raise WrongOption("Say what to pull from, or --list. Known: " + ", ".join(one.key for one in all_pulls()))
        options, secrets = _options(given["option"]), _secrets(given["secret_from_env"])
        if given["only_try"]:
            return self._try(given["source"], options, secrets, given["every"])
        made = connect(
            pull=given["source"],
            label=given["label"],
            options=options,
            secrets=secrets,
            now=timezone.now(),
            every_minutes=given["every"],
            account=given["account"],
        )
        self.stdout.write(f"'{made.label}' is set up; its first step comes within a minute where a worker runs.")

    def _list(self) -> None:
        now = timezone.now()
        for one in Connection.objects.filter(kind=Connection.Kind.PULL):
            fares = health(one, now)
            brought = f"{one.delivered_at:%Y-%m-%d %H:%M}" if one.delivered_at else "nothing yet"
            self.stdout.write(f"{fares.state:<11}{one.label} ({one.source}, every {one.every_minutes} min)")
            self.stdout.write(f"           {fares.sentence} Last delivery: {brought}.")

    def _to_one(self, verb: str, one: Connection, secrets: Mapping[str, str]) -> None:
        now = timezone.now()
        if verb == "now":
            return self._run(one)
        if verb == "renew":
            replace_secrets(one.pk, secrets, now)
        elif verb == "remove":
            one.delete()
        else:
            set_active(one.pk, is_active=verb == "resume", now=now)
        self.stdout.write(f"'{one.label}': {verb} is done.")

    def _run(self, one: Connection) -> None:
        """Let a worker run it; without one, run it here until it has caught up."""
        if not hasten(one.pk, timezone.now()):
            raise WrongOption(f"'{one.label}' is paused. Resume it first.")
        if _has_worker():
            current_app.send_task("insights.tasks.pulls.pull_step", [str(one.pk)])
            self.stdout.write("A worker takes it.")
            return
        self.stderr.write("No worker answers, so it is run here.")
        again: float | None = 0.0
        while again is not None:
            time.sleep(again)
            ran = run_step(one.pk)
            for delivery in ran.deliveries:
                read(delivery)
            again = ran.again_in
        one.refresh_from_db()
        self.stdout.write(health(one, timezone.now()).sentence)

    def _try(self, source: str, options: dict[str, str], secrets: dict[str, str], every: int) -> None:
        pull = pull_named(source)
        check(pull, options, secrets, every)
        tried = try_out(pull, options, secrets, clock=timezone.now)
        self.stdout.write(tried.sentence)
        for stored in tried.look.stored if tried.look else ():
            self.stdout.write(f"  {stored.number}: {_in_a_line(stored.fact)}")
        for refused in tried.look.refused if tried.look else ():
            self.stdout.write(f"  {refused.number} would be set aside: {refused.reason}")


def _in_a_line(fact: Fact) -> str:
    """Return what a fact says, shortened: when, which, its scores and its first words."""
    if not isinstance(fact, FeedbackRecord):
        return f"{type(fact).__name__} of {fact.occurred_at:%Y-%m-%d %H:%M}"
    scores = ", ".join(f"{score.measure} {score.value:g}" for score in fact.scores)
    words = fact.text or fact.title or next((turn.text for turn in fact.turns), "")
    told = (f"{fact.occurred_at:%Y-%m-%d %H:%M}", fact.kind, fact.channel, fact.source_id, scores, words[:120])
    return " | ".join(one for one in told if one)


def _labelled(label: str) -> Connection:
    found = Connection.objects.filter(kind=Connection.Kind.PULL, label=label).first()
    if found is None:
        known = ", ".join(Connection.objects.filter(kind=Connection.Kind.PULL).values_list("label", flat=True))
        raise WrongOption(f"There is no pull '{label}'. There are: {known or 'none'}.")
    return found


def _options(given: list[str]) -> dict[str, str]:
    """Return the options by name. A mapping may be named by its file."""
    options: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise WrongOption(f"--option {one}: write it as name=value.")
        options[name] = value
    mapping = options.get("read.mapping", "")
    if mapping and not mapping.lstrip().startswith("{"):
        try:
            options["read.mapping"] = Path(mapping).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as missing:
            raise WrongOption(f"The mapping {mapping} cannot be read: {missing}.") from None
    return options


def _secrets(given: list[str]) -> dict[str, str]:
    """Return the secrets by name, out of the environment: on a command line everybody on the machine reads them."""
    secrets: dict[str, str] = {}
    for one in given:
        name, equals, variable = one.rpartition("=")
        if variable not in os.environ:
            raise WrongOption(f"The environment has no variable {variable}.")
        secrets[name if equals else "token"] = os.environ[variable].strip()
    return secrets


def _has_worker() -> bool:
    queues = current_app.control.inspect(timeout=1.0).active_queues() or {}
    return any(queue["name"] == "intake" for served in queues.values() for queue in served)
