"""Noisy copies: labels stay on their words, names change together, nothing that normalization undoes, no new number."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.edits import Edit, edited
from annotation.invented_names import NameMaker, given_characters
from annotation.noise import confusions, noisy, with_noisy_copies
from annotation.renaming import How, name_in, renaming
from api.training import shipped_settings
from models.examples import LEARN_ONLY, Example, LabelledSpan, Unsure
from models.person_marks import MarkedMention
from models.training_settings import FinetuneSettings, NoiseSettings, read_settings
from nlp.labels import label_scheme
from nlp.names import find_names
from nlp.text_view import normal
from tests.models.invented_cases import example as invented

SCANNED = NoiseSettings(renamed=1, masked=0.3, named=0.3, scanned=1, misread=0.4, stop_lost=0.3, stop_doubled=0.2)
STILL = NoiseSettings(renamed=0, masked=0, named=0, scanned=0, misread=0, stop_lost=0, stop_doubled=0)


def marked(text: str) -> Example:
    """`{v1:被害人刘大勇}` is a mention of v1; `[轻伤一级]` is a span of v1."""
    plain, mentions, spans, begin, person = "", [], [], 0, ""
    for char in text.replace("{", "{ "):
        if char in "{[":
            begin, person = len(plain), ""
        elif char == ":":
            person, plain = plain[begin:].strip(), plain[:begin]
        elif char == "}":
            role = "victim" if person[0] == "v" else "accused"
            mentions.append(MarkedMention(begin, len(plain), role, tuple(person.split("+"))))
        elif char == "]":
            spans.append(LabelledSpan(begin, len(plain), "injury.light", ("v1",)))
        elif char != " ":
            plain += char
    return Example("e", "c", "written", plain, tuple(mentions), tuple(spans))


FAMILY = marked(
    "{p1:被告人柳志远}打伤{v1:被害人刘大勇}、{v2:刘建国}，{v1+v2:二被害人}就医。{v1:大勇}称{v2:老刘}倒地，"
    "{v1:刘大勇}构成[轻伤一级]。柳志远赔了{v2:刘建国}两千元，{v1:胖子}没有。"
)
MASKED = marked("{p1:被告人柳某甲}打伤{v1:被害人刘某}，{v1:刘某}构成[轻伤一级]。{p2:柳某乙}劝架，赔给刘某500元。")


def words(example: Example, place: MarkedMention | LabelledSpan | Unsure) -> str:
    return example.text[place.start : place.end]


def rename(example: Example, how: How, seed: int = 1) -> Example:
    return edited(example, renaming(example, how, random.Random(seed)))


@st.composite
def examples_with_edits(draw: st.DrawFn) -> tuple[Example, list[Edit]]:
    text = draw(st.text("刘大勇某，。0𠀀伤", min_size=1, max_size=30))
    bounds = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda b: b[0] != b[1])
    places = [tuple(sorted(pair)) for pair in draw(st.lists(bounds, max_size=8))]
    changed = [tuple(sorted(pair)) for pair in draw(st.lists(bounds, max_size=8))]
    example = Example(
        "e",
        "c",
        "gold",
        text,
        tuple(MarkedMention(*place, "victim", ("v1",)) for place in places[::3]),
        tuple(LabelledSpan(*place, "injury.light") for place in places[1::3]),
        tuple(Unsure(*place, "injury") for place in places[2::3]),
    )
    return example, [Edit(*place, draw(st.sampled_from(["", "乙", "乙乙", "乙乙乙"]))) for place in changed]


def image(example: Example, start: int, end: int, edits: list[Edit]) -> str:
    """What a stretch must become: character by character, by the edits of it."""
    inside = {edit.start: edit for edit in edits if start <= edit.start < end}
    new, at = "", start
    while at < end:
        edit = inside.get(at)
        new += edit.words if edit else example.text[at]
        at = edit.end if edit else at + 1
    return new


@given(examples_with_edits())
def test_every_label_covers_the_image_of_its_words(drawn: tuple[Example, list[Edit]]) -> None:
    example, edits = drawn
    places = [(p.start, p.end) for p in (*example.mentions, *example.spans, *example.unsure)]
    made: list[Edit] = []
    for edit in edits:  # what the contract of `edited` says, by brute force
        cuts = any(edit.start < border < edit.end for place in places for border in place)
        shortens = not edit.words and any(edit.start == start or edit.end == end for start, end in places)
        if not cuts and not shortens and all(edit.end <= e.start or e.end <= edit.start for e in made):
            made.append(edit)
    new = edited(example, edits)
    new.check(label_scheme())
    assert new.text == image(example, 0, len(example.text), made)
    for kind in ("mentions", "spans", "unsure"):
        for old_place, new_place in zip(getattr(example, kind), getattr(new, kind), strict=True):
            assert words(new, new_place) == image(example, old_place.start, old_place.end, made)
            assert replace(new_place, start=old_place.start, end=old_place.end) == old_place


@given(st.integers(0, 10_000), st.integers(0, 200))
def test_a_noisy_copy_is_an_example_of_the_same_case(seed: int, number: int) -> None:
    clean = invented(number)
    copy = noisy(clean, SCANNED, seed)
    copy.check(label_scheme())
    assert (copy.case, len(copy.spans), len(copy.mentions)) == (clean.case, len(clean.spans), len(clean.mentions))
    assert copy.source.endswith(LEARN_ONLY)
    assert copy.id != clean.id
    assert normal(copy.text) == copy.text
    assert noisy(clean, SCANNED, seed) == copy


def test_kin_keep_one_surname_and_everybody_one_name() -> None:
    for seed in range(30):
        new = rename(FAMILY, How.ANOTHER, seed)
        accused, first, second, both, given_alone, old, again, paid, nick = (words(new, m) for m in new.mentions)
        first = first.removeprefix("被害人")
        assert again == first != "刘大勇"
        assert first.endswith(given_alone)
        family = first.removesuffix(given_alone)
        assert second.startswith(family) and second != first
        assert paid == second
        assert old == f"老{family}"
        assert (both, nick) == ("二被害人", "胖子")
        assert not accused.removeprefix("被告人").startswith(family)
        assert f"。{accused.removeprefix('被告人')}赔了" in new.text  # stands outside all mentions
        assert not any(name in new.text for name in ("刘大勇", "刘建国", "柳志远", "老刘"))
        assert words(new, new.spans[0]) == "轻伤一级"
        assert "两千元" in new.text


def test_full_names_become_masked_ones_that_still_tell_people_apart() -> None:
    for seed in range(30):
        new = rename(FAMILY, How.MASKED, seed)
        accused, first, second, *_ = (words(new, m) for m in new.mentions)
        names = [accused.removeprefix("被告人"), first.removeprefix("被害人"), second]
        assert len(set(names)) == 3
        assert all(set(name) & set("某×X*") for name in names)
        assert names[1][:1] == names[2][:1]
        assert words(new, new.mentions[6]) == names[1]


def test_masked_names_become_full_ones() -> None:
    for seed in range(30):
        new = rename(MASKED, How.NAMED, seed)
        assert "某" not in new.text
        first, second = words(new, new.mentions[0]).removeprefix("被告人"), words(new, new.mentions[3])
        assert first != second and first[0] == second[0]
        victim = words(new, new.mentions[2])
        assert f"赔给{victim}500元" in new.text
        assert set(victim[1:]) <= set(given_characters()) or set(victim[2:]) <= set(given_characters())


def test_masks_stay_where_names_keep_their_kind() -> None:
    new = rename(MASKED, How.ANOTHER)
    assert [words(new, m)[-1] for m in new.mentions] == ["甲", "某", "某", "乙"]


def test_no_number_is_run_into_a_sum() -> None:
    text = marked("{v1:被害人刘大勇}3000元、{v2:刘建国}500元")
    for seed in range(40):
        new = rename(text, How.MASKED, seed)
        assert not any(words(new, m)[-1].isdigit() for m in new.mentions)


def test_a_name_that_a_span_cuts_is_kept_everywhere() -> None:
    text = marked("{v1:被害人刘大勇}，{v1:刘大勇}，{p1:柳志远}")
    cut = replace(text, spans=(LabelledSpan(4, 6, "injury.light"),))
    new = rename(cut, How.ANOTHER)
    assert new.text.startswith("被害人刘大勇，刘大勇，")
    assert not new.text.endswith("柳志远")


@pytest.mark.parametrize(
    ("mention", "family", "rest"),
    [
        ("被害人刘大勇", "刘", "大勇"),
        ("附带民事诉讼原告人欧阳小川", "欧阳", "小川"),
        ("上诉人（原审被告人）柳志远", "柳", "志远"),
        ("其父刘某某", "刘", "某某"),
        ("刘×2", "刘", "×2"),
        ("刘1某盛", "刘", "1某盛"),
        ("刘勇", "刘", "勇"),
    ],
)
def test_a_mention_tells_its_name(mention: str, family: str, rest: str) -> None:
    found = name_in(mention)
    assert found is not None
    assert (found.family, found.rest) == (family, rest)


@pytest.mark.parametrize(
    "mention", ["被害人", "原告", "申请人", "老刘", "刘家人", "那女孩", "母亲", "我", "司机", "房东"]
)
def test_a_mention_without_a_name_tells_none(mention: str) -> None:
    assert name_in(mention) is None


def test_invented_names_are_found_as_names() -> None:
    maker = NameMaker(random.Random(3), "", set())
    for _ in range(60):
        name = maker.family() + maker.given()
        text = f"被害人{name}，男，汉族，住甲村。{name}被打伤。"
        assert (3, 3 + len(name)) in [(m.start, m.end) for m in find_names([text])[0]]


def test_confusions_survive_normalization_and_make_no_number_of_another() -> None:
    numerals = set("0123456789零〇一二两三四五六七八九十百千万亿")
    for confusion in confusions():
        assert normal(confusion.read) == confusion.read != confusion.printed
        assert len(confusion.printed) == 1
        assert not set(confusion.read) & numerals
        assert (len(confusion.read) > 1) == (confusion.kind == "split")
    assert len({(c.printed, c.read) for c in confusions()}) == len(confusions()) > 500


def test_a_bad_scan_leaves_people_alone() -> None:
    settings = STILL.model_copy(update={"scanned": 1.0, "misread": 1.0, "stop_doubled": 1.0})
    clean = replace(FAMILY, text=FAMILY.text.replace("没有", "已付"))
    copy = noisy(clean, settings, 4)
    assert [words(copy, m) for m in copy.mentions] == [words(clean, m) for m in clean.mentions]
    assert copy.text.count("。。") == clean.text.count("。")
    assert "已付" not in copy.text


def test_lost_stops_are_lost() -> None:
    copy = noisy(FAMILY, STILL.model_copy(update={"scanned": 1.0, "stop_lost": 1.0}), 4)
    assert not set(copy.text) & set("。，")
    assert words(copy, copy.spans[0]) == "轻伤一级"


@pytest.mark.parametrize(("share", "copies"), [(0, 0), (1, 60), (2, 120)])
def test_copies_follow_their_example(share: float, copies: int) -> None:
    clean = [invented(number) for number in range(60)]
    made = list(with_noisy_copies(clean, share, SCANNED, 7))
    assert [example for example in made if not example.source.endswith("+noisy")] == clean
    assert len(made) - len(clean) == copies
    assert len({example.id for example in made}) == len(made)
    assert all(other.case == example.case or not other.source.endswith("+noisy") for example, other in pairwise(made))


def test_a_share_copies_about_so_many() -> None:
    made = list(with_noisy_copies([invented(number) for number in range(400)], 0.3, SCANNED, 7))
    assert 80 <= len(made) - 400 <= 160


def test_a_copy_like_its_example_is_left_out() -> None:
    assert list(with_noisy_copies([FAMILY], 3, STILL, 7)) == [FAMILY]


def test_settings_come_from_their_section() -> None:
    settings = read_settings(shipped_settings("finetune-small"), FinetuneSettings)
    assert settings.noise is not None
    assert 0 < settings.noise.masked + settings.noise.named < 1
