"""Conversations as text: who speaks in "Name: words", and on which side a name stands."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from contactcenter.told import Ours
from insights.intake.record import SpeakerRole
from insights.intake.wording import clean, plain_text

# A name is short, begins like one, and is followed by words; "Note: …" or a clock inside a sentence is none.
_LABEL = re.compile(
    r"^\s*(?:[-–]\s+|>>+\s*)?(?:[\[(]?(?P<clock>(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)(?:\s?(?P<half>[AP])M)?[\])]?"
    r"\s*[-–]?\s*)?"
    r"(?P<name>[^\W\d_][^:\n<>{}\[\]\"=;/!?,]{0,58}?)(?:\s*\((?P<clock2>(?:\d{1,2}:)?\d{1,2}:\d{2})\))?\s*:(?:\s+|$)(?P<words>.*)$"
)
# Above what is said, as Otter, Teams and Zoom write it: "Jane Doe  0:03", "[Jane Doe] 10:15:03".
_ABOVE = re.compile(
    r"^\s*(?:\[(?P<boxed>[^\W\d_][^:\n\[\]]{0,58})\]|(?P<name>[^\W\d_][^:\n<>{}\[\]\"=;/!?,.]{0,58}?))\s{1,8}"
    r"(?P<clock>(?:\d{1,2}:)?\d{1,2}:\d{2})\s*$"
)
_ZOOM_CHAT = re.compile(r"^From (?P<name>.+?)(?: to .+)?$", re.IGNORECASE)
_OF_THE_DAY = 3 * 3600  # seconds; a conversation whose first clock says more tells the time of day
_NO_NAMES = frozenset({
    "from", "to", "cc", "bcc", "subject", "date", "sent", "received", "reply-to", "message-id", "mime-version",
    "content-type", "return-path", "note", "notes", "kind", "language", "style", "region", "title", "http", "https",
    "ps", "p.s", "re", "fw", "fwd", "aw", "summary", "transcript", "duration", "call",
})  # fmt: skip
_AGENTS = (
    "agent", "advisor", "adviser", "representative", "rep", "csr", "operator", "employee", "associate", "supervisor",
    "manager", "specialist", "support", "technician", "consultant", "clerk", "human_agent", "support_agent",
    "agent_1", "agent1", "mitarbeiter", "mitarbeiterin", "berater", "beraterin", "kundenservice", "kundensupport",
    "kundenbetreuung", "agente", "soporte", "asesor", "asesora", "suporte", "atendente", "atendimento", "operatore",
    "operador", "operadora", "conseiller", "conseillère", "assistance", "klantenservice", "medewerker", "kundtjänst",
    "kundeservice", "konsultant", "客服",
)  # fmt: skip
_CUSTOMERS = (
    "customer", "contact", "caller", "client", "consumer", "user", "end_user", "enduser", "end-user", "visitor",
    "guest", "member", "patient", "lead", "prospect", "buyer", "customer_1", "customer1", "kunde", "kundin",
    "anrufer", "anruferin", "cliente", "clienta", "usuario", "usuária", "usuário", "utilisateur", "appelant", "klant",
    "klient", "klientka", "utente", "客户", "顾客",
)  # fmt: skip
_BOTS = (
    "bot", "chatbot", "ivr", "virtual_agent", "virtual-agent", "automated_agent", "automated_assistant", "assistant",
    "voicebot", "ai_agent", "ai",
)  # fmt: skip
_ROLES: dict[str, SpeakerRole] = {
    **dict.fromkeys(_AGENTS, "AGENT"),
    **dict.fromkeys(_CUSTOMERS, "CUSTOMER"),
    **dict.fromkeys(_BOTS, "BOT"),
    **dict.fromkeys(("system", "automatic", "workflow"), "SYSTEM"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What one speaker says; an empty name is nobody known."""

    name: str
    words: str
    offset: float | None = None


def role_named(word: str) -> SpeakerRole | None:
    """Return the side that a role's name means ("agent", "CALLER"), None when it means none."""
    return _ROLES.get("_".join(word.lower().split()))


