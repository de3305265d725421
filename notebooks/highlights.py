"""A screened dossier as drawings for spaCy's displaCy: each paper with the words on which a statement rests, marked.

`displacy.render(drawings(screened), style="ent", manual=True, options={"colors": colours(screened)})`
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from api.schemas import SpanPart, VictimPart
from api.screened import Screened
from api.wording import ATTRIBUTES, SET_ASIDE, circled, values_of

Drawing = dict[str, Any]  # {"title", "text", "ents": [{"start", "end", "label"}]}, offsets in code points of the text

_HUES = {
    "gender": "#dfe3ea",
    "age": "#e6dcf5",
    "injury": "#ffd5bd",
    "disability": "#f3cfe3",
    "hardship": "#c8e1f5",
    "compensation": "#bfe8d7",
    "loss": "#efe0b4",
}
_ASIDE_HUE = "#eeeeee"


def drawings(screened: Screened) -> list[Drawing]:
    """One drawing for each paper that carries evidence, in order of the papers.

    Of words that overlap without being the same, the longest are marked: displaCy cannot draw one mark inside another.
    """
    marks: dict[str, dict[tuple[int, int], list[str]]] = {}
    for span, label in _labelled(screened.result.victims):
        labels = marks.setdefault(span.document, {}).setdefault((span.start, span.end), [])
        if label not in labels:
            labels.append(label)
    return [
        {
            "title": document.name,
            "text": document.text,
            "ents": [
                {"start": a, "end": b, "label": "、".join(labels)} for (a, b), labels in _apart(marks[document.id])
            ],
        }
        for document in screened.dossier.documents
        if document.id in marks
    ]


def colours(screened: Screened) -> dict[str, str]:
    """A colour for each label of the drawings, that of its attribute; where several share the words, of the first."""
    hues = {ATTRIBUTES[attribute].title: hue for attribute, hue in _HUES.items()}
    labels = {entity["label"] for drawing in drawings(screened) for entity in drawing["ents"]}
    return {
        label: _ASIDE_HUE
        if label.startswith(SET_ASIDE.title)
        else next(hue for title, hue in hues.items() if title in label.split("、")[0])
        for label in labels
    }


def _labelled(victims: Iterable[VictimPart]) -> Iterator[tuple[SpanPart, str]]:
    """Evidence of every statement with its label, `①伤情`; words that were seen and set aside with `未计入：残疾`."""
    for number, victim in enumerate(victims, start=1):
        for attribute, words in ATTRIBUTES.items():
            for value in values_of(victim, attribute):
                yield from ((span, f"{circled(number)}{words.title}") for span in value.evidence)
        for aside in victim.set_aside:
            title = ATTRIBUTES[aside.attribute].title
            yield from ((span, f"{SET_ASIDE.title}：{title}") for span in aside.evidence)


def _apart(marks: dict[tuple[int, int], list[str]]) -> list[tuple[tuple[int, int], list[str]]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(marks, key=lambda place: (place[0] - place[1], place)):
        if all(end <= a or b <= start for a, b in kept):
            kept.append((start, end))
    return [(place, marks[place]) for place in sorted(kept)]
