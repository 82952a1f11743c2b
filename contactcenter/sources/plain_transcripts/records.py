"""Metadata of recorded calls: SIPREC (also the simple form that recorders write beside a text) and Teams records."""

from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

from contactcenter.speech import conversation
from insights.intake.fields import mapping, members, text
from insights.intake.source import Unreadable

_DEEPEST = 40


class _Tree:
    """XML as (path of names, attributes, text), without entities, document types or depth without measure."""

    def __init__(self) -> None:
        self.found: list[tuple[tuple[str, ...], dict[str, str], list[str]]] = []
        self._open: list[int] = []
        self._path: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if len(self._path) >= _DEEPEST:
            raise Unreadable(f"The XML nests deeper than {_DEEPEST} levels.")
        self._path.append(name.rpartition(":")[2])
        self._open.append(len(self.found))
        self.found.append((tuple(self._path), attributes, []))

    def end(self, _name: str) -> None:
        """An element ends."""
        self._path.pop()
        self._open.pop()

    def words(self, data: str) -> None:
        """Text inside of the element that is open."""
        if self._open:
            self.found[self._open[-1]][2].append(data)


def _refuse(*_told: Any) -> None:
    raise Unreadable("The XML declares a document type or entities, which is not read for safety.")


def siprec_record(content: bytes) -> dict[str, Any]:
    """Return the session that SIPREC metadata describe. Raises Unreadable."""
    tree, parser = _Tree(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = tree.start, tree.end
    parser.CharacterDataHandler = tree.words
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as broken:
        raise Unreadable(f"This is no valid XML ({broken}).") from None
    except (ValueError, LookupError):
        raise Unreadable("The XML is in an encoding that is not known.") from None
    if not tree.found or tree.found[0][0] != ("recording",):
        raise Unreadable("This XML is no recording metadata of SIPREC.")
    return _session(tree)


def _session(tree: _Tree) -> dict[str, Any]:
    said: dict[str, str] = {}
    people: list[dict[str, str]] = []
    identity = ""
    for path, attributes, pieces in tree.found:
        words, name = "".join(pieces).strip(), path[-1]
        if path[1:] == ("session",):
            identity = identity or attributes.get("session_id") or attributes.get("id") or ""
        elif name in ("caller", "callee", "participant") and len(path) == 2:
            people.append({"side": name})
        elif people and path[1] in ("caller", "callee", "participant"):
            _tell(people[-1], name, words, attributes)
        elif words and name not in said:
            said[name] = words
    return {
        "form": "siprec",
        "id": identity,
        "started_at": said.get("start-time") or said.get("associate-time") or "",
        "ended_at": said.get("end-time") or said.get("stop-time") or said.get("disassociate-time") or "",
        "direction": said.get("direction", ""),
        "people": people,
    }


def _tell(person: dict[str, str], name: str, words: str, attributes: Mapping[str, str]) -> None:
    if name == "nameID":
        address = attributes.get("aor", "").removeprefix("sip:").removeprefix("sips:").removeprefix("tel:")
        user = address.partition("@")[0]
        person["number" if user.lstrip("+").isdigit() else "address"] = user if user.lstrip("+").isdigit() else address
    elif name in ("name", "n") and words:  # recorders write the tag either way
        person.setdefault("name", words)
    elif name == "number" and words:
        person["number"] = words


def teams_record(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Teams call record in our few words."""
    simulated = mapping(value, "_simulated")
    said = simulated.get("transcript") or value.get("transcript") or ""
    lines = conversation(said) if isinstance(said, str) else []
    people = []
    for one in members(value, "participants"):
        user = mapping(one, "user") if isinstance(one, dict) else {}
        people.append(
            {
                "side": "participant",
                "name": text(user.get("displayName")),
                "address": text(user.get("userPrincipalName")),
                "id": text(user.get("id")),
            }
        )
    return {
        "form": "teams",
        "id": text(value.get("id")),
        "started_at": text(value.get("startDateTime")),
        "ended_at": text(value.get("endDateTime")),
        "changed_at": text(value.get("lastModifiedDateTime")),
        "title": text(simulated.get("subject") or value.get("subject")),
        "people": people,
        "lines": [{"speaker": one.name, "text": one.words, "offset": one.offset} for one in lines],
    }
