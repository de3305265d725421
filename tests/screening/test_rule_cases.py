"""Rules against `tests/rules/<id>.yaml`, cases that a legal reviewer can read and edit.

Each file has cases of all three verdicts (or says under `never` why a verdict cannot come up), and for every
effective date the verdict on the day before and on the day. A rule without them is rejected here.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from dossier.errors import JiuzhuError
from screening.evaluate import screen
from screening.finding import Finding
from screening.rule import Rule
from screening.ruleset import RuleSet
from tests.screening.build import build_case

CASES = Path(__file__).parent.parent / "rules"
RULES = RuleSet.load()
BY_ID = {rule.id: rule for rule in RULES.rules}
FILES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("*.yaml"))}


def _finding(case: dict[str, Any], rule_id: str, as_of: date) -> Finding | None:
    facts = build_case(case.get("victim"), case.get("circumstances"), case.get("people", ()))
    screening = screen(facts, as_of=as_of, rules=RULES)
    return next((finding for finding in screening.findings if finding.rule == rule_id), None)


def _state(case: dict[str, Any], rule: Rule, day: date) -> str:
    """The verdict on a day; `absent` when the rule is not in force, `in force` when only others are missing."""
    try:
        finding = _finding(case, rule.id, day)
    except JiuzhuError as error:
        assert error.code == "rules.none_in_force"
        return "absent" if rule.at(day) is None else "in force"
    return "absent" if finding is None else finding.verdict.value


def _cases() -> list[Any]:
    return [
        pytest.param(rule_id, case, id=f"{rule_id}:{case['name']}")
        for rule_id, file in FILES.items()
        for case in file["cases"]
    ]


def _boundaries() -> list[Any]:
    return [
        pytest.param(rule_id, case, id=f"{rule_id}:{case['day']}")
        for rule_id, file in FILES.items()
        for case in file["boundaries"]
    ]


def test_every_rule_has_a_case_file_and_no_file_is_left_over() -> None:
    assert set(FILES) == set(BY_ID)


@pytest.mark.parametrize("rule_id", BY_ID)
def test_every_rule_has_cases_of_each_verdict(rule_id: str) -> None:
    file = FILES[rule_id]
    shown = {case["verdict"] for case in file["cases"]}
    never = file.get("never", {})
    assert not shown & set(never), "a verdict that has a case cannot be declared impossible"
    assert all(reason.strip() for reason in never.values())
    assert shown - {"absent"} | set(never) == {"met", "not_met", "undetermined"}


@pytest.mark.parametrize("rule_id", BY_ID)
def test_every_rule_has_the_days_around_each_effective_date(rule_id: str) -> None:
    wanted = set()
    for version in BY_ID[rule_id].versions:
        wanted |= {version.effective.first} if version.effective.first else set()
        wanted |= {version.effective.last + timedelta(days=1)} if version.effective.last else set()
    assert {case["day"] for case in FILES[rule_id]["boundaries"]} == wanted


@pytest.mark.parametrize(("rule_id", "case"), _cases())
def test_case(rule_id: str, case: dict[str, Any]) -> None:
    finding = _finding(case, rule_id, case.get("as_of", date(2026, 3, 1)))
    if case["verdict"] == "absent":
        assert finding is None
        return
    assert finding is not None
    assert finding.verdict == case["verdict"], [(limb.name, limb.verdict.value) for limb in finding.limbs]
    for name, verdict in case.get("limbs", {}).items():
        assert (name, finding.limb(name).verdict.value) == (name, verdict)
    if "missing" in case:
        assert [item.fact.value for item in finding.missing] == case["missing"]


@pytest.mark.parametrize(("rule_id", "case"), _boundaries())
def test_boundary(rule_id: str, case: dict[str, Any]) -> None:
    rule, day = BY_ID[rule_id], case["day"]
    assert (_state(case, rule, day - timedelta(days=1)), _state(case, rule, day)) == (case["before"], case["then"])
    version = rule.at(day)
    assert (version.citation.effective_from if version else None) == case["cited"]
    if version is not None:
        last = version.effective.last
        assert version.citation.effective_to == (last.isoformat() if last else "")
