"""What stands around every page: the rail with the pages this person may open, and the company's name."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse

from insights.access.roles import IMPORT, LABEL, READ_ROWS, may
from insights.dashboards.page import of_htmx

PLAIN, PARTIAL = "base.html", "partial.html"
_OF_SOURCES = (
    "delivery", "draft", "bring", "draft-keep", "draft-start", "mend", "hook-new", "hook-secret", "pull-new",
    "pull-try", "pull-secret",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One page in the rail."""

    label: str
    url: str
    icon: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Pages that belong to one kind of work."""

    label: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The whole frame."""

    company: str
    groups: tuple[Group, ...]
    may_read_rows: bool
    may_import: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame, and whether the page is asked for whole or only its inside."""
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return {"layout": PLAIN}
    htmx = of_htmx(request)
    is_partial = bool(htmx) and not htmx.history_restore_request
    return {"layout": PARTIAL if is_partial else PLAIN, "frame": _frame(request)}


def _frame(request: HttpRequest) -> Frame:
    reads, imports = may(request.user, READ_ROWS), may(request.user, IMPORT)
    here = request.resolver_match.url_name if request.resolver_match else ""

    def link(name: str, label: str, *, also: tuple[str, ...] = ()) -> Link:
        icon = f"components/icons/{name}.html"
        return Link(label=label, url=reverse(name), icon=icon, is_here=here in {name, *also})

    run = [
        link("sources", "Sources", also=_OF_SOURCES),
        link("data-health", "Data health", also=("link-rule-declare",)),
        *((link("labelling", "Labelling", also=("quality-page",)),) if may(request.user, LABEL) else ()),
        link("taxonomy", "Taxonomy", also=("taxonomy-topic", "taxonomy-draft", "taxonomy-add", "taxonomy-load")),
        link("definitions", "Definitions"),
        *_outside("/api/docs/", "API docs", "api"),
    ]
    if getattr(request.user, "is_staff", False):
        run += _outside("/admin/", "Admin", "admin")
    see = (link("overview", "Overview"), link("reasons", "Contact reasons"), link("agreement", "Agreement"))
    dig = (link("explorer", "Explorer"), link("records", "Records", also=("record",)))
    return Frame(
        company=settings.COMPANY_NAME,
        groups=(
            Group(label="See", links=see),
            *((Group(label="Dig", links=dig),) if reads else ()),
            Group(label="Run", links=tuple(run)),
        ),
        may_read_rows=reads,
        may_import=imports,
    )


def _outside(path: str, label: str, icon: str) -> list[Link]:
    """Return the link if something answers there."""
    try:
        resolve(path)
    except Resolver404:
        return []
    return [Link(label=label, url=path, icon=f"components/icons/{icon}.html", is_here=False)]
