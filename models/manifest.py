"""The manifest of one released model: what it is, what it was trained for, how it scores, and its files' checksums."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dossier.errors import ModelUnavailable
from models.calibration import Calibration

FILE = "manifest.json"
SCHEMA = "jiuzhu.model/1"
NETWORK, VOCABULARY, CARD = "network.onnx", "vocab.txt", "card.md"
PEOPLE = "people.onnx"  # network of the people finder, where the model has one


class FileRecord(BaseModel):
    """Size in bytes and SHA-256 of one file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """Attributes:
    version: name of the model's folder, `2026.03-small`.
    scheme: signature of the label scheme it was trained for.
    person_scheme: that of its people finder; None when it has none.
    beside_patterns: whether its recognizer reads beside the patterns too; false where it adds nothing to them and
        would only cost time. Alone it reads in any case.
    window, overlap: characters.
    slope, offset: of the calibration.
    least_confidence: spans below are not reported.
    scores: on held-out examples, as `models.span_scores` reports them, and whatever else was measured.
    made_from: settings and data of the training run.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    schema_name: Literal["jiuzhu.model/1"] = Field(alias="schema")
    version: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    scheme: str
    person_scheme: str | None = None
    beside_patterns: bool = True
    precision: Literal["int8", "fp32"]
    window: int = Field(gt=0)
    overlap: int = Field(ge=0)
    slope: float = Field(ge=0)
    offset: float
    least_confidence: float = Field(ge=0, le=1)
    scores: dict[str, Any]
    made_from: dict[str, Any]
    files: dict[str, FileRecord]

    @property
    def calibration(self) -> Calibration:
        return Calibration(self.slope, self.offset)


def record_of(path: Path) -> FileRecord:
    """Size and checksum of a file."""
    with path.open("rb") as content:
        return FileRecord(bytes=path.stat().st_size, sha256=hashlib.file_digest(content, "sha256").hexdigest())


def write_manifest(manifest: Manifest, folder: Path) -> None:
    text = json.dumps(manifest.model_dump(by_alias=True), ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Raises:
    ModelUnavailable: `model.missing`, or `model.damaged` when it cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        raise ModelUnavailable("model.missing", f"没有找到模型 {folder.name}", "请用 jiuzhu model list 查看已有的模型")
    try:
        return Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError):
        raise ModelUnavailable(
            "model.damaged", f"模型 {folder.name} 的清单无法读取", "请重新安装该模型，或换用另一个版本"
        ) from None


def check_files(manifest: Manifest, folder: Path) -> None:
    """Raises:
    ModelUnavailable: `model.damaged` when a file is missing or is not what the manifest says.
    """
    for name in (NETWORK, VOCABULARY, *([PEOPLE] if manifest.person_scheme else [])):
        if name not in manifest.files:
            raise ModelUnavailable("model.damaged", f"模型 {folder.name} 的清单没有列出 {name}", "请重新安装该模型")
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file() or record_of(path) != expected:
            raise ModelUnavailable(
                "model.damaged",
                f"模型 {folder.name} 的文件 {name} 缺失或校验不符",
                "请重新安装该模型，或用 jiuzhu model use 换回另一个版本",
            )
