"""GET /search: texts by their words, by their meaning, or like another."""

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, Final, cast, get_args
from urllib.parse import urlencode

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.access import readable
from insights.access.search import FILTERS, CannotSearch, Hit, Mode, Wish, find
from insights.access.snippets import Snippet, snippets
from insights.api.base import ApiView, key_of, single, whole_number
from insights.api.documents import ref
from insights.api.problems import Problem, wrong_parameter
from insights.api.records import address_of
from insights.enrichment.encoder import EncoderMissing
from insights.mart.calendar import start_of_day
from insights.models import Feedback, SearchDue

_OWN: Final = frozenset({"q", "like", "mode", "since", "until", "limit", "first"})
_SHOWN: Final = ("kind", "source", "channel", "queue", "survey", "language")


class Search(ApiView):
    """GET /search."""

    required_scopes = ("feedback:read",)
    known_parameters = frozenset({*_OWN, *FILTERS})

    @extend_schema(
        operation_id="search",
        responses={200: ref("SearchPage")},
        extensions={"x-parameters": ["search"]},
        tags=["Feedback"],
    )
    def get(self, request: Request) -> Response:
        """Texts by words and meaning, the best first. `not_yet_findable` counts texts that are still being taken up."""
        wish = _wish(request)
        try:
            found = find(wish, self.viewer)
        except CannotSearch as wrong:
            raise wrong_parameter(wrong.field, str(wrong)) from None
        except EncoderMissing as missing:
            raise Problem(503, "unavailable", f"{missing} Search with mode=WORDS meanwhile.") from None
        keys = [hit.feedback for hit in found.hits]
        rows = readable(self.viewer).in_bulk(keys)
        marked = snippets(keys, wish.text)
        results = [_hit(hit, rows[hit.feedback], marked[hit.feedback]) for hit in found.hits if hit.feedback in rows]
        following = replace(wish, first=wish.first + wish.limit) if found.has_more else None
        return Response(
            {
                "total": found.total,
                "next": _address(request, following),
                "not_yet_findable": SearchDue.objects.count(),
                "results": results,
            }
        )


def _wish(request: Request) -> Wish:
    mode = (single(request, "mode") or "BOTH").upper()
    if mode not in get_args(Mode):
        raise wrong_parameter("mode", f"mode is '{mode}'. It can be {', '.join(get_args(Mode))}.")
    try:
        return Wish(
            text=single(request, "q") or "",
            like=key_of(request, "like"),
            mode=cast(Mode, mode),
            since=_moment(request, "since"),
            until=_moment(request, "until"),
            filters={name: request.query_params.getlist(name) for name in FILTERS if name in request.query_params},
            first=whole_number(request, "first", default=0, lowest=0, highest=10_000),
            limit=whole_number(request, "limit", default=20, lowest=1, highest=100),
        )
    except CannotSearch as wrong:
        raise wrong_parameter(wrong.field, str(wrong)) from None


def _moment(request: Request, name: str) -> datetime | None:
    """Return when a day of the company begins. Raises 400."""
    text = single(request, name)
    try:
        return None if text is None else start_of_day(date.fromisoformat(text), settings.REPORTING_TIME_ZONE)
    except (ValueError, OverflowError):
        raise wrong_parameter(name, f"{name} is '{text}'. Write a day as 2026-01-31.") from None


def _hit(hit: Hit, feedback: Feedback, found: tuple[Snippet, ...]) -> dict[str, Any]:
    return {
        "id": str(hit.feedback),
        "url": address_of(hit.feedback),
        "occurred_at": feedback.occurred_at.isoformat(),
        **{name: getattr(feedback, name) for name in _SHOWN},
        "by_words": hit.by_words,
        "similarity": hit.similarity,
        "snippets": [{**asdict(one), "marks": [list(mark) for mark in one.marks]} for one in found],
    }


def _address(request: Request, following: Wish | None) -> str | None:
    if following is None:
        return None
    pairs = [(n, v) for n, values in request.query_params.lists() if n != "first" for v in values]
    return f"{request.path}?{urlencode([*pairs, ('first', following.first)])}"
