"""The letters there are, for whom, and how one is written: DOCX by docxtpl, from the office's template where one is."""

from __future__ import annotations

import io
import logging
import zipfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from api.errors import places_of
from dossier.errors import JiuzhuError

logger = logging.getLogger(__name__)


class LetterTemplateError(JiuzhuError):
    """A template of the office that cannot be filled."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Attributes:
    id: name of the template file without its ending, and the address.
    kinds, levels: of the victims for whom it is offered.
    """

    id: str
    title: str
    about: str
    kinds: tuple[str, ...]
    levels: tuple[str, ...]

    def is_for(self, kind: str, level: str) -> bool:
        return kind in self.kinds and level in self.levels


_LEADS = ("red", "orange", "yellow")
LETTERS = (
    Letter("referral", "国家司法救助线索移送表", "办案部门移送控告申诉检察部门", ("person", "group"), _LEADS),
    Letter("notice", "国家司法救助告知书", "告知可能需要救助的人可以申请", ("person",), _LEADS),
    Letter("assistance", "社会救助建议函", "建议民政等部门给予社会救助", ("person",), (*_LEADS, "grey")),
    # somebody may apply of whom the papers tell nothing
    Letter(
        "review",
        "国家司法救助审查报告",
        "审查报告的草稿，事实与依据已列出",
        ("person", "group"),
        (*_LEADS, "grey", "none"),
    ),
)
BY_ID = {letter.id: letter for letter in LETTERS}


def write_letter(letter: Letter, values: dict[str, Any], folder: Path | None = None) -> bytes:
    """The letter as DOCX.

    Args:
        folder: the office's templates; one of the letter's name there stands before ours.

    Raises:
        LetterTemplateError: `letter.template`, the template names a field that does not exist or is damaged.
    """
    own = folder / f"{letter.id}.docx" if folder is not None else None
    if own is None or not own.is_file():
        return _fill(template(letter), values)
    try:
        return _fill(own.read_bytes(), values)
    except TemplateError as error:
        message, hint = f"无法填写：{error.message}", "可用字段见 docs/letters.md"
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, SyntaxError, OSError):  # no zip, no part, no XML
        message, hint = "已损坏", "请换一个模板文件"
    except Exception as error:  # whatever else the template's own expressions can do, as {{ 1 / 0 }}
        logger.warning("template %s: %s", letter.id, places_of(error))
        message, hint = f"无法填写：{type(error).__name__}", "请核对模板中的表达式；可用字段见 docs/letters.md"
    raise LetterTemplateError("letter.template", f"本院模板 {letter.id}.docx《{letter.title}》{message}", hint)


def _fill(data: bytes, values: dict[str, Any]) -> bytes:
    document = DocxTemplate(io.BytesIO(data))
    document.render(values, SandboxedEnvironment(undefined=StrictUndefined, autoescape=True), autoescape=True)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def template(letter: Letter) -> bytes:
    """Our own template, for an office to start from."""
    return (files("api.letters") / "templates" / f"{letter.id}.docx").read_bytes()
