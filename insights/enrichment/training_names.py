"""Training the name head: lines written for this project, filled with names, and chats whose names are marked.

By hand, at development time. Names and places are now and then taken for strangers, so that the model learns to judge
by the place and the spelling, not by the lists alone.
"""

import csv
import hashlib
import json
import random
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.enrichment.name_features import BUCKETS, Known, features, tokens_of, word_list
from insights.enrichment.names import NameHead, known_words

TEXTS = Path(__file__).parent / "training_texts"
LINES_EACH = 90  # fillings of a line
STRANGER = 0.3  # share of names and places whose lists are not seen
STRENGTH = 0.6
THRESHOLD = -0.3  # log-odds
_SLOT = re.compile(r"\{([nflcotp])\}")
_OFTEN = 4
_LOWER = re.compile(r"[a-z]+(?:['’-][a-z]+)*")
_NAME_SLOTS = frozenset({"name"})


@dataclass(frozen=True, slots=True)
class Line:
    """A text, the words in it that are names, and those to be taken for strangers."""

    text: str
    names: frozenset[int]  # places among its tokens
    unlisted: frozenset[str] = frozenset()


def train(folder: Path, day: date) -> tuple[NameHead, NDArray[np.uint32], int]:
    """Fit on the project's own lines and the sets in `folder`. Returns the head, the ordinary words, the lines."""
    ordinary = ordinary_words(folder)
    known = known_words(ordinary)
    lines = [*own_lines(random.Random(11)), *chat_lines(folder), *plain_lines(folder)]  # noqa: S311 - a sample
    digest = hashlib.blake2b(repr([(line.text, sorted(line.names)) for line in lines]).encode(), digest_size=3)
    weights, bias = _fit(lines, known)
    return NameHead(f"head-{day:%Y%m%d}-{digest.hexdigest()}", weights, bias, THRESHOLD, known), ordinary, len(lines)


