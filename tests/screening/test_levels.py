"""The decision list of levels, line by line (`levels.yaml` beside this file), and the dossier's lead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.evaluate import screen
from screening.lead import VictimLead
from screening.levels import Level
from screening.ruleset import RuleSet
from tests.screening.build import build_case
from tests.screening.conftest import AS_OF

TABLE = yaml.safe_load((Path(__file__).parent / "levels.yaml").read_text(encoding="utf-8"))
ROWS = [pytest.param(line, row, id=f"{line}:{row['name']}") for line, rows in TABLE.items() for row in rows]
DECIDED = ("符合救助条件", "应予救助", "不予救助", "应当救助", "予以救助")


def _lead(row: dict[str, Any], rules: RuleSet) -> VictimLead:
    facts = build_case(row.get("victim"), row.get("circumstances"), row.get("people", ()))
    return screen(facts, as_of=AS_OF, rules=rules).lead.of("v1")


def test_table_has_every_line_of_the_decision_list(rules: RuleSet) -> None:
    assert list(TABLE) == [*(line.id for line in rules.levels.lines), "otherwise"]
    assert all(len(rows) >= 2 for rows in TABLE.values())


@pytest.mark.parametrize(("line", "row"), ROWS)
def test_first_line_that_fits(line: str, row: dict[str, Any], rules: RuleSet) -> None:
    lead = _lead(row, rules)
    assert (lead.line or "otherwise", lead.level.value) == (line, row["level"])
    assert lead.urgent is row.get("urgent", False)
    if "missing" in row:
        assert [item.fact.value for item in lead.missing] == row["missing"]


@pytest.mark.parametrize(("line", "row"), ROWS)
def test_summary_suggests_and_never_decides(line: str, row: dict[str, Any], rules: RuleSet) -> None:
    lead = _lead(row, rules)
    assert not any(phrase in lead.summary for phrase in DECIDED)
    assert ("由检察官决定" in lead.summary) is (lead.level is not Level.NONE)
    assert "陶某" not in lead.summary


def test_summary_reads_as_one_sentence_of_facts_and_one_of_advice(rules: RuleSet) -> None:
    row = {
        "victim": {
            "injury": "重伤二级",
            "compensation": {"status": "partial", "amount": 15000, "owed": 120000},
            "hardship": ["低保"],
        },
        "circumstances": {"offender_no_means": True, "hardship_from_case": True},
    }
    assert _lead(row, rules).summary == (
        "卷内记载：重伤二级；已付 15,000 元，应付 120,000 元；低保；未见排除情形的记载。"
        "损害后果、赔偿未到位和生活困难均有依据，建议启动审查。"
        "待查：同案是否已获救助。以上为材料提示，是否救助由检察官决定。"
    )


def test_summary_names_the_bar(rules: RuleSet) -> None:
    lead = _lead({"victim": {"injury": "死亡"}, "circumstances": {"gross_fault": True}}, rules)
    assert "提示排除情形：重大过错" in lead.summary


def test_dossier_takes_the_highest_level(rules: RuleSet) -> None:
    facts = build_case(
        victims=[
            {"loss": 600, "hardship": ["低保"]},
            {"injury": "轻伤一级"},
            {"injury": "死亡", "compensation": {"status": "settled", "performed": True}},
            {"type": "organization"},
        ]
    )
    lead = screen(facts, as_of=AS_OF, rules=rules).lead
    assert lead.levels == {"v1": "grey", "v2": "yellow", "v3": "orange", "v4": "none"}
    assert lead.level is Level.ORANGE
    assert not lead.urgent
    assert lead.summary.startswith("共 4 名被害人：提示排除 1 名，需核实 1 名，社会救助 1 名，未见线索 1 名。")
    assert lead.of("v3").summary in lead.summary


def test_dossier_is_urgent_when_a_victim_is_and_says_so_first(rules: RuleSet) -> None:
    facts = build_case(
        victims=[
            {"injury": "重伤二级", "compensation": {"status": "none"}, "hardship": ["低保"]},
            {"injury": "轻伤二级", "circumstances": {"under_treatment": True, "treatment_unaffordable": True}},
        ]
    )
    lead = screen(facts, as_of=AS_OF, rules=rules).lead
    assert lead.urgent
    assert "先行救助" in lead.summary


def test_dossier_of_victims_without_a_lead(rules: RuleSet) -> None:
    lead = screen(build_case(victims=[{}, {}]), as_of=AS_OF, rules=rules).lead
    assert (lead.level, lead.summary) == (Level.NONE, "共 2 名被害人：未见线索 2 名。")


def test_dossier_without_victims(rules: RuleSet) -> None:
    screening = screen(build_case(victims=[]), as_of=AS_OF, rules=rules)
    assert screening.lead.level is Level.NONE
    assert screening.lead.levels == {}
    assert screening.findings == () and screening.alerts == ()
    with pytest.raises(KeyError):
        screening.lead.of("v1")


def test_attributes_do_not_cross_over_between_victims(rules: RuleSet) -> None:
    facts = build_case(
        victims=[
            {"injury": "重伤二级", "compensation": {"status": "none"}, "hardship": ["低保"]},
            {"injury": "轻微伤", "age": 30, "circumstances": {"gross_fault": True}},
        ]
    )
    screening = screen(facts, as_of=AS_OF, rules=rules)
    assert screening.lead.levels == {"v1": "red", "v2": "none"}
    own = {span for fact in facts.victim("v2").facts for span in fact.evidence}
    for finding in screening.findings_of("v1"):
        assert not any(span in own for limb in finding.limbs for span in limb.evidence)
