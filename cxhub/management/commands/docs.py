"""Write the generated pages of docs/, or check that they are current."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cxhub.reference import PAGES


class Command(BaseCommand):
    """`manage.py docs` writes; `manage.py docs --check` fails when a page is stale."""

    help = "Write docs/metrics.md, docs/sources.md and docs/api.md from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --check."""
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or compare each page."""
        folder = settings.BASE_DIR / "docs"
        stale = []
        for name, page in PAGES.items():
            file = folder / name
            words = page()
            if file.exists() and file.read_text(encoding="utf-8") == words:
                continue
            stale.append(name)
            if not options["check"]:
                file.write_text(words, encoding="utf-8")
                self.stdout.write(f"wrote docs/{name}")
        if stale and options["check"]:
            raise CommandError(f"Stale: {', '.join(stale)}. Run 'python3 manage.py docs' and commit what it writes.")
