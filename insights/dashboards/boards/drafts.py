"""A file that is being looked at before its import: what reads it, what that has to be told, what would come of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from insights.dashboards.boards.editor import Editor, editor
from insights.dashboards.boards.preview import Preview, preview
from insights.dashboards.boards.told import Telling, plainly, telling
from insights.dashboards.names import zone
from insights.dashboards.numbers import number
from insights.intake.columns import Columns, columns_of
from insights.intake.looking import Look, look
from insights.intake.raw import RawGone, opened
from insights.intake.source import Source, Unreadable, WrongOption, all_sources, source_named
from insights.intake.staging import candidates, head_of
from insights.intake.suggestion import saved_for, suggested
from insights.models import StagedFile

PLAIN = "csv"
_SIDES = {"SURVEYS": "Surveys", "CONTACTS": "Contacts", "BOTH": "Both"}
_SURE, _LIKELY = 0.9, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A source that may read the file."""

    key: str
    label: str
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All the page of one file shows."""

    key: str
    filename: str
    size: str
    account: str
    source: Source | None
    candidates: tuple[Candidate, ...]
    others: tuple[tuple[str, tuple[Candidate, ...]], ...]
    telling: Telling | None
    editor: Editor | None
    saved_name: str
    is_saved: bool
    preview: Preview | None
    refusal: str
    question: str  # the refusal without the names that only the command line needs
    message: str
    zone: str
    zones: tuple[str, ...]
    waiting: tuple[StagedFile, ...]


def drafts_of(user: Any) -> list[StagedFile]:
    """Return the files that this person brought and has not imported."""
    return list(StagedFile.objects.filter(created_by=user))


def size_words(size: int) -> str:
    """Return a size as people say it."""
    for power, unit in ((3, "GB"), (2, "MB"), (1, "kB")):
        if size >= 1000**power:
            return f"{number(size / 1000**power, 1)} {unit}"
    return f"{size} bytes"


def mapping_of(staged: StagedFile) -> dict[str, Any]:
    """Return the mapping so far."""
    told = json.loads(staged.options.get("mapping", "{}"))
    return told if isinstance(told, dict) else {}


def table_of(staged: StagedFile) -> Columns | None:
    """Return the columns of the file, None where it is no table."""
    with opened(staged.raw_name) as file:
        try:
            return columns_of(file, mapping_of(staged) if staged.source == PLAIN else staged.options)
        except Unreadable:
            return None


def begin_mapping(staged: StagedFile) -> None:
    """Give a plain table a first mapping: the one kept for this header, else what its names say."""
    if staged.source != PLAIN or staged.options.get("mapping"):
        return
    columns = table_of(staged)
    if columns is None:
        return
    kept = saved_for(columns.names())
    told = kept.declaration if kept else suggested(columns.columns)
    staged.options = {**staged.options, "mapping": json.dumps(told, ensure_ascii=False)}
    staged.save(update_fields=["options"])


def draft(staged: StagedFile, user: Any, *, message: str = "") -> Draft:
    """Return the page of one file. Raises RawGone."""
    source = source_named(staged.source) if staged.source else None
    columns = table_of(staged)
    seen, refusal = _look(staged) if source else (None, "")
    found = _candidates(staged)
    kept = saved_for(columns.names()) if columns and staged.source == PLAIN else None
    return Draft(
        key=str(staged.pk),
        filename=staged.filename,
        size=size_words(staged.size_bytes),
        account=staged.account,
        source=source,
        candidates=found,
        others=_others({one.key for one in found}),
        telling=_telling(source, staged.options, columns, seen, refusal) if source else None,
        editor=editor(columns, mapping_of(staged)) if columns and staged.source == PLAIN else None,
        saved_name=kept.name if kept else "",
        is_saved=kept is not None and kept.declaration == mapping_of(staged),
        preview=preview(seen) if seen else None,
        refusal=refusal,
        question=plainly(refusal),
        message=message,
        zone=str(zone()),
        zones=tuple(sorted(available_timezones())),
        waiting=tuple(one for one in drafts_of(user) if one.pk != staged.pk),
    )


def is_ready(staged: StagedFile) -> bool:
    """Say whether the file can be imported as it is: its format is known, nothing is asked, something is stored."""
    if not staged.source or not (found := _candidates(staged)) or found[0].key != staged.source:
        return False
    try:
        seen, _ = _look(staged)
    except RawGone:
        return False
    return seen is not None and preview(seen).stores_any


def _look(staged: StagedFile) -> tuple[Look | None, str]:
    with opened(staged.raw_name) as file:
        try:
            return look(file, staged.source, staged.options, filename=staged.filename), ""
        except (Unreadable, WrongOption) as refused:
            return None, str(refused)


def _telling(
    source: Source, options: Mapping[str, str], columns: Columns | None, seen: Look | None, refusal: str
) -> Telling:
    said = [refusal] if refusal else []
    if seen:
        said += [one.reason for one in seen.refused]
    form = telling(source, options, columns.names() if columns else (), list(dict.fromkeys(said)))
    return form


def _candidates(staged: StagedFile) -> tuple[Candidate, ...]:
    found = candidates(head_of(staged), staged.filename)
    return tuple(
        Candidate(key=source.key, label=source.label, certainty=_certainty(source, sure)) for sure, source in found
    )


def _certainty(source: Source, sure: float) -> str:
    if source.key == PLAIN:
        return "any table"
    return "sure" if sure >= _SURE else "likely" if sure >= _LIKELY else "possible"


def _others(found: set[str]) -> tuple[tuple[str, tuple[Candidate, ...]], ...]:
    rest = [source for source in all_sources() if source.key not in found and source.key != "push"]
    sides = {label: [one for one in rest if one.side == side] for side, label in _SIDES.items()}
    return tuple(
        (label, tuple(Candidate(key=one.key, label=one.label, certainty="") for one in some))
        for label, some in sides.items()
        if some
    )
