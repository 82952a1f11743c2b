"""What is looked up once for a batch: the same from the first text of it to the versions that are written down."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Found = TypeVar("Found")
_found: ContextVar[dict[str, Any] | None] = ContextVar("_found", default=None)


@contextmanager
def looking_once() -> Iterator[None]:
    """Remember, until the end of the block, what functions marked with `once` return; elsewhere they look each time."""
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


def once(look: Callable[[], Found]) -> Callable[[], Found]:
    """Mark a look-up without arguments, of what one batch may not see in two states."""
    name = f"{look.__module__}.{look.__qualname__}"

    @functools.wraps(look)
    def looked() -> Found:
        found = _found.get()
        if found is None:
            return look()
        if name not in found:
            found[name] = look()
        kept: Found = found[name]
        return kept

    return looked
