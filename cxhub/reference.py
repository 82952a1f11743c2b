"""The generated reference pages (metrics, sources, API), written from the code so that they cannot disagree with it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from insights.enrichment.taxonomy import READY, Node, Tree, by_key, from_csv, path_of
from insights.intake.source import Option, all_sources
from insights.metrics.definition import Metric
from insights.metrics.dimensions import DIMENSIONS
from insights.metrics.registry import METRICS

_INTERVALS = {
    "POISSON": "Poisson, exact (Garwood 1936)",
    "COMPOUND_POISSON": "compound Poisson (Bohm and Zech 2014)",
    "WILSON": "Wilson score (1927)",
    "ADJUSTED_WALD": "adjusted Wald for a difference of shares (3/4, 3/4, 1 1/2)",
    "T": "t",
    "LINEARISED": "ratio of sums, linearised (delta method)",
    "ASYMPTOTIC": "large samples (Fleiss, Cohen and Everitt)",
    "ORDER_STATISTICS": "order statistics (binomial)",
}
_SIDES = {"SURVEYS": "Survey measures", "CONTACTS": "Contact measures", "BOTH": "Measures of both sides"}
_NOTE = "<!-- Written by `python3 manage.py docs`; change the code, not this page. -->\n"


def metrics_page() -> str:
    """Return docs/metrics.md: every definition, as the registry holds it."""
    return "\n".join(_metrics_lines()) + "\n"


def _metrics_lines() -> Iterator[str]:
    yield "# What every number means\n"
    yield _NOTE
    yield "One definition each, asked by pages, API, exports and command line alike. Sums first, division last;"
    yield "no data is null, never 0. Intervals are 95 %. Below `fewest` a value is withheld, below 30 indicative,"
    yield "below 5 customers it is suppressed for whoever may not read records."
    for side, heading in _SIDES.items():
        chosen = [metric for metric in METRICS.values() if metric.side == side]
        if chosen:
            yield f"\n## {heading}"
        for metric in chosen:
            yield from _metric_lines(metric)
    yield "\n## Cuts and filters\n"
    yield "| name | label | of | values |"
    yield "|---|---|---|---|"
    for dimension in DIMENSIONS.values():
        about = {"ANY": "everything", "SURVEYS": "survey answers", "CONTACTS": "contacts"}[dimension.about]
        values = ", ".join(value or "(empty)" for value in dimension.values) or "any text; empty is 'not known'"
        yield f"| `{dimension.name}` | {dimension.label} | {about} | {values} |"


def _metric_lines(metric: Metric) -> Iterator[str]:
    yield f"\n### `{metric.key}` – {metric.label}\n"
    yield f"{metric.meaning}\n"
    yield f"- **Formula**: {metric.formula}"
    yield f"- **Unit**: {metric.unit.lower()}; **better**: {metric.better.lower()}"
    yield f"- **Interval**: {_INTERVALS[metric.method]}; **fewest**: {metric.fewest}"
    for name, values in metric.parameters.items():
        yield f"- **Parameter** `{name}`: {', '.join(values)} (unless asked, {values[0]})"
    if metric.scale:
        yield "- **Shares an axis**: only media whose sentiment labels show to be on one scale; others are not mixed"
    yield f"- **Main reason to doubt it**: {metric.doubt}"
    yield f"- **Definition version**: {metric.definition_version}"


def sources_page() -> str:
    """Return docs/sources.md: every source, what it reads and what makes it idempotent."""
    sides = {"SURVEYS": "surveys", "CONTACTS": "contacts", "BOTH": "both"}
    lines = [
        "# Sources\n",
        _NOTE,
        "| key | system | side | reads | one record is known again by | options |",
        "|---|---|---|---|---|---|",
    ]
    for source in all_sources():
        options = "<br>".join(_option_words(option) for option in source.options) or "–"
        lines.append(
            f"| `{source.key}` | {source.label} | {sides[source.side]} "
            f"| {source.reads} | {source.identity} | {options} |"
        )
    return "\n".join([*lines, *_genuine_files()]) + "\n"


def _genuine_files() -> Iterator[str]:
    """Yield what the sources made of genuine files, in sum; `measure_samples` wrote what they made of each."""
    yield "\n## What they made of genuine files\n"
    yield "Files of each system that were not made for cxhub, in sum; [one by one](sources-measured.md). What is no"
    yield "answer and no contact (users, empty answers, events of others) is left out on purpose.\n"
    yield "| system | files | no data inside | records read | facts | set aside | left out |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    measured = (Path(settings.BASE_DIR) / "docs" / "sources-measured.md").read_text("utf-8")
    for section in measured.split("\n## ")[1:]:
        heading, *rows = section.splitlines()
        cells = [row.strip("| ").split(" | ") for row in rows if row.startswith("| ") and "---" not in row][1:]
        counts = [[_count(cell) for cell in row[3:7]] for row in cells]
        empty = sum(row[3] == "–" for row in cells)
        sums = " | ".join(f"{sum(column):,}" for column in zip(*counts, strict=True))
        yield f"| {heading} | {len(cells)} | {empty} | {sums} |"


def _count(cell: str) -> int:
    return int(cell.replace(",", "")) if cell != "–" else 0


def _option_words(option: Option) -> str:
    choices = f" ({', '.join(option.choices)})" if option.choices else ""
    return f"`{option.name}`{' **required**' if option.required else ''}: {option.question}{choices}".replace(
        "|", "\\|"
    )


def api_page() -> str:
    """Return docs/api.md: every operation of the OpenAPI document, in words."""
    generator: Any = SchemaGenerator  # drf-spectacular ships without types
    document: dict[str, Any] = generator().get_schema(request=None, public=True)
    lines = [
        "# The REST API\n",
        _NOTE,
        "The OpenAPI 3.1 document is at `/api/v1/openapi.json`, a page to try it at `/api/docs/`. Programs send",
        "`Authorization: Bearer <token>`; `manage.py token USER --scope metrics:read` makes one. Errors are problem",
        "details (RFC 9457). [use-the-api.md](how-to/use-the-api.md) shows it at work.",
    ]
    for address, operations in sorted(document["paths"].items()):
        for method, operation in operations.items():
            lines += _operation_lines(address, method, operation)
    return "\n".join(lines) + "\n"


def _operation_lines(address: str, method: str, operation: dict[str, Any]) -> list[str]:
    lines = [f"\n## {method.upper()} {address}\n", operation.get("description") or operation.get("summary") or ""]
    parameters = operation.get("parameters", [])
    if parameters:
        lines += ["", "| parameter | in | meaning |", "|---|---|---|"]
        for parameter in parameters:
            name = f"`{parameter['name']}`{' (required)' if parameter.get('required') else ''}"
            meaning = " ".join(str(parameter.get("description", "")).split()).replace("|", "\\|")
            lines.append(f"| {name} | {parameter['in']} | {meaning} |")
    answers = ", ".join(
        f"{status} {' '.join(str(answer.get('description', '')).split())}".strip()
        for status, answer in operation["responses"].items()
    )
    return [*lines, "", f"Answers: {answers}."]


def taxonomy_page() -> str:
    """Return docs/taxonomy.md: the tree that a new instance begins with."""
    tree = from_csv(READY.read_text(encoding="utf-8"))
    topics = [node for node in tree if node.examples]
    fewest = min(len(node.examples) for node in topics)
    lines = [
        "# The ready taxonomy\n",
        _NOTE,
        f"The tree a new instance begins with: `insights/enrichment/taxonomies/{READY.name}`, {len(topics)} topics on",
        f"three levels, each with {fewest} examples or more, and counter-examples, written for this project.",
        "[How to edit it](how-to/edit-the-taxonomy.md).",
    ]
    for area in (node for node in tree if not node.parent):
        lines += [f"\n## {area.name}\n", area.description, ""]
        lines += [
            "| group | topic | key | what it is | demand | owner | stage | examples |",
            "|---|---|---|---|---|---|---|---|",
        ]
        lines += [_topic_line(node, tree) for node in topics if path_of(node.key, by_key(tree))[0] == area.key]
    return "\n".join(lines) + "\n"


def _topic_line(node: Node, tree: Tree) -> str:
    cells = (
        by_key(tree)[node.parent].name, node.name, f"`{node.key}`", node.description, node.demand.lower(),
        node.owner_department, node.journey_stage.lower(), str(len(node.examples)),
    )  # fmt: skip
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


PAGES: dict[str, Callable[[], str]] = {
    "metrics.md": metrics_page,
    "sources.md": sources_page,
    "api.md": api_page,
    "taxonomy.md": taxonomy_page,
}
