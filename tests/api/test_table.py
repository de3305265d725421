"""The table that a terminal shows: every value with words, paper and page; unknowns printed; brackets are text."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from api.exports.table import render, show
from api.schemas import ErrorRecord
from api.screened import Failed
from tests.api.invented import screened


def _row(table: str, *cells: str) -> bool:
    return any(all(cell in line for cell in cells) for line in table.splitlines())


def test_each_value_stands_with_its_words_paper_and_page() -> None:
    table = render(screened())
    assert _row(table, "伤情", "重伤二级", "“重伤 二级”", "鉴定意见书 2 页，共 3 处")
    assert _row(table, "赔偿", "已付 15,000／120,000 元", "起诉书 1 页，共 2 处")
    assert _row(table, "损失", "未载明")


def test_levels_have_mark_and_word_and_a_firm_has_no_attributes() -> None:
    table = render(screened())
    for words in (
        "① 沈玉梅　◆ 红 建议启动",
        "② 程\U00020bb7某　◐ 黄 需核实",
        "③ 芦汀县供销公司（单位）　· 无 未见线索",
    ):
        assert words in table
    assert table.split("③")[1].count("未载明") == 0


def test_reasons_questions_conflicts_and_look_alikes_are_there() -> None:
    table = render(screened())
    assert _row(table, "● 损害后果", "有依据", "“重伤二级” 起诉书 1 页")
    assert _row(table, "◌ 困难因本案造成", "未载明")
    assert _row(table, "第八条第一项 主动放弃赔偿", "有相反记载")
    assert _row(table, "同案是否已获救助", "县法院、县公安局", "救助情况复函")
    assert _row(table, "年龄", "案发时 63 岁", "暂用：起诉书认定优先于自述")
    assert _row(table, "肢体残疾三级", "询问笔录 1 页", "属被告人之父")
    assert "卷内相关人员：程守信（父亲，法定代理人）" in table
    assert "未能读取：附件.docx：文件有密码" in table
    assert "仅用规则识别，未装学习模型" in table


def test_urgency_is_told_at_the_top() -> None:
    lead = screened().result.lead.model_copy(update={"urgent": True})
    urgent = replace(screened(), result=screened().result.model_copy(update={"lead": lead}))
    assert "先行救助" in render(urgent) and "先行救助" not in render(screened())


def test_brackets_of_a_name_are_no_markup_and_a_terminal_gets_colours() -> None:
    victim = screened().result.victims[1].model_copy(update={"name": "[red]程某[/red]"})
    result = screened().result.model_copy(update={"victims": (victim,)})
    console = Console(file=StringIO(), force_terminal=True, width=120, color_system="standard", legacy_windows=False)
    show(replace(screened(), result=result), console)
    file = console.file
    assert isinstance(file, StringIO)
    assert "[red]程某[/red]" in file.getvalue()
    assert "\x1b[" in file.getvalue()


def test_a_failure_says_what_to_do() -> None:
    record = ErrorRecord.model_validate(
        {"dossier": {"name": "乙.zip"}, "error": {"code": "upload.encrypted", "message": "有密码", "hint": "去除密码"}}
    )
    table = render(Failed(record))
    assert "乙.zip　未能筛查：有密码（upload.encrypted）" in table and "去除密码" in table
