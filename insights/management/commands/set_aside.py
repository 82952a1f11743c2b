"""Records that an import could not read, from the command line: listed, mended, replayed, discarded."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from insights.intake.raw import RawGone
from insights.intake.replay import discard, replay
from insights.intake.sealing import SealBroken
from insights.intake.tally import payload_of
from insights.models import SetAside

WRONG_USAGE = 2


class Command(BaseCommand):
    """Show what was set aside, and have it read once more."""

    help = (
        "Records set aside by an import: list DELIVERY [--payload], replay DELIVERY [--mended FILE], discard DELIVERY."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("what", choices=["list", "replay", "discard"])
        parser.add_argument("delivery", type=UUID, help="id of the import, as import_file prints it")
        parser.add_argument("--record", type=int, action="append", help="this record only (may be repeated)")
        parser.add_argument("--payload", action="store_true", help="list: show the records too, unredacted")
        parser.add_argument(
            "--mended", type=Path, help='replay: JSON {"<record>": {"<column>": "<cell>"}}; other members stay'
        )

    def handle(self, *_: Any, **given: Any) -> None:
        """Do it and print JSON. Leaves with 1 when something is still set aside after a replay."""
        rows = SetAside.objects.filter(delivery_id=given["delivery"], state=SetAside.State.OPEN).order_by("record")
        if given["record"]:
            rows = rows.filter(record__in=given["record"])
        try:
            match given["what"]:
                case "list":
                    self._print([_listed(row, with_payload=given["payload"]) for row in rows])
                case "discard":
                    self._print({"discarded": discard([row.pk for row in rows])})
                case "replay":
                    self._replay(list(rows), given["mended"])
        except (RawGone, SealBroken) as gone:
            raise CommandError(str(gone)) from None

    def _replay(self, rows: list[SetAside], mended: Path | None) -> None:
        changes = _changes(mended) if mended else {}
        unknown = sorted(changes.keys() - {row.record for row in rows})
        if unknown:
            raise CommandError(f"Not set aside, or not open: record {unknown[0]}.", returncode=WRONG_USAGE)
        payloads = {row.pk: {**payload_of(row), **changes[row.record]} for row in rows if row.record in changes}
        told = replay([row.pk for row in rows], payloads, timezone.now())
        self._print([{"record": row.record, "outcome": told.get(row.pk)} for row in rows])
        if SetAside.objects.filter(pk__in=told, state=SetAside.State.OPEN).exists():
            sys.exit(1)

    def _print(self, told: Any) -> None:
        self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))


def _listed(row: SetAside, *, with_payload: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"record": row.record, "line": row.line, "field": row.field, "reason": row.reason}
    return {**told, "payload": payload_of(row)} if with_payload else told


def _changes(mended: Path) -> dict[int, dict[str, Any]]:
    try:
        told = json.loads(mended.read_text(encoding="utf-8-sig"))
        return {int(record): dict(changes) for record, changes in told.items()}
    except (OSError, ValueError, AttributeError, TypeError) as wrong:
        raise CommandError(
            f'{mended} cannot be used ({wrong}). Write {{"<record>": {{"<column>": "<cell>"}}}}.',
            returncode=WRONG_USAGE,
        ) from None
