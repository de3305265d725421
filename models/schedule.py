"""Learning rates and weight decay, the same for pre-training and fine-tuning. No framework is imported."""

from __future__ import annotations

import math
from typing import Any


def rate_at(share_done: float, step: int, warmup_steps: int, peak: float) -> float:
    """Linear warm-up, then a cosine down to a tenth.

    >>> rate_at(0.0, 0, 10, 1.0), round(rate_at(1.0, 500, 10, 1.0), 3)
    (0.1, 0.1)
    """
    if step < warmup_steps:
        return peak * (step + 1) / warmup_steps
    return peak * (0.1 + 0.45 * (1 + math.cos(math.pi * min(1.0, share_done))))


def parameter_groups(model: Any, rate: float, decay: float) -> list[dict[str, Any]]:
    """Optimizer groups of a module: matrices decay, vectors (norms, biases) do not."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in parameters if p.ndim > 1], "lr": rate, "weight_decay": decay},
        {"params": [p for p in parameters if p.ndim < 2], "lr": rate, "weight_decay": 0.0},
    ]
