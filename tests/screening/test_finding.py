"""Nothing that rests on no words can be built, and everything that a screening shows rests on some."""

from __future__ import annotations

import pytest

from dossier.span import Span
from screening.alerts import Alert
from screening.answer import Verdict
from screening.evaluate import screen
from screening.finding import Citation, Finding, Kind, Limb, Sure
from screening.ruleset import RuleSet
from tests.screening.build import build_case
from tests.screening.conftest import AS_OF

CITATION = Citation("本院设定", None, None, Sure.OFFICE_SETTING)
WORDS = (Span("d", 0, 4),)


def _finding(verdict: Verdict, limb: Limb, *, bar: str | None = None, kind: Kind = Kind.QUALIFYING) -> Finding:
    return Finding("r", "标题", "v1", verdict, bar, kind, CITATION, (limb,))


@pytest.mark.parametrize("verdict", [Verdict.MET, Verdict.NOT_MET])
def test_determined_limb_needs_evidence(verdict: Verdict) -> None:
    assert Limb("harm", verdict, "重伤", WORDS).evidence == WORDS
    with pytest.raises(ValueError, match="without evidence"):
        Limb("harm", verdict, "重伤")


def test_undetermined_limb_may_have_none() -> None:
    assert Limb("harm", Verdict.UNDETERMINED, "未载明").evidence == ()


@pytest.mark.parametrize("verdict", [Verdict.MET, Verdict.NOT_MET])
def test_determined_finding_needs_a_limb_that_carries_it(verdict: Verdict) -> None:
    assert _finding(verdict, Limb("harm", verdict, "重伤", WORDS)).verdict is verdict
    with pytest.raises(ValueError, match="without a limb"):
        _finding(verdict, Limb("harm", Verdict.UNDETERMINED, "未载明"))


def test_bar_belongs_to_excluding_rules() -> None:
    limb = Limb("waived", Verdict.MET, "表示放弃", WORDS)
    assert _finding(Verdict.MET, limb, bar="8-4", kind=Kind.EXCLUDING).bar == "8-4"
    with pytest.raises(ValueError, match="a bar belongs"):
        _finding(Verdict.MET, limb, bar="8-4")
    with pytest.raises(ValueError, match="a bar belongs"):
        _finding(Verdict.MET, limb, kind=Kind.EXCLUDING)


def test_finding_gives_limbs_by_name() -> None:
    limb = Limb("harm", Verdict.MET, "重伤", WORDS)
    finding = _finding(Verdict.MET, limb)
    assert finding.limb("harm") is limb
    with pytest.raises(KeyError):
        finding.limb("unpaid")


@pytest.mark.parametrize(("victims", "evidence"), [((), WORDS), (("v1",), ())])
def test_alert_needs_victims_and_evidence(victims: tuple[str, ...], evidence: tuple[Span, ...]) -> None:
    with pytest.raises(ValueError, match="needs victims and evidence"):
        Alert("minors", "未成年被害人", victims, evidence)


def test_limb_evidence_is_that_of_the_fact_it_speaks_of(rules: RuleSet) -> None:
    facts = build_case({"injury": "重伤二级", "hardship": ["低保"], "compensation": {"status": "none"}})
    finding = next(f for f in screen(facts, as_of=AS_OF, rules=rules).findings if f.rule == "serious-injury")
    victim = facts.victim("v1")
    injury, hardship, compensation = (fact.evidence for fact in victim.facts)
    assert finding.limb("harm").evidence == injury
    assert finding.limb("hardship").evidence == hardship
    assert finding.limb("unpaid").evidence == compensation
    assert finding.limb("harm").why == "卷内有依据：重伤二级"
    assert finding.limb("caused_by_case").why == "困难是否因本案造成未载明"


def test_limb_says_when_the_papers_contradict(rules: RuleSet) -> None:
    facts = build_case({"injury": "重伤二级", "conflict": "injury"})
    finding = next(f for f in screen(facts, as_of=AS_OF, rules=rules).findings if f.rule == "serious-injury")
    assert finding.limb("harm").why == "卷内有依据：重伤二级（另有不同记载）"


def test_open_limb_shows_what_is_there_but_does_not_settle_it(rules: RuleSet) -> None:
    facts = build_case({"injury": "轻伤一级"})
    finding = next(f for f in screen(facts, as_of=AS_OF, rules=rules).findings if f.rule == "serious-injury")
    limb = finding.limb("harm")
    assert limb.why == "卷内记载：轻伤一级；伤残等级未载明"
    assert limb.evidence == facts.victim("v1").facts[0].evidence


def test_every_question_names_office_and_paper(rules: RuleSet) -> None:
    facts = build_case({"injury": "轻伤一级"}, {"serious_sign": True, "waived_claim": True})
    findings = screen(facts, as_of=AS_OF, rules=rules).findings
    asked = [item for finding in findings for item in finding.missing]
    assert asked
    assert all(item.ask and item.document and item.question.endswith("？") for item in asked)


def test_signs_of_one_kind_are_told_in_one_breath(rules: RuleSet) -> None:
    facts = build_case({"circumstances": {"serious_sign": {"value": "昏迷"}}}, {"serious_sign": {"value": "骨折"}})
    finding = next(f for f in screen(facts, as_of=AS_OF, rules=rules).findings if f.rule == "urgent-treatment")
    assert finding.limb("harm").why == "卷内有依据：有抢救、手术等伤重迹象（昏迷、骨折）"


def test_the_cause_of_hardship_is_not_asked_where_a_bill_that_cannot_be_paid_tells_it(rules: RuleSet) -> None:
    facts = build_case(
        {"injury": "重伤二级", "hardship": ["生活困难"], "compensation": {"status": "none"}},
        {"treatment_unaffordable": True},
    )
    findings = screen(facts, as_of=AS_OF, rules=rules).findings
    serious = next(finding for finding in findings if finding.rule == "serious-injury")
    assert serious.limb("caused_by_case").verdict == "met"
    assert "caused_by_case" not in {item.fact for finding in findings for item in finding.missing}


def test_a_loss_is_asked_about_as_a_loss(rules: RuleSet) -> None:
    loss = screen(build_case({"loss": 50000}), as_of=AS_OF, rules=rules).lead.of("v1").missing
    injury = screen(build_case({"injury": "重伤二级"}), as_of=AS_OF, rules=rules).lead.of("v1").missing
    documents = [{item.fact: item.document for item in each}["compensation"] for each in (loss, injury)]  # type: ignore[index]
    assert "发还清单" in documents[0]
    assert "转账凭证" in documents[1]


def test_nothing_is_asked_once_a_bar_is_indicated_but_about_the_bar(rules: RuleSet) -> None:
    facts = build_case({"injury": "重伤二级"}, {"prior_aid": True})
    findings = screen(facts, as_of=AS_OF, rules=rules).findings
    assert next(f for f in findings if f.bar == "one-time").verdict is Verdict.MET
    assert [item for finding in findings for item in finding.missing] == []
