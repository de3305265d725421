"""Training examples out of gold records and out of written passages: the right words, labels and owners."""

from __future__ import annotations

from typing import Any

import pytest

from annotation.markup import parse
from annotation.unlabelled import unlabelled_examples
from annotation.written_examples import written_examples
from models.cases import CaseText
from models.examples import Example
from models.gold_examples import case_examples
from models.gold_labels import compensation_label, labels_of_quote
from models.masking import NOT_ASKED
from models.targets import character_tags
from nlp.labels import label_scheme

SCHEME = label_scheme()
TEXT = (
    "经审理查明，被告人鄢某持棍殴打被害人沈某(女,1960年2月3日出生)及被害人柳某。经鉴定,沈某的损伤程度为重伤二级,"
    "柳某的损伤程度为轻微伤。案发后鄢某赔偿柳某人民币3000元,柳某表示谅解。"
)


def victim(name: str, **stated: Any) -> dict[str, Any]:
    return {"name": name, "aliases": [], "type": "person", **stated}


RECORD = {
    "id": "x",
    "victims": [
        victim(
            "沈某",
            gender={"value": "女", "quotes": ["女"]},
            age={"value": None, "birth_date": "1960-02-03", "group": "elder", "quotes": ["1960年2月3日出生"]},
            injury={"grade": "重伤二级", "quotes": ["沈某的损伤程度为重伤二级"]},
        ),
        victim(
            "柳某",
            injury={"grade": "轻微伤", "quotes": ["柳某的损伤程度为轻微伤"]},
            compensation={"status": "settled", "forgiven": True, "quotes": ["赔偿柳某人民币3000元", "表示谅解"]},
        ),
    ],
}


def gold(text: str, record: dict[str, Any]) -> Example:
    (found,) = case_examples("x", record, CaseText("x", {"text.txt": text}), SCHEME)
    found.check(SCHEME)
    return found


def told(found: Example) -> set[tuple[str, str, tuple[str, ...]]]:
    """(label, words, names of owners)."""
    names = {
        person: found.text[m.start : m.end].removeprefix("被害人")
        for m in found.mentions
        if m.role == "victim"
        for person in m.people
    }
    return {(s.label, found.text[s.start : s.end], tuple(names[o] for o in s.owners)) for s in found.spans}


def test_quotes_become_spans_of_their_victims() -> None:
    assert told(gold(TEXT, RECORD)) >= {
        ("gender.female", "女", ("沈某",)),
        ("age.birth", "1960年2月3日", ("沈某",)),
        ("injury.serious", "重伤二级", ("沈某",)),
        ("injury.slight", "轻微伤", ("柳某",)),
    }
    payments = {(label, owners) for label, _, owners in told(gold(TEXT, RECORD)) if label.startswith("comp")}
    assert payments == {("compensation.paid", ("柳某",)), ("compensation.forgiven", ("柳某",))}


def test_offsets_are_into_the_normalized_text() -> None:
    wide = TEXT.replace("3000", "３０００").replace("重伤", "重\u200b伤")
    record = {**RECORD, "victims": [victim("沈某", injury={"grade": "重伤二级", "quotes": ["重\u200b伤二级"]})]}
    assert ("injury.serious", "重伤二级", ("沈某",)) in told(gold(wide, record))


def test_what_gold_does_not_state_is_a_hard_negative_and_what_contradicts_it_is_left_out() -> None:
    silent = gold(TEXT, {**RECORD, "victims": [victim("沈某"), victim("柳某")]})
    assert silent.spans == ()
    assert silent.unsure == ()
    other = gold(TEXT, {**RECORD, "victims": [victim("沈某", injury={"grade": "死亡", "quotes": []}), victim("柳某")]})
    place = TEXT.index("重伤二级")
    assert any(u.attribute == "injury" and u.start <= place < u.end for u in other.unsure)


def test_a_short_quote_is_sought_behind_its_victim() -> None:
    text = "被害人柳某,男。被害人沈某,女。被告人鄢某,女,将二人打伤。"
    found = gold(text, {"victims": [victim("沈某", gender={"value": "女", "quotes": ["女"]}), victim("柳某")]})
    spans = [s for s in found.spans if s.label == "gender.female"]
    assert [s.start for s in spans] == [text.index("女")]