def role_of(name: str, ours: Ours) -> SpeakerRole | None:
    """Return on which side somebody called so stands: told, or called "Agent Mike"; None when nothing says it."""
    if ours.has(name=name):
        return "AGENT"
    words = name.replace("-", " ").split()
    return role_named(name) or (role_named(words[0]) or role_named(words[-1].strip("()")) if words else None)


def sides(names: Iterable[str], ours: Ours) -> dict[str, SpeakerRole]:
    """Return the side of each of these speakers. Beside a known agent the others are customers, and the reverse.

    Who stands on no side that anything tells speaks as SYSTEM: nobody's words are ever put into the customer's mouth.
    """
    known = {name: role_of(name, ours) for name in dict.fromkeys(names)}
    found = set(known.values())
    rest: SpeakerRole = "SYSTEM"
    if "AGENT" in found and "CUSTOMER" not in found:
        rest = "CUSTOMER"
    elif "CUSTOMER" in found and "AGENT" not in found:
        rest = "AGENT"
    return {name: (role or rest) if name else "SYSTEM" for name, role in known.items()}


def persons(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of people among these, to be hidden in texts: "Agent Mike Rivera" is Mike Rivera."""
    found = []
    for name in names:
        words = name.split()
        while words and role_named(words[0]):
            words = words[1:]
        found.append(" ".join(words))
    return tuple(dict.fromkeys(name for name in found if name))


def labelled(line: str) -> Line | None:
    """Return a line "Name: words" taken apart, None when it is no such line."""
    found = _LABEL.match(line)
    if not found:
        return _above(line)
    name = " ".join(found["name"].split())
    of_a_chat = _ZOOM_CHAT.match(name) if found["clock"] else None
    name = of_a_chat["name"] if of_a_chat else name
    if name.lower() in _NO_NAMES or len(name.split()) > 5 or not _is_name(name):
        return None
    clock = found["clock"] or found["clock2"]
    offset = seconds(clock) if clock else None
    if offset is not None and found["half"]:
        offset = offset % (12 * 3600) + (12 * 3600 if found["half"] == "P" else 0)
    return Line(name, found["words"].strip(), offset)


def _above(line: str) -> Line | None:
    """Return the speaker whose words stand in the lines below this one, None when it names none."""
    found = _ABOVE.match(line)
    name = " ".join((found["boxed"] or found["name"]).split()) if found else ""
    if not found or len(name.split()) > 5 or not _is_name(name):
        return None
    return Line(name, "", seconds(found["clock"]))


def _is_name(name: str) -> bool:
    """Say whether these words may be a name: a role's, or capital at both ends ("Ana de la Vega", "Speaker 1")."""
    words = name.split()
    if role_named(name) or role_named(words[0]):
        return True
    return all(word[0].upper() == word[0] for word in (words[0], words[-1]))


def seconds(clock: str) -> float:
    """Return hh:mm:ss.ttt or mm:ss as seconds. Raises ValueError for what is no clock."""
    total = 0.0
    for part in clock.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def conversation(text: str) -> list[Line]:
    """Return who says what in a text of labelled lines; lines without a label go on with who spoke before.

    A text in which nobody is named becomes its paragraphs, said by nobody known.
    """
    found: list[Line] = []
    plain = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if sum(labelled(line) is not None for line in plain) < 2:
        return [Line("", words) for one in re.split(r"\n\s*\n", "\n".join(plain)) if (words := clean(plain_text(one)))]
    for line in plain:
        if line.startswith("Transcribed by http"):
            continue  # the last line of Otter's
        told = labelled(line)
        if told is not None:
            found.append(told)
        elif line.strip() and found:
            last = found[-1]
            found[-1] = Line(last.name, f"{last.words}\n{line.strip()}".strip(), last.offset)
        elif line.strip():
            found.append(Line("", line.strip()))
    first = next((one.offset for one in found if one.offset is not None), 0.0)
    began = first if first > _OF_THE_DAY else 0.0
    return [
        Line(one.name, words, None if one.offset is None else max(one.offset - began, 0.0))
        for one in found
        if (words := clean(plain_text(one.words)))
    ]
