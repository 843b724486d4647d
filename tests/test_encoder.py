"""The real default encoder: canonical vector, and that meaning decides."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from embeddings.e5_weights import read_weights
from embeddings.encoder import BASE_ENCODER, DEFAULT_ENCODER, Encoder, open_encoder, share_cores
from embeddings.errors import EncoderError
from embeddings.sentence_encoder import SentenceEncoder

QUESTION = "hoeveel extra geld kregen gemeenten in 2022 voor begeleiding naar werk?"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (BASE_ENCODER, [0.03646917, -0.03814124, -0.04134453, -0.00656685, 0.03375065, -0.00951483]),
        (DEFAULT_ENCODER, [0.01787296, -0.03399015, -0.06696776, -0.0034067, 0.02257977, -0.0166951]),
    ],
)
def test_canonical_vectors(name: str, expected: list[float]) -> None:
    encoder = SentenceEncoder.open(name, half=False)
    vector = encoder.encode_queries([QUESTION])[0]
    assert np.allclose(vector[: len(expected)], expected, atol=1e-4)
    half = SentenceEncoder.open(name, half=True)
    assert half.encode_queries([QUESTION])[0] @ vector > 0.9995  # a processor without bfloat16 has it slowly
    names = [made.fingerprint.rpartition("-") for made in (encoder, half)]
    assert [(weights == names[0][0], kind) for weights, _, kind in names] == [(True, "float32"), (True, "bfloat16")]
    assert np.isclose(np.linalg.norm(vector), 1.0, atol=1e-5)
    assert encoder.default_means is not None
    assert encoder.default_means.shape == (2, 384)


def test_a_vector_does_not_depend_on_its_company_and_tokens_are_counted_whole(encoder: Encoder) -> None:
    texts = ["De brug wordt vervangen.", "Bijen sterven door gif. " * 30, "Ja.", "woord " * 700]
    together = encoder.encode_passages(texts)
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.9995
    lengths = encoder.count_tokens([*texts, "woord " * 1400])
    assert lengths[:3] == [encoder.count_tokens([text])[0] for text in texts[:3]]
    assert lengths[4] - 5 == 2 * (lengths[3] - 5)  # two special tokens, and three of the prefix "passage: "


def test_sentences_that_are_read_one_behind_the_other_do_not_see_each_other() -> None:
    encoder = SentenceEncoder.open(DEFAULT_ENCODER, half=False)
    texts = [
        "De brug bij Lent wordt in 2030 vervangen door een nieuwe.",
        "Ja.",
        "Bijen sterven door gif, en vogels ook.",
    ]
    together = encoder.encode_passages(texts)
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-6


def test_meaning_decides_across_languages(encoder: Encoder) -> None:
    near, far = encoder.encode_passages(["De brug wordt in 2030 vervangen.", "Bijen sterven door gif."])
    query = encoder.encode_queries(["When will the bridge be replaced?"])[0]
    assert query @ near > query @ far + 0.03


def test_another_checksum_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "e5-small-q4.bin"
    file.write_bytes(b"E5S1")
    with pytest.raises(EncoderError, match="checksum"):
        read_weights(file)


def test_cores_are_shared_and_the_vectors_stay(encoder: Encoder) -> None:
    texts = ["De brug wordt in 2030 vervangen.", "Bijen sterven door gif."]
    before, cores = encoder.encode_passages(texts), torch.get_num_threads()
    try:
        share_cores(cores)
        assert torch.get_num_threads() == 1
        with ThreadPoolExecutor(1) as thread:  # answers come from other threads than the one that said so
            assert thread.submit(torch.get_num_threads).result() == 1
            assert np.array_equal(thread.submit(encoder.encode_passages, texts).result(), before)
    finally:
        torch.set_num_threads(cores)


@pytest.mark.parametrize(
    ("told", "threads"), [({}, {1}), ({"OPENBLAS_NUM_THREADS": "2"}, {min(2, os.cpu_count() or 1)})]
)
def test_numpy_leaves_the_cores_to_the_encoder_unless_told_otherwise(told: dict[str, str], threads: set[int]) -> None:
    program = (
        "import faiss, threadpoolctl; from embeddings.encoder import open_encoder; open_encoder();"
        "print({pool['num_threads'] for pool in threadpoolctl.threadpool_info() if pool['user_api'] == 'blas'})"
    )
    set_here = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    environment = {name: value for name, value in os.environ.items() if name not in set_here}
    found = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, **told}, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.strip() == str(threads)


def test_the_fingerprint_does_not_depend_on_the_threads_of_a_machine() -> None:
    program = (
        "from embeddings.encoder import DEFAULT_ENCODER, open_encoder; print(open_encoder(DEFAULT_ENCODER).fingerprint)"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
            cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True,
        ).stdout
        for threads in ("1", "2")
    ]  # fmt: skip
    assert found[0]
    assert found[0] == found[1]
