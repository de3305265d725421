"""Every setting of a pre-training or fine-tuning run: one commented TOML file a run, no default elsewhere."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dossier.errors import JiuzhuError


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EncoderSettings(_Section):
    """Shape of a new encoder."""

    hidden: int = Field(gt=0)
    feed_forward: int = Field(gt=0)
    layers: int = Field(gt=0)
    heads: int = Field(gt=0)
    local_attention: int = Field(gt=0)
    global_every: int = Field(gt=0)
    positions: int = Field(gt=0)
    dropout: float = Field(ge=0, lt=1)
    stem: bool
    least_count: int = Field(ge=1)
    most_tokens: int = Field(gt=10)


class PretrainSettings(_Section):
    """A masked-language-model run."""

    seed: int
    encoder: EncoderSettings
    window: int = Field(gt=8)
    batch_tokens: int = Field(gt=8)
    masked_share: float = Field(gt=0, lt=1)
    mean_span: float = Field(ge=1)
    learning_rate: float = Field(gt=0)
    warmup_steps: int = Field(ge=1)
    weight_decay: float = Field(ge=0)
    total_tokens: int = Field(gt=0)
    held_out_share: float = Field(gt=0, lt=0.5)
    evaluate_every: int = Field(gt=0)
    save_minutes: float = Field(ge=0)
    bf16: bool
    repeat: dict[str, Annotated[float, Field(ge=0)]]


class NoiseSettings(_Section):
    """What happens to noisy copies of examples (`annotation.noise`); all are shares, 0 to 1."""

    renamed: float = Field(ge=0, le=1)
    masked: float = Field(ge=0, le=1)
    named: float = Field(ge=0, le=1)
    scanned: float = Field(ge=0, le=1)
    misread: float = Field(ge=0, le=1)
    stop_lost: float = Field(ge=0, le=1)
    stop_doubled: float = Field(ge=0, le=1)


class FinetuneSettings(_Section):
    """A fine-tuning run."""

    seed: int
    window: int = Field(gt=8)
    overlap: int = Field(ge=0)
    batch_tokens: int = Field(gt=8)
    epochs: int = Field(gt=0)
    patience: int = Field(gt=0)
    learning_rate: float = Field(gt=0)
    head_learning_rate: float = Field(gt=0)
    warmup_share: float = Field(ge=0, lt=1)
    weight_decay: float = Field(ge=0)
    dropout: float = Field(ge=0, lt=1)
    owner_size: int = Field(gt=0, multiple_of=2)
    owner_weight: float = Field(ge=0)
    teacher_weight: float = Field(ge=0)  # of what a teacher says, where there is one
    outside_weight: float = Field(gt=0)
    mark_dropout: float = Field(ge=0, lt=1)
    held_out_share: float = Field(gt=0, lt=0.9)
    bf16: bool
    noise: NoiseSettings | None = None  # only a run with noisy copies needs it


_S = TypeVar("_S", bound=_Section)


def read_settings(path: Path, kind: type[_S]) -> _S:
    """The settings in a TOML file.

    Raises:
        JiuzhuError: `training.settings`, naming file and key.
    """
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise JiuzhuError(
            "training.settings", f"无法读取 {path.name}（{type(error).__name__}）", "须为 TOML 文件"
        ) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise JiuzhuError("training.settings", f"{path.name} 的 {key}：{first['msg']}", "见 models/configs/") from None
