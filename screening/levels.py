"""The decision list of levels: an office's screening policy, kept in `rules/levels.yaml`. The first line that fits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from screening.answer import Answer, MissingFact, unique
from screening.conditions import Condition, Language, parse_condition
from screening.situation import Situation
from screening.yaml_edge import Place, validate

LEVELS_FILE = "levels.yaml"


class Level(StrEnum):
    """Highest first. A level is a suggestion to a person, never a decision."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREY = "grey"
    NONE = "none"


def highest(levels: tuple[Level, ...]) -> Level:
    return min(levels, key=tuple(Level).index, default=Level.NONE)


@dataclass(frozen=True, slots=True)
class Line:
    """Attributes:
    urgent_when: marks the line urgent when it holds as well; None: never.
    asks: whether the facts that leave this line open are worth a question.
    says: what the line tells a prosecutor, in Chinese.
    """

    id: str
    level: Level
    when: Condition
    urgent_when: Condition | None
    asks: bool
    says: str


@dataclass(frozen=True, slots=True)
class Placed:
    """The line that fits a victim, with the facts that could still move the victim to another line."""

    line: Line
    answer: Answer
    urgent: bool
    missing: tuple[MissingFact, ...]


@dataclass(frozen=True, slots=True)
class DecisionList:
    lines: tuple[Line, ...]
    otherwise: str  # what is said when no line fits

    def place(self, situation: Situation) -> Placed | None:
        """The first line that fits; None when none does (level `none`)."""
        missing: list[MissingFact] = []
        for line in self.lines:
            answer = line.when.answer(situation)
            if answer.open and line.asks:
                missing.extend(answer.missing)
            if answer.met:
                urgent = line.urgent_when is not None and line.urgent_when.answer(situation).met
                return Placed(line, answer, urgent, unique((*missing, *answer.missing)))
        return None

    def open_facts(self, situation: Situation) -> tuple[MissingFact, ...]:
        """Facts that leave a line open, for a victim whom no line fits."""
        answers = (line.when.answer(situation) for line in self.lines if line.asks)
        return unique(fact for answer in answers if answer.open for fact in answer.missing)


class LineFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str = Field(pattern=r"[a-z][a-z0-9-]*")
    level: Level
    when: Any
    urgent_when: Any = None
    asks: bool = True
    says: str = Field(min_length=1)


class LevelsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["levels"]
    otherwise: str = Field(min_length=1)
    lines: list[LineFile] = Field(min_length=1)


def parse_levels(raw: dict[str, Any], path: Path) -> DecisionList:
    """Raises:
    RuleFileError: naming file, key path, value found and values allowed.
    """
    place = Place(path.name)
    file = validate(LevelsFile, raw, place)
    language = Language(not_shown=True, bar=True)
    lines: list[Line] = []
    for index, item in enumerate(file.lines):
        here = place.at("lines").at(index)
        if any(line.id == item.id for line in lines):
            raise here.at("id").error(item.id, "不重复的编号")
        urgent = None
        if item.urgent_when is not None:
            urgent = parse_condition(item.urgent_when, here.at("urgent_when"), language)
        when = parse_condition(item.when, here.at("when"), language)
        lines.append(Line(item.id, item.level, when, urgent, item.asks, item.says))
    return DecisionList(tuple(lines), file.otherwise)
