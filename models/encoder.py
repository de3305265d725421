"""The encoder of our own: ModernBERT (pre-norm, rotary positions) behind a short convolution over characters.

The convolution is written as one matrix product over a character and its neighbours, because quantized convolutions
are slow in ONNX Runtime. Saved in the Hugging Face layout: `AutoModel.from_pretrained(folder)` reads it once this
module is imported, and any other encoder of transformers can stand in its place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, ModernBertConfig, ModernBertModel, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput
from transformers.utils.logging import disable_progress_bar

from dossier.errors import ModelUnavailable
from models.training_settings import EncoderSettings
from models.vocabulary import FIRST, LAST, MASK, PAD, Vocabulary, read_vocabulary


class CharEncoderConfig(ModernBertConfig):
    """ModernBERT's configuration under a name of its own, so that the stem is never forgotten on loading."""

    model_type = "jiuzhu_char_encoder"


class CharEncoder(PreTrainedModel):
    """Embedding, convolution stem, ModernBERT."""

    config_class = CharEncoderConfig
    base_model_prefix = "encoder"
    _supports_sdpa = True

    def __init__(self, config: CharEncoderConfig) -> None:
        super().__init__(config)
        self.body = ModernBertModel(config)
        self.stem = nn.Linear(3 * config.hidden_size, config.hidden_size)
        self.post_init()

    def get_input_embeddings(self) -> nn.Module:
        return cast(nn.Module, self.body.get_input_embeddings())

    def forward(
        self, input_ids: Tensor | None = None, attention_mask: Tensor | None = None, inputs_embeds: Tensor | None = None
    ) -> BaseModelOutput:
        here = self.get_input_embeddings()(input_ids) if inputs_embeds is None else inputs_embeds  # (batch, chars, h)
        if attention_mask is not None:  # padding must not reach the last character through the stem
            here = here * attention_mask.unsqueeze(-1).to(here.dtype)
        nothing = torch.zeros_like(here[:, :1])
        before = torch.cat([nothing, here[:, :-1]], dim=1)
        behind = torch.cat([here[:, 1:], nothing], dim=1)
        near = self.stem(torch.cat([before, here, behind], dim=-1))  # (batch, chars, h)
        out = self.body(inputs_embeds=here + nn.functional.gelu(near), attention_mask=attention_mask)
        return BaseModelOutput(last_hidden_state=out.last_hidden_state)


disable_progress_bar()  # a bar for each saved file would drown the progress of a run
AutoConfig.register(CharEncoderConfig.model_type, CharEncoderConfig)
AutoModel.register(CharEncoderConfig, CharEncoder)


def new_encoder(settings: EncoderSettings, vocabulary: Vocabulary) -> PreTrainedModel:
    """An untrained encoder; with a stem a `CharEncoder`, without one a plain ModernBERT."""
    ids = {name: vocabulary.id_of(token) for name, token in (("pad", PAD), ("cls", FIRST), ("sep", LAST))}
    given: dict[str, Any] = {
        "vocab_size": len(vocabulary),
        "hidden_size": settings.hidden,
        "intermediate_size": settings.feed_forward,
        "num_hidden_layers": settings.layers,
        "num_attention_heads": settings.heads,
        "local_attention": settings.local_attention,
        "global_attn_every_n_layers": settings.global_every,
        "max_position_embeddings": settings.positions,
        "attention_dropout": settings.dropout,
        "embedding_dropout": settings.dropout,
        "mlp_dropout": settings.dropout,
        "pad_token_id": ids["pad"],
        "cls_token_id": ids["cls"],
        "bos_token_id": ids["cls"],
        "sep_token_id": ids["sep"],
        "eos_token_id": ids["sep"],
        "mask_token_id": vocabulary.id_of(MASK),
        "attn_implementation": "sdpa",
    }
    return CharEncoder(CharEncoderConfig(**given)) if settings.stem else ModernBertModel(ModernBertConfig(**given))


def load_encoder(folder: Path) -> PreTrainedModel:
    """The encoder of a checkpoint in the Hugging Face layout, ours or any other, in full precision. Never looks beyond
    the folder.

    Raises:
        ModelUnavailable: `model.encoder`.
    """
    try:
        found = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnavailable(
            "model.encoder",
            f"{folder.name} 中没有可用的编码器（{type(error).__name__}）",
            "须为 Hugging Face 格式的目录（config.json、model.safetensors、vocab.txt）",
        ) from None
    return cast(PreTrainedModel, found)


def save_for_shipping(folder: Path, target: Path) -> None:
    """The encoder in half precision with its vocabulary: what comes with the project, half the size."""
    load_encoder(folder).half().save_pretrained(target)
    read_vocabulary(folder).save(target)


def save_reinitialized(folder: Path, target: Path, *, seed: int) -> None:
    """An encoder of the same shape and vocabulary with random weights: what pre-training is measured against."""
    config = load_encoder(folder).config
    torch.manual_seed(seed)
    AutoModel.from_config(config).save_pretrained(target)
    read_vocabulary(folder).save(target)