@pytest.mark.parametrize(
    ("status", "forgiven", "words", "label"),
    [
        ("settled", False, "已赔偿三万元", "paid"),
        ("settled", True, "达成和解协议", "agreed"),
        ("settled", True, "取得谅解", "forgiven"),
        ("settled", True, "赔偿两万元并取得谅解", "paid"),
        ("partial", False, "预付医疗费两千元", "part_paid"),
        ("partial", False, "余款至今未付", "rest_open"),
        ("ordered", False, "判令赔偿八万元", "ordered"),
        ("none", False, "分文未付", "unpaid"),
        ("none", False, "责令退赔三千元", "ordered"),
        (None, True, "表示谅解", "forgiven"),
        (None, False, "无关的话", None),
    ],
)
def test_words_tell_what_a_quote_of_compensation_says(
    status: str | None, forgiven: bool, words: str, label: str | None
) -> None:
    assert compensation_label({"status": status, "forgiven": forgiven}, words) == label


def test_a_quote_may_state_years_and_birth() -> None:
    holder = {"value": 15, "birth_date": "1997-10-24", "group": "minor"}
    words = "1997年10月24日出生，时年15周岁"
    assert {(name, words[start:end]) for name, start, end in labels_of_quote("age", holder, words)} == {
        ("age.years", "时年15周岁"),
        ("age.birth", "1997年10月24日"),
    }


PASSAGE = parse(
    "被告人⟦鄢某|P:a1⟧,⟦三级残疾|D:x=preexisting/-/三级⟧,将被害人⟦沈某|P:v1⟧打伤,⟦沈某|P:v1⟧构成⟦轻伤一级|I:v1=轻伤一级⟧,"
    "⟦只给了六百块|C:v1=partial;amount=600⟧,⟦余下的没影|C:v1=partial⟧,"
    "⟦沈某|P:v1⟧家⟦吃低保|H:v1=低保⟧。其弟⟦小沈|P:r1⟧⟦十岁|A:r1=10⟧。",
    passage_id="p1",
    document="起诉书",
)


def test_written_labels_of_victims_become_spans_and_all_others_do_not() -> None:
    named, found = written_examples([PASSAGE], SCHEME)
    assert (named.source, found.source, named.case, found.case) == ("written+told", "written", "p1", "p1")
    assert told(named) == {
        ("injury.light", "轻伤一级", ("沈某",)),
        ("compensation.part_paid", "只给了六百块", ("沈某",)),
        ("compensation.rest_open", "余下的没影", ("沈某",)),
        ("hardship.dibao", "吃低保", ("沈某",)),
    }
    assert told(found) == told(named)


def test_owners_who_are_not_found_are_unknown() -> None:
    passage = parse("⟦老人|P:v1⟧⟦吃五保|H:v1=特困⟧。", passage_id="p2", document="证明")
    named, found = written_examples([passage], SCHEME)
    assert [span.owners for span in named.spans] == [("v1",)]
    assert [span.owners for span in found.spans] == [()]


def test_papers_of_one_dossier_are_read_together() -> None:
    papers = [
        parse("被告人⟦鄢某|P:a1⟧打伤被害人⟦沈某|P:v1⟧。", passage_id="d1.01-01", document="起诉书"),
        parse("⟦沈某|P:v1⟧，⟦吃低保|H:v1=低保⟧。", passage_id="d1.01-02", document="证明"),
        parse("⟦沈某|P:v1⟧，⟦吃低保|H:v1=低保⟧。", passage_id="d1.02-01", document="证明"),
    ]
    found = {e.id: e for e in written_examples(papers, SCHEME) if e.source == "written"}
    assert {e.case for e in found.values()} == {"d1.01", "d1.02"}
    assert found["d1.01-02"].spans[0].owners  # known to be harmed from the other paper
    assert not found["d1.02-01"].spans[0].owners


def test_text_without_labels_asks_for_nothing_and_knows_its_people() -> None:
    case = CaseText("c1", {"a.txt": "被告人鄢某打伤被害人沈某，沈某构成轻伤一级。"})
    (example,) = unlabelled_examples([case], SCHEME)
    assert (character_tags(example, SCHEME) == NOT_ASKED).all()
    assert {mention.role for mention in example.mentions} == {"victim", "accused"}
