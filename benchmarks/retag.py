"""A changed taxonomy over 250,000 stored texts: a real worker judges them all, and tells what would change."""

import os
import random
import sys
import time
from typing import Any
from uuid import uuid4

from benchmarks._scratch import scratch, seconds_of, seconds_of_servers, worker

TEXTS = int(os.environ.get("BENCH_RETAGGED", "250000"))
DISTINCT = 4_000  # texts that are read for it; the others repeat them, with vectors and mentions of their own
GOAL = 15 * 60
# each stored text with what was read of it is copied under new keys, in random order
_COPIED = (
    "CREATE TEMPORARY TABLE copied AS SELECT f.id AS old, gen_random_uuid() AS new "
    "FROM insights_feedback f CROSS JOIN generate_series(1, %s)"
)


def _copy_of(model: Any, key: str, others: dict[str, str]) -> str:
    """Return the statement that copies a table's rows of the copied texts, without what makes itself."""
    columns = [
        field.column
        for field in model._meta.concrete_fields
        if not getattr(field, "generated", False) and not (field.primary_key and field.column != key)
    ]
    values = {column: f't."{column}"' for column in columns} | {key: "c.new"} | others
    names = ", ".join(f'"{column}"' for column in columns)
    given = ", ".join(values[column] for column in columns)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({names}) SELECT {given} FROM copied c JOIN {table} t ON t.{key} = c.old"


def _fill() -> None:
    """Read DISTINCT texts for real, made of the ready tree's own examples, and copy them until there are TEXTS."""
    from django.core.management import call_command  # noqa: PLC0415  # Django is set up by then
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from insights.enrichment.pipeline import enrich_batch  # noqa: PLC0415
    from insights.models import Embedding, Enrichment, Feedback, Mention, UnitVectors  # noqa: PLC0415

    call_command("taxonomy", "load", stdout=sys.stderr)
    dice, examples = random.Random(4), _examples()
    rows = [
        Feedback(
            kind="SURVEY",
            channel="WEB",
            occurred_at=timezone.now(),
            source="benchmark",
            source_id=str(number),
            content_hash="",
            text=" ".join(dice.sample(examples, dice.choice((1, 1, 2, 3)))),
        )
        for number in range(min(DISTINCT, TEXTS))
    ]
    Feedback.objects.bulk_create(rows)
    Enrichment.objects.bulk_create(Enrichment(feedback=row) for row in rows)
    while enrich_batch(timezone.now()):
        pass
    with connection.cursor() as cursor:
        cursor.execute(_COPIED, [max(TEXTS // len(rows) - 1, 0)])
        cursor.execute(_copy_of(Feedback, "id", {"source_id": "c.new"}))
        for model in (Enrichment, Embedding, UnitVectors, Mention):
            cursor.execute(_copy_of(model, "feedback_id", {}))
        for table in ("feedback", "enrichment", "embedding", "unitvectors", "mention"):
            cursor.execute(f"VACUUM ANALYZE insights_{table}")


def _examples() -> list[str]:
    from insights.enrichment.taxonomy import tree_from_json  # noqa: PLC0415
    from insights.enrichment.taxonomy_versions import live  # noqa: PLC0415

    version = live()
    told = [] if version is None else [text for node in tree_from_json(version.tree) for text in node.examples]
    return [text if text.endswith((".", "!", "?")) else f"{text}." for text in told]


def _draft() -> int:
    """Open a draft that gives one topic's examples to another, and merges two more."""
    from django.utils import timezone  # noqa: PLC0415

    from insights.enrichment.taxonomy import tree_from_json  # noqa: PLC0415
    from insights.enrichment.taxonomy_edits import change, merge  # noqa: PLC0415
    from insights.enrichment.taxonomy_versions import edit, open_draft, start_tagging  # noqa: PLC0415

    version = open_draft(now=timezone.now())
    parents = {node.parent for node in tree_from_json(version.tree)}
    leaves = [node for node in tree_from_json(version.tree) if node.key not in parents and len(node.examples) > 20]
    first, second, third, fourth = leaves[0], leaves[len(leaves) // 3], leaves[len(leaves) // 2], leaves[-1]
    half = len(first.examples) // 2
    edit(version.number, change, now=timezone.now(), key=first.key, examples=first.examples[:half])
    edit(
        version.number,
        change,
        now=timezone.now(),
        key=second.key,
        examples=(*second.examples, *first.examples[half:]),
    )
    edit(version.number, merge, now=timezone.now(), key=third.key, into=fourth.key)
    start_tagging(version.number, now=timezone.now())
    return int(version.number)


def _retag(number: int) -> dict[str, Any]:
    """Let a worker with two processes judge all texts; return the seconds of clock and processors."""
    from insights.models import TaxonomyVersion  # noqa: PLC0415
    from insights.tasks.taxonomy import resume_tagging  # noqa: PLC0415

    queue = f"bench-{uuid4().hex[:8]}"
    with worker(queue, 2) as process:
        servers: dict[int, float] = {}
        began, before, asked, state = time.monotonic(), seconds_of_servers(servers), 0.0, ""
        while state != "READY":
            if time.monotonic() > asked + 5:  # as the clock does
                resume_tagging.apply_async(queue=queue)
                asked = time.monotonic()
            time.sleep(0.25)
            served = seconds_of_servers(servers)
            state, texts = TaxonomyVersion.objects.values_list("state", "texts_done").get(number=number)
        wall = time.monotonic() - began
        return {
            "texts": texts,
            "wall": wall,
            "python": seconds_of(process),
            "postgresql": served - before,
        }


def _published(number: int) -> float:
    """Put it live; return how long that took."""
    from django.utils import timezone  # noqa: PLC0415

    from insights.enrichment.publishing import publish  # noqa: PLC0415

    began = time.monotonic()
    publish(number, now=timezone.now())
    return time.monotonic() - began


def main() -> None:
    """Print a Markdown section."""
    with scratch():
        from insights.models import Retagged, TaxonomyVersion  # noqa: PLC0415

        _fill()
        number = _draft()
        found = _retag(number)
        diff = TaxonomyVersion.objects.values_list("diff", flat=True).get(number=number)
        changed = Retagged.objects.filter(version=number, changed=True).count()
        gained, lost = (sum(row[way] for row in diff.values()) for way in ("gained", "lost"))
        seconds = _published(number)
        print("## A changed taxonomy\n")
        different = min(DISTINCT, TEXTS)
        print(f"{found['texts']:,} stored texts, {different:,} of them different, judged anew by a draft in which")
        print("two topics share their examples otherwise and two are merged; one real worker with two processes.\n")
        print("| what | |")
        print("|---|---:|")
        print(f"| judged, by the clock (goal: {GOAL // 60} min for 250,000) | {found['wall'] / 60:.1f} min |")
        print(f"| texts a second | {found['texts'] / found['wall']:,.0f} |")
        print(f"| processor time in Python | {found['python']:,.1f} s |")
        print(f"| processor time in PostgreSQL | {found['postgresql']:,.1f} s |")
        print(f"| texts whose topics change | {changed:,} |")
        print(f"| the diff: topics with a change; mentions gained; lost | {len(diff)}; {gained:,}; {lost:,} |")
        print(f"| put live, by the clock | {seconds:.1f} s |")


if __name__ == "__main__":
    main()
