"""Every mistake under the cause that explains it, on invented cases; together they are what scoring counts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.cases import CaseText
from models.error_causes import CAUSE_TITLES, VICTIM, Cause, Mistake, mistakes_of, mistakes_of_case, worst_cases
from models.scoring import score_case
from models.units import ATTRIBUTES

TEXT = "被害人陆某构成轻伤一级。被害人白某构成轻微伤。被告人已赔偿陆某。"
PAPERS = {"判决书.txt": TEXT}


def victim(name: str, injury: str | None = None, **attributes: Any) -> dict[str, Any]:
    """A victim whose injury is quoted in gold and evidenced in a prediction where `TEXT` first states it."""
    start = TEXT.find(injury) if injury else -1
    words = {"quotes": [injury], "evidence": [{"start": start, "end": start + len(injury)}]} if injury else {}
    return {"name": name, "type": "person", "injury": {"grade": injury, **words} if injury else None, **attributes}


def causes(
    gold: list[dict[str, Any]], predicted: list[dict[str, Any]]
) -> list[tuple[str, Cause, str | None, str | None]]:
    found = mistakes_of_case("c1", {"victims": gold}, {"victims": predicted}, PAPERS)
    return [(m.attribute, m.cause, m.missed, m.said) for m in found]


BOTH = [victim("陆某", "轻伤一级"), victim("白某", "轻微伤")]


def test_a_right_prediction_has_no_mistakes() -> None:
    assert causes(BOTH, BOTH) == []


def test_a_missed_victim_takes_his_values_along() -> None:
    assert causes(BOTH, BOTH[:1]) == [
        (VICTIM, Cause.MISSED_VICTIM, "白某", None),
        ("injury", Cause.MISSED_VICTIM, "轻微伤", None),
    ]


def test_what_is_said_of_somebody_who_is_no_victim() -> None:
    assert causes(BOTH, [*BOTH, victim("过路人", "受伤")]) == [
        (VICTIM, Cause.SPURIOUS_VICTIM, None, "过路人"),
        ("injury", Cause.SPURIOUS_VICTIM, None, "受伤"),
    ]


def test_a_value_that_is_not_found() -> None:
    assert causes(BOTH, [BOTH[0], victim("白某")]) == [("injury", Cause.MISSED_MENTION, "轻微伤", None)]


def test_another_value_in_its_place_is_one_mistake() -> None:
    assert causes(BOTH, [BOTH[0], victim("白某", "受伤")]) == [("injury", Cause.WRONG_VALUE, "轻微伤", "受伤")]


def test_a_value_that_nobody_stated() -> None:
    paid = victim("白某", "轻微伤", compensation={"status": "settled"})
    assert causes(BOTH, [BOTH[0], paid]) == [("compensation", Cause.SPURIOUS, None, "settled")]


def test_a_value_under_another_name_is_one_mistake() -> None:
    gold = [victim("陆某", "轻伤一级"), victim("白某")]
    assert causes(gold, [victim("陆某"), victim("白某", "轻伤一级")]) == [
        ("injury", Cause.WRONG_OWNER, "轻伤一级", "轻伤一级")
    ]


def test_crossed_values_are_two_wrong_owners() -> None:
    crossed = [victim("陆某", "轻微伤"), victim("白某", "轻伤一级")]
    assert sorted(causes(BOTH, crossed)) == [
        ("injury", Cause.WRONG_OWNER, "轻伤一级", "轻伤一级"),
        ("injury", Cause.WRONG_OWNER, "轻微伤", "轻微伤"),
    ]


def test_a_value_given_to_both_is_credited_wrongly_once() -> None:
    """It hides what the second should have had: one mistake, not two."""
    assert causes(BOTH, [BOTH[0], victim("白某", "轻伤一级")]) == [("injury", Cause.WRONG_OWNER, "轻微伤", "轻伤一级")]


def test_a_missed_victims_words_at_somebody_else_have_a_wrong_owner() -> None:
    assert causes([BOTH[0]], [victim("白某", "轻伤一级")]) == [
        (VICTIM, Cause.MISSED_VICTIM, "陆某", None),
        (VICTIM, Cause.SPURIOUS_VICTIM, None, "白某"),
        ("injury", Cause.WRONG_OWNER, None, "轻伤一级"),
        ("injury", Cause.MISSED_VICTIM, "轻伤一级", None),
    ]


@pytest.mark.parametrize(
    ("start", "cause"),
    [(TEXT.index("陆某"), [Cause.WRONG_OWNER]), (TEXT.index("白某"), [Cause.MISSED_MENTION, Cause.SPURIOUS])],
)
def test_equal_values_are_the_same_only_where_their_words_meet(start: int, cause: list[Cause]) -> None:
    """陆某 and 白某 can both be women."""
    gold = [victim("陆某", gender={"value": "女", "quotes": ["陆某构成"]}), victim("白某")]
    woman = {"value": "女", "evidence": [{"start": start, "end": start + 2}]}
    assert [c for _, c, _, _ in causes(gold, [victim("陆某"), victim("白某", gender=woman)])] == cause


def test_without_texts_the_value_decides() -> None:
    gold = {"victims": [victim("陆某", "轻伤一级"), victim("白某")]}
    predicted = {"victims": [victim("陆某"), victim("白某", "轻伤一级")]}
    assert [m.cause for m in mistakes_of_case("c1", gold, predicted)] == [Cause.WRONG_OWNER]


def test_a_case_without_prediction_misses_its_victims() -> None:
    gold = {"c1": {"victims": BOTH}, "c2": {"victims": BOTH[:1]}}
    found = mistakes_of(gold, {"c2": {"error": {"code": "x"}}}, {"c1": CaseText("c1", PAPERS)})
    assert [(m.case, m.attribute) for m in found] == [
        ("c1", VICTIM),
        ("c1", VICTIM),
        ("c1", "injury"),
        ("c1", "injury"),
        ("c2", VICTIM),
        ("c2", "injury"),
    ]
    assert {m.cause for m in found} == {Cause.MISSED_VICTIM}


def test_worst_cases_come_by_number_of_mistakes_then_by_id() -> None:
    many = [Mistake("b", "age", Cause.SPURIOUS), Mistake("b", "age", Cause.MISSED_MENTION)]
    found = worst_cases([Mistake("c", "age", Cause.SPURIOUS), *many, Mistake("a", "age", Cause.SPURIOUS)], most=2)
    assert [(c.case, c.total) for c in found] == [("b", 2), ("a", 1)]
    assert dict(found[0].causes) == {Cause.SPURIOUS: 1, Cause.MISSED_MENTION: 1}


def test_every_cause_has_a_title_of_its_own() -> None:
    assert set(CAUSE_TITLES) == set(Cause)
    assert len(set(CAUSE_TITLES.values())) == len(Cause)


def test_a_mistake_shows_no_name() -> None:
    assert "陆某" not in repr(mistakes_of_case("c1", {"victims": BOTH}, {}, PAPERS))


GRADES = ("轻伤一级", "轻微伤", None)
VICTIMS = st.lists(
    st.builds(
        lambda name, injury, sex, poor: victim(
            name,
            injury,
            gender={"value": sex} if sex else None,
            hardship=[{"category": category} for category in sorted(poor)],
        ),
        st.sampled_from(("陆某", "白某", "柳某")),
        st.sampled_from(GRADES),
        st.sampled_from(("男", "女", None)),
        st.sets(st.sampled_from(("低保", "特困", "重病"))),
    ),
    max_size=4,
)


@settings(deadline=None)  # the first example loads what the others find loaded
@given(gold=VICTIMS, predicted=VICTIMS, located=st.booleans())
def test_mistakes_add_up_to_what_scoring_counts(
    gold: list[dict[str, Any]], predicted: list[dict[str, Any]], located: bool
) -> None:
    papers = PAPERS if located else None
    mistakes = mistakes_of_case("c1", {"victims": gold}, {"victims": predicted}, papers)
    tallies = score_case("c1", {"victims": gold}, {"victims": predicted}, papers).tallies
    for attribute in (VICTIM, *ATTRIBUTES):
        here = [m for m in mistakes if m.attribute == attribute]
        assert sum(m.missed is not None for m in here) == tallies[attribute].missed
        assert sum(m.said is not None for m in here) == tallies[attribute].spurious
        assert all(m.missed is not None or m.said is not None for m in here)
