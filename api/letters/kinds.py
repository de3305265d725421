"""The letters there are and how one is written: DOCX by docxtpl, from the office's template if it has one."""

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, TemplateError

from dossier.errors import JiuzhuError


class LetterTemplateError(JiuzhuError):
    """A template of the office that cannot be filled."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Attributes:
    id: name of the template file without its ending, and the address.
    """

    id: str
    title: str
    about: str


LETTERS = (
    Letter("referral", "国家司法救助线索移送表", "办案部门移送控告申诉检察部门"),
    Letter("notice", "国家司法救助告知书", "告知可能需要救助的人可以申请"),
    Letter("assistance", "社会救助建议函", "建议民政等部门给予社会救助"),
    Letter("review", "国家司法救助审查报告", "审查报告的草稿，事实与依据已列出"),
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
    data = own.read_bytes() if own is not None and own.is_file() else template(letter)
    try:
        document = DocxTemplate(io.BytesIO(data))
        document.render(values, Environment(undefined=StrictUndefined, autoescape=True), autoescape=True)
        buffer = io.BytesIO()
        document.save(buffer)
    except TemplateError as error:
        raise LetterTemplateError(
            "letter.template", f"模板《{letter.title}》无法填写：{error.message}", "可用字段见 docs/letters.md"
        ) from None
    except (KeyError, ValueError, OSError):
        raise LetterTemplateError("letter.template", f"模板《{letter.title}》已损坏", "请换一个模板文件") from None
    return buffer.getvalue()


def template(letter: Letter) -> bytes:
    """Our own template, for an office to start from."""
    return (files("api.letters") / "templates" / f"{letter.id}.docx").read_bytes()