def save(head: NameHead, ordinary: NDArray[np.uint32], path: Path) -> None:
    """Write the weights in 16 bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        version=head.version,
        weights=np.array(head.weights, dtype=np.float16),
        bias=head.bias,
        threshold=head.threshold,
        ordinary=ordinary,
    )


def ordinary_words(folder: Path) -> NDArray[np.uint32]:
    """Hashes of words that people write small often enough; a listed name has to be far more frequent."""
    counts: Counter[str] = Counter()
    for text in _all_texts(folder):
        counts.update(_LOWER.findall(text))
    for line in _own_templates():
        counts.update(dict.fromkeys(_LOWER.findall(_SLOT.sub(" ", line)), _OFTEN))
    listed = word_list("first_names") | word_list("surnames") | word_list("places")
    kept = {word for word, count in counts.items() if count >= (_OFTEN * 8 if word in listed else _OFTEN)}
    return np.unique(np.array([zlib.crc32(word.encode()) for word in kept], dtype=np.uint32))


def own_lines(chance: random.Random) -> Iterator[Line]:
    """Fill every line many times, in the usual and in careless spelling."""
    fillers = _fillers()
    for template in _own_templates():
        for _ in range(LINES_EACH):
            yield _filled(template, fillers, chance)


def chat_lines(folder: Path) -> Iterator[Line]:
    """MultiDoGO: turns of customers in which names are marked."""
    for row in _dialogue_rows(folder):
        words, slots = row["utterance"].split(), row["slot-labels"].split()
        if len(words) != len(slots):
            continue
        names = {word.lower() for word, slot in zip(words, slots, strict=True) if slot in _NAME_SLOTS}
        if not names and any(word.lower() in word_list("first_names") for word in words):
            continue  # nobody marked the names that agents are called by
        places = frozenset(at for at, token in enumerate(tokens_of(row["utterance"])) if token.text.lower() in names)
        yield Line(row["utterance"], places)


def plain_lines(folder: Path) -> Iterator[Line]:
    """Questions to a bank, hospital comments, restaurant sentences: written by customers, hardly a name in them."""
    chance = random.Random(12)  # noqa: S311 - a sample
    texts = sorted(set(_plain_texts(folder)))
    for text in chance.sample(texts, k=min(9000, len(texts))):
        if "name" not in text.lower():
            yield Line(text, frozenset())


def _filled(template: str, fillers: dict[str, list[str]], chance: random.Random) -> Line:
    text, last = "", 0
    spans: list[tuple[int, int]] = []
    strangers: set[str] = set()
    for slot in _SLOT.finditer(template):
        text += template[last : slot.start()]
        filled = _filler(slot[1], fillers, chance)
        if slot[1] in "nfl":
            spans.append((len(text), len(text) + len(filled)))
        if slot[1] in "nflco" and chance.random() < STRANGER:
            strangers.update(word.lower() for word in filled.replace(".", " ").split())
        text += filled
        last = slot.end()
    text += template[last:]
    if chance.random() < 0.15:
        text = text.lower()
    elif chance.random() < 0.04:
        text = text.upper()
    tokens = tokens_of(text)
    names = {at for at, token in enumerate(tokens) if any(start <= token.start < end for start, end in spans)}
    return Line(text, frozenset(at for at in names if tokens[at].text[0].isalpha()), frozenset(strangers))


def _filler(slot: str, fillers: dict[str, list[str]], chance: random.Random) -> str:
    pick = chance.choice
    if slot == "n":
        middle = f" {pick('ABCDEFGHJKLMNPRSTW')}." if chance.random() < 0.2 else ""
        return f"{pick(fillers['f'])}{middle} {pick(fillers['l'])}"
    return pick(fillers[slot])


def _fillers() -> dict[str, list[str]]:
    told = dict(line.split(": ", 1) for line in (TEXTS / "name_fillers.txt").read_text("utf-8").splitlines())
    return {
        "f": sorted(name.title() for name in word_list("first_names")),
        "l": sorted(name.title() for name in word_list("surnames")),
        "c": sorted(name.title() for name in word_list("places")),
        "o": told["o"].split("|"),
        "p": told["p"].split("|"),
        "t": told["t"].split(),
    }


def _own_templates() -> list[str]:
    return [line.replace("\\n", "\n") for line in (TEXTS / "name_lines.txt").read_text("utf-8").splitlines() if line]


def _dialogue_rows(folder: Path) -> Iterator[dict[str, str]]:
    for file in sorted(folder.glob("multidogo/data/paper_splits/splits_annotated_at_turn_level/*/train.tsv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row["utterance"] and row["slot-labels"]:
                    yield row


def _plain_texts(folder: Path) -> Iterator[str]:
    with (folder / "banking77/banking_data/train.csv").open(encoding="utf-8", newline="") as file:
        yield from (row["text"] for row in csv.DictReader(file))
    with (folder / "patient_experience_fft/datasets/phase_1/text_data.csv").open("r", encoding="utf-8-sig") as file:
        yield from (row["feedback"] for row in csv.DictReader(file))
    for sentences in sorted(folder.glob("mams_absa/data/MAMS-ATSA/raw/train.xml")):
        yield from re.findall(r"<text>(.*?)</text>", sentences.read_text("utf-8"))


def _all_texts(folder: Path) -> Iterator[str]:
    yield from _plain_texts(folder)
    for file in sorted(folder.glob("dstc11_natcs_utterances/dstc11/*/*.jsonl")):
        yield from (json.loads(line).get("utterance", "") for line in file.read_text("utf-8").splitlines())
    for row in _dialogue_rows(folder):
        words, slots = row["utterance"].split(), row["slot-labels"].split()
        if len(words) == len(slots):
            yield " ".join(word for word, slot in zip(words, slots, strict=True) if slot == "O")


def _fit(lines: Iterable[Line], known: Known) -> tuple[list[float], float]:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only training needs it
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - not a runtime dependency

    columns: list[int] = []
    ends, truth = [0], []
    for line in lines:
        tokens = tokens_of(line.text)
        for at, token in enumerate(tokens):
            if known.is_candidate(token):
                columns += features(tokens, at, known, line.unlisted)
                ends.append(len(columns))
                truth.append(at in line.names)
    table: Any = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(truth), BUCKETS))
    model = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3).fit(table, np.array(truth))
    return model.coef_[0].astype(np.float16).astype(np.float64).tolist(), float(model.intercept_[0])
