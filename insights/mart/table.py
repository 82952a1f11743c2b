"""Where the mart's Delta table is, which version stands, and what was noted about it when it was written."""

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from deltalake import CommitProperties, DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError
from django.conf import settings

from insights.mart.assumed import NONE, Assumptions
from insights.mart.comparable import NOTHING, Comparable
from insights.mart.schema import FEEDBACK
from insights.mart.taxonomy import EMPTY, Taxonomy

_STORE_VARIABLES = ("AWS_", "AZURE_", "GOOGLE_", "ALLOW_HTTP")
_NOTE = "cxhub"


class UnknownVersion(LookupError):
    """The mart has no such version, or no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a version says about itself. It is written with the version, so that asking again `as_of` finds the same."""

    built_at: datetime
    time_zone: str  # the reporting zone its days are cut by
    complete_until: datetime | None  # the newest fact that intake had been told when it was built
    taxonomy: Taxonomy = field(default=EMPTY, hash=False)  # the one its topics are told by
    comparable: Comparable = field(default=NOTHING, hash=False)  # which media's sentiment may share an axis
    assumed: Assumptions = field(default=NONE)  # what is assumed of each channel

    def as_commit(self) -> CommitProperties:
        """Return the note as properties of a Delta commit."""
        return CommitProperties(
            custom_metadata={
                f"{_NOTE}.built_at": self.built_at.isoformat(),
                f"{_NOTE}.time_zone": self.time_zone,
                f"{_NOTE}.complete_until": self.complete_until.isoformat() if self.complete_until else "",
                f"{_NOTE}.taxonomy": json.dumps(self.taxonomy.as_json(), separators=(",", ":")),
                f"{_NOTE}.comparable": json.dumps(self.comparable.as_json(), separators=(",", ":")),
                f"{_NOTE}.assumed": json.dumps(self.assumed.as_json(), separators=(",", ":")),
            }
        )


def url() -> str:
    """Return the address of the `feedback` table: a folder, or a place in an object store."""
    root: str = settings.MART_URL
    return f"{root.rstrip('/')}/feedback"


def is_remote() -> bool:
    """Whether the mart lies in an object store."""
    return "://" in url()


def storage_options() -> dict[str, str] | None:
    """Return the object store's settings as the environment gives them; None for a folder."""
    if not is_remote():
        return None
    return {name: value for name, value in os.environ.items() if name.startswith(_STORE_VARIABLES)}


def open_table(version: int | None = None) -> DeltaTable | None:
    """Return the table at `version` (latest without), or None where there is no mart yet. Raises UnknownVersion."""
    if not is_remote() and not (Path(url()) / "_delta_log").is_dir():
        if version is not None:
            raise UnknownVersion(f"There is no data version {version}: nothing has been built yet.")
        return None
    try:
        return DeltaTable(url(), version=version, storage_options=storage_options())
    except TableNotFoundError:
        return None
    except DeltaError as error:
        if version is None:
            raise
        raise UnknownVersion(
            f"There is no data version {version}. Versions are kept for 30 days; leave as_of out for the latest."
        ) from error


def is_current(table: DeltaTable) -> bool:
    """Whether the table has the columns of this release."""
    names: list[str] = [field.name for field in table.schema().fields]
    return names == list(FEEDBACK.names)


def note_of(table: DeltaTable) -> Note:
    """Return what the table's version says about itself."""
    commit: dict[str, Any] = table.history(1)[0]
    until = commit.get(f"{_NOTE}.complete_until")
    return Note(
        built_at=datetime.fromisoformat(commit[f"{_NOTE}.built_at"]),
        time_zone=commit[f"{_NOTE}.time_zone"],
        complete_until=datetime.fromisoformat(until) if until else None,
        taxonomy=Taxonomy.from_json(json.loads(commit.get(f"{_NOTE}.taxonomy") or "{}")),
        comparable=Comparable.from_json(json.loads(commit.get(f"{_NOTE}.comparable") or "{}")),
        assumed=Assumptions.from_json(json.loads(commit.get(f"{_NOTE}.assumed") or "{}")),
    )
