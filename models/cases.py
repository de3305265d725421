"""Case texts, gold records and predictions as files: JSON Lines in, checked records out.

Two shapes of a text line are read: `{"id", "text"}` for a case of one paper and `{"id", "documents":
{name: text}}` for a dossier of several. Errors name file and line, never the text of a case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dossier.compose import Composer
from dossier.document import Document, Dossier, ReadingMode
from dossier.errors import JiuzhuError

_ENDINGS = re.compile(r"\.(txt|docx|pdf|zip|html)$")  # `case-07.zip` is case-07, `case-07.v2` is itself

ONE_TEXT = "text.txt"  # document name of a case that is given as a single text


@dataclass(frozen=True, slots=True)
class CaseText:
    """One case: its papers by name, in reading order."""

    id: str
    documents: Mapping[str, str] = field(repr=False)

    @property
    def characters(self) -> int:
        return sum(len(text) for text in self.documents.values())


def read_records(path: Path) -> dict[str, dict[str, Any]]:
    """Gold records, predictions or screening results of a JSON Lines file, by case id.

    Raises:
        JiuzhuError: `evaluate.unreadable` when a line is no JSON object or has no case name;
            `evaluate.duplicate` when a case stands twice.
    """
    records: dict[str, dict[str, Any]] = {}
    for number, record in _objects(path):
        key = _case_id(record)
        if not key:
            raise JiuzhuError(
                "evaluate.unreadable", f"{path.name} 第{number}行没有案件编号", '每行须有 "id" 或 dossier.name'
            )
        if key in records:
            raise JiuzhuError(
                "evaluate.duplicate", f"{path.name} 第{number}行：案件 {key} 重复出现", "每个案件只保留一行"
            )
        records[key] = record
    return records


def read_texts(path: Path) -> dict[str, CaseText]:
    """Case texts by id.

    Raises:
        JiuzhuError: as `read_records`, and when a line has neither `text` nor `documents`.
    """
    cases: dict[str, CaseText] = {}
    for key, record in read_records(path).items():
        documents = record.get("documents") or ({ONE_TEXT: record["text"]} if "text" in record else None)
        if not isinstance(documents, dict) or not all(isinstance(text, str) for text in documents.values()):
            raise JiuzhuError(
                "evaluate.unreadable",
                f"{path.name}：案件 {key} 没有可用的文本",
                '须有 "text"（字符串）或 "documents"（文书名到文本的对照）',
            )
        cases[key] = CaseText(key, documents)
    return cases


def write_records(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line, UTF-8."""
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    path.write_text("".join(lines), encoding="utf-8")


def dossier_of(case: CaseText) -> Dossier:
    """The case as the reader of plain text would give it: every text one page, offsets unchanged."""
    return Dossier(
        id=case.id,
        name=case.id,
        sha256="",
        documents=tuple(
            _document(f"d{number}", name, text) for number, (name, text) in enumerate(case.documents.items(), start=1)
        ),
    )


def _document(document_id: str, name: str, text: str) -> Document:
    composer = Composer()
    composer.start_page(ReadingMode.PLAIN)
    composer.add_text(text)
    return composer.build(document_id, name)


def _objects(path: Path) -> Iterable[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise JiuzhuError(
            "evaluate.unreadable", f"无法读取 {path.name}（{type(error).__name__}）", "须为 UTF-8 的 JSON Lines 文件"
        ) from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            record = None
        if not isinstance(record, dict):
            raise JiuzhuError(
                "evaluate.unreadable", f"{path.name} 第{number}行不是 JSON 对象", "每行须为一个 JSON 对象"
            )
        yield number, record


def _case_id(record: Mapping[str, Any]) -> str:
    if "id" in record:
        return str(record["id"])
    return _ENDINGS.sub("", str((record.get("dossier") or {}).get("name") or ""))
