"""Labelled texts for training: one reader per set, with what people said about mood and, in ours, about intents."""

import csv
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

INTENTS = ("complaint", "idea", "churn_risk", "purchase", "effort")
LABELS = ("NEGATIVE", "NEUTRAL", "POSITIVE")
_BREAK = re.compile(r"(?<=[.;!?])\s+|,?\s+\b(?:but|however|although|though|while|yet)\b\s*", re.IGNORECASE)
_REQUESTS = frozenset({"contentonly", "confirmation", "rejection", "openinggreeting", "closinggreeting", "thankyou"})


class UnknownSet(Exception):
    """A folder or file that no reader knows."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text and the set it is from, so that sets can be left out."""

    text: str
    label: str
    source: str
    intents: frozenset[str] | None = None  # which of INTENTS it holds; None: nobody asked


def read_set(path: Path) -> list[Example]:
    """Read a known folder by its name, or any CSV with the columns `text` and `label`.

    A CSV may have a column for each of INTENTS too, with 1 where the text holds it.
    """
    if path.is_file() and path.suffix == ".csv":
        return _labelled_csv(path)
    if path.name not in _READERS:
        known = ", ".join(sorted(_READERS))
        raise UnknownSet(f"No reader knows {path}. Give a CSV with the columns text and label, or one of: {known}.")
    unique = {text.strip(): label for text, label in _READERS[path.name](path) if len(text.split()) >= 2}
    return [Example(text, label, path.name) for text, label in unique.items()]


def _labelled_csv(path: Path) -> list[Example]:
    found: dict[str, Example] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            text, label = row["text"].strip(), row["label"].upper()
            intents = None
            if all(name in row for name in INTENTS):
                intents = frozenset(name for name in INTENTS if row[name] == "1")
            if label in LABELS and text:
                found[text] = Example(text, label, path.stem, intents)
    return list(found.values())


def _patient_comments(folder: Path) -> Iterator[tuple[str, str]]:
    """NHS Friends and Family comments: two labellings, 1 to 5 (5 is very negative) and criticality -5 to 5."""
    with (folder / "datasets/phase_1/text_data.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if re.fullmatch(r"-?[1-5]", row["criticality"]):
                yield row["feedback"], "NEGATIVE" if row["criticality"].startswith("-") else "POSITIVE"
    by_score = {"1": "POSITIVE", "2": "POSITIVE", "3": "NEUTRAL", "4": "NEGATIVE", "5": "NEGATIVE"}
    with (folder / "datasets/v6framework_230831.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["Comment sentiment"] in by_score:
                yield row["FFT answer"], by_score[row["Comment sentiment"]]


def _restaurant_aspects(folder: Path) -> Iterator[tuple[str, str]]:
    """MAMS: every sentence holds aspects of different polarity; whole ones balance out, clauses with one do not."""
    for file in sorted((folder / "data").glob("MAMS-A*SA/raw/*.xml")):
        for sentence in ElementTree.parse(file).iter("sentence"):  # noqa: S314 - see the import
            text = sentence.findtext("text") or ""
            polarities = {item.get("polarity", "") for item in sentence.iter() if item.get("polarity")}
            if file.parts[-3] == "MAMS-ACSA":
                yield text, _balance(polarities)
            else:
                yield from _clauses(text, list(sentence.iter("aspectTerm")))


def _clauses(text: str, aspects: list[ElementTree.Element]) -> Iterator[tuple[str, str]]:
    start = 0
    for end in [*(match.end() for match in _BREAK.finditer(text)), len(text)]:
        clause = text[start:end].strip()
        inside = {item.get("polarity", "") for item in aspects if start <= int(item.get("from", -1)) < end}
        if len(inside) == 1 and len(clause.split()) >= 3:
            yield clause, _balance(inside)
        start = end


def _balance(polarities: set[str]) -> str:
    """Good and bad in one text is neither; something said beside something neutral decides."""
    if {"positive", "negative"} <= polarities:
        return "NEUTRAL"
    return "POSITIVE" if "positive" in polarities else "NEGATIVE" if "negative" in polarities else "NEUTRAL"


def _service_requests(folder: Path) -> Iterator[tuple[str, str]]:
    """MultiDoGO: customers asking for things. Nobody labelled their mood; a plain request stands for neutral."""
    requests: list[str] = []
    for file in sorted(folder.glob("data/paper_splits/splits_annotated_at_turn_level/*/train.tsv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                said = row["utterance"] or ""
                if row["intent"] not in _REQUESTS and 4 <= len(said.split()) <= 40:
                    requests.append(said)
    for text in random.Random(7).sample(sorted(set(requests)), k=min(2500, len(set(requests)))):  # noqa: S311 - a sample
        yield text, "NEUTRAL"


_READERS: dict[str, Callable[[Path], Iterator[tuple[str, str]]]] = {
    "patient_experience_fft": _patient_comments,
    "mams_absa": _restaurant_aspects,
    "multidogo": _service_requests,
}
