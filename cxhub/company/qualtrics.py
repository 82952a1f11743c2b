"""The company's surveys as Qualtrics exports them: three header rows, system columns, embedded data, partials."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cxhub.company.answers import AFTER_CONTACT, AFTER_SELF_SERVICE, PARTIAL, PREVIEW, RELATIONSHIP, TEST
from cxhub.company.calls import call_id
from cxhub.company.ledger import Bools, Ints, Ledger
from cxhub.company.names import LAST_NAMES
from cxhub.company.telling import Teller
from cxhub.company.vendor import Files, mixed, utc
from cxhub.company.world import CHANNELS, LANGUAGES, PRODUCTS, QUEUES, REGIONS, SEGMENTS
from cxhub.company.zendesk import FIRST_TICKET

_SYSTEM = (
    ("StartDate", "Start Date", "startDate"), ("EndDate", "End Date", "endDate"),
    ("Status", "Response Type", "status"), ("IPAddress", "IP Address", "ipAddress"),
    ("Progress", "Progress", "progress"), ("Duration (in seconds)", "Duration (in seconds)", "duration"),
    ("Finished", "Finished", "finished"), ("RecordedDate", "Recorded Date", "recordedDate"),
    ("ResponseId", "Response ID", "_recordId"), ("RecipientLastName", "Recipient Last Name", "recipientLastName"),
    ("RecipientFirstName", "Recipient First Name", "recipientFirstName"),
    ("RecipientEmail", "Recipient Email", "recipientEmail"),
    ("ExternalReference", "External Data Reference", "externalDataReference"),
    ("LocationLatitude", "Location Latitude", "locationLatitude"),
    ("LocationLongitude", "Location Longitude", "locationLongitude"),
    ("DistributionChannel", "Distribution Channel", "distributionChannel"),
    ("UserLanguage", "User Language", "userLanguage"),
)  # fmt: skip
_DATES = ("startDate", "endDate", "recordedDate")
_PLACES = (
    "52.5200,13.4050",
    "53.5511,9.9937",
    "48.1351,11.5820",
    "50.9375,6.9603",
    "50.1109,8.6821",
    "51.3397,12.3731",
)
CSAT_LABELS = (
    "Extremely dissatisfied", "Somewhat dissatisfied", "Neither satisfied nor dissatisfied", "Somewhat satisfied",
    "Extremely satisfied",
)  # fmt: skip
CES_LABELS = (
    "Extremely difficult", "Moderately difficult", "Slightly difficult", "Neither easy nor difficult", "Slightly easy",
    "Moderately easy", "Extremely easy",
)  # fmt: skip
BAD_ANSWERS = 3  # an 11 from 0 to 10, a 31 February, an answer without an id; all in the relationship survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One questionnaire: its questions after the system columns, and its embedded data."""

    key: str
    number: int  # of Answers.survey
    questions: tuple[tuple[str, str, str], ...]
    embedded: tuple[str, ...]
    distribution: str
    options: tuple[tuple[str, str], ...]


_FACTS = ("customer_number", "segment", "region", "product")
SURVEYS = (
    Survey(
        key="relationship_nps",
        number=RELATIONSHIP,
        questions=(
            (
                "Q1_NPS_GROUP",
                "How likely are you to recommend Lumio to a friend or colleague? - Group",
                "QID1_NPS_GROUP",
            ),
            ("Q1", "How likely are you to recommend Lumio to a friend or colleague?", "QID1"),
            ("Q2", "What is the main reason for your score?", "QID2_TEXT"),
        ),
        embedded=_FACTS,
        distribution="email",
        options=(("survey", "Relationship survey"),),
    ),
    Survey(
        key="after_contact_csat",
        number=AFTER_CONTACT,
        questions=(
            ("Q1", "Overall, how satisfied are you with the help you received?", "QID4"),
            ("Q2", "Was your request solved?", "QID5"),
            ("Q3", "What could we have done better, or what did you like?", "QID6_TEXT"),
        ),
        embedded=("ticket_id", *_FACTS, "queue"),
        distribution="email",
        options=(("survey", "After a contact"), ("link_source", "zendesk"), ("link_column", "ticket_id")),
    ),
    Survey(
        key="after_call_csat",
        number=AFTER_CONTACT,
        questions=(
            ("Q1", "Overall, how satisfied are you with your call to us?", "QID11"),
            ("Q2", "Was your request solved?", "QID12"),
            ("Q3", "What could we have done better, or what did you like?", "QID13_TEXT"),
        ),
        embedded=("call_id", *_FACTS, "queue"),
        distribution="sms",
        options=(("survey", "After a call"), ("link_source", "csv"), ("link_column", "call_id")),
    ),
    Survey(
        key="self_service_ces",
        number=AFTER_SELF_SERVICE,
        questions=(
            ("Q1", "How easy was it to do what you came for?", "QID21"),
            ("Q2", "What made it easy or hard?", "QID22_TEXT"),
        ),
        embedded=(*_FACTS, "touchpoint"),
        distribution="anonymous",
        options=(("survey", "After self-service"),),
    ),
)


