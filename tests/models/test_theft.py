"""The public theft sentences: reading, holding out, and scores that can be checked by hand. No network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dossier.errors import JiuzhuError
from models.examples import LabelledSpan
from models.predict import Prediction
from models.targets import character_tags
from models.theft import KINDS, TheftSentence, is_held_out, read_theft, share_seen, split, theft_scheme
from models.theft_scores import score_theft
from tests.models.invented_thefts import theft, write_thefts

SCHEME = theft_scheme()
LINE: dict[str, Any] = {
    "id": "1",
    "context": "被告人仇某在岑某家盗走铁锅。",
    "entities": [
        {"label": "NHCS", "span": ["3;5"]},
        {"label": "NHVI", "span": ["6;8"]},
        {"label": "NS", "span": ["6;9"]},
        {"label": "NASI", "span": ["11;13"]},
        {"label": "NT", "span": []},
    ],
}


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def sentence(text: str, *spans: tuple[int, int, str]) -> TheftSentence:
    return TheftSentence(text[:4], text, tuple(LabelledSpan(*span) for span in spans))


def said(start: int, end: int, label: str) -> Prediction:
    return Prediction(start, end, SCHEME.label(label), 0.9)


def test_every_kind_has_a_layer_of_its_own() -> None:
    assert tuple(layer.attribute for layer in SCHEME.layers) == KINDS
    assert [len(layer.labels) for layer in SCHEME.layers] == [1] * 10
    assert len({label.title for label in SCHEME.labels}) == 10


def test_overlapping_kinds_are_read_and_tagged_side_by_side(tmp_path: Path) -> None:
    (read,) = read_theft(write(tmp_path / "a.jsonl", LINE))
    words = {(span.label, read.text[span.start : span.end]) for span in read.spans}
    assert words == {
        ("suspect.nhcs", "仇某"),
        ("victim.nhvi", "岑某"),
        ("place.ns", "岑某家"),
        ("stolen_goods.nasi", "铁锅"),
    }
    tags = character_tags(read.example(), SCHEME)
    victim, place = KINDS.index("victim"), KINDS.index("place")
    assert [list(tags[6:10, layer]) for layer in (victim, place)] == [[1, 2, 0, 0], [1, 2, 2, 0]]


def test_the_tagger_reads_normalized_text_and_nobody_is_marked() -> None:
    example = sentence("被告人仇某盗走１２０元", (6, 11, "stolen_money.ncsm")).example()
    assert example.text == "被告人仇某盗走120元"
    assert example.mentions == ()
    example.check(SCHEME)


def test_compressed_files_are_read(tmp_path: Path) -> None:
    found = read_theft(write_thefts(tmp_path / "a.jsonl.xz", 5))
    assert [s.id for s in found] == ["s0", "s1", "s2", "s3", "s4"]


@pytest.mark.parametrize(
    "broken",
    [
        {**LINE, "context": ""},
        {**LINE, "entities": [{"label": "NXXX", "span": ["3;5"]}]},
        {**LINE, "entities": [{"label": "NHCS", "span": ["3;99"]}]},
        {**LINE, "entities": [{"label": "NHCS", "span": ["5;5"]}]},
        {**LINE, "entities": [{"label": "NHCS", "span": ["3-5"]}]},
        {"text": "今天"},
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, broken: object) -> None:
    with pytest.raises(JiuzhuError, match=r"theft\.unreadable") as caught:
        read_theft(write(tmp_path / "a.jsonl", LINE, broken))
    assert "第2行" in caught.value.message


def test_about_a_tenth_is_held_out_and_always_the_same(tmp_path: Path) -> None:
    sentences = read_theft(write_thefts(tmp_path / "a.jsonl.xz", 600))
    learned, held_out = split(sentences)
    assert 30 <= len(held_out) <= 95
    assert {s.id for s in learned} | {s.id for s in held_out} == {s.id for s in sentences}
    assert split(reversed(sentences))[1] == tuple(reversed(held_out))
    text = held_out[0].text
    assert is_held_out(text.replace("，", ", ")) and is_held_out(text)


def test_a_sentence_is_as_known_as_its_stretches() -> None:
    learned = [sentence("被告人仇某在渡口村盗走割草机一台")]
    same, half, other = "被告人仇某在渡口村", "被告人仇某在渡口村甲乙", "昨夜下了一场大雨，无事"
    assert share_seen([sentence(same), sentence(half), sentence(other)], learned) == (1.0, 0.5, 0.0)


def test_scores_of_hand_counted_predictions() -> None:
    known = sentence(
        "被告人仇某在岑某家盗走铁锅。", (3, 5, "suspect.nhcs"), (6, 8, "victim.nhvi"), (11, 13, "stolen_goods.nasi")
    )
    new = sentence("汤某得款400元。", (0, 2, "suspect.nhcs"), (4, 8, "profit.ncsp"))
    predictions = [
        [said(3, 5, "suspect.nhcs"), said(6, 9, "victim.nhvi"), said(11, 13, "tool.nats")],
        [said(0, 2, "suspect.nhcs")],
    ]
    scores = score_theft([known, new], predictions, [sentence("又，" + known.text)], rounds=50)
    assert (scores.strict.right, scores.strict.found, scores.strict.there) == (2, 4, 5)
    assert scores.entities.micro["strict"].f1 == pytest.approx(scores.strict.f1)
    assert scores.entities.labels["victim.nhvi"]["partial"].f1 == 0.5
    assert scores.entities.overall["exact"].correct == 3
    assert (scores.new_sentences, scores.new.f1) == (1, pytest.approx(2 / 3))
    # 仇某 right, 岑某家 for 岑某 4/5, 铁锅 under another kind; then one of two kinds
    assert scores.soft.sentences == pytest.approx((1.8 / 3, 2 / 3))
    assert scores.strict_interval is not None
    low, high = scores.strict_interval
    assert low <= scores.strict.f1 <= high
    assert scores.as_data()["soft_f1"] == pytest.approx((0.6 + 2 / 3) / 2, abs=1e-4)


def test_without_redrawing_there_is_no_interval() -> None:
    one = sentence("汤某得款400元。", (0, 2, "suspect.nhcs"))
    assert score_theft([one], [[]], [], rounds=0).strict_interval is None


def test_invented_sentences_overlap_as_the_public_ones_do() -> None:
    spans = {entity["label"]: entity["span"] for entity in theft(3)["entities"]}
    assert int(spans["NS"][0].split(";")[0]) < int(spans["NHVI"][0].split(";")[0]) < int(spans["NS"][0].split(";")[1])
