"""Hand the company's files to intake, each once: what was delivered before is known by its content."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from insights.intake.delivery import receive
from insights.intake.raw import TooLarge
from insights.intake.source import UnknownSource, WrongOption
from insights.models import Delivery


class NotTaken(Exception):
    """Intake refused a file. The message is for people."""


def hand_over(folder: Path, manifest: Mapping[str, Any]) -> tuple[list[Delivery], int]:
    """Return the deliveries to be read, in the manifest's order, and how many files were there already.

    A file that failed or was cancelled is handed over again. Raises NotTaken and OSError.
    """
    found, known = [], 0
    for told in manifest["imports"]:
        path = folder / told["file"]
        if _is_delivered(told["source"], path):
            known += 1
            continue
        options = dict(told["options"])
        if told["mapping"]:
            options["mapping"] = (folder / told["mapping"]).read_text(encoding="utf-8")
        try:
            with path.open("rb") as file:
                found.append(receive(file, told["source"], options, filename=path.name))
        except (UnknownSource, WrongOption, TooLarge) as refused:
            raise NotTaken(f"{path.name}: {refused}") from None
    return found, known


def is_open(delivery: Delivery) -> bool:
    """Say whether a delivery waits or is being read."""
    return delivery.state in (Delivery.State.RECEIVED, Delivery.State.READING)


def _is_delivered(source: str, path: Path) -> bool:
    """Say whether the same bytes were delivered before and neither failed nor were cancelled."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    lost = (Delivery.State.FAILED, Delivery.State.CANCELLED)
    return Delivery.objects.filter(source=source, sha256=digest).exclude(state__in=lost).exists()
