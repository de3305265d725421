"""The twenty tricky situations of the domain page, as far as the facts of a case can express them.

What only reading can get right (whose disability it is, boilerplate, expired status) is tested where texts are
read; here it shows as facts that are simply absent.
"""

from __future__ import annotations

from typing import Any

import pytest

from screening.evaluate import Screening, screen
from screening.ruleset import RuleSet
from tests.screening.build import build_case
from tests.screening.conftest import AS_OF


def _screen(rules: RuleSet, victim: dict[str, Any], people: Any = (), **circumstances: Any) -> Screening:
    return screen(build_case(victim, circumstances, people), as_of=AS_OF, rules=rules)


def _verdicts(screening: Screening) -> dict[str, str]:
    return {finding.rule: finding.verdict.value for finding in screening.findings}


def _limb(screening: Screening, rule: str, name: str) -> str:
    return next(finding for finding in screening.findings if finding.rule == rule).limb(name).verdict.value


def test_01_poverty_of_the_accused_supports_no_means_and_gives_the_victim_no_status(rules: RuleSet) -> None:
    screening = _screen(rules, {"injury": "重伤二级"}, [{"role": "accused", "of": None}], offender_no_means=True)
    assert _limb(screening, "serious-injury", "unpaid_reason") == "met"
    assert _limb(screening, "serious-injury", "hardship") == "undetermined"
    assert "social-assistance" not in _verdicts(screening)


def test_02_adult_victim_of_a_minor_gets_no_minor_rule(rules: RuleSet) -> None:
    assert not {"minor-victim", "minor-department"} & set(_verdicts(_screen(rules, {"age": 35, "injury": "轻伤二级"})))


@pytest.mark.parametrize(
    ("compensation", "verdict"),
    [
        ({"status": "settled", "performed": True, "forgiven": True}, "met"),
        ({"forgiven": True}, "undetermined"),
        ({"status": "partial", "amount": 10000}, "undetermined"),
    ],
)
def test_03_payment_not_forgiveness_is_the_bar(rules: RuleSet, compensation: dict[str, Any], verdict: str) -> None:
    screening = _screen(rules, {"injury": "重伤二级", "compensation": compensation})
    assert _verdicts(screening)["bar-otherwise-compensated"] == verdict


def test_04_agreement_with_unpaid_instalments_and_ended_enforcement(rules: RuleSet) -> None:
    victim = {"injury": "重伤二级", "hardship": ["低保"], "compensation": {"owed": 90000, "performed": False}}
    screening = _screen(rules, victim, enforcement_fruitless=True, hardship_from_case=True)
    assert _verdicts(screening)["serious-injury"] == "met"
    assert screening.lead.level == "red"


def test_05_main_fault_is_indicated_not_decided(rules: RuleSet) -> None:
    screening = _screen(rules, {"injury": "死亡"}, gross_fault={"value": "主要责任"})
    assert _verdicts(screening)["bar-gross-fault"] == "met"
    assert screening.lead.level == "orange"
    assert _verdicts(screening)["death-or-incapacity"] == "undetermined"


def test_06_waiver_asks_for_its_reason_unless_it_follows_full_payment(rules: RuleSet) -> None:
    waived = _screen(rules, {"injury": "重伤二级"}, waived_claim=True)
    assert [item.fact for item in waived.lead.of("v1").missing] == ["waiver_reason"]
    paid = {"injury": "重伤二级", "compensation": {"status": "settled", "performed": True}}
    assert _verdicts(_screen(rules, paid, waived_claim=True))["bar-waived-claim"] == "not_met"


def test_07_slight_injury_leaves_only_treatment_and_the_catch_all(rules: RuleSet) -> None:
    verdicts = _verdicts(_screen(rules, {"injury": "轻微伤"}, under_treatment=True))
    assert verdicts["serious-injury"] == "not_met"
    assert verdicts["urgent-treatment"] == "undetermined"
    assert verdicts["other-situations"] == "undetermined"


def test_08_company_is_out_and_a_sole_trader_is_a_person(rules: RuleSet) -> None:
    company = _screen(rules, {"type": "organization", "loss": 500000})
    assert (company.lead.level, company.findings) == ("none", ())
    assert "被害方为单位" in company.lead.summary and "救助对象" not in company.lead.summary  # a finding, not law
    assert _screen(rules, {"loss": 500000}).lead.level == "yellow"


