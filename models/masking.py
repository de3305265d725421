"""Which characters a masked language model must guess: short stretches, about a word or two each."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from models.vocabulary import Ids

LONGEST = 8  # characters in one masked stretch
NOT_ASKED = -100  # PyTorch's cross entropy leaves these out


@dataclass(frozen=True, slots=True)
class Masked:
    """Attributes:
    ids: with characters hidden, (windows, characters).
    targets: what stood there, `NOT_ASKED` elsewhere.
    """

    ids: Ids = field(repr=False)
    targets: Ids = field(repr=False)


def choose(
    shape: tuple[int, int], share: float, mean_span: float, generator: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Stretches that cover about `share` of each row."""
    length = shape[1]
    mean = mean_of_cut(mean_span)
    begins = generator.random(shape) < -np.log1p(-share) / mean  # stretches may meet: 1 - exp(-rate * mean) is covered
    lengths = np.minimum(generator.geometric(1 / mean_span, size=shape), LONGEST)
    ends = np.where(begins, np.arange(length) + lengths, 0)
    reached: npt.NDArray[np.bool_] = np.maximum.accumulate(ends, axis=1) > np.arange(length)
    return reached


def mean_of_cut(mean_span: float) -> float:
    """Mean of the geometric length after the cut at `LONGEST`."""
    keep = 1 - 1 / mean_span
    return float(sum(keep**k for k in range(LONGEST)))


def mask(
    ids: Ids,
    *,
    share: float,
    mean_span: float,
    mask_id: int,
    special: tuple[int, ...],
    size: int,
    generator: np.random.Generator,
) -> Masked:
    """Hide characters: of the chosen ones 80 % become [MASK], 10 % another character, 10 % stay as they are.

    Args:
        special: ids that are never put in or asked for.
        size: of the vocabulary.
    """
    rows, length = ids.shape
    chosen = choose((rows, length), share, mean_span, generator) & ~np.isin(ids, special)
    fate = generator.random(ids.shape)
    hidden = np.where(chosen & (fate < 0.8), mask_id, ids)
    others = np.setdiff1d(np.arange(size), special)
    other = others[generator.integers(0, len(others), size=ids.shape)]
    hidden = np.where(chosen & (fate >= 0.8) & (fate < 0.9), other, hidden)
    return Masked(hidden, np.where(chosen, ids, NOT_ASKED))
