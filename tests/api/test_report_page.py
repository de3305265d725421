"""The one-file report as a file: nothing loaded, nothing lost, nothing of the dossier taken for markup."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from dataclasses import replace

import pytest
from lxml import html

from api.letters.content import Writer, letter_values
from api.schemas import ErrorRecord, LossPart
from api.screened import Failed, Screened
from api.web.pages import batch_page, report_page
from api.web.places import find_places
from api.web.sheets import lay_out
from dossier.document import Document, Dossier, Page, ReadingMode
from tests.api.invented import HOSTILE, INTERVIEW, screened


@pytest.fixture(scope="module")
def source() -> str:
    return report_page(screened())


@pytest.fixture(scope="module")
def page(source: str) -> html.HtmlElement:
    return html.document_fromstring(source)


def _content(source: str, tag: str) -> str:
    found = re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", source, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def test_policy_binds_exactly_the_style_and_script_of_the_file(source: str, page: html.HtmlElement) -> None:
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(_content(source, tag).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_nothing_is_loaded_and_no_style_or_handler_stands_inline(page: html.HtmlElement) -> None:
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            assert name != "style" and not name.startswith("on"), (element.tag, name)
            if name in ("src", "srcset", "action", "data", "poster"):
                pytest.fail(f"{element.tag} loads {value}")
            if name == "href":
                assert value.startswith("#") or value == "data:,", value
    assert "http://" not in re.sub(re.escape("http://example.invalid"), "", html.tostring(page, encoding="unicode"))


def test_the_victim_of_the_highest_level_is_opened_first() -> None:
    lead = screened().result.lead.model_copy(update={"victims": {"v1": "none", "v2": "yellow", "v3": "none"}})
    result = screened().result.model_copy(update={"lead": lead})
    page = html.document_fromstring(report_page(replace(screened(), result=result)))
    assert page.xpath("//*[@role='tab'][@aria-selected='true']/@id") == ["t-v2"]
    says = {place.id: place.says for place in find_places(result).all}
    assert says[page.xpath("//body/@data-start")[0]].startswith(result.victims[1].name)


def test_a_sum_in_a_sentence_says_of_what() -> None:
    elder = screened().result.victims[0]
    assert elder.injury is not None
    loss = LossPart(amount=3652, confidence=0.9, evidence=elder.injury.evidence)
    victims = (elder.model_copy(update={"loss": loss}), *screened().result.victims[1:])
    outcome = replace(screened(), result=screened().result.model_copy(update={"victims": victims}))
    page = html.document_fromstring(report_page(outcome))
    assert "；损失 3,652 元" in page.xpath("//*[@id='l-v1']//p[@class='say']")[0].text_content()
    assert "；损失 3,652 元" in batch_page(((outcome, "甲.html"),))


def test_hostile_markup_of_the_dossier_is_text(page: html.HtmlElement) -> None:
    assert not page.xpath("//img")
    assert len(page.xpath("//script")) == 1
    assert any(HOSTILE in line.text_content() for line in page.xpath("//div[contains(@class,'page')]//p"))


def test_every_link_leads_to_an_anchor_and_every_anchor_is_there_once(page: html.HtmlElement) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {link[1:] for link in page.xpath("//a/@href")}
    targets.update(place for links in page.xpath("//@data-at") for place in links.split())
    targets.update(page.xpath("//@aria-controls"))
    targets.add(page.xpath("//body/@data-start")[0])
    assert targets <= set(ids)


def test_the_pages_hold_the_whole_text_of_every_document(page: html.HtmlElement) -> None:
    papers = page.xpath("//article[@class='paper']")
    documents = screened().dossier.documents
    assert len(papers) == len(documents)
    for paper, document in zip(papers, documents, strict=True):
        text = "".join(line.text_content() for line in paper.xpath(".//div[contains(@class,'page')]//p"))
        assert text == document.text


def test_every_evidence_span_is_marked_on_exactly_its_words(page: html.HtmlElement) -> None:
    places = find_places(screened().result)
    documents = {document.id: document for document in screened().dossier.documents}
    assert len([place for place in places.all if place.is_evidence]) > 10
    for place in places.all:
        marks = page.xpath(f"//mark[@data-e='{place.id}']")
        words = "".join(mark.text_content() for mark in marks)
        assert words == documents[place.document_id].text[place.start : place.end], place.id


def test_a_long_page_is_folded_around_its_evidence_and_loses_nothing(page: html.HtmlElement) -> None:
    interview = page.xpath("//article[@id='d-3']")[0]
    folded = interview.xpath(".//details[contains(@class,'fold')]")
    assert len(folded) == 2
    assert not interview.xpath(".//details//mark[contains(@data-e,'e-') or contains(@data-e,'x-')]")
    text = "".join(line.text_content() for line in interview.xpath(".//p"))
    assert text == INTERVIEW


def test_pages_without_evidence_are_folded(page: html.HtmlElement) -> None:
    summaries = [element.text_content() for element in page.xpath("//article[@id='d-2']/details/summary")]
    assert summaries == ["《鉴定意见书》第 1 页未见证据", "《鉴定意见书》第 3 页未见证据"]


def test_the_page_says_what_a_prosecutor_must_know(page: html.HtmlElement) -> None:
    text = re.sub(r"\s+", " ", page.text_content())
    for words in (
        "不是决定",
        "姓名、证件号码均未遮蔽",
        "阶段未载明",  # the case has no stage
        "附件.docx：文件有密码",
        "识别可信度 86%，须与原页核对",
        "仅用规则识别，未装学习模型",
        "向谁",
        "县法院、县公安局",
        "救助情况复函",
        "看过而未计入",
        "属被告人之父",
        "记载不一",
        "起诉书认定优先于自述；自述为虚岁",
        "规则适用日 2026-03-01",
    ):
        assert words in text, words


def test_a_source_that_is_not_sure_is_marked_wherever_its_article_stands() -> None:
    made = screened()
    caution = "（仅一处来源，引用前请核对）"
    for sure, shown in (("one-source", True), ("two-sources", False), (None, False)):
        findings = tuple(
            finding.model_copy(update={"citation": finding.citation.model_copy(update={"sure": sure})})
            for finding in made.result.findings
        )
        result = made.result.model_copy(update={"findings": findings})
        assert (caution in report_page(Screened(result, made.dossier))) is shown
        about = {"number": None, "today": dt.date(2026, 3, 1), "amendments": {}}
        written = letter_values(result, result.victims[0], Writer("某院", "某"), **about)
        assert all((caution in article["article"]) is shown for article in (*written["articles"], *written["bars"]))
        assert written["articles"]


@pytest.mark.parametrize(
    ("last", "words"),
    [("", "2022-03 起，未载明止期"), ("2025-12-31", "2022-03 起，至 2025-12-31 止"), (None, "2022-03 起")],
)
def test_a_group_says_from_when_to_when_it_has_priority(last: str | None, words: str) -> None:
    """A campaign whose end nobody told of is not shown as if it had none; of an older result it is not known."""
    made = screened()
    (finding, *others) = made.result.findings
    dated = {"article": "5+2 类重点对象", "effective_from": "2022-03", "effective_to": last}
    citation = finding.citation.model_copy(update=dated)
    group = finding.model_copy(update={"kind": "priority", "title": "困难妇女群体", "citation": citation})
    result = made.result.model_copy(update={"findings": (group, *others)})
    page = html.document_fromstring(report_page(Screened(result, made.dossier)))
    (head,) = page.xpath("//h3[span='困难妇女群体']/small/text()")
    assert head == f"{citation.instrument}　5+2 类重点对象　{words}"


def test_an_unknown_attribute_is_printed_as_unstated(page: html.HtmlElement) -> None:
    child = page.xpath("//div[@class='person'][contains(., '程')]")[0]
    unstated = [row.xpath("string(i)") for row in child.xpath(".//div[@class='rows']/p")]
    assert unstated == ["残", "困", "赔", "损"]


@pytest.mark.parametrize("decided", ["符合救助条件", "应予救助", "不予救助的决定", "应当救助"])
def test_no_wording_sounds_decided(source: str, decided: str) -> None:
    assert decided not in source


def test_alerts_lead_to_their_words_and_kin_are_named(page: html.HtmlElement) -> None:
    links = page.xpath("//p[@class='tips']/a")
    assert [link.text_content() for link in links] == ["有 1 名未成年被害人"]
    assert page.xpath(f"//mark[@id='{links[0].get('data-at')}']")[0].text_content() == "时年10岁"
    child = page.xpath("//div[@id='l-v2']")[0].text_content()
    assert "程守信（父亲，法定代理人）" in child
    assert "程守信" not in page.xpath("//div[@id='l-v1']")[0].text_content()


def test_words_set_aside_without_a_place_are_shown_without_a_link(page: html.HtmlElement) -> None:
    chips = page.xpath("//ul[@class='notes']//*[contains(@class,'chip')]")
    assert [(chip.tag, chip.xpath("string(span)")) for chip in chips] == [("a", "肢体残疾三级"), ("span", "家庭拮据")]


def test_conflicting_values_stand_side_by_side_with_their_places(page: html.HtmlElement) -> None:
    sides = page.xpath("//div[@class='versus']/a")
    assert [side.xpath("string(b)") for side in sides] == ["案发时 63 岁，老年人", "案发时 65 岁，老年人"]
    assert "暂用" in sides[0].text_content()
    assert "暂用" not in sides[1].text_content()


def test_one_stretch_of_words_under_two_attributes_is_two_places() -> None:
    places = find_places(screened().result)
    overlapping = [place for place in places.all if place.document_id == "d1" and place.style in ("hard", "injury")]
    assert any(a is not b and a.start < b.end and b.start < a.end for a in overlapping for b in overlapping)


def test_a_dossier_of_three_hundred_pages_stays_small_and_foldable() -> None:
    filler = "问：当时还有谁在场？\n答：没有别的人了，就我们几个。\n" * 10
    papers = screened().dossier
    pages, text = [], ""
    for number in range(1, 301):
        pages.append(Page(number, len(text), len(text) + len(filler), ReadingMode.TEXT_LAYER))
        text += filler
    long = Document("d4", "空白页.pdf", text, tuple(pages))
    result = screened().result
    parts = result.dossier.documents
    page_part = parts[0].pages[0].model_copy(update={"reading": "text-layer"})
    long_part = parts[3].model_copy(
        update={"pages": tuple(page_part.model_copy(update={"page": n}) for n in range(1, 301))}
    )
    dossier = Dossier(papers.id, papers.name, papers.sha256, (*papers.documents[:3], long))
    part = result.dossier.model_copy(update={"documents": (*parts[:3], long_part)})
    source = report_page(Screened(result.model_copy(update={"dossier": part}), dossier))
    page = html.document_fromstring(source)
    folds = page.xpath("//article[@id='d-4']/details")
    assert len(text) > 60_000
    assert len(folds) == 1
    assert "第 1–300 页" in folds[0].xpath("string(summary)")
    assert len(source) < 6 * len(text)


def test_without_any_evidence_nothing_is_folded() -> None:
    result = screened().result.model_copy(update={"victims": (), "findings": (), "alerts": ()})
    papers = lay_out(result, screened().dossier, find_places(result))
    assert all(run.folded is None for paper in papers for run in paper.runs)
    assert "通卷未识别出被害人" in report_page(replace(screened(), result=result))


def test_batch_index_puts_the_worst_first_and_names_what_failed() -> None:
    low = screened().result.model_copy(
        update={"lead": screened().result.lead.model_copy(update={"level": "grey", "victims": {}})}
    )
    record = ErrorRecord.model_validate(
        {"dossier": {"name": "坏<b>.zip"}, "error": {"code": "upload.x", "message": "打不开", "hint": "请重传"}}
    )
    source = batch_page(
        ((Failed(record), None), (replace(screened(), result=low), "乙 #1.html"), (screened(), "甲.html"))
    )
    page = html.document_fromstring(source)
    rows = [row.text_content() for row in page.xpath("//tbody/tr")]
    assert "建议启动" in rows[0] and "社会救助" in rows[1] and "未能筛查" in rows[2] and "打不开。请重传" in rows[2]
    assert page.xpath("//tbody//a/@href") == ["%E7%94%B2.html", "%E4%B9%99%20%231.html"]
    assert "坏<b>.zip" in rows[2] and not page.xpath("//tbody//b")
