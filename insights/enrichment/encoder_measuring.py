"""Measuring the ranges of the encoder's inputs on the project's own texts: once, before a version ships."""

import csv
from collections.abc import Iterator
from pathlib import Path

from insights.enrichment.encoder import open_session, open_tokenizer, packaged
from insights.enrichment.encoder_graph import build_graph_to_measure
from insights.enrichment.encoder_ranges import Range, measure

TEXTS = Path(__file__).parent / "training_texts"
JOINED = 16  # texts that make one long one
STRANGE = (
    *(
        "",
        "a",
        "ok",
        "👍👍👍",
        "!!!!!!!!!!!!",
        "1234567890 " * 20,
        "WHY DOES NOBODY ANSWER ME",
        "<p>Hello</p>",
        "a,b;c:d",
    ),
    *(
        "Das Internet geht seit drei Tagen nicht.",
        "お客様サポートに電話しましたが、誰も出ませんでした。",
        "служба поддержки не отвечает",
    ),
    *("http 404 error 0x80070005 at line 17", "x" * 300, "the the the the the the the the the"),
)


def own_ranges() -> dict[str, Range]:
    """Run short, long and strange texts in 32 bits. Raises EncoderMissing where the packages are not installed."""
    model, tokens = packaged()
    graph, names = build_graph_to_measure(model)
    tokenizer = open_tokenizer(tokens)
    return measure(open_session(graph.SerializeToString()), names, (tokenizer.encode(text).ids for text in _texts()))


def _texts() -> Iterator[str]:
    told = []
    for name in ("service_comments.csv", "service_texts.csv"):
        with (TEXTS / name).open(encoding="utf-8", newline="") as file:
            told += [row["text"] for row in csv.DictReader(file)]
    yield from told
    yield from STRANGE
    yield from (" ".join(told[first : first + JOINED]) for first in range(0, len(told), JOINED))
