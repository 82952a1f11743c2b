"""Utterances into their table. Rows keep their keys when a conversation grows: labels and mentions point at them."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from insights.intake.copying import copy_rows, staged
from insights.intake.state import FeedbackState

_COLUMNS = ("feedback_id", "position", "speaker", "text", "offset_seconds", "source_id")
_OUT_OF_THE_WAY = 1_000_000_000


def _rows(states: Iterable[FeedbackState], *, stored: bool) -> list[tuple[Any, ...]]:
    return [
        (
            *((turn.id,) if stored else ()),
            state.id,
            position,
            turn.speaker,
            turn.text,
            turn.offset_seconds,
            turn.source_id,
        )
        for state in states
        for position, turn in enumerate(state.turns)
        if (turn.id is not None) == stored
    ]


def write_turns(new: list[FeedbackState], changed: list[FeedbackState]) -> None:
    """Write the turns of new feedback, and bring those of changed feedback to what they are now."""
    if changed:
        _rewrite(changed)
    copy_rows("insights_turn", _COLUMNS, _rows([*new, *changed], stored=False))


def _rewrite(changed: list[FeedbackState]) -> None:
    """Move, change and remove rows; positions and ids are unique, so all rows first step out of the way."""
    feedback = [state.id for state in changed]
    kept = [turn.id for state in changed for turn in state.turns if turn.id is not None]
    gone = "SELECT id FROM insights_turn WHERE feedback_id = ANY(%s) AND NOT id = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE insights_mention SET turn_id = NULL, start = NULL, "end" = NULL WHERE turn_id IN ({gone})',  # noqa: S608
            [feedback, kept],
        )
        cursor.execute(f"DELETE FROM insights_turn WHERE id IN ({gone})", [feedback, kept])  # noqa: S608
        cursor.execute(
            "UPDATE insights_turn SET position = position + %s WHERE feedback_id = ANY(%s)",
            [_OUT_OF_THE_WAY, feedback],
        )
        with staged("insights_turn", ("id", *_COLUMNS), _rows(changed, stored=True)) as stage:
            told = ", ".join(f"{column} = told.{column}" for column in _COLUMNS[1:])
            cursor.execute(f"UPDATE insights_turn AS turn SET {told} FROM {stage} AS told WHERE turn.id = told.id")  # noqa: S608
