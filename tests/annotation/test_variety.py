"""Passages that repeat each other are told; a fault in the markup ends the command with 1."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotation.markup import parse
from annotation.variety import doubled_ids, label_counts, variety_of
from api.cli import app

ONE = parse("被害人⟦蔺小满|P:v1⟧被打成⟦轻伤一级|I:v1=轻伤一级⟧，现住东岭县柳湾村。", passage_id="one")
SAME = parse("被害人⟦蔺小满|P:v1⟧被打成⟦轻伤一级|I:v1=轻伤一级⟧，现住东岭县柳湾村。", passage_id="same")
OTHER = parse("社区出具证明，称其弟享受⟦低保|H:x=低保⟧，与本案无关。", passage_id="other")


def test_a_copied_passage_shares_everything() -> None:
    copied = variety_of([ONE, SAME])
    assert (copied.distinct, copied.shared) == (0.5, 1.0)
    assert copied.closest == ((1.0, "one", "same"),)


def test_different_passages_share_nothing() -> None:
    apart = variety_of([ONE, OTHER])
    assert (apart.distinct, apart.shared, apart.closest) == (1.0, 0.0, ())
    assert variety_of([]).distinct == 0.0


def test_look_alikes_are_counted_apart() -> None:
    assert label_counts([ONE, OTHER]) == {"P": 1, "I": 1, "Hx": 1}


def test_an_id_borne_twice_is_told() -> None:
    assert doubled_ids([ONE, SAME, ONE]) == ["one"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("### p1 收条\n今收到⟦王守成|P:a1⟧⟦三千元|C:v1=partial;amount=3000⟧。\n", 0),
        ("### p1 收条\n今收到⟦三千元|C:v1=plenty⟧。\n", 1),
        ("### p1 收条\n今收到钱。\n### p1 收条\n又收到钱。\n", 1),
    ],
)
def test_the_command_tells_faults(body: str, status: int, tmp_path: Path) -> None:
    file = tmp_path / "passages.txt"
    file.write_text(body, encoding="utf-8")
    assert CliRunner().invoke(app, ["passages", str(file)]).exit_code == status
