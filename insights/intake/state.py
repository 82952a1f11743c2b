"""One feedback in memory while records are applied to it: what is told fills and changes, silence never erases."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from insights.intake.prepare import Key, Prepared
from insights.intake.record import ContactRecord, FeedbackRecord, TurnRecord
from insights.models.keys import new_key

CONTACT_FIELDS = tuple(one.name for one in fields(ContactRecord))
PLAIN_FIELDS = ("survey", "touchpoint", "journey_stage", "language", "title", "text")  # the newest word counts
SNAPSHOT_FIELDS = ("queue", "team", "agent", "segment", "region", "product")  # the first known value stays
KNOWN_ONCE = ("queue", "team", "agent")
NAMED_LATER = ("queue", "team")
_BARE_ID = re.compile(r"\d+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{24,}|arn:\S+", re.IGNORECASE)
ADDED_UP = ("wait_seconds", "talk_seconds", "hold_seconds", "wrap_up_seconds")  # over the parts that add up
SECONDS_OF_PARTS = "seconds_by_part"


@dataclass(slots=True)
class TurnState:
    """One utterance, with its row where it has one."""

    speaker: str
    text: str
    offset_seconds: float | None
    source_id: str
    id: int | None = None


@dataclass(slots=True)
class ScoreState:
    """One scored answer, without its place."""

    measure: str
    question: str
    wording: str
    label: str
    value: float
    scale_minimum: float
    scale_maximum: float
    higher_is_better: bool


_PLAIN, _KNOWN_ONCE = attrgetter(*PLAIN_FIELDS), attrgetter(*KNOWN_ONCE)
_OF_CONTACT = attrgetter(*CONTACT_FIELDS)
_OF_SCORE = attrgetter(*ScoreState.__slots__)  # a score that is told has fields of the same names


@dataclass(slots=True)
class FeedbackState:
    """A feedback with all that hangs on it. `content_hash` is "" while only parts of it are known."""

    key: Key
    kind: str
    occurred_at: datetime
    channel: str
    id: UUID = field(default_factory=new_key)
    is_new: bool = True
    revision: int = 0
    content_hash: str = ""
    customer_id: UUID | None = None
    about_id: UUID | None = None
    about: Key = ("", "", "")
    values: dict[str, str] = field(default_factory=dict)
    customer_says_solved: bool | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, Any] = field(default_factory=dict)
    turns: list[TurnState] = field(default_factory=list)
    scores: dict[tuple[str, str], ScoreState] = field(default_factory=dict)
    parts: dict[str, tuple[int, str]] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return a plain field; "" is not known."""
        return self.values.get(name, "")

    @property
    def words(self) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """All that is said, to see whether it has to be read again. The title of a survey is the company's."""
        title = "" if self.kind == "SURVEY" else self.value("title")
        return title, self.value("text"), tuple((turn.speaker, turn.text) for turn in self.turns)

    @property
    def has_words(self) -> bool:
        """Whether there is anything to read."""
        title, text, turns = self.words
        return bool(title or text or any(said for _, said in turns))

    def knows(self, told: Prepared) -> bool:
        """Whether this was told before, or something newer was."""
        record = told.record
        if not isinstance(record, FeedbackRecord):
            raise TypeError("Only a feedback record can have been told of a feedback.")
        if record.part:
            revision, content_hash = self.parts.get(record.part, (None, ""))
        else:
            revision, content_hash = (self.revision if self.content_hash else None), self.content_hash
        if revision is None:
            return False
        return record.revision < revision or (record.revision == revision and content_hash == told.content_hash)

    def same_facts(self, other: "FeedbackState") -> bool:
        """Whether nothing differs but the memory of what was told."""
        left, right = (replace(one, revision=0, content_hash="", parts={}) for one in (self, other))
        return left == right and bool(self.content_hash) == bool(other.content_hash)

    def apply(self, told: Prepared, customer_id: UUID | None) -> None:
        """Let the record change what it says something about."""
        record = told.record
        if not isinstance(record, FeedbackRecord):
            raise TypeError("Only a feedback record can change a feedback.")
        is_told_again = not record.part and bool(self.content_hash) and record.revision == self.revision
        if record.part:
            self._apply_part(record)
            self.parts[record.part] = (record.revision, told.content_hash)
        else:
            self._apply_whole(record)
            self.revision, self.content_hash = record.revision, told.content_hash
        if customer_id is not None and (self.customer_id is None or not record.part):
            self.customer_id = customer_id
        self._apply_values(record, is_told_again=is_told_again)
        self._apply_contact(self._added_up(record) if record.part and record.adds_up else record.contact)
        self._apply_scores(record)
        self._apply_turns(self._placed(record) if record.part else record.turns)

    def _apply_whole(self, record: FeedbackRecord) -> None:
        self._move(record.occurred_at)
        self.kind, self.channel = record.kind, record.channel

    def _apply_part(self, record: FeedbackRecord) -> None:
        """Parts alone: the feedback began with the earliest of them, as far as is known."""
        if not self.content_hash and record.occurred_at < self.occurred_at:
            self._move(record.occurred_at)
            self.channel = record.channel

    def _move(self, occurred_at: datetime) -> None:
        """While only parts are known, offsets count from the earliest part; they follow when the beginning is told."""
        if not self.content_hash and self.parts:
            earlier = (self.occurred_at - occurred_at).total_seconds()
            for turn in self.turns:
                if turn.offset_seconds is not None:
                    turn.offset_seconds += earlier
        self.occurred_at = occurred_at

    def _apply_values(self, record: FeedbackRecord, *, is_told_again: bool) -> None:
        for name, told in zip(PLAIN_FIELDS, _PLAIN(record), strict=True):
            if not told or (is_told_again and name == "text" and told in self.value("text")):
                continue  # not said; an export of fewer questions leaves the other answers as they were
            self.values[name] = told
        for name, told in zip(KNOWN_ONCE, _KNOWN_ONCE(record), strict=True):
            if told and self._may_become(name, told):
                self.values[name] = told
        self._apply_customer(record)
        if record.customer_says_solved is not None:
            self.customer_says_solved = record.customer_says_solved
        if record.attributes:
            self.attributes.update({name: told for name, told in record.attributes.items() if told not in (None, "")})
        if record.about is not None:
            source, account, _ = self.key
            self.about = (record.about.source or source, record.about.account or account, record.about.source_id)

    def _apply_customer(self, record: FeedbackRecord) -> None:
        """What the customer was at that time; the product the feedback is about goes before the customer's own."""
        told = record.customer
        if told is not None:
            said = (("product", told.product), ("segment", told.segment), ("region", told.region))
            self.values.update([(name, value) for name, value in said if value])
        if record.product:
            self.values["product"] = record.product

    def _may_become(self, name: str, told: str) -> bool:
        """The first known value stays, but where that is only a vendor's id, a name takes its place (ADR 9)."""
        known = self.value(name)
        return not known or (name in NAMED_LATER and bool(_BARE_ID.fullmatch(known)) and not _BARE_ID.fullmatch(told))

    def _apply_contact(self, told: ContactRecord | None) -> None:
        if told is None:
            return
        says = zip(CONTACT_FIELDS, _OF_CONTACT(told), strict=True)
        self.contact.update([(name, value) for name, value in says if value is not None and value != ""])
        if told.was_answered and told.was_abandoned is None and self.contact.get("was_abandoned"):
            self.contact["was_abandoned"] = False  # an earlier word; one contact cannot be both
        if told.was_abandoned and told.was_answered is None and self.contact.get("was_answered"):
            self.contact["was_answered"] = False

    def _added_up(self, record: FeedbackRecord) -> ContactRecord | None:
        """Return the sums over the parts that add up; beside its seconds such a part only fills what is not known.

        What each of them brought stands in the attributes, so that it counts once however often it is told.
        """
        if record.contact is None:
            return None
        told = {name: getattr(record.contact, name) for name in ADDED_UP}
        before = self.attributes.get(SECONDS_OF_PARTS)
        brought: dict[str, dict[str, float]] = {
            **(before if isinstance(before, dict) else {}),
            record.part: {name: value for name, value in told.items() if value is not None},
        }
        self.attributes = {**self.attributes, SECONDS_OF_PARTS: brought}
        changes: dict[str, Any] = {
            name: sum(found) if (found := [one[name] for one in brought.values() if name in one]) else None
            for name in ADDED_UP
        }
        changes |= {name: None for name in CONTACT_FIELDS if name not in ADDED_UP and name in self.contact}
        return replace(record.contact, **changes)

    def _apply_scores(self, record: FeedbackRecord) -> None:
        """The order is the newest record's; scores it does not speak of keep their place behind."""
        told: dict[tuple[str, str], ScoreState] = {
            (score.measure, score.question): ScoreState(*_OF_SCORE(score)) for score in record.scores
        }
        if record.part:
            self.scores.update(told)
        elif told:
            for key, score in told.items():
                before = self.scores.get(key)
                if before is not None:
                    score.wording, score.label = score.wording or before.wording, score.label or before.label
            self.scores = {**told, **{key: score for key, score in self.scores.items() if key not in told}}

    def _placed(self, record: FeedbackRecord) -> Iterable[TurnRecord]:
        """What a part says without an offset was said when the part took place."""
        offset = (record.occurred_at - self.occurred_at).total_seconds()
        return (replace(turn, offset_seconds=offset) if turn.offset_seconds is None else turn for turn in record.turns)

    def _apply_turns(self, told: Iterable[TurnRecord]) -> None:
        told = list(told)
        if not told:
            return
        named = {turn.source_id: turn for turn in self.turns if turn.source_id}
        nameless = [turn for turn in self.turns if not turn.source_id]
        kept = nameless if all(turn.source_id for turn in told) else []
        spare = [] if kept else nameless  # rows that a new telling of the conversation may take over
        for turn in told:
            self._tell_turn(turn, named, kept, spare)
        turns = [*kept, *named.values()]
        turns.sort(key=lambda turn: (turn.offset_seconds is None, turn.offset_seconds or 0.0))
        self.turns = turns

    @staticmethod
    def _tell_turn(
        told: TurnRecord, named: dict[str, TurnState], kept: list[TurnState], spare: list[TurnState]
    ) -> None:
        row = spare.pop(0).id if spare and not told.source_id else None
        turn = TurnState(told.speaker, told.text, told.offset_seconds, told.source_id, row)
        if not told.source_id:
            kept.append(turn)
            return
        before = named.get(told.source_id)
        if before is not None:
            turn.id = before.id
            turn.text = turn.text or before.text
            turn.offset_seconds = before.offset_seconds if turn.offset_seconds is None else turn.offset_seconds
        named[told.source_id] = turn

    def copy(self) -> "FeedbackState":
        """Return one that can change on its own, to compare with afterwards."""
        return replace(
            self,
            values=dict(self.values),
            attributes=dict(self.attributes),
            contact=dict(self.contact),
            turns=[replace(turn) for turn in self.turns],
            scores=dict(self.scores),
            parts=dict(self.parts),
        )
