"""What the task network must say of each window: tags in every layer, and whose each span is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.examples import Example
from models.inputs import AROUND, TextInput, encode
from models.masking import NOT_ASKED
from models.person_marks import MarkedMention, victims_in
from models.vocabulary import Ids, Vocabulary
from models.windows import Window, cut
from nlp.labels import LabelScheme


@dataclass(frozen=True, slots=True)
class OwnerQuestion:
    """One span whose owners are known, in one window.

    Attributes:
        at: token of the span's first character.
        mentions: tokens at which victims are mentioned, by person.
        owners: the persons whose it is.
    """

    at: int
    mentions: dict[str, tuple[int, ...]] = field(repr=False)
    owners: frozenset[str]


@dataclass(frozen=True, slots=True)
class TrainingWindow:
    """Attributes:
    given: the whole text, encoded; `window` is the part that is shown.
    tags: (tokens, layers), `NOT_ASKED` where the labels do not tell.
    """

    given: TextInput = field(repr=False)
    window: Window
    tags: Ids = field(repr=False)
    questions: tuple[OwnerQuestion, ...] = field(repr=False)


def training_windows(
    examples: Sequence[Example], scheme: LabelScheme, vocabulary: Vocabulary, *, window: int, overlap: int
) -> list[TrainingWindow]:
    """Every window of every example."""
    found = []
    for example in examples:
        given = encode(example.text, example.mentions, vocabulary)
        tags = character_tags(example, scheme)
        for place in cut(len(example.text), size=window, overlap=overlap):
            edge = np.full((AROUND, len(scheme.layers)), NOT_ASKED, dtype=np.int64)
            shown = np.concatenate([edge, tags[place.start : place.end], edge])
            found.append(TrainingWindow(given, place, shown, _questions(example, place)))
    return found


def character_tags(example: Example, scheme: LabelScheme) -> Ids:
    """Tag of each character in each layer, (characters, layers)."""
    tags = np.zeros((len(example.text), len(scheme.layers)), dtype=np.int64)
    for unsure in example.unsure:
        for number, layer in enumerate(scheme.layers):
            if layer.attribute == unsure.attribute:
                tags[unsure.start : unsure.end, number] = NOT_ASKED
    for span in example.spans:
        label = scheme.label(span.label)
        layer = scheme.layer(label.attribute)
        number = scheme.layers.index(layer)
        tags[span.start : span.end, number] = layer.begin(label) + 1
        tags[span.start, number] = layer.begin(label)
    return tags


def _questions(example: Example, window: Window) -> tuple[OwnerQuestion, ...]:
    near = victims_in(example.mentions, window.start, window.end)
    mentions = _by_person(near, window)
    return tuple(
        OwnerQuestion(AROUND + span.start - window.start, mentions, frozenset(span.owners))
        for span in example.spans
        if mentions and span.owners and window.start <= span.start < window.end
    )


def _by_person(mentions: Sequence[MarkedMention], window: Window) -> dict[str, tuple[int, ...]]:
    places: dict[str, tuple[int, ...]] = {}
    for mention in mentions:
        for person in mention.people:
            places[person] = (*places.get(person, ()), AROUND + mention.start - window.start)
    return places
