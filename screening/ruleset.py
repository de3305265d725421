"""The rule set: every rule, parameter and the decision list, loaded from folders, with one content hash.

Folders are registries: a file is picked up because it is there. `at` picks what is in force on a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dossier.errors import JiuzhuError
from screening.finding import Kind
from screening.levels import LEVELS_FILE, DecisionList, parse_levels
from screening.parameter import Parameter, parse_parameter
from screening.rule import Rule, RuleVersion, parse_rule
from screening.yaml_edge import Place, read_yaml

_HERE = Path(__file__).parent

# Parameters that the code reads by name: each must be there, for every day that a rule is in force.
REQUIRED_PARAMETERS = (
    "disabled_group",
    "elder_age",
    "elderly_group",
    "light_disability_max_grade",
    "many_victims",
    "minor_age",
    "property_threshold",
    "serious_disability_max_grade",
)


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """What holds on one day; rules in the order of kind and item."""

    as_of: date
    rules: tuple[tuple[Rule, RuleVersion], ...]
    parameters: Mapping[str, float]
    levels: DecisionList


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Attributes:
    hash: `sha256:…` over names and contents of all files; recorded in every screening.
    """

    rules: tuple[Rule, ...]
    parameters: tuple[Parameter, ...]
    levels: DecisionList
    hash: str

    @classmethod
    def load(cls, rules: Path = _HERE / "rules", parameters: Path = _HERE / "parameters") -> RuleSet:
        """The rule set of two folders; by default the one that ships with the product.

        Raises:
            RuleFileError: for the first malformed or missing file.
        """
        levels: DecisionList | None = None
        loaded: list[Rule] = []
        for path in _files(rules):
            raw = read_yaml(path)
            if path.name == LEVELS_FILE:
                levels = parse_levels(raw, path)
            else:
                loaded.append(parse_rule(raw, path))
        if levels is None:
            raise Place(str(rules.name)).error("无此文件", "含有分级清单的目录", (LEVELS_FILE,))
        values = tuple(parse_parameter(read_yaml(path), path) for path in _files(parameters))
        for name in REQUIRED_PARAMETERS:
            if all(value.id != name for value in values):
                raise Place(str(parameters.name)).error("缺少参数", "含有全部参数的目录", REQUIRED_PARAMETERS)
        ordered = tuple(sorted(loaded, key=lambda rule: (tuple(Kind).index(rule.kind), rule.item, rule.id)))
        return cls(ordered, values, levels, _content_hash(rules, parameters))

    def at(self, as_of: date) -> RulesInForce:
        """What is in force on a day.

        Raises:
            JiuzhuError: `rules.none_in_force` when no qualifying rule or a parameter has no version for that day.
        """
        current = tuple((rule, version) for rule in self.rules if (version := rule.at(as_of)) is not None)
        values = {parameter.id: value for parameter in self.parameters if (value := parameter.at(as_of)) is not None}
        if not any(rule.kind is Kind.QUALIFYING for rule, _ in current) or len(values) < len(self.parameters):
            raise JiuzhuError(
                "rules.none_in_force",
                f"{as_of.isoformat()} 没有已载入的现行规则或参数版本",
                "请改用 2016 年 8 月以后的适用日期，或补充相应版本的规则文件。",
            )
        return RulesInForce(as_of, current, {name: value.value for name, value in values.items()}, self.levels)


def _files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.yaml")))


def _content_hash(rules: Path, parameters: Path) -> str:
    digest = hashlib.sha256()
    for role, folder in (("rules", rules), ("parameters", parameters)):
        for path in _files(folder):
            # line ends differ between checkouts of one and the same rule set
            content = path.read_bytes().replace(b"\r\n", b"\n")
            for part in (f"{role}/{path.name}".encode(), content):
                digest.update(len(part).to_bytes(8, "big"))
                digest.update(part)
    return f"sha256:{digest.hexdigest()}"
