"""Which column of a survey's table plays which part: as people say, or by names that leave no doubt."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from insights.intake.fields import said
from insights.intake.record import ANY_SOURCE, CustomerRecord, FeedbackReference
from insights.intake.source import BadRecord, Option, Unreadable
from surveys.labels import Scale
from surveys.scales import declared

# Part → names (letters and digits only, lower case) which exports and embedded data use for it.
_KNOWN: dict[str, tuple[str, ...]] = {
    "link": ("ticketid", "ticketnumber", "zendeskticketid", "zendeskid", "caseid", "casenumber", "conversationid",
             "interactionid", "callid", "contactcenterid", "sfcaseid", "genesysconversationid", "connectcontactid"),
    "segment": ("segment", "customersegment"),
    "region": ("region", "market"),
    "product": ("product", "productname"),
    "customer_number": ("customerid", "customernumber", "customerno", "kundennummer", "accountnumber"),
    "phone": ("phone", "phonenumber", "recipientphone", "msisdn"),
    "queue": ("queue", "queuename"),
    "team": ("team", "teamname"),
    "agent": ("agent", "agentid", "agentname"),
    "touchpoint": ("touchpoint",),
}  # fmt: skip

LINK_SOURCE_OPTIONS = (
    Option(name="link_source", question="From which source are the contacts that the survey asks about, as zendesk?"),
    Option(name="link_account", question="And from which account of that source, if there are several?"),
)
JSON_LINK_OPTIONS = (
    Option(name="link_column", question="Which field or property holds the id of the ticket or contact?"),
    *LINK_SOURCE_OPTIONS,
)
COLUMN_OPTIONS = (
    Option(
        name="link_column", question="Which column holds the id of the ticket or contact that the survey asks about?"
    ),
    *LINK_SOURCE_OPTIONS,
    *(
        Option(name=f"{part}_column", question=f"Which column holds the {part.replace('_', ' ')}?")
        for part in _KNOWN
        if part != "link"
    ),
    Option(name="solved_column", question="Which column answers whether the matter was solved (yes or no)?"),
)
SCORE_OPTION = Option(
    name="score.*",
    question="What does the column after the dot measure, as NPS, CSAT:1:5, CES:1:7, or CSAT:1:5:lower if low is good?",
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the file's head describes it."""

    name: str  # as it stands in a record
    aliases: tuple[str, ...] = ()  # other names by which people may call it
    wording: str = ""  # the question as asked
    choice_of: str = ""  # the question of which this column is one choice


def find(columns: Sequence[Column], called: str, option: str) -> Column:
    """Return the column which people call so. Raises Unreadable with the names there are."""
    wanted = _letters(called)
    for column in columns:
        names = {_letters(one) for one in (column.name, *column.aliases, column.wording)}
        if called.strip() == column.name or wanted in names:
            return column
    listed = ", ".join(column.name for column in columns[:60])
    raise Unreadable(f"There is no column '{called}' ({option}). The columns are: {listed}.")


class Parts:
    """Which column plays which part in this file."""

    def __init__(
        self, columns: Sequence[Column], options: Mapping[str, str], *, free: Iterable[Column] | None = None
    ) -> None:
        """Take what `options` say; the rest is found among the `free` columns by name. Raises Unreadable."""
        self.column: dict[str, Column] = {}
        for part in (*_KNOWN, "solved"):
            if options.get(f"{part}_column"):
                self.column[part] = find(columns, options[f"{part}_column"], f"{part}_column")
        self._refuse_doubles()
        taken = {column.name for column in self.column.values()}
        for column in columns if free is None else free:
            part = next((part for part, names in _KNOWN.items() if _letters(column.name) in names), "")
            if part and part not in self.column and column.name not in taken:
                self.column[part] = column
        self.notices: list[str] = []
        self._link_source = options.get("link_source", "").strip()
        self._link_account = options.get("link_account", "").strip()
        self._say_what_is_missing()

    def names(self) -> set[str]:
        """Return the names of the columns that play a part."""
        return {column.name for column in self.column.values()}

    def cell(self, part: str, record: Mapping[str, object]) -> str:
        """Return what a record says in the column of a part, "" when nothing."""
        column = self.column.get(part)
        value = str(record.get(column.name) or "").strip() if column else ""
        return value if said(value) else ""

    def about(self, record: Mapping[str, object]) -> FeedbackReference | None:
        """Return the contact that the answer is about."""
        contact = self.cell("link", record)
        return reference(contact, self._link_source, self._link_account)

    def customer(
        self, record: Mapping[str, object], *, email: str = "", number: str = "", names: tuple[str, ...] = ()
    ) -> CustomerRecord | None:
        """Return the customer, None when nothing is said of one."""
        found = CustomerRecord(
            email=email,
            phone=self.cell("phone", record),
            customer_number=self.cell("customer_number", record) or number,
            names=tuple(name for name in names if name),
            segment=self.cell("segment", record) or None,
            region=self.cell("region", record) or None,
            product=self.cell("product", record) or None,
        )
        return None if found == CustomerRecord() else found

    def _refuse_doubles(self) -> None:
        parts: dict[str, str] = {}
        for part, column in self.column.items():
            if column.name in parts:
                raise Unreadable(f"The column '{column.name}' is named twice, as {parts[column.name]} and as {part}.")
            parts[column.name] = part

    def _say_what_is_missing(self) -> None:
        link = self.column.get("link")
        if link is None or self._link_source:
            return
        self.notices.append(
            f"'{link.name}' is taken for the id of the contact that the survey asks about, whoever has it alone. "
            "With link_source only contacts of that source are meant."
        )


def reference(contact: str, source: str, account: str = "") -> FeedbackReference | None:
    """Return the contact with this id, of whichever source has it alone where people did not say of which."""
    key = contact.strip().lstrip("#")
    if not key:
        return None
    return FeedbackReference(source_id=key, source=source or ANY_SOURCE, account=account if source else "")


def linked(fields: Mapping[str, object], options: Mapping[str, str]) -> FeedbackReference | None:
    """Return the contact that a field names: the field that people said, else one whose name leaves no doubt."""
    found = (name for name in fields if _letters(str(name)) in _KNOWN["link"])
    name, source = options.get("link_column") or next(found, ""), options.get("link_source", "")
    value = fields.get(name) if name else None
    if not said(value) or isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return reference(str(value), source, options.get("link_account", ""))


def check_declared(options: Mapping[str, str], *others: str) -> None:
    """Raise Unreadable when an option that declares a scale (score.* and `others`) cannot mean one."""
    for name, value in options.items():
        if value and (name.startswith("score.") or name in others):
            declared(name.removeprefix("score."), value)


def declared_for(options: Mapping[str, str], names: Sequence[str], wording: str = "") -> Scale | None:
    """Return the scale that people declared for a question, known by any of its names. Raises BadRecord."""
    letters = {_letters(name) for name in (*names, wording) if name}
    for option, text in options.items():
        if option.startswith("score.") and _letters(option.removeprefix("score.")) in letters:
            try:
                return declared(option.removeprefix("score."), text, wording)
            except Unreadable as wrong:
                raise BadRecord(str(wrong), names[0] if names else wording) from None
    return None


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9äöüß]", "", name.lower())
