"""Amounts and thresholds as dated, cited values. Those of the office are marked 本院设定 and are no law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from screening.effective import Effective, parse_effective
from screening.finding import Citation
from screening.rule import CitationFile, EffectiveFile, parse_citation
from screening.yaml_edge import Place, validate

UNITS = ("CNY", "persons", "years", "grade")


@dataclass(frozen=True, slots=True)
class ParameterValue:
    effective: Effective
    value: float
    citation: Citation


@dataclass(frozen=True, slots=True)
class Parameter:
    """Attributes:
    unit: `CNY`, `persons`, completed `years`, or disability `grade` (1 is the heaviest).
    region: where it holds; None means wherever the rule set is used.
    """

    id: str
    title: str
    unit: str
    region: str | None
    values: tuple[ParameterValue, ...]

    def at(self, as_of: date) -> ParameterValue | None:
        return next((value for value in self.values if value.effective.includes(as_of)), None)


class ValueFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    effective: EffectiveFile
    value: float = Field(gt=0, allow_inf_nan=False, strict=True)
    citation: CitationFile


class ParameterFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str = Field(pattern=r"[a-z][a-z0-9_]*")
    title: str = Field(min_length=1)
    unit: str
    region: str | None = None
    values: list[ValueFile] = Field(min_length=1)


def parse_parameter(raw: dict[str, Any], path: Path) -> Parameter:
    """Raises:
    RuleFileError: naming file, key path, value found and values allowed.
    """
    place = Place(path.name)
    file = validate(ParameterFile, raw, place)
    if file.id != path.stem:
        raise place.at("id").error(file.id, "与文件名相同的编号", (path.stem,))
    unit = place.at("unit").choice(file.unit, UNITS)
    values: list[ParameterValue] = []
    for index, item in enumerate(file.values):
        here = place.at("values").at(index)
        effective = parse_effective(item.effective.first, item.effective.to, here.at("effective"))
        if any(effective.overlaps(earlier.effective) for earlier in values):
            raise here.at("effective").error(effective.text, "与其他数值不重叠的施行期间")
        values.append(ParameterValue(effective, item.value, parse_citation(item.citation, effective)))
    return Parameter(file.id, file.title, unit, file.region, tuple(values))
