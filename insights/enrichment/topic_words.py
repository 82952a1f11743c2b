"""The words of a text as numbers: hashed words, pairs and letters of words, weighed by how rare they are."""

import functools
import re
import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

BUCKETS = 1 << 14
LETTERS = (3, 4, 5)
MOST_CHARACTERS = 4_000
RIDGE = 1.0
KEPT = 20_000  # words, some 8 MB
STEPS = 40  # of the conjugate gradient; it is near enough after some twenty
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
Floats = NDArray[np.float64]


def counts(text: str) -> tuple[NDArray[np.int64], Floats]:
    """Return the buckets of a text and 1 + log of how often each occurs."""
    words = _WORD.findall(text[:MOST_CHARACTERS].lower().replace("’", "'"))
    hashed = [zlib.crc32(f"{left} {right}".encode()) % BUCKETS for left, right in pairwise(words)]
    for word in words:
        hashed += _of_word(word)
    buckets, often = np.unique(np.array(hashed, dtype=np.int64), return_counts=True)
    return buckets, 1 + np.log(often)


@functools.lru_cache(maxsize=KEPT)
def _of_word(word: str) -> tuple[int, ...]:
    """The buckets of a word and of the letters in it; most words of a text have been seen in others."""
    framed = f"<{word}>"
    names = [word, *(framed[at : at + size] for size in LETTERS for at in range(len(framed) - size + 1))]
    return tuple(zlib.crc32(name.encode()) % BUCKETS for name in names)


def weigh(buckets: NDArray[np.int64], values: Floats, rarity: Floats) -> Floats:
    """Weigh by rarity and bring to unit length."""
    weighed: Floats = values * rarity[buckets]
    length = float(np.sqrt((weighed**2).sum()))
    return weighed / length if length else weighed


def learn_words(texts: Sequence[str], targets: Floats) -> tuple[Floats, Floats, Floats]:
    """Ridge regression of (n, topics) targets on words: rarity (BUCKETS), weights (topics, BUCKETS) and bias."""
    counted = [counts(text) for text in texts]
    seen = np.zeros(BUCKETS)
    for buckets, _ in counted:
        seen[buckets] += 1
    rarity = np.log((1 + len(texts)) / (1 + seen)) + 1
    rows = np.repeat(np.arange(len(texts)), [len(buckets) for buckets, _ in counted])
    columns = np.concatenate([buckets for buckets, _ in counted])
    values = np.concatenate([weigh(buckets, often, rarity) for buckets, often in counted])
    table = csr_matrix((values, (rows, columns)), shape=(len(texts), BUCKETS))
    bias = targets.mean(axis=0)
    shares = _solve(table, targets - bias)
    return rarity, np.asarray(table.T @ shares).T, bias


def _solve(table: Any, wanted: Floats) -> Floats:
    """Solve (table tableᵀ + RIDGE) x = wanted, all columns at once (conjugate gradient; Hestenes & Stiefel, 1952)."""
    found = np.zeros_like(wanted)
    rest, way = wanted.copy(), wanted.copy()
    size = (rest**2).sum(axis=0)
    for _ in range(STEPS):
        turned = table @ (table.T @ way) + RIDGE * way
        step = size / np.maximum((way * turned).sum(axis=0), 1e-12)
        found += step * way
        rest -= step * turned
        new_size = (rest**2).sum(axis=0)
        way = rest + new_size / np.maximum(size, 1e-12) * way
        size = new_size
    return found
