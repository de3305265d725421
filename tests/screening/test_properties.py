"""Settling an unknown never flips a determined limb, and so no finding, which is Kleene's sum of its limbs.

A fact is unknown when no record of it is there; hardship-from-case and hardship-unrelated are two answers to one
question. The law holds for every limb of every rule, except where one
fact speaks for another by the contract itself; the exceptions are listed in `SPOKEN_FOR` and nowhere else.
"""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nlp.facts import HARDSHIP_CATEGORIES, INJURY_GRADES, CircumstanceKind
from screening.answer import Verdict
from screening.evaluate import Screening, screen
from screening.ruleset import RuleSet
from tests.screening.build import build_case
from tests.screening.conftest import AS_OF

RULES = RuleSet.load()

ATTRIBUTES: dict[str, st.SearchStrategy[Any]] = {
    "gender": st.sampled_from(["男", "女"]),
    "age": st.integers(0, 99),
    "disability": st.sampled_from(
        [
            [{"status": "caused", "grade": "四级"}],
            [{"status": "caused", "grade": "九级"}],
            [{"status": "caused"}],
            [{"status": "preexisting", "kind": "肢体"}],
        ]
    ),
    "hardship": st.sampled_from(HARDSHIP_CATEGORIES).map(lambda category: [category]),
    "injury": st.sampled_from(INJURY_GRADES),
    "compensation": st.builds(
        lambda status, performed: {"status": status, "performed": performed},
        st.sampled_from(["settled", "partial", "ordered", "none", None]),
        st.sampled_from([True, False, None]),
    ),
    "loss": st.sampled_from([900, 30000, 80000]),
}
ORIGIN = {"hardship_from_case", "hardship_unrelated"}
UNKNOWNS = [*ATTRIBUTES, *CircumstanceKind]

# A loss counts less what came back: only a deduction that is stated reduces it. A graded injury stands for the body
# (轻微伤 is no serious harm), and a death is nobody's bodily harm to be treated; a waiver stands until full payment
# is shown; a death is one through the case until the papers say otherwise; unaffordable treatment tells where a
# hardship comes from until the papers tell it themselves, and opens it again where they say that it came otherwise.
_BODY = {"injury", "disability", "lasting_state", "death_unrelated"}
_RETURNS = {"compensation", "property_returned", "insurance_paid"}
SPOKEN_FOR: dict[str, set[str]] = {
    "harm": _BODY | _RETURNS,
    "situation": _BODY | _RETURNS,
    "waived": {"compensation"},
    "caused_by_case": {"hardship_unrelated", "treatment_unaffordable"},
}


@st.composite
def _known(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    victim = {name: draw(ATTRIBUTES[name]) for name in draw(st.sets(st.sampled_from(list(ATTRIBUTES))))}
    stated = draw(st.dictionaries(st.sampled_from([kind.value for kind in CircumstanceKind]), st.booleans()))
    return victim, stated


def _limbs(screening: Screening) -> dict[tuple[str, str], Verdict]:
    return {(finding.rule, limb.name): limb.verdict for finding in screening.findings for limb in finding.limbs}


@settings(max_examples=400, deadline=None)
@given(_known(), st.sampled_from(UNKNOWNS), st.data())
def test_settling_an_unknown_never_flips_a_determined_limb(
    known: tuple[dict[str, Any], dict[str, Any]], unknown: str, data: st.DataObject
) -> None:
    victim, stated = known
    assume(unknown not in victim and unknown not in stated)
    assume(not (unknown in ORIGIN and ORIGIN & set(stated)))
    before = screen(build_case(victim, stated), as_of=AS_OF, rules=RULES)
    if unknown in ATTRIBUTES:
        victim = {**victim, unknown: data.draw(ATTRIBUTES[unknown])}
    else:
        stated = {**stated, unknown: data.draw(st.booleans())}
    after = _limbs(screen(build_case(victim, stated), as_of=AS_OF, rules=RULES))
    for (rule, name), verdict in _limbs(before).items():
        if verdict is Verdict.UNDETERMINED or (rule, name) not in after or unknown in SPOKEN_FOR.get(name, ()):
            continue
        assert after[rule, name] is verdict, (rule, name, unknown)


@settings(max_examples=200, deadline=None)
@given(_known())
def test_every_screening_stands_on_words_and_decides_nothing(known: tuple[dict[str, Any], dict[str, Any]]) -> None:
    facts = build_case(*known)
    spans = {span for fact in facts.victims[0].facts for span in fact.evidence}
    spans |= {span for record in facts.circumstances for span in record.evidence}
    screening = screen(facts, as_of=AS_OF, rules=RULES)
    for finding in screening.findings:
        for limb in finding.limbs:
            assert set(limb.evidence) <= spans
            assert limb.verdict is Verdict.UNDETERMINED or limb.evidence
    assert screening == screen(facts, as_of=AS_OF, rules=RULES)


@settings(max_examples=200, deadline=None)
@given(_known())
def test_an_undetermined_bar_never_suppresses(known: tuple[dict[str, Any], dict[str, Any]]) -> None:
    screening = screen(build_case(*known), as_of=AS_OF, rules=RULES)
    if screening.lead.level == "orange":
        assert any(finding.bar and finding.verdict is Verdict.MET for finding in screening.findings)


@settings(max_examples=200, deadline=None)
@given(_known())
def test_case_without_a_stated_word_says_nothing_of_a_victim(known: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """A second victim without facts of its own stays without findings, whatever is known of the first."""
    victim, stated = known
    facts = build_case(victims=[{**victim, "circumstances": stated}, {}])
    screening = screen(facts, as_of=AS_OF, rules=RULES)
    assert screening.lead.of("v2").level == "none"
    assert screening.findings_of("v2") == ()
