"""What is hidden from a masked language model."""

from __future__ import annotations

import numpy as np

from models.masking import LONGEST, NOT_ASKED, choose, mask

GENERATOR = np.random.default_rng(7)


def test_about_the_share_asked_for_is_covered() -> None:
    for share in (0.1, 0.15, 0.3):
        assert abs(choose((400, 254), share, 2.5, GENERATOR).mean() - share) < 0.02


def test_stretches_are_longer_than_single_characters() -> None:
    chosen = choose((200, 254), 0.15, 2.5, GENERATOR)
    begins = (chosen[:, 1:] & ~chosen[:, :-1]).sum()
    assert 2.0 < chosen[:, 1:].sum() / begins < LONGEST


def test_targets_are_what_stood_there_and_special_tokens_stay() -> None:
    ids = GENERATOR.integers(5, 90, size=(50, 100))
    ids[:, 0] = 2
    masked = mask(ids, share=0.3, mean_span=2.0, mask_id=4, special=(0, 1, 2, 3, 4), size=90, generator=GENERATOR)
    asked = masked.targets != NOT_ASKED
    assert np.array_equal(masked.targets[asked], ids[asked])
    assert np.array_equal(masked.ids[~asked], ids[~asked])
    assert not asked[:, 0].any()
    hidden = (masked.ids == 4) & asked
    assert 0.75 < hidden.sum() / asked.sum() < 0.85
    assert not np.isin(masked.ids[asked & ~hidden], (0, 1, 2, 3)).any()
