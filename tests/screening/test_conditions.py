"""The operators of the rule language, each in its three values."""

from __future__ import annotations

from typing import Any

import pytest

from screening.answer import MissingFact
from screening.conditions import Language, parse_condition
from screening.ruleset import RuleSet
from screening.situation import Situation
from screening.yaml_edge import Place
from tests.screening.build import build_case
from tests.screening.conftest import AS_OF


def _answer(rules: RuleSet, condition: Any, victim: Any = None, circumstances: Any = None, people: Any = ()) -> Any:
    facts = build_case(victim, circumstances, people)
    situation = Situation(facts, facts.victims[0], rules.at(AS_OF).parameters)
    return parse_condition(condition, Place("test.yaml"), Language(not_shown=True, bar=True)).answer(situation)


SERIOUS = {"attribute": "injury", "in": ["重伤一级", "重伤二级"]}
RETALIATION = {"circumstance": "retaliation"}


@pytest.mark.parametrize(
    ("condition", "victim", "circumstances", "verdict"),
    [
        (SERIOUS, {"injury": "重伤二级"}, {}, "met"),
        (SERIOUS, {"injury": "轻伤二级"}, {}, "not_met"),
        (SERIOUS, {}, {}, "undetermined"),
        ({"attribute": "age", "in": ["elder"]}, {"age": {"birth_date": "1950"}}, {}, "undetermined"),
        ({"attribute": "gender", "in": ["女"]}, {"gender": "男"}, {}, "not_met"),
        ({"attribute": "compensation", "in": ["none"]}, {"compensation": {"status": "none"}}, {}, "met"),
        ({"attribute": "hardship", "in": ["低保"]}, {"hardship": ["重病", "低保"]}, {}, "met"),
        ({"attribute": "hardship", "in": ["低保"]}, {"hardship": ["重病"]}, {}, "undetermined"),
        ({"attribute": "loss", "in": "any"}, {"loss": 12}, {}, "met"),
        (RETALIATION, {}, {"retaliation": True}, "met"),
        (RETALIATION, {}, {"retaliation": False}, "not_met"),
        (RETALIATION, {}, {}, "undetermined"),
        (RETALIATION, {}, {"retaliation": [True, False]}, "undetermined"),
        ({**RETALIATION, "equals": False}, {}, {"retaliation": False}, "met"),
        ({"not": RETALIATION}, {}, {"retaliation": True}, "not_met"),
        ({"not": RETALIATION}, {}, {}, "undetermined"),
        ({"not_shown": RETALIATION}, {}, {}, "met"),
        ({"all": [SERIOUS, RETALIATION]}, {"injury": "重伤一级"}, {}, "undetermined"),
        ({"any": [SERIOUS, RETALIATION]}, {"injury": "重伤一级"}, {}, "met"),
        ({"discretion": "person"}, {"injury": "重伤一级"}, {}, "undetermined"),
        ({"predicate": "serious"}, {"injury": "重伤一级"}, {}, "met"),
    ],
)
def test_operator(condition: Any, victim: Any, circumstances: Any, verdict: str, rules: RuleSet) -> None:
    assert _answer(rules, condition, victim, circumstances).verdict.value == verdict


@pytest.mark.parametrize(
    ("victim", "circumstances", "verdict"),
    [
        ({"injury": "重伤"}, {}, "met"),
        ({"injury": "受伤"}, {"lasting_state": {"value": "植物状态"}}, "met"),
        ({"disability": [{"status": "caused", "grade": "六级"}]}, {}, "met"),
        ({"injury": "轻伤一级", "disability": [{"status": "caused", "grade": "八级"}]}, {}, "not_met"),
        ({"disability": [{"status": "caused", "grade": "七级"}]}, {}, "undetermined"),
        ({"injury": "轻微伤", "disability": [{"status": "caused"}]}, {}, "undetermined"),
        ({"injury": "轻微伤", "disability": [{"status": "preexisting", "grade": "一级"}]}, {}, "not_met"),
        ({"injury": "死亡"}, {}, "not_met"),
        ({"injury": "受伤"}, {"appraisal_pending": True}, "undetermined"),
        ({}, {}, "undetermined"),
    ],
)
def test_serious_harm(victim: Any, circumstances: Any, verdict: str, rules: RuleSet) -> None:
    assert _answer(rules, {"predicate": "serious"}, victim, circumstances).verdict.value == verdict


