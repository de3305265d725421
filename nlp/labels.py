"""Label schemes of learned taggers: which kinds of spans there are, and where each stands in the output.

That of the recognizer is read from `nlp/labels.yaml`, that of the people finder from `nlp/person_labels.yaml`. Each
attribute has a layer of its own, `outside, begin 1, inside 1, begin 2, inside 2 …`, because one phrase may state two
attributes (聋哑老汉); the layers stand side by side in the output columns.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dossier.errors import JiuzhuError
from nlp.facts import Attribute


@dataclass(frozen=True, slots=True)
class Label:
    """One kind of span.

    Attributes:
        attribute: of `nlp.facts.Attribute` in the recognizer's scheme, `person` in the people finder's.
        id: word within its attribute (`part_paid`).
        title: what a person is shown.
        example: invented words with the span in 【 】.
    """

    attribute: str
    id: str
    title: str
    example: str

    @property
    def name(self) -> str:
        """`compensation.part_paid`: how files and reports name it."""
        return f"{self.attribute}.{self.id}"


@dataclass(frozen=True, slots=True)
class Layer:
    """The columns of one attribute: `first` is outside, then begin and inside of each label in order."""

    attribute: str
    labels: tuple[Label, ...]
    first: int

    @property
    def width(self) -> int:
        return 1 + 2 * len(self.labels)

    @property
    def columns(self) -> slice:
        return slice(self.first, self.first + self.width)

    def begin(self, label: Label) -> int:
        """Class within this layer (0 is outside) of the first character of a span; `begin + 1` is inside."""
        return 1 + 2 * self.labels.index(label)

    def label_of(self, tag: int) -> Label:
        """Label of a class of this layer that is not outside."""
        return self.labels[(tag - 1) // 2]


@dataclass(frozen=True, slots=True)
class LabelScheme:
    """All layers, in the order of their columns."""

    version: int
    layers: tuple[Layer, ...]

    @property
    def width(self) -> int:
        """Number of output columns."""
        return sum(layer.width for layer in self.layers)

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(label for layer in self.layers for label in layer.labels)

    def label(self, name: str) -> Label:
        """The label called `attribute.id`.

        Raises:
            JiuzhuError: `labels.unknown`.
        """
        for label in self.labels:
            if label.name == name:
                return label
        known = "、".join(label.name for label in self.labels)
        raise JiuzhuError("labels.unknown", f"没有名为 {name} 的标签", f"可用的标签：{known}")

    def layer(self, attribute: str) -> Layer:
        return next(layer for layer in self.layers if layer.attribute == attribute)

    def signature(self) -> str:
        """Version and names in order: what a trained model must have been trained for."""
        return f"{self.version}:" + ",".join(label.name for label in self.labels)


class _LabelEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str = Field(pattern="^[a-z_]+$")
    title: str = Field(min_length=1)
    example: str = Field(pattern="【.+】")


class _SchemeFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: int = Field(ge=1)
    attributes: dict[str, list[_LabelEntry]]


def parse_scheme(data: Any, known: Collection[str] = tuple(Attribute)) -> LabelScheme:
    """The scheme of a loaded YAML file.

    Args:
        known: the attributes that it may name.

    Raises:
        JiuzhuError: `labels.invalid`, naming what is wrong.
    """
    try:
        checked = _SchemeFile.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise JiuzhuError(
            "labels.invalid", f"标签表 {place}：{first['msg']}", "请对照 nlp/labels.yaml 的写法"
        ) from None
    layers, column = [], 0
    for attribute, entries in checked.attributes.items():
        if attribute not in known:
            raise JiuzhuError(
                "labels.invalid", f"标签表：没有名为 {attribute} 的属性", f"可用的属性：{'、'.join(known)}"
            )
        labels = tuple(Label(attribute, entry.id, entry.title, entry.example) for entry in entries)
        if len({label.id for label in labels}) != len(labels) or not labels:
            raise JiuzhuError("labels.invalid", f"标签表 {attribute}：标签为空或重复", "每个标签只写一次")
        layers.append(Layer(attribute, labels, column))
        column += layers[-1].width
    return LabelScheme(checked.version, tuple(layers))


@cache
def label_scheme() -> LabelScheme:
    """The recognizer's scheme: attributes of victims."""
    return parse_scheme(_shipped("labels.yaml"))


@cache
def person_scheme() -> LabelScheme:
    """The scheme of the people finder: one layer, `person`."""
    return parse_scheme(_shipped("person_labels.yaml"), ("person",))


def _shipped(name: str) -> Any:
    return yaml.safe_load(files("nlp").joinpath(name).read_text(encoding="utf-8"))
