"""Makes the shipped templates, `python -m api.letters.build_templates`: built, so that a change can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

_FACTS = (
    "{%p for fact in facts %}",
    "{{ fact.title }}：{{ fact.text }}",
    "{%p for place in fact.places %}",
    "　　依据：{{ place }}",
    "{%p endfor %}",
    "{%p for line in fact.beside %}",
    "　　{{ line }}",
    "{%p endfor %}",
    "{%p endfor %}",
)
_CONFLICTS = (
    "{%p for c in conflicts %}",
    "{{ c.title }}：{{ c.why }}",
    "{%p for side in c.sides %}",
    "　　{{ side.text }}",
    "{%p for place in side.places %}",
    "　　　　依据：{{ place }}",
    "{%p endfor %}",
    "{%p endfor %}",
    "{%p else %}",
    "未见。",
    "{%p endfor %}",
)
_BARS_TITLE = "《人民检察院开展国家司法救助工作细则》第八条等所列情形（有记载的，由检察官判断）"
_BARS = (
    "{%p for bar in bars %}",
    "{{ bar.article }}　{{ bar.title }}：{{ bar.verdict }}",
    "{%p for limb in bar.limbs %}",
    "　　{{ limb.title }}：{{ limb.verdict }}。{{ limb.why }}",
    "{%p for place in limb.places %}",
    "　　　　依据：{{ place }}",
    "{%p endfor %}",
    "{%p endfor %}",
    "{%p else %}",
    "卷内未见相关记载。",
    "{%p endfor %}",
)
_QUESTIONS = (
    "{%p for q in questions %}",
    "{{ loop.index }}．{{ q.question }}（向{{ q.ask }}核实，调取{{ q.document }}）",
    "{%p else %}",
    "无。",
    "{%p endfor %}",
)
_ARTICLES = (
    "{%p if corrections %}",
    "有更正 {{ corrections }} 处；以下仍按原识别的事实对照，由承办人核对。",
    "{%p endif %}",
    "{%p for a in articles %}",
    "{{ a.article }}　{{ a.title }}",
    "{%p for limb in a.limbs %}",
    "　　{{ limb.title }}：{{ limb.verdict }}。{{ limb.why }}",
    "{%p for place in limb.places %}",
    "　　　　依据：{{ place }}",
    "{%p endfor %}",
    "{%p endfor %}",
    "{%p endfor %}",
)
_END = ("{{ office }}", "{{ date }}")


def _referral() -> Any:
    document = _paper("国家司法救助线索移送表")
    rows = (
        ("案件", "{{ case }}"),
        ("案号", "{{ number }}"),
        ("诉讼阶段", "{{ stage }}"),
        ("被害人", "{{ victim }}"),
        ("性别、年龄", "{{ gender }}；{{ age }}"),
        ("卷内相关人员", "{{ kin | join('、') or '未载明' }}"),
        ("移送部门、承办人", "{{ office }}　{{ writer }}"),
    )
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, value in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, value
        cells[0].width, cells[1].width = Cm(4), Cm(11.5)
    _section(document, "一、卷内记载", _FACTS)
    _section(document, "二、可能涉及的条文（各项要件由检察官判断）", _ARTICLES)
    _section(document, f"三、{_BARS_TITLE}", _BARS)
    _section(document, "四、记载不一之处", _CONFLICTS)
    _section(document, "五、尚需核实", _QUESTIONS)
    _section(document, "六、控告申诉检察部门接收意见", ("", "", "接收人：　　　　　　　　日期："))
    return document


def _notice() -> Any:
    document = _paper("国家司法救助告知书")
    _section(
        document,
        None,
        (
            "{{ victim }}：",
            "　　本院在办理{{ case }}中"
            "{% if stated %}，从案卷材料看到您的下列情况：{{ stated | join('；') }}{% endif %}。",
            "{%p if unstated %}",
            "　　案卷材料未载明您的{{ unstated | join('、') }}情况，可以在申请时说明。",
            "{%p endif %}",
            "　　依照《人民检察院开展国家司法救助工作细则》，"
            "因案件受到损害、不能获得有效赔偿且生活面临急迫困难的当事人，可以向办理案件的人民检察院申请国家司法救助。",
            "　　是否给予救助、救助多少，由人民检察院审查后决定。本告知不表示已经决定给予救助。",
            "　　申请可以书面提出；书面有困难的，可以口头提出，由检察人员制作笔录。"
            "一般需要提交：申请书；身份证明；损害情况的证明；"
            "生活困难的证明；是否获得赔偿等情况的说明；代为申请的，还需关系证明或者授权委托书。",
            "　　联系人：{{ writer }}　　联系电话：",
        ),
    )
    _ending(document)
    return document


def _assistance() -> Any:
    document = _paper("社会救助建议函")
    _section(
        document,
        None,
        (
            "　　　　　　　　（民政、残联等部门）：",
            "　　本院在办理{{ case }}（{{ number }}）中，从案卷材料看到"
            "{{ victim }}（{{ gender }}；{{ age }}）的下列情况，"
            "建议贵单位核实，并依照社会救助的有关规定予以考虑：",
        ),
    )
    _section(document, None, _FACTS)
    _section(
        document,
        None,
        (
            "　　上述情况摘自案卷材料，请以贵单位核实为准。办理情况请函告本院。",
            "　　联系人：{{ writer }}　　联系电话：",
        ),
    )
    _ending(document)
    return document


def _review() -> Any:
    document = _paper("国家司法救助审查报告")
    _section(
        document,
        "一、案件与申请人",
        (
            "案件：{{ case }}，{{ number }}，{{ stage }}，罪名：{{ charges }}",
            "被害人：{{ victim }}，{{ gender }}，{{ age }}",
            "相关人员：{{ kin | join('、') or '未载明' }}",
            "申请人：　　　　　　　　与被害人关系：",
        ),
    )
    _section(document, "二、卷内记载的事实", _FACTS)
    _section(
        document,
        "三、记载不一之处",
        _CONFLICTS,
    )
    _section(document, "四、条文要件对照", _ARTICLES)
    _section(document, f"五、{_BARS_TITLE}", _BARS)
    _section(document, "六、尚需核实", _QUESTIONS)
    _section(document, "七、调查核实情况", ("（由承办人填写）",))
    _section(document, "八、审查意见", ("（由承办人填写）",))
    _section(document, None, ("材料提示：{{ level }}。{{ not_a_decision }}", "适用日 {{ as_of }}；{{ versions }}"))
    _ending(document)
    return document


def _paper(title: str) -> Any:
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "FangSong", Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.7)
    section.header.paragraphs[0].text = "{{ draft }}"
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = head.add_run(title)
    run.bold, run.font.size = True, Pt(20)
    return document


def _section(document: Any, title: str | None, lines: tuple[str, ...]) -> None:
    if title is not None:
        document.add_paragraph().add_run(title).bold = True
    for line in lines:
        document.add_paragraph(line)


def _ending(document: Any) -> None:
    document.add_paragraph("")
    for line in _END:
        document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT


def build(folder: Path) -> None:
    """Writes all templates into a folder."""
    for name, make in (("referral", _referral), ("notice", _notice), ("assistance", _assistance), ("review", _review)):
        make().save(folder / f"{name}.docx")


if __name__ == "__main__":
    build(Path(__file__).parent / "templates")
