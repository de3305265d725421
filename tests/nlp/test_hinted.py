"""A learned people finder beside the cues: what it may add, and what stands whatever it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from models.cases import CaseText, dossier_of
from nlp.facts import Role
from nlp.people import Cast, resolve_people
from nlp.people_hints import PaperHints, PersonHint, Places
from nlp.reading import Reading, read


def reading_of(text: str) -> Reading:
    return read(dossier_of(CaseText("c", {"起诉书.txt": text})).documents[0])


def hints_for(reading: Reading, sure: Mapping[str, tuple[str, float]]) -> PaperHints:
    """A finder that takes every place of some words for a role."""
    text = reading.text
    victim, accused = [0.0] * len(text), [0.0] * len(text)
    hints = []
    for words, (role, score) in sure.items():
        start = text.find(words)
        while start >= 0:
            end = start + len(words)
            if score >= 0.5:
                hints.append(PersonHint(start, end, role, score))
            shares = victim if role == "victim" else accused
            shares[start:end] = [score] * len(words)
            start = text.find(words, end)
    return PaperHints(tuple(sorted(hints, key=lambda h: h.start)), victim, accused)


@dataclass(frozen=True)
class StandIn:
    """A finder that is sure of some words."""

    sure: Mapping[str, tuple[str, float]]

    def find(self, readings: Sequence[Reading], where: Sequence[Places] | None = None) -> tuple[PaperHints, ...]:
        return tuple(hints_for(reading, self.sure) for reading in readings)


def cast_with(text: str, sure: Mapping[str, tuple[str, float]]) -> Cast:
    return resolve_people((reading_of(text),), StandIn(sure))


def victims(cast: Cast) -> set[str]:
    return {person.name for person in cast.victims}


STORY = "鄢某与岑某因宅基地发生口角，鄢某抄起板凳，岑某额头当即开了口子，后缝了六针。"


def test_a_sure_finder_names_the_victim_that_no_cue_names() -> None:
    assert "岑某" not in victims(resolve_people((reading_of(STORY),)))
    assert victims(cast_with(STORY, {"岑某": ("victim", 0.99), "鄢某": ("accused", 0.95)})) == {"岑某"}


def test_an_unsure_finder_adds_nobody() -> None:
    assert "岑某" not in victims(cast_with(STORY, {"岑某": ("victim", 0.4), "鄢某": ("accused", 0.95)}))


@pytest.mark.parametrize("score", [0.0, 0.99])
def test_a_role_word_at_the_name_stands(score: float) -> None:
    text = "被告人鄢某持棍打被害人岑某，证人宓某看见。"
    cast = cast_with(text, {"岑某": ("victim", score), "鄢某": ("victim", 0.99 - score)})
    assert victims(cast) == {"岑某"}
    assert {p.name for p in cast.people if p.role is Role.ACCUSED} == {"鄢某"}


HEARD = "询问笔录\n被询问人：宓某，男，1970年3月2日出生\n问：把看到的说一下。\n答：我在店里，没有出去。宓某就是我。"
BESIDE = "被告人鄢某将岑某打伤，宓某在旁劝架，手机掉进河里。"


@pytest.mark.parametrize(("score", "found"), [(0.9, {"岑某"}), (0.99, {"岑某", "宓某"})])
def test_beside_a_known_victim_only_a_certain_one_is_added(score: float, found: set[str]) -> None:
    assert victims(resolve_people((reading_of(BESIDE),))) == {"岑某"}
    assert victims(cast_with(BESIDE, {"岑某": ("victim", 0.9), "宓某": ("victim", score)})) == found


def test_who_is_heard_where_the_victim_is_known_tells_of_another() -> None:
    charge = reading_of("被告人鄢某将被害人岑某打伤。")
    heard = read(dossier_of(CaseText("c", {"询问笔录.txt": HEARD})).documents[0])
    finder = StandIn({"岑某": ("victim", 0.9), "宓某": ("victim", 0.99)})
    assert victims(resolve_people((charge, heard), finder)) == {"岑某"}


@pytest.mark.parametrize(("score", "found"), [(0.05, set()), (0.2, {"岑某"})])
def test_a_deed_of_which_the_finder_sees_no_trace_is_doubted(score: float, found: set[str]) -> None:
    assert victims(cast_with(BESIDE, {"岑某": ("victim", score)})) == found


def test_beside_a_known_victim_the_finder_is_asked_only_of_those_who_are_open() -> None:
    asked: list[object] = []

    class Listening(StandIn):
        def find(self, readings: Sequence[Reading], where: Sequence[Places] | None = None) -> tuple[PaperHints, ...]:
            asked.append(where and [[readings[n].text[a:b] for a, b in own] for n, own in enumerate(where)])
            return super().find(readings, where)

    resolve_people((reading_of(BESIDE.replace("岑某打", "被害人岑某打")),), Listening({}))
    resolve_people((reading_of(STORY),), Listening({}))
    assert asked == [[["宓某"]], None]


def test_kin_stay_kin() -> None:
    text = "鄢某与岑某发生口角，岑某额头开了口子。岑某之妻仉某赶到现场。"
    sure = {"岑某": ("victim", 0.99), "仉某": ("victim", 0.99), "鄢某": ("accused", 0.99)}
    assert victims(cast_with(text, sure)) == {"岑某"}


def test_a_noun_is_a_victim_only_where_nobody_is_known() -> None:
    text = "鄢某酒后在天桥上将一名拾荒老太推下台阶后逃离。"
    assert victims(cast_with(text, {"一名拾荒老太": ("victim", 0.95)})) == {"一名拾荒老太"}
    named = "被告人鄢某打伤被害人岑某后，又将一名拾荒老太推下台阶。"
    assert victims(cast_with(named, {"一名拾荒老太": ("victim", 0.95), "岑某": ("victim", 0.9)})) == {"岑某"}


def test_a_firm_and_a_crowd_that_patterns_do_not_know() -> None:
    text = "鄢某谎称能办酒水直供，苗岭酒坊的两车米酒有去无回，另有二十余户散客的定金打了水漂。"
    sure = {"苗岭酒坊": ("organization", 0.9), "二十余户散客": ("group", 0.9), "鄢某": ("accused", 0.99)}
    told = {(p.name, str(p.type), p.size) for p in cast_with(text, sure).victims}
    assert told == {("苗岭酒坊", "organization", None), ("二十余户散客", "group", 20)}


def test_words_that_mean_a_known_victim_are_no_further_one() -> None:
    text = "鄢某在巷口伤人，被害人送医后脱险，该女子三日后出院。"
    assert not victims(cast_with(text, {"该女子": ("victim", 0.99)})) - {"被害人"}


def test_a_finder_that_sees_nobody_changes_nothing_where_a_word_tells() -> None:
    reading = reading_of(STORY.replace("岑某额头", "被害人岑某额头"))
    assert resolve_people((reading,)).people == resolve_people((reading,), StandIn({})).people


LISTED = "鄢某与岑某发生口角，岑某额头开了口子。上述事实，有证人宓某的证言证实。"


def test_nobody_is_a_victim_who_stands_in_a_list_of_evidence_only() -> None:
    sure = {"岑某": ("victim", 0.99), "宓某": ("victim", 0.99), "鄢某": ("accused", 0.99)}
    assert victims(cast_with(LISTED, sure)) == {"岑某"}
