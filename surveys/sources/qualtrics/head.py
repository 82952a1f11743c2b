"""The head of a Qualtrics export: one, two or three rows that say what each column is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from insights.intake.table import Row, unique_names
from insights.intake.wording import plain_text
from surveys.columns import Column

_IMPORT_ID = re.compile(r"""['"]ImportId['"]\s*:\s*['"]([^'"]+)['"]""")
_ZONE = re.compile(r"""['"]timeZone['"]\s*:\s*['"]([^'"]+)['"]""")
_CHOICE = re.compile(r"""['"]choiceId['"]\s*:\s*['"]([^'"]+)['"]""")
_RESPONSE_ID = re.compile(r"[A-Z]{1,4}_[A-Za-z0-9]{8,24}")
# What Qualtrics itself says of a response, by ImportId or column name reduced to letters → what it is to us.
_SYSTEM = {
    "startdate": "started", "enddate": "ended", "recordeddate": "recorded", "status": "status", "ipaddress": "dropped",
    "progress": "progress", "duration": "duration", "durationinseconds": "duration", "finished": "finished",
    "recordid": "id", "responseid": "id", "responseset": "dropped", "responsesetid": "dropped",
    "recipientlastname": "last_name", "recipientfirstname": "first_name", "recipientemail": "email",
    "emailaddress": "email", "externaldatareference": "external", "externalreference": "external",
    "locationlatitude": "dropped", "locationlongitude": "dropped", "locationaccuracy": "dropped",
    "distributionchannel": "channel", "userlanguage": "language",
}  # fmt: skip
_LEGACY = {
    "v1": "id", "v2": "dropped", "v3": "last_name", "v4": "external", "v5": "email", "v6": "dropped", "v7": "status",
    "v8": "started", "v9": "ended", "v10": "finished",
}  # fmt: skip
_ASIDE = re.compile(
    r"_A?DO(?:_\w+)?$|_(?:FIRST_CLICK|LAST_CLICK|PAGE_SUBMIT|CLICK_COUNT|BROWSER|VERSION|OS|RESOLUTION)$"
    r"|_(?:First Click|Last Click|Page Submit|Click Count|Browser|Version|Operating System|Resolution)$"
    r"|_NPS_GROUP$"
    r"|_[0-9a-f]{20,}\w*$"
    r"| - (?:Parent )?(?:Topics?|Sentiment(?: Score| Polarity| Label)?|Actionability|Effort(?: Score)?|Emotion"
    r"(?: Intensity)?)(?: .*)?$",
)
_TEXT = re.compile(r"[_-]TEXT$")
_FORM_FIELD = re.compile(r"QID\d+_\d+")
_QUESTION = re.compile(r"QID\d+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column is: a system field, aside, a text, a form field, a question or embedded data."""

    column: Column
    role: str
    import_id: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of an export says."""

    names: list[str]
    meanings: list[Meaning]
    rows: int
    zone: str  # as the file names it, "" when it does not
    places: dict[str, str]  # role → the first column that has it

    def of(self, role: str) -> str:
        """Return the name of the column with a role, "" when there is none."""
        return self.places.get(role, "")

    def having(self, *roles: str) -> list[Meaning]:
        """Return the columns with one of these roles."""
        return [one for one in self.meanings if one.role in roles]

    def of_nps(self) -> list[Meaning]:
        """Return the columns beside which Qualtrics itself wrote a group of promoters and detractors."""
        groups = {name.removesuffix("_NPS_GROUP") for name in self.names if name.endswith("_NPS_GROUP")}
        ids = {
            one.import_id.removesuffix("_NPS_GROUP") for one in self.meanings if one.import_id.endswith("_NPS_GROUP")
        }
        return [
            one
            for one in self.having("question", "form")
            if {one.column.name, one.column.name.removesuffix("_1")} & groups
            or (one.import_id and {one.import_id, one.import_id.removesuffix("_1")} & ids)
        ]


def head_of(rows: Iterator[Row]) -> Head | None:
    """Return what the first rows say, None when they are not the head of a Qualtrics export."""
    first = list(islice(rows, 3))
    if not first:
        return None
    width = len(first[0].cells)
    more = [_widened(row.cells, width) for row in first[1:]]
    ids = next((cells for cells in more if _says_import_ids(cells)), None)
    place = _place_of_id(first[0].cells, ids)
    wordings = next((cells for cells in more if cells is not ids and not _is_response(cells, place)), None)
    if ids is not None and more.index(ids) == 0:
        wordings = None
    if ids is None and place is None:
        return None
    names = unique_names(first[0].cells)
    meanings = [
        _meaning(name, first[0].cells[at], wordings[at] if wordings else "", ids[at] if ids else "", ids is not None)
        for at, name in enumerate(names)
    ]
    zone = next((found[1] for cell in ids or () if (found := _ZONE.search(cell))), "")
    places = {one.role: one.column.name for one in reversed(meanings)}
    return Head(names, meanings, 1 + (wordings is not None) + (ids is not None), zone, places)


def _widened(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))][:width]


def _says_import_ids(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and 2 * sum(bool(_IMPORT_ID.search(cell)) for cell in filled) > len(filled)


def _place_of_id(header: Sequence[str], ids: Sequence[str] | None) -> int | None:
    for at, name in enumerate(header):
        found = _IMPORT_ID.search(ids[at]) if ids else None
        letters = _letters(found[1] if found else name)
        if _SYSTEM.get(letters) == "id" or (letters == "v1" and "V10" in header):
            return at
    return None


def _is_response(cells: Sequence[str], place: int | None) -> bool:
    """Say whether a row is an answer already: it has a response id, or a date where one has to be."""
    if place is not None:
        return bool(_RESPONSE_ID.fullmatch(cells[place].strip()))
    return any(re.match(r"\d{4}-\d{2}-\d{2}", cell) for cell in cells)


def _meaning(name: str, header: str, wording: str, id_cell: str, has_ids: bool) -> Meaning:
    found, choice = _IMPORT_ID.search(id_cell), _CHOICE.search(id_cell)
    import_id = found[1] if found else ""
    asked = " ".join(plain_text(wording).split())
    question = name.rsplit("_", 1)[0] if choice else ""
    column = Column(name, tuple(one for one in (header, import_id) if one), asked, question)
    return Meaning(column, _role(header, wording, import_id, has_ids), import_id)


def _role(header: str, wording: str, import_id: str, has_ids: bool) -> str:
    if not (header.strip() or import_id):
        return "dropped"  # the empty last column of old exports
    told = import_id.removeprefix("panel-").removeprefix("Location-") if import_id else header
    system = _SYSTEM.get(_letters(told)) or _LEGACY.get(_letters(header) if not has_ids and wording else "")
    if system:
        return system
    if _ASIDE.search(import_id) or _ASIDE.search(header):
        return "aside"
    if _TEXT.search(import_id) or _TEXT.search(header):
        return "text"
    if _FORM_FIELD.fullmatch(import_id):
        return "form"
    return "question" if _QUESTION.match(import_id) or not has_ids else "embedded"


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
