"""The result built from what the stages give: quoted exactly, closed, and nothing added."""

from __future__ import annotations

import json
from array import array
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from api.exports.json_lines import render
from api.result import result_of
from api.schemas import ErrorRecord, ScreeningResult, SpanPart, Versions, json_schema
from api.screened import Failed, Screened
from dossier.document import CharBoxes, Document, Dossier, Page, ReadingMode
from dossier.span import Span
from nlp.facts import (
    Age,
    Attribute,
    CaseFacts,
    CaseInfo,
    Compensation,
    Conflict,
    DocumentInfo,
    Fact,
    Gender,
    Hardship,
    Injury,
    Loss,
    Person,
    Role,
    SetAside,
    VictimFacts,
)
from screening.evaluate import screen
from screening.ruleset import RuleSet
from tests.api.invented import screened

SCHEMA_FILE = Path(__file__).parents[2] / "docs" / "screening-result.schema.json"
AS_OF = date(2026, 3, 1)
VERSIONS = Versions(pipeline="0+test", model="none", rules="sha256:00")

FIRST = "被害人\U00020bb7秀英，女，１９６０年生，经鉴定属重伤二级。\r\n其家享受低保，至今未获赔偿。"
PAGES = ("第一页写到重伤", "二级，系轻伤一级之误。")


def _dossier() -> Dossier:
    scan = "".join(PAGES)
    boxes = array("f")
    for offset in range(len(scan)):
        column = offset if offset < len(PAGES[0]) else offset - len(PAGES[0])
        boxes.extend((72.0 + 12 * column, 100.0, 84.0 + 12 * column, 114.0))
    pages = (
        Page(1, 0, len(PAGES[0]), ReadingMode.OCR, (595.0, 842.0), 0.9),
        Page(2, len(PAGES[0]), len(scan), ReadingMode.OCR, (595.0, 842.0), 0.8),
    )
    return Dossier(
        "id1",
        "甲案.zip",
        "ef" * 32,
        (
            Document("d1", "起诉书.txt", FIRST, (Page(1, 0, len(FIRST), ReadingMode.PLAIN),)),
            Document("d2", "鉴定.pdf", scan, pages, CharBoxes(boxes)),
        ),
    )


def _span(document: str, words: str) -> Span:
    text = FIRST if document == "d1" else "".join(PAGES)
    start = text.index(words)
    return Span(document, start, start + len(words))


def _facts() -> CaseFacts:
    name = "\U00020bb7秀英"
    injury = Fact(Attribute.INJURY, Injury("重伤二级"), (_span("d1", "重伤二级"), _span("d2", "重伤二级")), 0.97)
    other = Fact(Attribute.INJURY, Injury("轻伤一级"), (_span("d2", "轻伤一级"),), 0.5)
    victim = VictimFacts(
        Person("v1", name, Role.VICTIM, (_span("d1", name),)),
        (
            Fact(Attribute.GENDER, Gender("女"), (_span("d1", "女"),)),
            Fact(Attribute.AGE, Age(None, "1960", "elder"), (_span("d1", "１９６０年生"),)),
            injury,
            Fact(Attribute.HARDSHIP, Hardship("低保"), (_span("d1", "低保"),)),
            Fact(Attribute.COMPENSATION, Compensation("none"), (_span("d1", "至今未获赔偿"),)),
        ),
        (
            Conflict(Attribute.INJURY, (injury, other), 0, "起诉书认定在后"),
            Conflict(
                Attribute.LOSS,
                tuple(Fact(Attribute.LOSS, Loss(amount), (_span("d1", name),)) for amount in (1500.5, 2000.0)),
                0,
                "先说的",
            ),
        ),
        (SetAside(Attribute.INJURY, "轻伤一级", "系误写", (_span("d2", "轻伤一级"),)),),
    )
    return CaseFacts(
        CaseInfo(stage="审查起诉"),
        (DocumentInfo("d1", "起诉书", None),),
        (
            Person("p1", "某人", Role.ACCUSED, ()),
            Person("p2", "某父", Role.RELATIVE, (), of="p1", relation="父亲"),
            Person("p3", "某母", Role.RELATIVE, (), of="v1", relation="母亲"),
        ),
        (victim,),
    )


@pytest.fixture(scope="module")
def built() -> Screened:
    screening = screen(_facts(), as_of=AS_OF, rules=RuleSet.load())
    return Screened(result_of(_dossier(), _facts(), screening, as_of=AS_OF, versions=VERSIONS), _dossier())


def _spans(value: object) -> list[dict[str, object]]:
    if isinstance(value, dict):
        own = [value] if {"start", "end", "text"} <= value.keys() else []
        return own + [span for child in value.values() for span in _spans(child)]
    if isinstance(value, list):
        return [span for child in value for span in _spans(child)]
    return []


def test_every_span_reproduces_its_words_page_and_document(built: Screened) -> None:
    documents = {document.id: document for document in built.dossier.documents}
    spans = _spans(json.loads(render(built)))
    assert len(spans) > 15
    for span in spans:
        document = documents[str(span["document"])]
        start, end = span["start"], span["end"]
        assert isinstance(start, int) and isinstance(end, int)
        assert document.text[start:end] == span["text"]
        assert span["document_name"] == document.name
        assert span["page"] == document.page_at(start)


