"""The taxonomy as a version of the mart was built by: which topic stands under which, who owns it, what it demands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from insights.models import Topic


@dataclass(frozen=True, slots=True)
class Place:
    """One topic: its parent's key ("" at the top), its department (its own, else the nearest parent's), its demand."""

    parent: str
    department: str
    demand: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All topics by key, retired ones too: what was said of them before stays."""

    places: Mapping[str, Place]

    def line_of(self, key: str) -> Iterator[str]:
        """Yield the topic and all it stands under. A circle ends where it closes."""
        seen: set[str] = set()
        while key and key not in seen:
            yield key
            seen.add(key)
            key = self.places[key].parent if key in self.places else ""

    def changed(self, before: "Taxonomy") -> set[str]:
        """Return the topics whose feedback has to be told anew: they, or what they stand under, changed."""
        return {key for key in self.places if list(self._told(key)) != list(before._told(key))}

    def _told(self, key: str) -> Iterator[tuple[str, Place | None]]:
        for name in self.line_of(key):
            yield name, self.places.get(name)

    def as_json(self) -> dict[str, list[str]]:
        """Return it for a version's note."""
        return {key: [place.parent, place.department, place.demand] for key, place in sorted(self.places.items())}

    @classmethod
    def from_json(cls, told: Mapping[str, list[str]]) -> Self:
        """Read what `as_json` wrote."""
        return cls({key: Place(*place) for key, place in told.items()})


EMPTY = Taxonomy({})


@dataclass(frozen=True, slots=True)
class Standing:
    """The taxonomy as it stands in PostgreSQL, with the topics' ids there."""

    ids: Mapping[str, UUID]
    taxonomy: Taxonomy

    def lines(self) -> tuple[list[UUID], list[str]]:
        """Return as two columns each topic's id beside its key and those of all it stands under."""
        pairs = [(self.ids[key], name) for key in self.ids for name in self.taxonomy.line_of(key)]
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def standing() -> Standing:
    """Read the taxonomy: some hundred rows."""
    rows = {row["id"]: row for row in Topic.objects.values("id", "key", "parent_id", "owner_department", "demand")}
    parents = {row["key"]: rows[row["parent_id"]]["key"] if row["parent_id"] else "" for row in rows.values()}
    own = {row["key"]: row["owner_department"] for row in rows.values()}
    bare = Taxonomy({row["key"]: Place(parents[row["key"]], "", row["demand"]) for row in rows.values()})
    places = {
        key: Place(place.parent, next((own[name] for name in bare.line_of(key) if own[name]), ""), place.demand)
        for key, place in bare.places.items()
    }
    return Standing({row["key"]: key for key, row in rows.items()}, Taxonomy(places))
