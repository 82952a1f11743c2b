"""The taxonomy at the command line: load a table, export the tree, see what a table would change."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from insights.enrichment.encoder import EncoderMissing
from insights.enrichment.taxonomy import READY, Tree, WrongTaxonomy, by_key, from_csv, to_csv, tree_from_json
from insights.enrichment.taxonomy_edits import replace_all
from insights.enrichment.taxonomy_versions import NotNow, edit, live, load_first, open_draft


class Command(BaseCommand):
    """`manage.py taxonomy load|export|diff [FILE.csv]`."""

    help = "load: the first tree goes live, later ones become a draft. export: the live tree. diff: what would change."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what can be said."""
        parser.add_argument("what", choices=["load", "export", "diff"])
        parser.add_argument("file", nargs="?", type=Path, help="a CSV; without one, the tree that comes with cxhub")
        parser.add_argument("--if-none", action="store_true", help="load: do nothing where a taxonomy is there already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the three."""
        try:
            if options["what"] == "export":
                self._export(options["file"])
            elif options["what"] == "diff":
                self._diff(_read(options["file"]))
            else:
                self._load(_read(options["file"]), options["if_none"])
        except WrongTaxonomy as wrong:
            raise CommandError("\n".join(wrong.problems)) from wrong
        except EncoderMissing as missing:
            if not options["if_none"]:
                raise CommandError(str(missing)) from missing
            self.stderr.write(f"No taxonomy was loaded, and no text will be read: {missing}")  # all else works
        except NotNow as problem:
            raise CommandError(str(problem)) from problem

    def _load(self, tree: Tree, if_none: bool) -> None:
        now = timezone.now()
        if live() is None:
            load_first(tree, now=now)
            self.stdout.write(f"{_leaves(tree)} topics are live; what was read before is read again for them.")
        elif not if_none:
            number = open_draft(now=now).number
            edit(number, replace_all, now=now, table=tree)
            self.stdout.write(f"Version {number} is a draft. Re-tag it, look at what changes, and put it live.")

    def _export(self, file: Path | None) -> None:
        version = live()
        if version is None:
            raise CommandError("No taxonomy is live. 'manage.py taxonomy load' brings the ready one.")
        table = to_csv(tree_from_json(version.tree))
        if file is None:
            self.stdout.write(table, ending="")
        else:
            file.write_text(table, encoding="utf-8")

    def _diff(self, tree: Tree) -> None:
        version = live()
        old, new = by_key(tree_from_json(version.tree) if version else ()), by_key(tree)
        for key in sorted(new.keys() | old.keys()):
            if key not in old:
                self.stdout.write(f"+ {key}: {new[key].name}")
            elif key not in new:
                self.stdout.write(f"- {key}: {old[key].name}")
            else:
                before, after = old[key].as_json(), new[key].as_json()
                changed = [name for name in before if name != "id" and before[name] != after[name]]
                if changed:
                    self.stdout.write(f"~ {key}: {', '.join(changed)}")


def _read(file: Path | None) -> Tree:
    path = file or READY
    try:
        return from_csv(path.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise CommandError(f"There is no file {path}.") from missing
    except UnicodeDecodeError as wrong:
        raise CommandError(f"{path} is not UTF-8. Save it as CSV UTF-8.") from wrong


def _leaves(tree: Tree) -> int:
    parents = {node.parent for node in tree}
    return sum(1 for node in tree if node.is_active and node.key not in parents)
