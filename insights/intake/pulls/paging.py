"""How a JSON API leads from one page to the next: a cursor, a link header, an address, a page number or an offset."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from insights.intake.pulls.contents import at
from insights.intake.pulls.destination import origin_of
from insights.intake.pulls.trouble import Misdeclared

WAYS = ("none", "cursor", "link", "url", "page", "offset")
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_NEXT = re.compile(r';\s*rel\s*=\s*"?[^";]*\bnext\b', re.IGNORECASE)
Next = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a page told: what stands around its records, its headers, and how many records it had."""

    around: Mapping[str, Any]
    headers: Mapping[str, str]
    count: int


def parameters_of(options: Mapping[str, str], place: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters that ask for the page at `place` ({} is the first)."""
    name = options.get("next_parameter", "")
    match options.get("next", "none"):
        case "cursor" if "cursor" in place:
            return {name: str(place["cursor"])}
        case "page":
            return {name: str(place.get("page", _first_page(options)))}
        case "offset":
            return {name: str(place.get("offset", 0))}
    return {}


def following(options: Mapping[str, str], place: Mapping[str, Any], seen: Seen, address: str) -> Next | None:
    """Return where the next page is, None after the last. Raises Misdeclared when it cannot be, or stands still."""
    found = _WAYS[options.get("next", "none")](options, place, seen)
    if found is not None and "address" in found:
        found = {"address": urljoin(address, found["address"])}
        if origin_of(found["address"]) != origin_of(address):
            raise Misdeclared(
                "The next page lies on another host than the first, and the token is not taken there. "
                "Let the pull begin at that host."
            )
    if found is not None and found == dict(place):
        raise Misdeclared("The next page is this page again: the way to the next page is declared wrong.")
    return found


def _first_page(options: Mapping[str, str]) -> int:
    return int(options.get("first_page", "1"))


def _no_more(_options: Mapping[str, str], _place: Mapping[str, Any], _seen: Seen) -> Next | None:
    return None


def _by_cursor(options: Mapping[str, str], _place: Mapping[str, Any], seen: Seen) -> Next | None:
    cursor = at(seen.around, options.get("next_field", ""))
    return {"cursor": cursor} if isinstance(cursor, str | int) and not isinstance(cursor, bool) and cursor else None


def _by_address(options: Mapping[str, str], _place: Mapping[str, Any], seen: Seen) -> Next | None:
    address = at(seen.around, options.get("next_field", ""))
    return {"address": address} if isinstance(address, str) and address else None


def _by_link(_options: Mapping[str, str], _place: Mapping[str, Any], seen: Seen) -> Next | None:
    for address, about in _LINK.findall(seen.headers.get("link", "")):
        if _NEXT.search(about):
            return {"address": address}
    return None


def _by_number(options: Mapping[str, str], place: Mapping[str, Any], seen: Seen) -> Next | None:
    return None if _is_last(options, seen) else {"page": place.get("page", _first_page(options)) + 1}


def _by_offset(options: Mapping[str, str], place: Mapping[str, Any], seen: Seen) -> Next | None:
    return None if _is_last(options, seen) else {"offset": place.get("offset", 0) + seen.count}


def _is_last(options: Mapping[str, str], seen: Seen) -> bool:
    """A page that is not full is the last, where we know how many fill it; else an empty one is."""
    size = int(options.get("page_size", "0"))
    return seen.count < size if size else not seen.count


_WAYS: dict[str, Callable[[Mapping[str, str], Mapping[str, Any], Seen], Next | None]] = {
    "none": _no_more,
    "cursor": _by_cursor,
    "link": _by_link,
    "url": _by_address,
    "page": _by_number,
    "offset": _by_offset,
}
