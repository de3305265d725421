"""Whole texts through a network: windows in, spans with their owners out. Knows no framework: a `Network` is injected.

Training, calibration and serving all predict through this module, so that what was measured is what is served.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from models.inputs import AROUND, Batch, TextInput, batch_of, encode
from models.person_marks import MarkedMention, victims_in
from models.spans import FoundSpan, find_spans
from models.vocabulary import Vocabulary
from models.windows import Floats, Window, batches, cut, stitch
from nlp.labels import Label, LabelScheme
from nlp.people_hints import Places

_SURE = 30.0  # a column score beside zeros: outside every span
BATCH_CHARACTERS = 768  # as fast as larger batches on two cores, and small in memory


@dataclass(frozen=True, slots=True)
class Scores:
    """What a network gives for a batch.

    Attributes:
        tags: (windows, tokens, scheme width), before softmax.
        query, key: (windows, tokens, owner size); the product of a span's query with a mention's key is the log odds
            that the span is said of that person.
    """

    tags: Floats = field(repr=False)
    query: Floats = field(repr=False)
    key: Floats = field(repr=False)


class Network(Protocol):
    """Anything that scores a batch: PyTorch while training, ONNX Runtime when serving."""

    def score(self, batch: Batch) -> Scores: ...


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text with its people in place."""

    text: str = field(repr=False)
    mentions: tuple[MarkedMention, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Prediction:
    """One span.

    Attributes:
        score: raw, 0..1.
        owners: id and probability of every victim mentioned near enough to be asked about, the likeliest first;
            empty when there is none.
    """

    start: int
    end: int
    label: Label
    score: float
    owners: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Predictor:
    """Attributes:
    window, overlap: characters.
    batch_characters: padded characters in one call of the network.
    """

    network: Network
    vocabulary: Vocabulary
    scheme: LabelScheme
    window: int
    overlap: int
    batch_characters: int = BATCH_CHARACTERS

    def predict(self, texts: Sequence[MarkedText]) -> list[list[Prediction]]:
        """Spans of every text, in order."""
        inputs = [encode(text.text, text.mentions, self.vocabulary) for text in texts]
        windows = [cut(len(text.text), size=self.window, overlap=self.overlap) for text in texts]
        scores = self._scores(inputs, windows)
        return [
            list(self._of_text(text, own, scores[number]))
            for number, (text, own) in enumerate(zip(texts, windows, strict=True))
        ]

    def columns(self, texts: Sequence[MarkedText], where: Sequence[Places] | None = None) -> list[Floats]:
        """Column scores of every character of every text, (characters, scheme width), before softmax.

        Args:
            where: of each text the places that are asked about; windows without one are not read, and say nothing.
        """
        inputs = [encode(text.text, text.mentions, self.vocabulary) for text in texts]
        windows = [cut(len(text.text), size=self.window, overlap=self.overlap) for text in texts]
        read = windows if where is None else [_asked(own, places) for own, places in zip(windows, where, strict=True)]
        return [
            self._stitched(own, dict(zip(chosen, scores, strict=True)))
            for own, chosen, scores in zip(windows, read, self._scores(inputs, read), strict=True)
        ]

    def _stitched(self, windows: Sequence[Window], scores: Mapping[Window, Scores]) -> Floats:
        if not windows:
            return np.zeros((0, self.scheme.width), dtype=np.float32)
        nothing = np.zeros(self.scheme.width, dtype=np.float32)
        nothing[[layer.first for layer in self.scheme.layers]] = _SURE
        pieces = [
            scores[window].tags if window in scores else np.broadcast_to(nothing, (len(window), len(nothing)))
            for window in windows
        ]
        return stitch(windows, pieces)

    def _scores(self, inputs: Sequence[TextInput], windows: Sequence[Sequence[Window]]) -> list[list[Scores]]:
        """Scores of each window of each text, without padding and without [CLS] and [SEP]."""
        flat = [(number, place) for number, own in enumerate(windows) for place in range(len(own))]
        found: list[list[Scores | None]] = [[None] * len(own) for own in windows]
        lengths = [len(windows[number][place]) for number, place in flat]
        for group in batches(lengths, most=self.batch_characters):
            chosen = [flat[index] for index in group]
            batch = batch_of([(inputs[number], windows[number][place]) for number, place in chosen], self.vocabulary)
            scores = self.network.score(batch)
            for row, (number, place) in enumerate(chosen):
                inside = slice(AROUND, AROUND + len(windows[number][place]))
                found[number][place] = Scores(
                    scores.tags[row, inside], scores.query[row, inside], scores.key[row, inside]
                )
        return [[scores for scores in own if scores is not None] for own in found]

    def _of_text(self, text: MarkedText, windows: Sequence[Window], scores: Sequence[Scores]) -> Iterator[Prediction]:
        if not windows:
            return
        columns = stitch(windows, [score.tags for score in scores])
        number = 0
        for span in find_spans(columns, self.scheme):
            while windows[number].own_end <= span.start:
                number += 1
            owners = owners_of(span, text.mentions, windows[number], scores[number])
            yield Prediction(span.start, span.end, span.label, span.score, owners)


def _asked(windows: Sequence[Window], places: Places) -> tuple[Window, ...]:
    """Windows from which at least one of the places is taken."""
    return tuple(w for w in windows if any(start < w.own_end and w.own_start < end for start, end in places))


def owners_of(
    span: FoundSpan, mentions: Sequence[MarkedMention], window: Window, scores: Scores
) -> tuple[tuple[str, float], ...]:
    """How likely the span is said of each victim mentioned in its window: of a person's mentions the best counts."""
    near = victims_in(mentions, window.start, window.end)
    if not near:
        return ()
    keys = scores.key[[mention.start - window.start for mention in near]]  # (mentions, owner size)
    odds = keys @ scores.query[span.start - window.start]  # (mentions,)
    best: dict[str, float] = {}
    for mention, value in zip(near, odds.tolist(), strict=True):
        for person in mention.people:
            best[person] = max(best.get(person, -np.inf), value)
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return tuple((person, float(1 / (1 + np.exp(-value)))) for person, value in ranked)
