"""The file of a Qualtrics export: a zip of one CSV that bears the survey's name."""

import zipfile
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath

from insights.intake.pulls.trouble import Broken
from insights.intake.raw import Kept, forget, opened
from insights.intake.source import Unreadable
from insights.intake.table import Table

HEAD_ROWS = 3  # an empty export has these too


@dataclass(frozen=True, slots=True)
class ExportFile:
    """What the file of an export says before it is read: the survey's name, and whether there is any response."""

    survey: str
    has_responses: bool


def look_into(kept: Kept) -> ExportFile:
    """Go through a kept export as far as needed. Raises Broken, and forgets it, when it was cut off on its way."""
    try:
        with opened(kept.name) as file:
            name = ""
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as archive:
                    name = next((one for one in archive.namelist() if one.lower().endswith(".csv")), "")
            file.seek(0)
            rows = sum(1 for _ in islice(Table(file).rows(), HEAD_ROWS + 1))
    except (Unreadable, zipfile.BadZipFile):
        forget(kept.name)
        raise Broken("The file of the export is no complete zip of a CSV. It is fetched again.") from None
    return ExportFile(survey=PurePosixPath(name).stem, has_responses=rows > HEAD_ROWS)
