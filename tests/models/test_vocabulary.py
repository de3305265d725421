"""Characters as numbers: nothing is lost but what is rare, and files can be read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import ModelUnavailable
from models.vocabulary import SPECIAL, UNKNOWN, build_vocabulary, read_vocabulary

TEXTS = ["被害人沈某，\n住柳塘坳村 三组。", "被害人郗某\f𠮷野"]


def test_frequent_characters_come_first_and_rare_ones_are_left_out() -> None:
    vocabulary = build_vocabulary(TEXTS, least=2, most=100)
    assert vocabulary.tokens[len(SPECIAL) + 3 :] == tuple("人害某被")
    assert list(vocabulary.encode("沈")) == [vocabulary.id_of(UNKNOWN)]


def test_the_limit_counts_every_token() -> None:
    assert len(build_vocabulary(TEXTS, least=1, most=12)) == 12


def test_line_breaks_and_blanks_are_not_unknown() -> None:
    vocabulary = build_vocabulary(TEXTS, least=1, most=100)
    assert [vocabulary.tokens[i] for i in vocabulary.encode("\n \f")] == ["[LINE]", "[BLANK]", "[PAGE]"]


@given(st.text())
def test_every_code_point_gets_one_id(text: str) -> None:
    assert len(build_vocabulary(TEXTS, least=1, most=100).encode(text)) == len(text)


def test_a_saved_vocabulary_is_read_again(tmp_path: Path) -> None:
    vocabulary = build_vocabulary(TEXTS, least=1, most=100)
    vocabulary.save(tmp_path)
    assert read_vocabulary(tmp_path) == vocabulary


def test_a_foreign_tokenizer_file_is_read(tmp_path: Path) -> None:
    ids = {token: number for number, token in enumerate([*SPECIAL, "沈", "##沈"])}
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": {"vocab": ids}}), encoding="utf-8")
    assert list(read_vocabulary(tmp_path).encode("沈某")) == [5, 1]


@pytest.mark.parametrize("content", [None, "沈\n某\n"])
def test_a_folder_without_a_vocabulary_is_refused(tmp_path: Path, content: str | None) -> None:
    if content:
        (tmp_path / "vocab.txt").write_text(content, encoding="utf-8")
    with pytest.raises(ModelUnavailable) as caught:
        read_vocabulary(tmp_path)
    assert caught.value.code == "model.vocabulary"
