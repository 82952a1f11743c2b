"""Two things at once while a delivery is read: Python makes the next batch ready, PostgreSQL stores this one."""

import gc
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")


@contextmanager
def ahead(begin: Callable[[], Generator[Item, None, None]]) -> Iterator[Iterator[Item]]:
    """Run a generator in a thread of its own, one item ahead of whoever takes them; in order, and never further.

    A thread and not a process: waiting for PostgreSQL lets the other run, a Celery worker may have no children, and
    nothing is left behind by a kill. The generator begins, runs and is closed in the thread; it must not use the
    database. What it raises is raised here, once the items before have been taken.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as thread:
        running = begin()

        def items() -> Iterator[Item]:
            coming = thread.submit(next, running, None)
            while (item := coming.result()) is not None:
                coming = thread.submit(next, running, None)
                yield item

        try:
            yield items()
        finally:
            thread.submit(running.close).result()


@contextmanager
def collected_by_batch() -> Iterator[Callable[[], None]]:
    """Hold Python's collector of cycles back, and yield what lets it look at the newest objects.

    A batch is a hundred thousand objects that live as long as it does: going through all of them again and again, and
    through all of Django with them, was a fifth of the time of an import. They are freed by their counts anyway.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield _collect_the_newest
    finally:
        if was_enabled:
            gc.enable()


def _collect_the_newest() -> None:
    gc.collect(1)
