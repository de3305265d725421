"""Stand-off labels hold no words and give the record back; another text is refused."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from annotation.standoff import main, restore, strip
from dossier.errors import JiuzhuError
from models.cases import read_records, read_texts

TEXT = "被告人翟某趁洗衣店无人，窃得店主蒲菊生现金1200元。案发后赃款已发还蒲菊生。𠮷某被打成轻微伤。"
RECORD = {
    "id": "c1",
    "victims": [
        {
            "name": "蒲菊生",
            "aliases": ["老蒲"],
            "type": "person",
            "gender": None,
            "compensation": {"status": "settled", "amount": 1200, "quotes": ["赃款已发还蒲菊生"]},
            "loss": {"amount": 1200, "quotes": ["窃得店主蒲菊生现金1200元"]},
        },
        {"name": "𠮷某", "aliases": [], "type": "person", "injury": {"grade": "轻微伤", "quotes": ["被打成轻微伤"]}},
    ],
}


def test_labels_hold_no_words_of_the_text() -> None:
    row = json.dumps(strip(RECORD, TEXT), ensure_ascii=False)
    assert "蒲菊生" not in row
    assert "现金" not in row


def test_a_record_comes_back_whole_but_for_aliases_that_do_not_stand_in_the_text() -> None:
    victims = [{**RECORD["victims"][0], "aliases": []}, RECORD["victims"][1]]
    assert restore(strip(RECORD, TEXT), TEXT) == {"id": "c1", "victims": victims}


def test_labels_of_another_text_are_refused() -> None:
    with pytest.raises(JiuzhuError, match="文本与标注时不同"):
        restore(strip(RECORD, TEXT), TEXT + "。")


def test_a_quote_that_does_not_stand_in_the_text_is_refused() -> None:
    with pytest.raises(JiuzhuError, match="不在文本中"):
        strip(RECORD, TEXT.replace("被打成", "被殴成"))


def test_from_the_command_line_and_a_packed_corpus(tmp_path: Path) -> None:
    gold, texts, labels, packed = (tmp_path / name for name in ("g.jsonl", "t.jsonl", "l.jsonl", "corpus.jsonl.xz"))
    gold.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    texts.write_text(json.dumps({"id": "c1", "text": TEXT}) + "\n", encoding="utf-8")
    with lzma.open(packed, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "other", "text": "。"}) + "\n" + json.dumps({"id": "c1", "text": TEXT}) + "\n")
    assert main(["strip", str(gold), str(texts), str(labels)]) == 0
    again = tmp_path / "again.jsonl"
    assert main(["restore", str(labels), str(packed), str(again)]) == 0
    assert read_records(again)["c1"]["victims"][0]["name"] == "蒲菊生"
    assert "".join(read_texts(tmp_path / "again.texts.jsonl")["c1"].documents.values()) == TEXT
    with pytest.raises(SystemExit, match="strip"):
        main([])


def test_a_name_that_stands_twice_is_told_by_its_first_place() -> None:
    row = strip({"id": "c2", "victims": [{"name": "蒲菊生", "aliases": ["蒲菊生"]}]}, TEXT)
    at = TEXT.index("蒲菊生")
    assert row["victims"] == [{"name": [at, at + 3], "aliases": [[at, at + 3]]}]


def test_an_empty_quote_is_refused() -> None:
    with pytest.raises(JiuzhuError, match="不在文本中"):
        strip({"id": "c2", "victims": [{"name": "蒲菊生", "loss": {"amount": 1, "quotes": [""]}}]}, TEXT)


def test_labels_without_their_text_in_the_corpus_are_left_out(tmp_path: Path) -> None:
    labels, corpus, gold = (tmp_path / name for name in ("l.jsonl", "corpus.jsonl", "g.jsonl"))
    labels.write_text(json.dumps(strip(RECORD, TEXT)) + "\n", encoding="utf-8")
    corpus.write_text(json.dumps({"id": "other", "text": "。"}) + "\n\n", encoding="utf-8")
    assert main(["restore", str(labels), str(corpus), str(gold)]) == 0
    assert read_records(gold) == {}
