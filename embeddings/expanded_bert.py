"""The default model as a module of sentence-transformers: a BERT made from expanded weights, without padding where few.

Tokens are those of a unigram tokenizer, as multilingual-e5 has it (Wang et al. 2024, arXiv:2402.05672).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers.sentence_transformer.modules import InputModule
from tokenizers import Encoding, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from embeddings.e5_weights import E5Weights
from embeddings.encoder import Vectors
from embeddings.errors import EncoderError

_PACKED = 384
"""Tokens up to which texts are packed: of more, the attention across texts costs what the padding did."""


class ExpandedBert(InputModule):
    """A BERT with a unigram tokenizer, made from expanded weights in memory; bfloat16 where `half` says so."""

    def __init__(self, weights: E5Weights, state: dict[str, Vectors], *, half: bool = False) -> None:
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
        kind = torch.bfloat16 if half else torch.float32
        tensors = {name: torch.from_numpy(array).to(kind) for name, array in state.items()}
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
        return self.features_of(self.tokenizer.encode_batch([(prompt or "") + text for text in inputs]))

    def features_of(self, encodings: Sequence[Encoding]) -> dict[str, torch.Tensor]:
        """Return what `forward` reads of tokenized texts."""
        device = self.model.device
        return {
            "input_ids": torch.tensor([encoding.ids for encoding in encodings], device=device),
            "attention_mask": torch.tensor([encoding.attention_mask for encoding in encodings], device=device),
        }

    def forward(self, features: dict[str, torch.Tensor], **_: object) -> dict[str, torch.Tensor]:
        """Add `token_embeddings`, (n, longest, hidden)."""
        ids, mask = features["input_ids"], features["attention_mask"]
        tokens = int(mask.sum())
        if tokens <= _PACKED and ids.numel() > tokens:
            features["token_embeddings"] = self._packed(ids, mask.bool())
        else:
            features["token_embeddings"] = self.model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        return features

    def _packed(self, ids: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Return what texts give when they are read one behind the other, each seeing itself alone: without padding.

        A few sentences of unequal length take two thirds of the time (Krell et al. 2021, arXiv:2107.02027).
        """
        rows, places = real.nonzero(as_tuple=True)
        own = (rows[:, None] == rows[None, :])[None, None]
        output = self.model(input_ids=ids[real][None], position_ids=places[None], attention_mask=own)
        tokens = torch.zeros(*ids.shape, output.last_hidden_state.shape[-1], device=ids.device)
        tokens[real] = output.last_hidden_state[0].float()
        return tokens

    def get_embedding_dimension(self) -> int:
        """Length of a token vector."""
        return int(self.model.config.hidden_size)

    def save(self, output_path: str, *_: object, safe_serialization: bool = True, **kwargs: object) -> None:
        """Write the model and tokenizer in the Hugging Face layout."""
        self.model.save_pretrained(output_path, safe_serialization=safe_serialization)
        self.tokenizer.save(str(Path(output_path) / "tokenizer.json"))


def _unigram_tokenizer(pieces: list[tuple[str, float]], positions: int) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_truncation(positions)
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")  # noqa: S106 - a token, not a secret
    return tokenizer
