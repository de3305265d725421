"""What the notebooks draw and list: marks at their words, rows that hide what must be hidden, charts of a run's log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from spacy import displacy

from api.schemas import SpanPart
from api.screened import Screened
from api.settings import Settings
from api.wiring import build_screener
from models.cases import CaseText, dossier_of
from models.error_causes import Cause, Mistake, worst_cases
from notebooks.highlights import colours, drawings
from notebooks.tables import case_rows, finding_rows, lead_rows, mistake_rows, statement_rows, worst_rows
from tests.contracts.source_tree import ROOT


@cache
def screened() -> Screened:
    screener = build_screener(Settings(ocr="off", model="off", cache_dir=None))
    return screener.screen_path(ROOT / "examples" / "01-稻田争水伤害案", as_of=date(2026, 3, 1))


def marked() -> set[tuple[str, str]]:
    return {
        (drawing["text"][entity["start"] : entity["end"]], entity["label"])
        for drawing in drawings(screened())
        for entity in drawing["ents"]
    }


def test_words_are_marked_with_victim_and_attribute() -> None:
    assert {("综合评定为重伤二级", "①伤情"), ("没有赔偿", "①赔偿"), ("女", "①性别")} <= marked()


def test_what_was_set_aside_is_marked_as_such() -> None:
    assert ("肢体残疾二级", "未计入：残疾") in marked()


def test_marks_of_a_paper_stand_in_order_and_apart() -> None:
    for drawing in drawings(screened()):
        ends = [0]
        for entity in drawing["ents"]:
            assert ends[-1] <= entity["start"] < entity["end"] <= len(drawing["text"])
            ends.append(entity["end"])


def test_words_that_two_victims_share_carry_both_and_the_longer_of_two_wins() -> None:
    text = "沈某、柳某均构成轻微伤"
    whole = screened()
    first = whole.result.victims[0]
    injury = first.injury
    assert injury is not None

    def span(start: int, end: int) -> SpanPart:
        return SpanPart(document="d1", document_name="x", start=start, end=end, text=text[start:end], page=1)

    long = injury.model_copy(update={"evidence": (span(6, 11),)})
    both = injury.model_copy(update={"evidence": (span(6, 11), span(8, 11))})
    plain = {"gender": None, "age": None, "hardship": (), "compensation": None, "set_aside": ()}
    victims = tuple(first.model_copy(update={**plain, "injury": value}) for value in (long, both))
    shared = replace(
        whole,
        result=whole.result.model_copy(update={"victims": victims}),
        dossier=dossier_of(CaseText("c", {"鉴定书.txt": text})),
    )
    (drawing,) = drawings(shared)
    assert drawing["ents"] == [{"start": 6, "end": 11, "label": "①伤情、②伤情"}]
    assert set(colours(shared)) == {"①伤情、②伤情"}


def test_displacy_draws_every_mark_in_its_colour() -> None:
    made = drawings(screened())
    hues = colours(screened())
    page = displacy.render(made, style="ent", manual=True, jupyter=False, options={"colors": hues})
    assert page.count("<mark") == sum(len(drawing["ents"]) for drawing in made)
    assert all(hue in page for hue in hues.values())
    assert hues["①伤情"] != hues["①赔偿"] != hues["未计入：残疾"]


def test_statements_say_what_is_not_stated() -> None:
    rows = {row["事项"]: row for row in statement_rows(screened().result)}
    assert rows["伤情"]["卷内记载"] == "重伤二级"
    assert rows["伤情"]["出处"] == "04-鉴定书.txt 第1页"
    assert rows["残疾"]["卷内记载"] == rows["损失"]["卷内记载"] == "未载明"


def test_bars_are_never_called_met() -> None:
    rows = finding_rows(screened().result)
    assert {row["结论"] for row in rows} <= {"有依据", "有记载", "未载明", "有相反记载"}
    bars = [row for row, finding in zip(rows, screened().result.findings, strict=True) if finding.bar]
    assert bars
    assert "有依据" not in {row["结论"] for row in bars}
    assert any("民政部门" in row["待查"] for row in rows)


def test_leads_name_their_level() -> None:
    assert lead_rows(screened().result) == [{"被害人": "申屠兰芳", "等级": "◆ 红", "提示": "建议启动"}]


def test_rows_of_cases_and_mistakes_hold_no_word_of_them() -> None:
    gold = {"c1": {"victims": [{"name": "陆某", "injury": {"grade": "轻伤", "quotes": ["打成轻伤"]}}]}}
    mistakes = [
        Mistake("c1", "injury", Cause.WRONG_VALUE, "轻伤", "重伤"),
        Mistake("c1", "victim", Cause.MISSED_VICTIM),
    ]
    (case,) = case_rows(gold, {"c1": CaseText("c1", {"x": "陆某被打成轻伤"})}, "train")
    assert (case["来源"], case["字数"], case["被害人"], case["伤情"], case["年龄"]) == ("train", 7, 1, 1, 0)
    rows = [case, *mistake_rows(mistakes, "规则", "train"), *worst_rows(worst_cases(mistakes))]
    assert [row["事项"] for row in rows[1:3]] == ["伤情", "被害人"]
    assert rows[3]["合计"] == 2
    assert not any(words in str(rows) for words in ("陆某", "轻伤", "重伤"))


def test_a_log_is_drawn_whatever_run_it_is_of() -> None:
    pandas = pytest.importorskip("pandas")
    pyplot = pytest.importorskip("matplotlib.pyplot")
    from notebooks.charts import draw_log

    pretraining = pandas.DataFrame({"tokens": [10, 20, 30], "loss": [5.0, 4.0, 3.5], "held_out": [None, 4.2, None]})
    tuning = pandas.DataFrame({"epoch": [1, 2], "loss": [1.0, 0.5], "credited_f1": [0.2, 0.6]})
    figure, (left, right) = pyplot.subplots(1, 2)
    draw_log(pretraining, left, "a")
    draw_log(tuning, right, "b")
    assert [list(line.get_xdata()) for line in left.lines] == [[10, 20, 30], [20]]
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["训练损失", "留出 F1"]
    pyplot.close(figure)


def test_a_chinese_font_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    from matplotlib import font_manager

    from notebooks.charts import use_chinese_font

    with matplotlib.rc_context():
        family = use_chinese_font()
        assert family is None or matplotlib.rcParams["font.sans-serif"][0] == family
        monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
        assert use_chinese_font() is None