def test_boxes_stand_only_where_the_format_has_them_and_on_the_page_of_the_span(built: Screened) -> None:
    injury = built.result.victims[0].injury
    assert injury is not None
    plain, scanned = (part.model_dump(mode="json") for part in injury.evidence)
    assert "boxes" not in plain
    # 重伤 ends page 1, 二级 begins page 2: the box is that of 重伤
    assert scanned["page"] == 1
    assert scanned["boxes"] == [[132.0, 100.0, 156.0, 114.0]]


def test_only_kin_of_a_victim_say_whose_they_are(built: Screened) -> None:
    assert [(person.id, person.of, person.relation) for person in built.result.people] == [
        ("p1", None, None),
        ("p2", None, None),
        ("p3", "v1", "母亲"),
    ]


def test_whole_yuan_of_a_conflict_are_integers(built: Screened) -> None:
    part, whole = built.result.victims[0].conflicts[1].values
    assert repr(part.value["amount"]) == "1500.5" and repr(whole.value["amount"]) == "2000"


def test_what_is_not_stated_is_null_never_a_default(built: Screened) -> None:
    line = json.loads(render(built))
    victim = line["victims"][0]
    assert line["amount"] is None
    assert line["dossier"]["case"] == {"number": None, "charges": None, "stage": "审查起诉"}
    assert line["dossier"]["documents"][1]["kind"] is None
    assert victim["loss"] is None and victim["disability"] == []
    assert victim["age"]["value"] is None and victim["age"]["birth_date"] == "1960"
    assert victim["compensation"]["performed"] is None and victim["compensation"]["amount"] is None


def test_the_level_and_its_reasons_come_through(built: Screened) -> None:
    result = built.result
    assert result.lead.level == "red" and result.lead.victims == {"v1": "red"}
    serious = next(finding for finding in result.findings if finding.rule == "serious-injury")
    assert serious.citation.article == "第七条第一项"
    assert [limb.verdict for limb in serious.limbs if limb.name == "harm"] == ["met"]


def test_conflicts_and_set_aside_words_come_through(built: Screened) -> None:
    victim = built.result.victims[0]
    assert [statement.value for statement in victim.conflicts[0].values] == [
        {"grade": "重伤二级"},
        {"grade": "轻伤一级"},
    ]
    assert victim.conflicts[0].preferred == 0
    assert victim.set_aside[0].why == "系误写"


@pytest.mark.parametrize("which", ["built", "invented"])
def test_a_line_keeps_to_the_published_schema_and_reads_back(built: Screened, which: str) -> None:
    outcome = built if which == "built" else screened()
    line = render(outcome)
    assert line.count("\n") == 1
    jsonschema.validate(json.loads(line), json_schema())
    assert ScreeningResult.model_validate_json(line) == outcome.result


def test_top_level_keys_are_those_of_the_contract(built: Screened) -> None:
    line = json.loads(render(built))
    keys = "schema as_of versions dossier people victims findings alerts lead amount"
    assert list(line) == keys.split()
    assert line["schema"] == "jiuzhu.screening/1"
    assert line["as_of"] == "2026-03-01"


def test_an_error_record_has_the_shape_of_the_contract() -> None:
    record = ErrorRecord.model_validate(
        {"dossier": {"name": "乙.zip"}, "error": {"code": "upload.empty", "message": "空", "hint": "重传"}}
    )
    line = json.loads(render(Failed(record)))
    assert line == {
        "schema": "jiuzhu.screening/1",
        "dossier": {"name": "乙.zip"},
        "error": {"code": "upload.empty", "message": "空", "hint": "重传"},
    }
    jsonschema.validate(line, json_schema())


def test_the_published_schema_is_that_of_the_code() -> None:
    published = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    assert published == json_schema(), "run: python -m api.schemas > docs/screening-result.schema.json"


def test_an_unknown_field_is_refused(built: Screened) -> None:
    line = json.loads(render(built))
    line["victims"][0]["income"] = 0
    with pytest.raises(ValidationError):
        ScreeningResult.model_validate(line)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(line, json_schema())


def test_a_span_whose_text_does_not_fill_it_is_refused() -> None:
    with pytest.raises(ValidationError, match="length of its text"):
        SpanPart(document="d1", document_name="甲", start=3, end=5, text="三个字", page=1)


def test_a_victim_among_the_other_people_is_refused(built: Screened) -> None:
    line = json.loads(render(built))
    line["people"][0]["role"] = "victim"
    with pytest.raises(ValidationError, match="belongs under"):
        ScreeningResult.model_validate(line)


def test_a_lone_surrogate_still_gives_a_line_that_encodes(built: Screened) -> None:
    part = built.result.dossier.model_copy(update={"name": "坏\ud800名"})
    line = render(Screened(built.result.model_copy(update={"dossier": part}), built.dossier))
    assert json.loads(line.encode("utf-8"))["dossier"]["name"] == "坏\ud800名"