def write_qualtrics(ledger: Ledger, folder: Path) -> list[tuple[Survey, Files]]:
    """Write each survey's answers, a file each."""
    teller, found = Teller(ledger), []
    for survey in SURVEYS:
        rows, files = np.flatnonzero(_belongs(ledger, survey)), Files()
        name = f"qualtrics_{survey.key}.csv"
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\r\n")
            table.writerows(_heads(survey))
            table.writerows(_row(ledger, teller, survey, int(row)) for row in rows)
            bad = list(_bad_rows(ledger, teller, survey, rows)) if survey.number == RELATIONSHIP else []
            table.writerows(bad)
        files.add(name, len(rows) + len(bad))
        found.append((survey, files))
    return found


def _belongs(ledger: Ledger, survey: Survey) -> Bools:
    here: Bools = ledger.answers.survey == survey.number
    if survey.number != AFTER_CONTACT:
        return here
    is_call = ledger.contacts.channel[ledger.answers.contact] == CHANNELS.index("VOICE")
    both: Bools = here & (is_call if survey.key == "after_call_csat" else ~is_call)
    return both


def _heads(survey: Survey) -> Iterator[Sequence[str]]:
    embedded = tuple((name, name, name) for name in survey.embedded)
    columns = (*_SYSTEM, *survey.questions, *embedded)
    yield [name for name, _, _ in columns]
    yield [shown for _, shown, _ in columns]
    yield [_import_id(key) for _, _, key in columns]


def _import_id(key: str) -> str:
    told = {"ImportId": key} | ({"timeZone": "Z"} if key in _DATES else {})
    return json.dumps(told, separators=(",", ":"))


def _row(ledger: Ledger, teller: Teller, survey: Survey, row: int) -> list[Any]:
    answers, customers = ledger.answers, ledger.customers
    who, status, ended = int(answers.customer[row]), int(answers.status[row]), int(answers.at[row])
    seconds = 25 + (row * 7919) % 240
    is_person = status in (0, PARTIAL)
    is_known = is_person and survey.distribution != "anonymous"
    latitude, longitude = _PLACES[customers.region[who]].split(",")
    recorded = ended + (86_400 * 6 if status == PARTIAL else 1)
    return [
        f"{utc(ended - seconds):%Y-%m-%d %H:%M:%S}", f"{utc(ended):%Y-%m-%d %H:%M:%S}",
        {PREVIEW: "Survey Preview", TEST: "Survey Test"}.get(status, "IP Address"),
        f"203.0.113.{row % 254 + 1}" if is_person else "", 100 if status != PARTIAL else 40 + row % 3 * 15, seconds,
        status != PARTIAL, f"{utc(min(recorded, ledger.period.ends_at() - 1)):%Y-%m-%d %H:%M:%S}",
        f"R_{mixed(ledger.seed * 1_000_003 + row, 15)}",
        LAST_NAMES[customers.last[who]] if is_known else "", customers.first_name(who) if is_known else "",
        customers.email(who) if is_known else "", customers.number(who) if is_known else "", latitude, longitude,
        {PREVIEW: "preview", TEST: "test"}.get(status, survey.distribution), _language(ledger, who),
        *_answers(ledger, teller, survey, row), *_embedded(ledger, survey, row),
    ]  # fmt: skip


def _language(ledger: Ledger, who: int) -> str:
    return LANGUAGES[ledger.customers.language[who]].upper()


def _answers(ledger: Ledger, teller: Teller, survey: Survey, row: int) -> list[Any]:
    answers = ledger.answers
    score, solved = int(answers.score[row]), int(answers.solved[row])
    words = teller.answer(row)
    if survey.number == RELATIONSHIP:
        group = "Promoter" if score >= 9 else "Passive" if score >= 7 else "Detractor"
        return [group, score, words]
    if survey.number == AFTER_CONTACT:
        return [CSAT_LABELS[score - 1], {1: "Yes", 0: "No"}.get(solved, ""), words]
    return [CES_LABELS[score - 1], words]


def _embedded(ledger: Ledger, survey: Survey, row: int) -> list[Any]:
    answers, customers, contacts = ledger.answers, ledger.customers, ledger.contacts
    who, about = int(answers.customer[row]), int(answers.contact[row])
    told = {
        "ticket_id": str(FIRST_TICKET + about),
        "call_id": call_id(about),
        "queue": QUEUES[contacts.queue[about]] if about >= 0 else "",
        "customer_number": customers.number(who),
        "segment": SEGMENTS[customers.segment[who]],
        "region": REGIONS[customers.region[who]],
        "product": PRODUCTS[customers.product[who]],
        "touchpoint": "App" if row % 3 else "Website",
    }
    return [told[name] for name in survey.embedded]


def _bad_rows(ledger: Ledger, teller: Teller, survey: Survey, rows: Ints) -> Iterator[list[Any]]:
    """Yield answers that must be set aside, each for its own reason."""
    names = [name for name, _, _ in (*_SYSTEM, *survey.questions)]
    for place, (column, value) in enumerate((("Q1", 11), ("EndDate", "2026-02-31 10:00:00"), ("ResponseId", ""))):
        row = _row(ledger, teller, survey, int(rows[place]))
        row[names.index("ResponseId")] = f"R_bad{place:012d}"
        row[names.index("Status")], row[names.index("Finished")] = "IP Address", True
        row[names.index(column)] = value
        if column == "EndDate":
            row[names.index("StartDate")] = row[names.index("RecordedDate")] = value
        yield row
