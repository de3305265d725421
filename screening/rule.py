"""A rule as data: its limbs, versions and citations, read from one YAML file each.

pydantic stands at the edge and forbids unknown keys; inside, everything is frozen. A rule may change its limbs from
version to version; the versions of one rule never overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from screening.answer import MissingFact
from screening.conditions import BAR_NAMES, Condition, Language, parse_condition
from screening.effective import Effective, parse_effective
from screening.finding import Citation, Kind, Sure
from screening.texts import LIMB_TITLES
from screening.yaml_edge import Place, validate


@dataclass(frozen=True, slots=True)
class LimbRule:
    name: str
    when: Condition


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """Attributes:
    combine_all: True when every limb must hold, False when one is enough.
    """

    effective: Effective
    citation: Citation
    limbs: tuple[LimbRule, ...]
    combine_all: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """Attributes:
    item: place in the instrument (`7-1`), for order; of an excluding rule also the name of its bar.
    raised_by: the papers must show this before the rule is looked at; None: shown whenever a
        qualifying rule is open or met, or its own limbs are determined.
    asks_when_met: facts worth a question although the verdict stands (why a claim was waived).
    """

    id: str
    title: str
    kind: Kind
    item: str
    raised_by: Condition | None
    asks_when_met: tuple[MissingFact, ...]
    versions: tuple[RuleVersion, ...]

    def at(self, as_of: date) -> RuleVersion | None:
        return next((version for version in self.versions if version.effective.includes(as_of)), None)


class EffectiveFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    first: Any = Field(alias="from")
    to: Any = None


class CitationFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    instrument: str = Field(min_length=1)
    article: str | None
    sure: Sure


class LimbFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    when: Any


class VersionFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    effective: EffectiveFile
    citation: CitationFile
    limbs: list[LimbFile] | None = None


class RuleFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str = Field(pattern=r"[a-z][a-z0-9-]*")
    title: str = Field(min_length=1)
    kind: Kind
    item: str = Field(min_length=1)
    raised_by: Any = None
    combine: str = "all"
    asks_when_met: list[str] = []
    limbs: list[LimbFile] | None = None
    versions: list[VersionFile] = Field(min_length=1)


def parse_rule(raw: dict[str, Any], path: Path) -> Rule:
    """Raises:
    RuleFileError: naming file, key path, value found and values allowed.
    """
    place = Place(path.name)
    file = validate(RuleFile, raw, place)
    if file.id != path.stem:
        raise place.at("id").error(file.id, "与文件名相同的编号", (path.stem,))
    if file.kind is Kind.EXCLUDING:
        place.at("item").choice(file.item, BAR_NAMES)
    elif file.raised_by is None:
        raise place.at("raised_by").error(None, "条件：只有排除规则可以不写")
    language = Language(not_shown=file.kind is Kind.EXCLUDING)
    combine_all = place.at("combine").choice(file.combine, ("all", "any")) == "all"
    asks_place = place.at("asks_when_met")
    asks = tuple(
        MissingFact(asks_place.at(i).choice(fact, tuple(MissingFact))) for i, fact in enumerate(file.asks_when_met)
    )
    shared = None if file.limbs is None else _limbs(file.limbs, place.at("limbs"), language)
    versions = tuple(
        _version(version, place.at("versions").at(index), shared, combine_all, language)
        for index, version in enumerate(file.versions)
    )
    _reject_overlaps(versions, place.at("versions"))
    raised_by = None
    if file.raised_by is not None:
        raised_by = parse_condition(file.raised_by, place.at("raised_by"), Language())
    return Rule(file.id, file.title, file.kind, file.item, raised_by, asks, versions)


def _version(
    file: VersionFile, place: Place, shared: tuple[LimbRule, ...] | None, combine_all: bool, language: Language
) -> RuleVersion:
    effective = parse_effective(file.effective.first, file.effective.to, place.at("effective"))
    limbs = shared if file.limbs is None else _limbs(file.limbs, place.at("limbs"), language)
    if limbs is None:
        raise place.at("limbs").error(None, "要件：本版本或规则本身须写明")
    citation = parse_citation(file.citation, effective)
    if citation.sure is not Sure.OFFICE_SETTING and effective.first is None:
        raise place.at("effective.from").error(None, "施行日期：只有本院设定可以不写")
    return RuleVersion(effective, citation, limbs, combine_all)


def parse_citation(file: CitationFile, effective: Effective) -> Citation:
    last = effective.last.isoformat() if effective.last is not None else ""
    return Citation(file.instrument, file.article, effective.text, file.sure, last)


def _limbs(files: Sequence[LimbFile], place: Place, language: Language) -> tuple[LimbRule, ...]:
    if not files:
        raise place.error([], "至少一个要件")
    limbs: list[LimbRule] = []
    for index, file in enumerate(files):
        here = place.at(index)
        name = here.at("name").choice(file.name, tuple(LIMB_TITLES))
        if any(limb.name == name for limb in limbs):
            raise here.at("name").error(name, "不重复的要件")
        limbs.append(LimbRule(name, parse_condition(file.when, here.at("when"), language)))
    return tuple(limbs)


def _reject_overlaps(versions: Sequence[RuleVersion], place: Place) -> None:
    for index, version in enumerate(versions):
        for earlier in versions[:index]:
            if version.effective.overlaps(earlier.effective):
                raise place.at(index).at("effective").error(version.effective.text, "与其他版本不重叠的施行期间")
