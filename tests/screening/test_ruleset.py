from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from dossier.errors import JiuzhuError, RuleFileError
from screening import predicates, texts
from screening.answer import MissingFact, Verdict
from screening.conditions import BAR_NAMES
from screening.evaluate import screen
from screening.finding import Kind, Sure
from screening.levels import Level
from screening.ruleset import REQUIRED_PARAMETERS, RuleSet
from tests.screening.build import build_case
from tests.screening.conftest import AS_OF, SHIPPED


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("rules", "parameters"):
        shutil.copytree(SHIPPED / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path


def _load(folder: Path) -> RuleSet:
    return RuleSet.load(folder / "rules", folder / "parameters")


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_hash_is_that_of_the_content_alone(copy: Path, rules: RuleSet) -> None:
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", rules.hash)
    assert _load(copy).hash == rules.hash
    path = copy / "rules" / "veterans.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert _load(copy).hash == rules.hash


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: _replace(folder / "parameters" / "property_threshold.yaml", "30000", "50000"),
        lambda folder: _replace(folder / "rules" / "levels.yaml", "level: grey", "level: yellow"),
        lambda folder: (folder / "rules" / "veterans.yaml").unlink(),
    ],
)
def test_hash_changes_with_any_rule_or_value(copy: Path, rules: RuleSet, change: Callable[[Path], None]) -> None:
    change(copy)
    assert _load(copy).hash != rules.hash


def test_office_can_change_a_threshold_and_a_level(copy: Path) -> None:
    _replace(copy / "parameters" / "property_threshold.yaml", "30000", "50000")
    _replace(copy / "rules" / "levels.yaml", "level: grey", "level: yellow")
    changed = _load(copy)
    assert screen(build_case({"loss": 40000}), as_of=AS_OF, rules=changed).lead.level is Level.NONE
    assert screen(build_case({"hardship": ["低保"]}), as_of=AS_OF, rules=changed).lead.level is Level.YELLOW


def test_screening_records_day_and_hash(rules: RuleSet) -> None:
    screening = screen(build_case(), as_of=AS_OF, rules=rules)
    assert (screening.as_of, screening.rules_hash) == (AS_OF, rules.hash)


@pytest.mark.parametrize("day", [date(2016, 7, 31), date(2012, 1, 1)])
def test_day_before_every_rule_is_refused(rules: RuleSet, day: date) -> None:
    with pytest.raises(JiuzhuError) as caught:
        screen(build_case(), as_of=day, rules=rules)
    assert caught.value.code == "rules.none_in_force"


def test_day_without_a_parameter_is_refused(copy: Path) -> None:
    _replace(copy / "parameters" / "elder_age.yaml", "from: null", "from: 2020-01-01")
    rules = _load(copy)
    assert rules.at(date(2020, 1, 1)).parameters["elder_age"] == 60
    with pytest.raises(JiuzhuError, match=r"rules\.none_in_force"):
        rules.at(date(2019, 12, 31))


def test_missing_levels_and_parameters_are_named(copy: Path) -> None:
    (copy / "parameters" / "elder_age.yaml").unlink()
    with pytest.raises(RuleFileError, match="elder_age"):
        _load(copy)
    (copy / "rules" / "levels.yaml").unlink()
    with pytest.raises(RuleFileError, match=r"levels\.yaml"):
        _load(copy)


def test_shipped_parameters_are_those_that_the_code_reads(rules: RuleSet) -> None:
    assert {parameter.id for parameter in rules.parameters} == set(REQUIRED_PARAMETERS)
    settings = {p.id for p in rules.parameters if all(v.citation.sure is Sure.OFFICE_SETTING for v in p.values)}
    assert set(REQUIRED_PARAMETERS) - settings == {"minor_age"}


def test_findings_come_in_the_order_of_kind_and_item(rules: RuleSet) -> None:
    order = [(tuple(Kind).index(rule.kind), rule.item) for rule in rules.rules]
    assert order == sorted(order)
    assert [rule.item for rule in rules.rules if rule.kind is Kind.QUALIFYING] == [f"7-{n}" for n in range(1, 8)]
    assert sorted(rule.item for rule in rules.rules if rule.kind is Kind.EXCLUDING) == sorted(BAR_NAMES)


def test_office_policy_is_never_cited_as_law(rules: RuleSet) -> None:
    for rule in rules.rules:
        for version in rule.versions:
            assert (version.citation.instrument == "本院设定") is (version.citation.sure is Sure.OFFICE_SETTING)


def test_every_rule_file_says_how_sure_its_source_is() -> None:
    for path in (SHIPPED / "rules").glob("*.yaml"):
        head = path.read_text(encoding="utf-8").split("\nid:")[0]
        text = yaml.safe_load(path.read_text(encoding="utf-8"))
        sure = {version["citation"]["sure"] for version in text.get("versions", [])} - {"office-setting"}
        assert ("本院设定" in head) is not bool(sure), path.name
        assert all(word in head for word in sure), path.name


def test_every_id_has_chinese_words(rules: RuleSet) -> None:
    limbs = {limb.name for rule in rules.rules for version in rule.versions for limb in version.limbs}
    assert limbs == set(texts.LIMB_TITLES)
    assert set(MissingFact) == set(texts.FACT_TITLES)
    assert set(Level) == set(texts.LEVEL_TITLES) == set(texts.LEVEL_COLOURS)
    assert set(Verdict) == set(texts.VERDICT_TITLES)
    assert set(Kind) == set(texts.KIND_TITLES)
    assert set(Sure) == set(texts.SURE_TITLES)
    assert set(BAR_NAMES) == set(texts.BAR_TITLES)


def test_every_predicate_is_used_by_a_rule_or_a_level() -> None:
    used = " ".join(path.read_text(encoding="utf-8") for path in (SHIPPED / "rules").glob("*.yaml"))
    assert [name for name in predicates.PREDICATES if f"predicate: {name}}}" not in used] == []
