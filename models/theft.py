"""The public theft-case sentences of CAIL 2021 (information extraction), read into what a tagger learns from.

One sentence a line: `{"id", "context", "entities": [{"label": "NHVI", "span": ["16;19"]}]}`, offsets in code points,
the end exclusive. Spans of one kind never overlap, spans of two kinds may. The sentences carry no case, so they are
held out one by one, by a hash of their text: the same tenth on every machine, and nobody trains on it by mistake.
An evaluation uses them; of the sentences to learn from, the people finder learns victims and suspects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dossier.errors import JiuzhuError
from models.corpus import open_lines
from models.examples import Example, LabelledSpan, without_overlaps
from nlp.labels import Label, LabelScheme, parse_scheme
from nlp.text_view import normal

KINDS = (
    "suspect",
    "victim",
    "stolen_money",
    "goods_value",
    "profit",
    "stolen_goods",
    "tool",
    "time",
    "place",
    "organization",
)
HELD_OUT = 0.1  # of the sentences
_STRETCH = 8  # code points: what `share_seen` compares
_SOURCE = "theft"


@dataclass(frozen=True, slots=True)
class TheftSentence:
    """Attributes:
    text: as the file has it; offsets of `spans` are code points into it.
    """

    id: str
    text: str = field(repr=False)
    spans: tuple[LabelledSpan, ...] = field(repr=False)

    def example(self) -> Example:
        """As the tagger learns it: normalized (one to one, so that offsets stay), with nobody marked."""
        return Example(self.id, _key(self.text), _SOURCE, normal(self.text), (), self.spans)


class _Entity(BaseModel):
    model_config = ConfigDict(extra="forbid")
    label: str
    span: list[Annotated[str, Field(pattern=r"^\d+;\d+$")]]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str | int
    context: str = Field(min_length=1)
    entities: list[_Entity]


@cache
def theft_scheme() -> LabelScheme:
    """One layer for each of the ten kinds."""
    return parse_scheme(
        yaml.safe_load(files("models").joinpath("theft_labels.yaml").read_text(encoding="utf-8")), KINDS
    )


def read_theft(path: Path) -> tuple[TheftSentence, ...]:
    """The sentences of a file, which may be compressed (.xz, .gz).

    Raises:
        JiuzhuError: `theft.unreadable`, naming file and line.
    """
    labels = {label.id.upper(): label for label in theft_scheme().labels}
    sentences = []
    with open_lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            sentence = _sentence(line, labels)
            if sentence is None:
                raise JiuzhuError(
                    "theft.unreadable",
                    f"{path.name} 第{number}行不是盗窃案实体标注",
                    '每行须为 {id, context, entities: [{label, span: ["起;止"]}]}',
                )
            sentences.append(sentence)
    return tuple(sentences)


def _sentence(line: str, labels: dict[str, Label]) -> TheftSentence | None:
    try:
        given = _Line.model_validate_json(line)
        spans = [
            LabelledSpan(int(start), int(end), labels[entity.label].name)
            for entity in given.entities
            for start, end in (place.split(";") for place in entity.span)
        ]
    except (ValidationError, KeyError):
        return None
    if not all(span.start < span.end <= len(given.context) for span in spans):
        return None
    return TheftSentence(str(given.id), given.context, without_overlaps(spans))


def is_held_out(text: str) -> bool:
    """Whether a sentence belongs to the tenth that is never learned from."""
    return int(_key(text)[:12], 16) / 16**12 < HELD_OUT


def _key(text: str) -> str:
    """Hash of a sentence: width and blanks make no other sentence."""
    return hashlib.sha256("".join(normal(text).split()).encode()).hexdigest()


def split(sentences: Iterable[TheftSentence]) -> tuple[tuple[TheftSentence, ...], tuple[TheftSentence, ...]]:
    """Those to learn from, and the held-out tenth."""
    found = tuple(sentences)
    return tuple(s for s in found if not is_held_out(s.text)), tuple(s for s in found if is_held_out(s.text))


def share_seen(sentences: Sequence[TheftSentence], learned: Iterable[TheftSentence]) -> tuple[float, ...]:
    """Share of each sentence's stretches of eight characters that stand in a learned sentence too: 0 new, 1 known."""
    known = {stretch for sentence in learned for stretch in _stretches(sentence.text)}
    return tuple(
        sum(stretch in known for stretch in stretches) / len(stretches)
        for stretches in (_stretches(sentence.text) for sentence in sentences)
    )


def _stretches(text: str) -> tuple[str, ...]:
    return tuple(text[place : place + _STRETCH] for place in range(max(1, len(text) - _STRETCH + 1)))
