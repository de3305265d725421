"""From what a network says of each character to spans, each with a label and a raw score.

In: one array of column scores (before softmax) over the characters of a whole text. Out: spans, found in each
attribute's own layer. The raw score is the geometric mean of the characters' probabilities; `models.calibration`
turns it into a confidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.windows import Floats
from nlp.labels import Label, LabelScheme, Layer


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """Half-open offsets into the text; score 0..1."""

    start: int
    end: int
    label: Label
    score: float


def find_spans(columns: Floats, scheme: LabelScheme) -> list[FoundSpan]:
    """All spans, in order of place.

    Args:
        columns: (characters, scheme.width).
    """
    found = [span for layer in scheme.layers for span in _in_layer(columns[:, layer.columns], layer)]
    return sorted(found, key=lambda span: (span.start, span.end, span.label.name))


def _in_layer(scores: Floats, layer: Layer) -> Iterator[FoundSpan]:
    tags = scores.argmax(axis=1)
    inside = np.flatnonzero(tags)
    position = 0
    while position < len(inside):
        start = int(inside[position])
        label = layer.label_of(int(tags[start]))
        further = layer.begin(label) + 1
        end = start + 1
        while end < len(tags) and tags[end] == further:
            end += 1
        yield FoundSpan(start, end, label, _score(scores[start:end], tags[start:end]))
        position += end - start


def _score(scores: Floats, tags: npt.NDArray[np.intp]) -> float:
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(np.exp(logs[np.arange(len(tags)), tags].mean()))
