"""Trying a pull before it is trusted: its first pages are fetched, looked at and forgotten."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from insights.intake.looking import Look, look
from insights.intake.pulls.pull import Asking, Pull, Step
from insights.intake.raw import forget, opened

MOST_STEPS = 5  # an asynchronous export is not waited for
PATIENCE_SECONDS = 12.0  # a person waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came. `look` is None when nothing did, `sentence` says so in words."""

    sentence: str
    look: Look | None = None
    asked: int = 0
    names: tuple[str, ...] = field(default_factory=tuple)


def try_out(
    pull: Pull, options: Mapping[str, str], secrets: Mapping[str, str], *, clock: Callable[[], datetime]
) -> Tried:
    """Fetch the first page and show what it would become; nothing of it is kept. Raises Trouble and Unreadable."""
    cursor: Mapping[str, object] = {}
    for count in range(1, MOST_STEPS + 1):
        asking = Asking(
            options=options, secrets=secrets, cursor=cursor, now=clock(), clock=clock, patience_seconds=PATIENCE_SECONDS
        )
        step = pull.step(asking)
        try:
            if step.pages:
                return _looked_at(step, count)
        finally:
            for page in step.pages:
                forget(page.kept.name)
        if step.is_caught_up:
            return Tried(sentence="It works, and there is nothing to fetch in that time.", asked=count)
        if step.wait_seconds >= 1:
            return Tried(
                sentence="The token and the address work; the other system is preparing its answer, which takes a "
                "while. Set it up, and it will come.",
                asked=count,
            )
        cursor = step.cursor
    return Tried(sentence="It works, and the first pages hold nothing.", asked=MOST_STEPS)


def _looked_at(step: Step, count: int) -> Tried:
    page = step.pages[0]
    with opened(page.kept.name) as file:
        seen = look(file, page.source, page.options, filename=page.filename)
    more = "" if seen.is_whole else "more than "
    return Tried(
        sentence=f"It works: the first page holds {more}{seen.looked_at} records.",
        look=seen,
        asked=count,
        names=tuple(one.filename for one in step.pages),
    )
