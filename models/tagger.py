"""The task network: an encoder told who is who, a tag for each character, and vectors that match spans with people."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from models.inputs import Batch
from models.person_marks import MARKS
from models.predict import Scores

_FAR = 128  # characters; the slowest columns turn by half a radian over so many


class Tagger(nn.Module):
    """Attributes:
    marks: added to the character embeddings; starts at zero, so that a fresh tagger reads as the encoder does.
    """

    def __init__(self, encoder: nn.Module, width: int, *, owner_size: int, dropout: float) -> None:
        super().__init__()
        hidden = int(encoder.config.hidden_size)
        self.encoder = encoder
        self.marks = nn.Embedding(MARKS, hidden)
        nn.init.zeros_(self.marks.weight)
        self.dropout = nn.Dropout(dropout)
        self.tags = nn.Linear(hidden, width)
        self.query = nn.Linear(hidden, owner_size)
        self.key = nn.Linear(hidden, owner_size)
        self.prior = nn.Parameter(torch.zeros(1))  # log odds that a span is said of a person, before looking

    def forward(self, ids: Tensor, mask: Tensor, marks: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Tags, queries and keys of every token; see `models.predict.Scores`."""
        embedded = self.encoder.get_input_embeddings()(ids) + self.marks(marks)  # (batch, tokens, hidden)
        hidden = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        hidden = self.dropout(hidden)
        turns = self._turns(hidden)
        query = _turned(self.query(hidden), turns) / math.sqrt(self.query.out_features)  # (batch, tokens, owner size)
        key = _turned(self.key(hidden), turns)
        prior = self.prior.expand(query.shape[:2]).unsqueeze(-1)
        # one column more, so that a plain product of query and key includes the prior
        return (
            self.tags(hidden),
            torch.cat([query, prior.to(query.dtype)], dim=-1),
            torch.cat([key, torch.ones_like(key[..., :1])], dim=-1),
        )

    def _turns(self, hidden: Tensor) -> Tensor:
        """Angle of each place and pair of columns, (tokens, owner size / 2)."""
        half = self.query.out_features // 2
        slowest = 1 / (2.0 * _FAR)
        speeds = slowest ** (torch.arange(half, device=hidden.device) / max(1, half - 1))
        places = torch.arange(hidden.shape[1], device=hidden.device)
        return places.unsqueeze(1) * speeds.unsqueeze(0)


def _turned(vectors: Tensor, turns: Tensor) -> Tensor:
    """Rotary positions: the product of two turned vectors depends on how far apart they stand, and on which side."""
    one, other = vectors.chunk(2, dim=-1)
    cos, sin = turns.cos(), turns.sin()
    return torch.cat([one * cos - other * sin, one * sin + other * cos], dim=-1)


@dataclass(frozen=True, slots=True)
class TorchNetwork:
    """A `models.predict.Network` of a tagger in PyTorch."""

    tagger: Tagger
    device: torch.device
    bf16: bool = False

    def score(self, batch: Batch) -> Scores:
        self.tagger.eval()
        with torch.inference_mode(), torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            given = (torch.from_numpy(array).to(self.device) for array in (batch.ids, batch.mask, batch.marks))
            tags, query, key = (np.asarray(part.float().cpu().numpy()) for part in self.tagger(*given))
        return Scores(tags, query, key)
