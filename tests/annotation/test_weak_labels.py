"""Weak labels: what both read alike is a span, what only one reads is left out, look-alikes are hard negatives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pytest

from annotation.weak_labels import weak_examples
from models.cases import ONE_TEXT, CaseText
from models.examples import LEARN_ONLY, Example
from nlp.facts import Attribute, Disability, Gender, Hardship, Injury, Loss, Value
from nlp.labels import label_scheme
from nlp.mentions import Mention
from nlp.people import Cast
from nlp.recognize import find_mentions, pattern_recognizers

SCHEME = label_scheme()
TEXT = (
    "经审理查明，被告人鄢某持棍打伤被害人沈某及被害人柳某。经鉴定，沈某的损伤程度为重伤二级，柳某的损伤程度为轻微伤。"
)


@dataclass(frozen=True)
class Echo:
    """A recognizer that reads what patterns read, but for changes, and something of its own.

    Attributes:
        changed: by a part of the words.
        unread: parts of words that are passed over.
    """

    changed: dict[str, dict[str, object]] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    own: tuple[tuple[str, Value, str], ...] = ()  # words, value, name of the owner
    name: str = "model"
    version: str = "echo"

    def find(self, cast: Cast) -> Iterable[Mention]:
        text = cast.papers[0].reading.text
        for mention in find_mentions(cast, pattern_recognizers()):
            words = text[mention.start : mention.end]
            change = next((change for part, change in self.changed.items() if part in words), {})
            if mention.why is None and not any(part in words for part in self.unread):
                yield replace(mention, recognizer="model", **change)  # type: ignore[arg-type]
        for words, value, owner in self.own:
            person = next(person.id for person in cast.people if person.name == owner)
            start = text.index(words)
            attribute = Attribute(type(value).__name__.lower())
            yield Mention(attribute, value, 0, start, start + len(words), (person,), recognizer="model")


def weak(text: str, learned: Echo | None = None) -> list[Example]:
    found = list(weak_examples(CaseText("c7", {ONE_TEXT: text}), SCHEME, learned))
    for example in found:
        example.check(SCHEME)
        assert example.case == "c7"
        assert example.source.endswith(LEARN_ONLY)
    return found


def spans(example: Example) -> set[tuple[str, str, tuple[str, ...]]]:
    """(label, words, names of owners)."""
    names = {
        person: example.text[m.start : m.end].removeprefix("被害人")
        for m in example.mentions
        if len(m.people) == 1
        for person in m.people
    }
    return {(s.label, example.text[s.start : s.end], tuple(names[o] for o in s.owners)) for s in example.spans}


def unsure(example: Example) -> set[tuple[str, str]]:
    return {(u.attribute, example.text[u.start : u.end]) for u in example.unsure}


GRADES = {("injury.serious", "重伤二级", ("沈某",)), ("injury.slight", "轻微伤", ("柳某",))}


@pytest.mark.parametrize(("learned", "source"), [(None, "patterns+weak"), (Echo(), "agreed+weak")])
def test_what_is_read_alike_becomes_spans(learned: Echo | None, source: str) -> None:
    (found,) = weak(TEXT, learned)
    assert found.source == source
    assert spans(found) >= GRADES
    assert not any(attribute == "injury" and "级" in words for attribute, words in unsure(found))


@pytest.mark.parametrize(
    "change",
    [{"value": Injury("重伤一级")}, {"value": Injury("轻伤")}, {"owners": ("v2",)}, {"owners": ("v1", "v2")}],
)
def test_what_is_read_differently_is_left_out(change: dict[str, object]) -> None:
    (found,) = weak(TEXT, Echo(changed={"重伤二级": change}))
    assert {words for _, words, _ in spans(found)} & {"重伤二级", "轻微伤"} == {"轻微伤"}
    assert [words for attribute, words in unsure(found) if attribute == "injury" and "重伤二级" in words]


def test_what_only_one_reads_is_left_out() -> None:
    (found,) = weak(TEXT, Echo(unread=("重伤二级",), own=(("持棍", Disability("caused"), "柳某"),)))
    assert ("disability", "持棍") in unsure(found)
    assert [words for attribute, words in unsure(found) if attribute == "injury" and "重伤二级" in words]
    assert "重伤二级" not in {words for _, words, _ in spans(found)}


def test_overlapping_words_are_enough() -> None:
    text = "经审理查明，被告人鄢某打伤被害人沈某。沈某系低保户，经鉴定构成重伤二级。"
    longer = Echo(unread=("低保户", "系低保户"), own=(("沈某系低保户", Hardship("低保"), "沈某"),))
    (found,) = weak(text, longer)
    (hardship,) = [span for span in spans(found) if span[0] == "hardship.dibao"]
    assert len(hardship[1]) < len("沈某系低保户")  # the words of the pattern: they carry the value


def test_words_said_of_the_accused_are_hard_negatives_where_the_model_agrees() -> None:
    text = "被告人鄢某系低保户。鄢某打伤被害人沈某，沈某构成轻伤一级。"
    (found,) = weak(text, Echo())
    assert "低保户" in found.text
    assert not any(label.startswith("hardship") for label, _, _ in spans(found))
    assert not any(attribute == "hardship" for attribute, _ in unsure(found))
    (doubted,) = weak(text, Echo(own=(("低保户", Hardship("低保"), "沈某"),)))
    assert any(attribute == "hardship" for attribute, _ in unsure(doubted))
    assert not any(label.startswith("hardship") for label, _, _ in spans(doubted))


def test_a_look_alike_alone_is_a_passage_only_with_a_model() -> None:
    text = "被害人沈某到庭。被告人鄢某系低保户。"
    assert weak(text) == []
    (found,) = weak(text, Echo())
    assert found.spans == found.unsure == ()


def test_without_a_model_every_victim_must_be_announced() -> None:
    text = "被告人鄢某打伤沈某和被害人柳某。经鉴定，沈某构成轻伤一级，柳某构成轻伤二级。"
    assert weak(text) == []
    assert spans(*weak(text, Echo())) >= {("injury.light", "轻伤一级", ("沈某",))}


def test_no_victim_no_example() -> None:
    assert weak("第二百三十四条 故意伤害他人身体的，处三年以下有期徒刑。", Echo()) == []


def test_pieces_of_a_loss_are_spans_of_their_own() -> None:
    text = "经审理查明，被告人鄢某窃得被害人沈某手机一部，价值1800元，又窃得沈某手表一块，价值700元。"
    (found,) = weak(text)
    assert {words for label, words, _ in spans(found) if label == "loss.amount"} == {"1800元", "700元"}


def test_a_piece_of_a_loss_that_both_read_counts_without_the_others() -> None:
    text = "经审理查明，被告人鄢某窃得被害人沈某手机一部，价值1800元，又窃得沈某手表一块，价值700元。"
    (found,) = weak(text, Echo(unread=("1800元",), own=(("700元", Loss(700.0), "沈某"),)))
    assert {words for label, words, _ in spans(found) if label == "loss.amount"} == {"700元"}
    assert ("loss", "价值1800元") in unsure(found)


def test_claims_of_a_plaintiff_are_left_out() -> None:
    text = "附带民事诉讼原告人沈某诉称：被告人鄢某将被害人沈某打成轻伤一级，请求判令鄢某赔偿医疗费三万元。"
    for found in weak(text):
        assert not any(label.startswith("compensation") for label, _, _ in spans(found))


def test_long_papers_are_cut_around_what_was_read() -> None:
    filler = "".join(f"第{number}组证据为现场照片，能够证实现场情况。" for number in range(20))
    second = "被害人柳某到庭陈述。经鉴定，柳某的损伤程度为轻微伤。"
    found = weak(f"被告人鄢某打伤被害人沈某。沈某构成重伤二级。{filler}{second}")
    assert len(found) == 2
    assert spans(found[0]) >= {("injury.serious", "重伤二级", ("沈某",))}
    assert spans(found[1]) == {("injury.slight", "轻微伤", ("柳某",))}
    assert sum(len(example.text) for example in found) < len(filler)
    assert len({example.id for example in found}) == 2


def test_an_owner_who_stands_elsewhere_is_not_known() -> None:
    filler = "".join(f"第{number}组证据为现场照片，能够证实现场情况。" for number in range(20))
    far = weak(f"被害人沈某被鄢某打伤。{filler}综合全案证据，经鉴定构成重伤二级。")[-1]
    (span,) = far.spans
    assert (far.text[span.start : span.end], span.owners) == ("重伤二级", ())


@pytest.mark.parametrize("value", [Gender("男"), Loss(500.0)])
def test_values_of_every_kind_are_compared(value: Value) -> None:
    (found,) = weak(TEXT, Echo(own=(("持棍", value, "沈某"),)))
    assert (type(value).__name__.lower(), "持棍") in unsure(found)
