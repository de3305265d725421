"""The guidelines beside a question: what is a value of its attribute, what is none, what to do when in doubt."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field

from api.store.missed import PERSON
from nlp.facts import Attribute


class Guideline(BaseModel):
    """Attributes:
    order: which of two statements that contradict stands.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    counts: tuple[str, ...] = Field(min_length=1)
    excluded: tuple[str, ...] = Field(min_length=1)
    doubt: tuple[str, ...] = Field(min_length=1)
    order: str = Field(min_length=1)


class _Guidelines(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int
    person: Guideline
    attributes: dict[Attribute, Guideline]


@cache
def _guidelines() -> _Guidelines:
    written = (files("api.annotation") / "guidelines.yaml").read_text(encoding="utf-8")
    return _Guidelines.model_validate(yaml.safe_load(written))


def guideline_of(attribute: str) -> Guideline:
    """Args: attribute: what is asked, `person` included."""
    if attribute == PERSON:
        return _guidelines().person
    return _guidelines().attributes[Attribute(attribute)]


def guideline_version() -> int:
    return _guidelines().version
