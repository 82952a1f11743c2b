"""The draft of the taxonomy: what was edited, what it would change, and how far it is on its way to go live."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse

from insights.access.rows import readable, words_hidden
from insights.dashboards.boards.quotes import Quote
from insights.dashboards.boards.topic_words import passage, passage_at
from insights.dashboards.names import moment, value_name
from insights.dashboards.numbers import number
from insights.enrichment.taxonomy_changes import Changed
from insights.enrichment.trying_out import TEXTS, is_running
from insights.metrics.viewer import Viewer
from insights.models import Feedback, Retagged, TaxonomyVersion, Topic

State = TaxonomyVersion.State
Places = Mapping[tuple[str, str], tuple[int | None, int | None]]  # of a text and a topic: turn and start


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What would become of one topic."""

    key: str
    name: str
    before: str
    after: str
    gained: str
    lost: str
    moved: str
    comes_in: tuple[Quote, ...]
    goes_out: tuple[Quote, ...]
    lengths: tuple[float, float]  # before and after, on one scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A draft beside the live tree, on some texts."""

    sentence: str
    rows: tuple[Difference, ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The whole page."""

    number: int
    based_on: int
    note: str
    headline: str
    changed: tuple[Changed, ...]
    edits: tuple[tuple[str, str], ...]  # what, who and when
    is_trying: bool
    trial: Compared | None
    trial_error: str
    is_tagging: bool
    is_ready: bool
    done: int
    total: int
    progress: str
    diff: Compared | None
    step: str  # the one thing to do next: TRY, RETAG or PUBLISH; blank while something runs


SHOWN = 40


def draft_page(version: TaxonomyVersion, changed: Iterable[Changed], viewer: Viewer, *, now: datetime) -> Draft:
    """Return the page of an open draft, which comes with its diff."""
    told = tuple(changed)
    trying = is_running(version.trial, now)
    tagging, ready = version.state == State.TAGGING, version.state == State.READY
    tried = "texts" in version.trial
    return Draft(
        number=version.number,
        based_on=version.based_on_id or 0,
        note=version.note,
        headline=_headline(version, len(told)),
        changed=told,
        edits=_edits(version),
        is_trying=trying,
        trial=trial_of(version, viewer) if tried else None,
        trial_error=version.trial.get("error", ""),
        is_tagging=tagging,
        is_ready=ready,
        done=version.texts_done,
        total=version.texts_total,
        progress=f"{number(version.texts_done)} of {number(version.texts_total)} texts judged",
        diff=_compared(version, version.diff, _stored_places(version), viewer) if tagging or ready else None,
        step="" if trying or tagging else "PUBLISH" if ready else "RETAG" if tried else "TRY",
    )


def trial_of(version: TaxonomyVersion, viewer: Viewer, only: str = "") -> Compared:
    """Return what the trial found, of one topic (by its id) or of all."""
    rows = version.trial["rows"]
    places = {
        (text, topic): (place[0], place[1])
        for text, told in version.trial["places"].items()
        for topic, place in told.items()
    }
    return _compared(version, {only: rows[only]} if only in rows else {} if only else rows, places, viewer)


def _headline(version: TaxonomyVersion, changed: int) -> str:
    topics = f"{number(changed)} topic{'' if changed == 1 else 's'}"
    if version.state == State.TAGGING:
        return f"Draft {version.number} is judging every text"
    if version.state == State.READY:
        return f"Draft {version.number} has judged every text and is ready to go live"
    return f"Draft {version.number} changes {topics}; nothing is live yet"


def _edits(version: TaxonomyVersion) -> tuple[tuple[str, str], ...]:
    people = dict(User.objects.filter(pk__in=[one["by"] for one in version.edits]).values_list("pk", "username"))
    return tuple(
        (one["what"], f"{people.get(one['by'], 'somebody')}, {moment(datetime.fromisoformat(one['at']))}")
        for one in reversed(version.edits)
    )


def _stored_places(version: TaxonomyVersion) -> Places:
    keys = [key for row in version.diff.values() for key in row["samples"]["gained"]]
    rows = Retagged.objects.filter(version=version, feedback__in=keys).values_list("feedback_id", "topics")
    return {(str(key), one["topic"]): (one["turn"], one["start"]) for key, topics in rows for one in topics or ()}


def _compared(version: TaxonomyVersion, rows: Mapping[str, Any], places: Places, viewer: Viewer) -> Compared:
    names = {str(key): (slug, name) for key, slug, name in Topic.objects.values_list("pk", "key", "name")}
    names |= {node["id"]: (node["key"], node["name"]) for node in version.tree}
    moved = {topic: row for topic, row in rows.items() if topic in names and (row["gained"] or row["lost"])}
    ranked = sorted(moved, key=lambda topic: (-(moved[topic]["gained"] + moved[topic]["lost"]), names[topic][1]))
    texts = _texts([moved[topic] for topic in ranked[:SHOWN]], viewer)
    most = max((max(row["before"], row["after"]) for row in moved.values()), default=1) or 1
    return Compared(
        sentence=_sentence(version, rows, len(moved)),
        rows=tuple(_difference(topic, moved[topic], names, places, texts, most) for topic in ranked[:SHOWN]),
        left_out=max(len(ranked) - SHOWN, 0),
    )


def _sentence(version: TaxonomyVersion, rows: Mapping[str, Any], moved: int) -> str:
    is_trial = version.state == State.DRAFT
    texts = version.trial.get("texts", 0) if is_trial else version.texts_done
    newest = f"the newest {number(texts)} texts" if is_trial else f"{number(texts)} texts"
    if is_trial and texts < TEXTS:
        newest = f"all {number(texts)} texts that were read"
    if not moved:
        return f"Of {newest}, none would have other topics than now."
    gained, lost = (sum(row[how] for row in rows.values()) for how in ("gained", "lost"))
    return f"On {newest}: {number(gained)} mentions would come in and {number(lost)} go out, of {number(moved)} topics."


def _difference(
    topic: str,
    row: Mapping[str, Any],
    names: Mapping[str, tuple[str, str]],
    places: Places,
    texts: Mapping[str, Feedback],
    most: int,
) -> Difference:
    key, name = names[topic]
    others = sorted(row["moved_to"].items(), key=lambda pair: (-pair[1], pair[0]))
    return Difference(
        key=key,
        name=name,
        **{how: number(row[how]) for how in ("before", "after", "gained", "lost")},
        moved=", ".join(f"{names[other][1]} {number(count)}" for other, count in others[:3] if other in names),
        comes_in=tuple(
            _quote(texts[text], passage_at(texts[text], *places.get((text, topic), (None, None))))
            for text in row["samples"]["gained"]
            if text in texts
        ),
        goes_out=tuple(
            _quote(texts[text], passage(texts[text], {key})) for text in row["samples"]["lost"] if text in texts
        ),
        lengths=(round(100 * row["before"] / most, 1), round(100 * row["after"] / most, 1)),
    )


def _texts(rows: Iterable[Mapping[str, Any]], viewer: Viewer) -> dict[str, Feedback]:
    """The texts that are shown as samples, of those the viewer may read."""
    keys = {key for row in rows for kept in row["samples"].values() for key in kept}
    found = readable(viewer).filter(pk__in=keys)
    return {str(feedback.pk): feedback for feedback in found if not words_hidden(feedback)}


def _quote(feedback: Feedback, text: str) -> Quote:
    return Quote(
        text=text,
        where=f"{value_name('channel', feedback.channel)}, {moment(feedback.occurred_at)}",
        url=reverse("record", args=[feedback.pk]),
    )
