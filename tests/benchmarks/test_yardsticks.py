"""The yardsticks themselves: the keyword method is built in good faith, and the invented input is what it claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import keyword_baseline, quality
from benchmarks.invented_dossier import PAGE, invented_papers
from benchmarks.quality import cell, markdown
from benchmarks.readme import filled
from models.cases import CaseText
from models.evaluate import evaluate
from models.scoring import MEAN_SIX

TEXT = (
    "被害人陆小河,女,时年62岁,被打成轻伤二级,未赔偿。陆小河于次日报案,经过在案的其他材料予以证实。"
    "被害人白某1被盗,损失共计3200元。"
)


def test_keyword_method_finds_what_it_can() -> None:
    record = keyword_baseline.predict(CaseText("c", {"a": TEXT}))
    by_name = {victim["name"]: victim for victim in record["victims"]}
    assert set(by_name) == {"陆小河", "白某1"}
    first, second = by_name["陆小河"], by_name["白某1"]
    assert first["gender"]["value"] == "女"
    assert first["injury"]["grade"] == "轻伤二级"
    assert first["age"]["value"] == 62
    assert first["compensation"]["status"] == "none"
    assert second["loss"]["amount"] == 3200


def test_keyword_method_points_at_its_hits() -> None:
    record = keyword_baseline.predict(CaseText("c", {"a": TEXT}))
    span = record["victims"][0]["injury"]["evidence"][0]
    assert (span["document_name"], TEXT[span["start"] : span["end"]]) == ("a", "轻伤二级")


def test_keyword_method_is_fooled_by_negation() -> None:
    """This is what it is: a yardstick that knows no context. A cleverer one would measure something else."""
    record = keyword_baseline.predict(CaseText("c", {"a": "被害人陆某未达轻伤标准。"}))
    assert record["victims"][0]["injury"]["grade"] == "轻伤"


def test_keyword_method_without_victims() -> None:
    assert keyword_baseline.predict(CaseText("c", {"a": "无人受伤。", "b": ""})) == {"id": "c", "victims": []}


@pytest.mark.parametrize("pages", [1, 30])
def test_invented_papers_have_the_length_asked_for(pages: int) -> None:
    papers = invented_papers(pages)
    assert sum(len(text) for text in papers.values()) == pages * PAGE
    assert invented_papers(pages) == papers
    assert invented_papers(pages, seed=12) != papers


def test_quality_without_labelled_cases_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(quality, "GOLD", tmp_path / "nowhere")
    assert quality.main([]) == 0
    assert "nothing measured" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        quality.main(["test"])


def test_quality_table_shows_both_methods_and_dashes_for_nothing() -> None:
    gold = {"c": {"victims": [{"name": "陆某", "gender": {"value": "女"}}]}}
    right, empty = evaluate(gold, gold, {}, bootstrap=20), evaluate(gold, {}, {}, bootstrap=20)
    table = markdown({"dev": {"jiuzhu": right, "keyword": empty}})
    rows = {row.split(" | ")[0].strip("| "): row for row in table.splitlines()}
    assert rows["gender"] == "| gender | 1.000 (1.00–1.00) | 0.000 (0.00–0.00) |"
    assert rows["hardship"] == "| hardship | — | — |"
    assert rows["cases"] == "| cases | 1 cases | 1 cases |"
    assert cell(right, MEAN_SIX).startswith("1.000")


def test_readme_block_is_replaced_and_can_be_replaced_again() -> None:
    page = filled("a\n<!-- speed -->\nold\n<!-- /speed -->\nb", "speed", r"| P\1 |")
    assert page == "a\n<!-- speed -->\n| P\\1 |\n<!-- /speed -->\nb"
    assert filled(page, "speed", "newer") == "a\n<!-- speed -->\nnewer\n<!-- /speed -->\nb"
    with pytest.raises(ValueError, match="quality"):
        filled(page, "quality", "")
