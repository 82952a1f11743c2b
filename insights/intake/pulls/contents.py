"""What a page holds, found without holding it: how many records each of its lists has, and what stands around them."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from insights.intake.documents import items
from insights.intake.pulls.trouble import Broken
from insights.intake.raw import Kept, forget, opened
from insights.intake.source import Unreadable


@dataclass(frozen=True, slots=True)
class Contents:
    """Counts by list name ("" is the document's own members), and the object around the lists with the lists empty."""

    counts: Mapping[str, int]
    around: Mapping[str, Any]


def contents(
    kept: Kept,
    lists: Collection[str],
    beat: Callable[[], None],
    each: Callable[[Any], None] = lambda _record: None,
) -> Contents:
    """Go through a whole page, so that one which breaks off is noticed before the cursor moves.

    `each` sees every record, and `beat` is called between them.

    Raises Broken, and forgets the page, when it is no complete JSON.
    """
    counts: Counter[str] = Counter()
    around: Mapping[str, Any] = {}
    try:
        with opened(kept.name) as file:
            for item in items(file, lists):
                beat()
                if item.problem:
                    raise Unreadable(item.problem)
                if item.name == "" and isinstance(item.value, dict) and _is_around(item.value, lists):
                    around = item.value
                else:
                    counts[item.name] += 1
                    each(item.value)
    except Unreadable:
        forget(kept.name)
        raise Broken("The answer is no complete JSON: it breaks off or is damaged. It is asked for again.") from None
    except BaseException:
        forget(kept.name)
        raise
    return Contents(counts, around)


def _is_around(value: Mapping[str, Any], lists: Collection[str]) -> bool:
    return any(at(value, name) == [] for name in lists if name)


def at(value: Any, path: str) -> Any:
    """Return what stands at a dotted path of objects, None when nothing does. "" is the value itself."""
    for name in path.split(".") if path else ():
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value
