from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.span import Span
from screening.answer import (
    Answer,
    MissingFact,
    Verdict,
    all_of,
    any_of,
    met,
    negation,
    not_met,
    not_shown,
    undetermined,
)

YES = met([Span("d", 0, 1)], "是")
NO = not_met([Span("d", 2, 3)], "否")
OPEN = undetermined(MissingFact.AGE, evidence=[Span("d", 4, 5)])
UNASKED = undetermined()

verdicts = st.sampled_from([YES, NO, OPEN])


@pytest.mark.parametrize(
    ("parts", "conjunction", "disjunction"),
    [
        ((YES, YES), Verdict.MET, Verdict.MET),
        ((YES, OPEN), Verdict.UNDETERMINED, Verdict.MET),
        ((YES, NO), Verdict.NOT_MET, Verdict.MET),
        ((OPEN, OPEN), Verdict.UNDETERMINED, Verdict.UNDETERMINED),
        ((OPEN, NO), Verdict.NOT_MET, Verdict.UNDETERMINED),
        ((NO, NO), Verdict.NOT_MET, Verdict.NOT_MET),
    ],
)
def test_combinations_follow_kleene(parts: tuple[Answer, ...], conjunction: Verdict, disjunction: Verdict) -> None:
    assert all_of(parts).verdict is all_of(parts[::-1]).verdict is conjunction
    assert any_of(parts).verdict is any_of(parts[::-1]).verdict is disjunction


def test_determined_answers_rest_on_the_words_that_decide_them() -> None:
    assert all_of((YES, NO, OPEN)).evidence == NO.evidence
    assert any_of((YES, NO, OPEN)).evidence == YES.evidence
    assert any_of((NO, NO)).evidence == NO.evidence


def test_a_question_that_cannot_settle_is_not_asked() -> None:
    assert all_of((YES, OPEN)).missing == (MissingFact.AGE,)
    assert all_of((UNASKED, OPEN)).missing == ()
    assert any_of((UNASKED, OPEN)).missing == (MissingFact.AGE,)


def test_negation_leaves_the_unknown_unknown() -> None:
    assert negation(YES).verdict is Verdict.NOT_MET
    assert negation(NO).verdict is Verdict.MET
    assert negation(OPEN) == OPEN


def test_not_shown_holds_for_the_unknown_and_keeps_the_question() -> None:
    assert not_shown(YES).verdict is Verdict.NOT_MET
    assert not_shown(NO).verdict is Verdict.MET
    assert not_shown(OPEN).verdict is Verdict.MET
    assert not_shown(OPEN).missing == (MissingFact.AGE,)


@given(st.lists(verdicts, min_size=1), st.integers(min_value=0), st.sampled_from([YES, NO]))
def test_settling_an_unknown_never_flips_a_combination(parts: list[Answer], place: int, settled: Answer) -> None:
    index = place % len(parts)
    if not parts[index].open:
        return
    later = [*parts[:index], settled, *parts[index + 1 :]]
    for combine in (all_of, any_of):
        before = combine(parts).verdict
        assert before is Verdict.UNDETERMINED or combine(later).verdict is before


def test_repr_shows_no_words() -> None:
    assert "是" not in repr(YES)
