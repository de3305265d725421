"""An invented dossier with everything that a result can hold, its result built by hand.

Four papers: a plain indictment with CRLF, supplementary-plane and zero-width characters and hostile markup; a scanned
appraisal of three pages; a long interview record of one page; a paper without text. Two persons and a firm; words
that carry two attributes at once; words that belong to nobody. People and places do not exist.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import date

from api.schemas import (
    AgePart,
    AlertPart,
    CasePart,
    CitationPart,
    CompensationPart,
    ConflictPart,
    DisabilityPart,
    DocumentPart,
    DossierPart,
    FindingPart,
    GenderPart,
    HardshipPart,
    InjuryPart,
    LeadPart,
    LimbPart,
    MissingPart,
    PagePart,
    PersonPart,
    ScreeningResult,
    SetAsidePart,
    SpanPart,
    StatementPart,
    Versions,
    VictimPart,
    WarningPart,
)
from api.screened import Screened
from dossier.document import CharBoxes, Document, Dossier, Notice, Page, ReadingMode

HOSTILE = '<script>alert(1)</script><img src="http://example.invalid/x.png" onerror="alert(2)">&lt;b&gt;'

INDICTMENT = (
    "芦汀县人民检察院起诉书\r\n"
    "芦检刑诉〔2026〕31号\r\n"
    "被告人贺立冬，男，农民。\r\n"
    "经依法审查查明：2025年6月14日7时许，被告人贺立冬因清淤堆土与同村村民沈玉梅(女，时年63岁)发生争执，"
    "持锄头柄击打沈玉梅头部数下；沈玉梅的外孙女程\U00020bb7某(女，时年10岁)上前拉拽时被推倒，额部着地。\r\n"
    "经鉴定，沈玉梅的损伤程度为重伤二级，颅骨缺损构成九级伤残；程\U00020bb7某的损伤程度为轻微伤。\r\n"
    "案发后，贺立冬的父亲代为赔偿沈玉梅1.5万元，余款10.5万元至今未付。沈玉梅因重伤二级后遗症\u200b失去劳动收入，生活困难。\r\n"
    f"备注：{HOSTILE}\r\n"
    "芦汀县供销公司的仓库门亦被损坏。\r\n"
)
APPRAISAL_PAGES = (
    "法医学损伤程度鉴定书\n委托单位：芦汀县公安局\n",
    "被鉴定人沈玉梅，右侧颞顶部硬膜外血肿，该处损伤属重伤\n二级。左尺骨骨干骨折，该处损伤属轻伤二级。\n",
    "鉴定人：方启文\n",
)
_TALK = "问：你把当天的经过再说一遍？\n答：早上去地里看水，看见沟边堆了土，就过去说了几句，别的我记不清了。\n"
INTERVIEW = (
    "询问笔录\n问：你多大年纪？\n答：我叫沈玉梅，今年六十五，我们这儿算虚岁。\n"
    + _TALK * 40
    + "问：家里靠什么生活？\n答：现在靠低保，贺立冬他爹是肢体残疾三级，也吃低保。\n"
    + _TALK * 40
    + "以上笔录我看过，和我說的一樣。第２页。\n"
)

AS_OF = date(2026, 3, 1)


@dataclass(slots=True)
class _Quoter:
    documents: dict[str, Document] = field(default_factory=dict)

    def __call__(self, document_id: str, words: str, nth: int = 0) -> SpanPart:
        document = self.documents[document_id]
        start = -1
        for _ in range(nth + 1):
            start = document.text.index(words, start + 1)
        page = document.page_at(start)
        boxes = ((72.0, 100.0, 72.0 + 12 * len(words), 114.0),) if document.boxes else None
        return SpanPart(
            document=document.id,
            document_name=document.name,
            start=start,
            end=start + len(words),
            text=words,
            page=page,
            boxes=boxes,
        )


def dossier() -> Dossier:
    """The papers."""
    appraisal = "".join(APPRAISAL_PAGES)
    pages, start = [], 0
    for number, text in enumerate(APPRAISAL_PAGES, 1):
        confidence = 0.86 if number == 2 else 0.97
        pages.append(Page(number, start, start + len(text), ReadingMode.OCR, (595.0, 842.0), confidence))
        start += len(text)
    boxes = CharBoxes(array("f", [72.0, 100.0, 84.0, 114.0] * len(appraisal)))
    whole = lambda text, mode: (Page(1, 0, len(text), mode),)  # noqa: E731
    return Dossier(
        id="0123456789abcdef",
        name="案件 01.zip",
        sha256="ab" * 32,
        documents=(
            Document("d1", "诉讼卷/起诉书.txt", INDICTMENT, whole(INDICTMENT, ReadingMode.PLAIN)),
            Document("d2", "鉴定意见书.pdf", appraisal, tuple(pages), boxes),
            Document("d3", "询问笔录.docx", INTERVIEW, whole(INTERVIEW, ReadingMode.DOCX)),
            Document("d4", "空白页.pdf", "", (), None, (Notice("page.unreadable", "这一页无法呈现", 1),)),
        ),
        warnings=(Notice("upload.encrypted", "附件.docx：文件有密码。请去除密码后重新上传"),),
    )


def result() -> ScreeningResult:
    """What a person would have written down about these papers."""
    papers = dossier()
    quote = _Quoter({document.id: document for document in papers.documents})
    elder, child, firm = _elder(quote), _child(quote), _firm(quote)
    cite = CitationPart(
        instrument="人民检察院开展国家司法救助工作细则", article="第七条第一项", effective_from="2021-12-31"
    )
    bar = cite.model_copy(update={"article": "第八条第一项"})
    return ScreeningResult(
        as_of=AS_OF,
        versions=Versions(pipeline="0.1.0+test", model="none", rules="sha256:" + "cd" * 32),
        dossier=_papers(papers),
        people=(
            PersonPart(
                id="p1", name="贺立冬", role="accused", of=None, relation=None, mentions=(quote("d1", "贺立冬"),)
            ),
            PersonPart(id="p2", name="程守信", role="guardian", of="v2", relation="父亲", mentions=()),
        ),
        victims=(elder, child, firm),
        findings=(
            FindingPart(
                rule="serious-injury",
                title="重伤或严重残疾，生活困难",
                victim="v1",
                verdict="undetermined",
                bar=None,
                kind="qualifying",
                citation=cite,
                limbs=(
                    LimbPart(name="harm", verdict="met", why="重伤二级", evidence=(quote("d1", "重伤二级"),)),
                    LimbPart(name="unpaid", verdict="met", why="", evidence=(quote("d1", "余款10.5万元至今未付"),)),
                    LimbPart(name="caused_by_case", verdict="undetermined", why="卷内未载明", evidence=()),
                ),
                missing=(
                    MissingPart(
                        fact="prior_aid", ask="县法院、县公安局", document="救助情况复函", question="同案是否已获救助"
                    ),
                ),
            ),
            FindingPart(
                rule="gross-fault",
                title="重大过错",
                victim="v1",
                verdict="undetermined",
                bar="8-1",
                kind="excluding",
                citation=bar,
                limbs=(LimbPart(name="fault", verdict="undetermined", why="", evidence=()),),
                missing=(),
            ),
            FindingPart(
                rule="waived",
                title="放弃赔偿",
                victim="v1",
                verdict="not_met",
                bar="8-4",
                kind="excluding",
                citation=bar,
                limbs=(
                    LimbPart(name="waiver", verdict="not_met", why="仍在索要余款", evidence=(quote("d1", "至今未付"),)),
                ),
                missing=(),
            ),
        ),
        alerts=(
            AlertPart(
                kind="minors", message="有 1 名未成年被害人", victims=("v2",), evidence=(quote("d1", "时年10岁"),)
            ),
        ),
        lead=LeadPart(
            level="red", victims={"v1": "red", "v2": "yellow", "v3": "none"}, urgent=False, summary="重伤、未付清、低保"
        ),
    )


def screened() -> Screened:
    return Screened(result(), dossier())


def _papers(papers: Dossier) -> DossierPart:
    kinds = {"d1": "起诉书", "d2": "鉴定意见", "d3": "询问笔录"}
    return DossierPart(
        id=papers.id,
        name=papers.name,
        sha256=papers.sha256,
        case=CasePart(number="芦检刑诉〔2026〕31号", charges=("故意伤害",), stage=None),
        documents=tuple(
            DocumentPart(
                id=document.id,
                name=document.name,
                kind=kinds.get(document.id),
                date="2025-08-11" if document.id == "d2" else None,
                chars=len(document.text),
                pages=tuple(
                    PagePart(page=page.number, reading=page.mode.value, confidence=page.confidence)
                    for page in document.pages
                ),
                warnings=tuple(
                    WarningPart(code=notice.code, page=notice.page, message=notice.message)
                    for notice in document.warnings
                ),
            )
            for document in papers.documents
        ),
        warnings=tuple(
            WarningPart(code=notice.code, page=notice.page, message=notice.message) for notice in papers.warnings
        ),
    )


def _elder(quote: _Quoter) -> VictimPart:
    scanned = quote("d2", "重伤\n二级")
    return VictimPart(
        id="v1",
        name="沈玉梅",
        aliases=(),
        type="person",
        mentions=tuple(quote("d1", "沈玉梅", nth) for nth in range(3)),
        gender=GenderPart(value="女", confidence=0.99, evidence=(quote("d1", "女"),)),
        age=AgePart(value=63, birth_date=None, group="elder", confidence=0.9, evidence=(quote("d1", "时年63岁"),)),
        disability=(
            DisabilityPart(
                status="caused", kind=None, grade="九级", confidence=0.9, evidence=(quote("d1", "构成九级伤残"),)
            ),
        ),
        hardship=(
            HardshipPart(category="低保", confidence=0.9, evidence=(quote("d3", "现在靠低保"),)),
            # these words overlap those of the injury
            HardshipPart(
                category="失能失业",
                confidence=0.8,
                evidence=(quote("d1", "因重伤二级后遗症\u200b失去劳动收入"),),
            ),
        ),
        injury=InjuryPart(
            grade="重伤二级",
            confidence=0.97,
            evidence=(scanned, quote("d1", "重伤二级"), quote("d1", "重伤二级后遗症")),
        ),
        compensation=CompensationPart(
            status="partial",
            amount=15000.0,
            owed=120000.0,
            performed=True,
            forgiven=False,
            confidence=0.9,
            evidence=(quote("d1", "1.5万元，余款10.5万元"), quote("d1", "余款10.5万元至今未付")),
        ),
        loss=None,
        conflicts=(
            ConflictPart(
                attribute="age",
                values=(
                    StatementPart(
                        value={"value": 63, "birth_date": None, "group": "elder"}, evidence=(quote("d1", "时年63岁"),)
                    ),
                    StatementPart(
                        value={"value": 65, "birth_date": None, "group": "elder"}, evidence=(quote("d3", "六十五"),)
                    ),
                ),
                preferred=0,
                why="起诉书认定优先于自述；自述为虚岁",
            ),
        ),
        set_aside=(
            SetAsidePart(
                attribute="disability",
                value="肢体残疾三级",
                why="属被告人之父",
                evidence=(quote("d3", "肢体残疾三级"),),
            ),
            SetAsidePart(attribute="hardship", value="家庭拮据", why="出处不明", evidence=()),
        ),
    )


def _child(quote: _Quoter) -> VictimPart:
    return VictimPart(
        id="v2",
        name="程\U00020bb7某",
        aliases=("外孙女",),
        type="person",
        mentions=(quote("d1", "程\U00020bb7某"),),
        gender=GenderPart(value="女", confidence=0.99, evidence=(quote("d1", "女", 2),)),
        age=AgePart(value=10, birth_date=None, group="minor", confidence=0.9, evidence=(quote("d1", "时年10岁"),)),
        disability=(),
        hardship=(),
        injury=InjuryPart(grade="轻微伤", confidence=0.9, evidence=(quote("d1", "轻微伤"),)),
        compensation=None,
        loss=None,
        conflicts=(),
        set_aside=(),
    )


def _firm(quote: _Quoter) -> VictimPart:
    return VictimPart(
        id="v3",
        name="芦汀县供销公司",
        aliases=(),
        type="organization",
        mentions=(quote("d1", "芦汀县供销公司"),),
        gender=None,
        age=None,
        disability=(),
        hardship=(),
        injury=None,
        compensation=None,
        loss=None,
        conflicts=(),
        set_aside=(),
    )
