"""What goes into the network: padded windows of ids and person marks. The same for training and serving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.person_marks import MarkedMention, Marks, marks_of
from models.vocabulary import FIRST, LAST, PAD, Ids, Vocabulary
from models.windows import Window

AROUND = 1  # tokens before the first character of a window: [CLS]


@dataclass(frozen=True, slots=True)
class TextInput:
    """One whole text, encoded.

    Attributes:
        ids, marks: one of each a character.
    """

    ids: Ids = field(repr=False)
    marks: Marks = field(repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """Attributes:
    ids, mask, marks: (windows, tokens); tokens = longest window + 2, for [CLS] and [SEP].
    """

    ids: Ids = field(repr=False)
    mask: Ids = field(repr=False)
    marks: Marks = field(repr=False)


def encode(text: str, mentions: Sequence[MarkedMention], vocabulary: Vocabulary) -> TextInput:
    """The ids and marks of a text."""
    return TextInput(vocabulary.encode(text), marks_of(len(text), mentions))


def batch_of(parts: Sequence[tuple[TextInput, Window]], vocabulary: Vocabulary) -> Batch:
    """Windows side by side."""
    longest = max(len(window) for _, window in parts) + 2 * AROUND
    shape = (len(parts), longest)
    ids = np.full(shape, vocabulary.id_of(PAD), dtype=np.int64)
    mask, marks = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, (given, window) in enumerate(parts):
        stop = AROUND + len(window)
        ids[row, 0] = vocabulary.id_of(FIRST)
        ids[row, AROUND:stop] = given.ids[window.start : window.end]
        ids[row, stop] = vocabulary.id_of(LAST)
        mask[row, : stop + 1] = 1
        marks[row, AROUND:stop] = given.marks[window.start : window.end]
    return Batch(ids, mask, marks)
