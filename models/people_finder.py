"""The learned people finder as `nlp.people_hints.PeopleFinder`: papers in, hints of who is harmed or accused out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.predict import MarkedText, Predictor
from models.spans import find_spans
from models.windows import Floats
from nlp.labels import LabelScheme
from nlp.people_hints import PaperHints, PersonHint, Places
from nlp.reading import Reading

_HARMED = "victim"
_ACCUSED = "accused"


@dataclass(frozen=True, slots=True)
class LearnedPeopleFinder:
    """Attributes:
    predictor: with the scheme of `nlp/person_labels.yaml`; sees texts without marks.
    """

    predictor: Predictor = field(repr=False)

    def find(self, readings: Sequence[Reading], where: Sequence[Places] | None = None) -> tuple[PaperHints, ...]:
        """Hints of every paper, in order; see `nlp.people_hints.PeopleFinder`."""
        texts = [MarkedText(reading.text, ()) for reading in readings]
        scheme = self.predictor.scheme
        return tuple(hints_of(columns, scheme) for columns in self.predictor.columns(texts, where))


def hints_of(columns: Floats, scheme: LabelScheme) -> PaperHints:
    """What the column scores of one text say.

    Args:
        columns: (characters, scheme.width), before softmax.
    """
    layer = scheme.layers[0]
    odds = columns[:, layer.columns]
    shares = np.exp(odds - odds.max(axis=1, keepdims=True, initial=0.0))
    shares /= shares.sum(axis=1, keepdims=True)

    def share(name: str) -> list[float]:
        begin = layer.begin(scheme.label(f"{layer.attribute}.{name}"))
        return [float(value) for value in shares[:, begin] + shares[:, begin + 1]]

    spans = (PersonHint(span.start, span.end, span.label.id, span.score) for span in find_spans(columns, scheme))
    return PaperHints(tuple(spans), share(_HARMED), share(_ACCUSED))