@pytest.mark.parametrize("relation", ["哥哥", "祖母", "同居女友"])
def test_09_kinship_is_not_dependency(rules: RuleSet, relation: str) -> None:
    screening = _screen(rules, {"injury": "死亡"}, [{"role": "relative", "relation": relation}])
    assert _limb(screening, "death-or-incapacity", "applicant") == "met"
    assert _limb(screening, "death-or-incapacity", "dependant") == "undetermined"
    assert "dependants" in [item.fact for item in screening.lead.of("v1").missing]


def test_10_two_victims_keep_their_own_injuries(rules: RuleSet) -> None:
    screening = screen(build_case(victims=[{"injury": "重伤二级"}, {"injury": "轻微伤"}]), as_of=AS_OF, rules=rules)
    harms = {
        finding.victim: finding.limb("harm").verdict.value
        for finding in screening.findings
        if finding.rule == "serious-injury"
    }
    assert harms == {"v1": "met", "v2": "not_met"}


def test_11_status_that_ended_is_no_value_and_leaves_hardship_open(rules: RuleSet) -> None:
    assert _limb(_screen(rules, {"injury": "重伤二级"}), "serious-injury", "hardship") == "undetermined"


def test_12_no_civil_suit_is_no_waiver(rules: RuleSet) -> None:
    screening = _screen(rules, {"injury": "重伤二级", "compensation": {"status": "none"}}, civil_suit=False)
    assert _verdicts(screening)["bar-waived-claim"] == "undetermined"
    assert screening.lead.level == "yellow"


@pytest.mark.parametrize("kind", ["offender_dead", "offender_unknown"])
def test_13_dead_or_unknown_offender_needs_no_suit(rules: RuleSet, kind: str) -> None:
    assert _limb(_screen(rules, {"injury": "重伤二级"}, **{kind: True}), "serious-injury", "unpaid_reason") == "met"


def test_14_aid_by_the_court_in_the_same_case(rules: RuleSet) -> None:
    screening = _screen(rules, {"injury": "重伤二级"}, prior_aid={"value": "人民法院", "amount": 20000})
    bar = next(finding for finding in screening.findings if finding.bar == "one-time")
    assert bar.verdict == "met"
    assert "20,000 元" in bar.limb("prior_aid").why


def test_15_insurance_reduces_the_loss_and_is_no_payment_by_the_offender(rules: RuleSet) -> None:
    screening = _screen(rules, {"loss": 50000}, insurance_paid={"amount": 30000})
    assert _verdicts(screening)["property-loss"] == "not_met"
    assert _limb(screening, "property-loss", "unpaid") == "undetermined"


def test_16_disputed_age_is_used_with_a_note(rules: RuleSet) -> None:
    screening = _screen(rules, {"age": 17, "injury": "轻微伤", "conflict": "age"})
    assert _limb(screening, "minor-victim", "age") == "met"
    assert "另有不同记载" in next(f for f in screening.findings if f.rule == "minor-victim").limb("age").why


def test_18_hardship_of_the_household_counts_disability_of_another_does_not(rules: RuleSet) -> None:
    screening = _screen(rules, {"injury": "重伤二级", "hardship": ["重病"]}, [{"role": "guardian", "relation": "母亲"}])
    assert _limb(screening, "serious-injury", "hardship") == "met"
    assert "disabled-victim" not in _verdicts(screening)


def test_19_death_without_crime_or_tort_is_out_with_the_reason(rules: RuleSet) -> None:
    screening = _screen(rules, {"injury": "死亡"}, [{"relation": "父亲"}], death_unrelated=True)
    assert screening.lead.level == "none"
    assert "自杀或自身疾病" in screening.lead.summary


def test_20_not_prosecuted_keeps_the_reason_open(rules: RuleSet) -> None:
    screening = _screen(rules, {"injury": "重伤二级"}, not_prosecuted=True)
    assert _limb(screening, "serious-injury", "unpaid_reason") == "undetermined"
    assert screening.lead.level == "yellow"
