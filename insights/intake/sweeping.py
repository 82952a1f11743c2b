"""Raw files that nothing names: whoever kept them was killed before the commit of what names them."""

import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from insights.intake.raw import forget

OLD: Final = timedelta(days=1)
"""From the last byte to the commit that names a file pass minutes at most, so a younger one may still be named."""
_AT_ONCE = 20_000  # names have no index: each asking goes through all deliveries once
_KEY = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_NAME = re.compile(rf"(?P<folder>[0-9a-f]{{2}})/{_KEY}(?<=(?P=folder))(\.partial)?")
logger = logging.getLogger(__name__)


def forget_unnamed(now: datetime) -> int:
    """Forget raw files, a day old, that no delivery and no staged file names. Returns how many.

    Whatever is not named as raw files are is left alone.
    """
    forgotten = 0
    old = _old(now)
    while names := list(islice(old, _AT_ONCE)):
        for name in set(names) - _named(names):
            forget(name)
            forgotten += 1
    if forgotten:
        logger.info("Forgot %s raw files that nothing names.", forgotten)
    return forgotten


def _old(now: datetime) -> Iterator[str]:
    """Yield the raw files that were written more than a day ago, those that were never finished too."""
    base, before = Path(settings.RAW_DIR).resolve(), (now - OLD).timestamp()
    for path in base.glob("*/*"):
        name = path.relative_to(base).as_posix()
        if not _NAME.fullmatch(name):
            continue
        try:
            if path.stat().st_mtime < before and path.is_file() and not path.is_symlink():
                yield name
        except FileNotFoundError:
            continue  # forgotten meanwhile by whoever it belonged to


def _named(names: list[str]) -> set[str]:
    """Return those that a row names. One statement: a file being delivered goes from one table to the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT raw_name FROM insights_delivery WHERE raw_name = ANY(%(names)s)"
            " UNION SELECT raw_name FROM insights_stagedfile WHERE raw_name = ANY(%(names)s)",
            {"names": names},
        )
        return {name for (name,) in cursor.fetchall()}
