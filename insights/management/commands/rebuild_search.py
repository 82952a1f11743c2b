"""manage.py rebuild_search: take every text that was read up into search anew."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from insights.enrichment.indexing import rebuild


class Command(BaseCommand):
    """Empties search, fills it, and builds the index of meanings in one go."""

    help = "Take every text that was read up into search anew (after a restore, or after a large load)."

    def handle(self, *_: Any, **__: Any) -> None:
        """Rebuild, and tell how many texts can be found now."""
        started = time.monotonic()
        taken = rebuild()
        self.stdout.write(f"{taken:,} texts can be found; it took {time.monotonic() - started:.0f} s.")
