"""Raw text that a student reads with its teacher (`models.distill`): people as patterns find them, no labels at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from models.cases import CaseText, dossier_of
from models.examples import UNLABELLED, Example, Unsure
from models.person_marks import mentions_of
from nlp.labels import LabelScheme
from nlp.people import resolve_people
from nlp.reading import read


def unlabelled_examples(cases: Iterable[CaseText], scheme: LabelScheme) -> Iterator[Example]:
    """One example for each paper; every character of it is unsure in every layer."""
    for case in cases:
        cast = resolve_people(tuple(read(document) for document in dossier_of(case).documents))
        for index, paper in enumerate(cast.papers):
            text = paper.reading.text
            if text:
                unsure = tuple(Unsure(0, len(text), layer.attribute) for layer in scheme.layers)
                yield Example(f"{case.id}/{index}", case.id, UNLABELLED, text, mentions_of(paper), (), unsure)