@pytest.mark.parametrize(
    ("compensation", "verdict", "word"),
    [
        ({"status": "settled", "performed": True, "amount": 8000.5}, "met", "已赔偿 8,000.50 元"),
        ({"status": "settled", "performed": True}, "met", "已赔偿完毕"),
        ({"status": "settled"}, "undetermined", "和解或协议在卷，是否支付未载明"),
        ({"forgiven": True}, "undetermined", "表示谅解，赔偿未载明"),
        ({"owed": 50000}, "undetermined", "协议在卷，是否支付未载明"),
        ({"owed": 50000, "performed": False}, "not_met", "约定的赔偿未支付（应付 50,000 元）"),
        ({"status": "none"}, "not_met", "未获赔偿"),
        ({"status": "ordered", "owed": 90000}, "not_met", "判决赔偿，未见履行（应付 90,000 元）"),
        ({"status": "partial"}, "not_met", "部分赔偿"),
        ({"status": "partial", "amount": 5000}, "not_met", "已付 5,000 元，未全部到位"),
        ({"status": "partial", "amount": 5000, "owed": 9000}, "not_met", "已付 5,000 元，应付 9,000 元"),
    ],
)
def test_paid(compensation: Any, verdict: str, word: str, rules: RuleSet) -> None:
    answer = _answer(rules, {"predicate": "paid"}, {"compensation": compensation})
    assert (answer.verdict.value, answer.words) == (verdict, (word,))


@pytest.mark.parametrize(
    ("circumstances", "verdict"),
    [
        ({"hardship_from_case": True}, "met"),
        ({"hardship_from_case": False}, "undetermined"),
        ({"hardship_unrelated": True}, "not_met"),
        ({"hardship_from_case": True, "hardship_unrelated": True}, "undetermined"),
        ({"treatment_unaffordable": True}, "met"),
        ({"treatment_unaffordable": True, "hardship_unrelated": True}, "undetermined"),
        ({}, "undetermined"),
    ],
)
def test_caused_by_case(circumstances: Any, verdict: str, rules: RuleSet) -> None:
    answer = _answer(rules, {"predicate": "caused_by_case"}, {"hardship": ["低保"]}, circumstances)
    assert answer.verdict.value == verdict
    assert answer.missing == ((MissingFact.CAUSED_BY_CASE,) if answer.open else ())


@pytest.mark.parametrize(
    ("people", "verdict"),
    [
        ([{"role": "relative"}], "met"),
        ([{"role": "guardian"}], "met"),
        ([{"role": "witness", "relation": "妻子"}], "met"),
        ([{"role": "witness"}], "undetermined"),
        ([{"role": "accused", "relation": "儿子"}], "undetermined"),
        ([{"role": "relative", "of": "v2", "relation": "母亲"}], "undetermined"),
        ([{"role": "relative", "of": None, "relation": "母亲"}], "undetermined"),
    ],
)
def test_applicant(people: Any, verdict: str, rules: RuleSet) -> None:
    assert _answer(rules, {"predicate": "applicant"}, {"injury": "死亡"}, {}, people).verdict.value == verdict


@pytest.mark.parametrize(
    ("victim", "circumstances", "verdict"),
    [
        ({"loss": 60000}, {}, "met"),
        ({"loss": 60000}, {"property_returned": False}, "met"),
        ({"loss": 60000}, {"property_returned": {"amount": 30000}}, "met"),
        ({"loss": 60000}, {"property_returned": {"amount": 30000.01}}, "not_met"),
        ({"loss": 60000}, {"property_returned": [{"amount": 20000}, {"amount": 15000}]}, "undetermined"),
        ({"loss": 60000, "compensation": {"status": "settled"}}, {}, "undetermined"),
        ({"loss": 20000, "compensation": {"status": "settled"}}, {}, "not_met"),
        ({"loss": 60000, "compensation": {"status": "none"}}, {}, "met"),
        ({"type": "group", "loss": 50000}, {}, "not_met"),
        ({"type": "group", "size": 2, "loss": 60000}, {}, "met"),
    ],
)
def test_property_loss(victim: Any, circumstances: Any, verdict: str, rules: RuleSet) -> None:
    assert _answer(rules, {"predicate": "property_loss"}, victim, circumstances).verdict.value == verdict
