"""The Explorer: every text the viewer may read, found by its words or its meaning, each place marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast, get_args
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from insights.access import readable
from insights.access.rows import HIDDEN
from insights.access.search import CANDIDATES, FILTERS, CannotSearch, Found, Hit, Mode, Wish, find
from insights.access.snippets import Snippet, snippets
from insights.dashboards.filters import Bar, asked, bar
from insights.dashboards.menus import values
from insights.dashboards.names import moment, value_name
from insights.dashboards.numbers import number
from insights.enrichment.encoder import EncoderMissing
from insights.enrichment.taxonomy import LONGEST_EXAMPLE
from insights.mart.calendar import start_of_day
from insights.metrics.query import InvalidQuery, MetricQuery
from insights.metrics.viewer import Viewer
from insights.models import Feedback, SearchDue

PAGE = 20
MODES: dict[Mode, str] = {"BOTH": "Words and meaning", "WORDS": "Words", "MEANING": "Meaning"}
_OWN = frozenset({"q", "like", "mode", "first"})
_CLOSE = 0.6  # cosine from which the words may say that a text is close


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some characters, marked or not."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place in a text."""

    speaker: str
    pieces: tuple[Piece, ...]
    begins: bool  # whether the text begins there
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One text that was found."""

    url: str
    like_url: str
    kind: str
    voice: str
    when: str
    channel: str
    why: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explorer:
    """The page."""

    bar: Bar
    text: str
    like: str
    mode: str
    modes: tuple[tuple[str, str], ...]
    has_asked: bool
    refusal: str
    sentence: str
    results: tuple[Result, ...]
    next_url: str
    not_yet: str


def explorer(pairs: Sequence[tuple[str, str]], viewer: Viewer, *, last_day: date, path: str) -> Explorer:
    """Return the page for an address. Raises InvalidQuery."""
    own = {name: value for name, value in pairs if name in _OWN}
    query = asked([pair for pair in pairs if pair[0] not in _OWN], last_day=last_day)
    if unknown := sorted(set(query.wanted) - set(FILTERS)):
        raise InvalidQuery(unknown[0], f"Texts cannot be narrowed by '{unknown[0]}' here. Take that filter away.")
    found, wish, refusal = None, None, ""
    if own.get("q", "").strip() or own.get("like"):
        try:
            wish = _wish(own, query)
            found = find(wish, viewer)
        except (CannotSearch, EncoderMissing) as wrong:
            refusal = str(wrong)
    waiting = SearchDue.objects.count()
    return Explorer(
        bar=_bar(query, viewer, last_day, path),
        text=own.get("q", ""),
        like=own.get("like", ""),
        mode=own.get("mode", "BOTH"),
        modes=tuple(MODES.items()),
        has_asked=wish is not None,
        refusal=refusal,
        sentence="" if found is None or wish is None else _sentence(found, wish),
        results=() if found is None or wish is None else _results(found, wish, viewer, query),
        next_url=_next(own, query, found),
        not_yet=f"{number(waiting)} more are being taken up." if waiting else "",
    )


def as_examples(board: Explorer) -> tuple[str, ...]:
    """Return the customers' own places that were found, as examples of a topic to be: one line each, each once."""
    said = [
        " ".join("".join(piece.text for piece in place.pieces).split())
        for result in board.results
        for place in result.places
        if place.speaker in {"", "Customer"}
    ]
    return tuple(dict.fromkeys(text[:LONGEST_EXAMPLE] for text in said if text and text != HIDDEN))


def _wish(own: dict[str, str], query: MetricQuery) -> Wish:
    """Raises CannotSearch."""
    mode = own.get("mode", "BOTH")
    if mode not in get_args(Mode):
        raise CannotSearch("mode", f"There is no way of looking called '{mode}'.")
    zone, first = settings.REPORTING_TIME_ZONE, own.get("first", "0")
    try:
        like = UUID(own["like"]) if own.get("like") else None
    except ValueError:
        raise CannotSearch("like", "The address does not name a record to look for likes of.") from None
    return Wish(
        text="" if like else own.get("q", ""),
        like=like,
        mode=cast(Mode, mode),
        since=start_of_day(query.since, zone),
        until=start_of_day(query.until, zone),
        filters=query.wanted,
        first=int(first) if first.isascii() and first.isdigit() and len(first) < 6 else 0,
        limit=PAGE,
    )


def _bar(query: MetricQuery, viewer: Viewer, last_day: date, path: str) -> Bar:
    made = bar(query, lambda name: values(name, query.period, viewer), last_day=last_day, path=path, compares=False)
    chips, more = (tuple(chip for chip in some if chip.name in FILTERS) for some in (made.chips, made.more))
    return replace(made, chips=chips, more=more)


def _sentence(found: Found, wish: Wish) -> str:
    if not found.total:
        return "Nothing was found: use other words, a longer period, or fewer filters"
    many = f"The best {number(found.total)}" if found.total >= CANDIDATES else number(found.total)
    if wish.like is not None:
        return f"{many} texts nearest in meaning, the nearest first"
    return f"{many} text{'' if found.total == 1 else 's'} by {MODES[wish.mode].lower()}, the best first"


def _results(found: Found, wish: Wish, viewer: Viewer, query: MetricQuery) -> tuple[Result, ...]:
    keys = [hit.feedback for hit in found.hits]
    rows = readable(viewer).in_bulk(keys)
    places = snippets(keys, wish.text)
    filters = query.to_pairs()
    return tuple(
        _result(hit, rows[hit.feedback], places[hit.feedback], filters) for hit in found.hits if hit.feedback in rows
    )


def _result(hit: Hit, feedback: Feedback, found: tuple[Snippet, ...], filters: list[tuple[str, str]]) -> Result:
    kept = [pair for pair in filters if pair[0] in {"since", "until"}]
    return Result(
        url=reverse("record", args=[feedback.pk]),
        like_url=f"{reverse('explorer')}?{urlencode([('like', str(feedback.pk)), *kept])}",
        kind=Feedback.Kind(feedback.kind).label,
        voice="contacts" if feedback.kind in {"CONTACT", "NOTE"} else "surveys",
        when=moment(feedback.occurred_at),
        channel=value_name("channel", feedback.channel),
        why=_why(hit),
        places=tuple(_place(snippet) for snippet in found),
    )


def _why(hit: Hit) -> str:
    if hit.similarity is None:
        return "its words"
    close = "close in meaning" if hit.similarity >= _CLOSE else "near in meaning"
    return f"its words, and {close}" if hit.by_words else close


def _place(snippet: Snippet) -> Place:
    pieces, at = [], 0
    for begin, end in snippet.marks:
        pieces += [
            Piece(text=snippet.text[at:begin], is_marked=False),
            Piece(text=snippet.text[begin:end], is_marked=True),
        ]
        at = end
    pieces.append(Piece(text=snippet.text[at:], is_marked=False))
    speaker = {"": "", "CUSTOMER": "Customer", "AGENT": "Agent", "BOT": "Bot"}.get(snippet.speaker, "System")
    shown = tuple(piece for piece in pieces if piece.text)
    return Place(speaker=speaker, pieces=shown, begins=snippet.start == 0, ends=snippet.is_end)


def _next(own: dict[str, str], query: MetricQuery, found: Found | None) -> str:
    if found is None or not found.has_more:
        return ""
    first = int(own.get("first", "0")) + PAGE
    kept = [(name, value) for name, value in own.items() if name != "first"]
    return f"?{urlencode([*kept, *query.to_pairs(), ('first', first)])}"
