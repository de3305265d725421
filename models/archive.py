"""One model as one file, to carry it to a machine without a network: a ZIP of the manifest and all it lists.

The same model gives the same bytes everywhere: members in a fixed order, stored uncompressed, without time or owner.
Reading trusts nothing: names, kinds, sizes and checksums of all members are looked at before a version appears.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import zipfile
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from dossier.errors import ModelUnavailable
from models.comparison import PATTERNS
from models.manifest import FILE, Manifest, check_files
from models.store import InstalledModel, ModelStore

MOST_BYTES = 512 * 1024 * 1024  # of all members: a model on an encoder that an office puts in place of ours is 400 MB
MOST_MEMBERS = 64
_MOST_MANIFEST = 4 * 1024 * 1024
_CHUNK = 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP can hold
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")  # card.md | a/b.onnx, not ../card.md


def export_model(model: InstalledModel, path: Path) -> None:
    """Write manifest and listed files of a version that `ModelStore.open` has checked.

    Raises:
        ModelUnavailable: `model.not_written`; `model.damaged` when the manifest lists files beyond the model's folder.
    """
    if not all(_NAME.fullmatch(name) for name in model.manifest.files):
        raise ModelUnavailable(
            "model.damaged", f"模型 {model.manifest.version} 的清单列出了目录之外的文件", "请重新安装该模型"
        )
    fresh = path.with_name(f".{path.name}.new")
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_STORED) as archive:
            for name in (FILE, *sorted(model.manifest.files)):
                with (model.folder / name).open("rb") as content, archive.open(_member(name), "w") as written:
                    shutil.copyfileobj(content, written, _CHUNK)
        os.replace(fresh, path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise ModelUnavailable(
            "model.not_written", f"模型无法写到 {path.name}（{type(error).__name__}）", "请核对目录和权限"
        ) from None


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system = 3  # Unix on every system, or the bytes would differ
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    return info


def import_model(path: Path, store: ModelStore, *, most_bytes: int = MOST_BYTES) -> Manifest:
    """Add the model of an archive to the registry; it is not in use then.

    Args:
        most_bytes: of all members, unpacked.

    Raises:
        ModelUnavailable: `model.archive` for an archive that is no model or holds what it must not; `model.exists`;
            `model.damaged` when a file is not what the manifest says; `model.not_written`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked(archive, most_bytes)
            manifest = _manifest(archive, members)
            _unpack(archive, members, manifest, store)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _refusal(f"{path.name} 已损坏（{type(error).__name__}）") from None
    except OSError as error:
        raise ModelUnavailable(
            "model.not_written",
            f"{path.name} 无法读取或写入模型目录（{type(error).__name__}）",
            "请核对路径、权限和剩余空间",
        ) from None
    return manifest


def _checked(archive: zipfile.ZipFile, most_bytes: int) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    if len(archive.infolist()) > MOST_MEMBERS:
        raise _refusal(f"文件多于 {MOST_MEMBERS} 个")
    for info in archive.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)
        if not _NAME.fullmatch(info.filename) or kind not in (0, stat.S_IFREG):
            raise _refusal("含有路径越界、链接或文件夹等不应有的内容")
        if info.filename in members:
            raise _refusal(f"{info.filename} 重复出现")
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refusal(f"{info.filename} 已加密，或以不支持的方式压缩")
        members[info.filename] = info
    if sum(info.file_size for info in members.values()) > most_bytes:
        raise _refusal(f"解开后大于 {most_bytes // 1024 // 1024} MiB")
    return members


def _manifest(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> Manifest:
    if FILE not in members or members[FILE].file_size > _MOST_MANIFEST:
        raise _refusal(f"没有可用的 {FILE}")
    try:
        with archive.open(members[FILE]) as content:
            manifest = Manifest.model_validate_json(content.read(_MOST_MANIFEST))
    except (ValueError, ValidationError):
        raise _refusal(f"{FILE} 无法理解") from None
    if members.keys() != {FILE, *manifest.files}:
        raise _refusal("其中的文件与清单所列不一致")
    if manifest.version == PATTERNS:
        raise _refusal(f"{PATTERNS} 指不用模型，不能作版本名")
    return manifest


def _unpack(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], manifest: Manifest, store: ModelStore
) -> None:
    target = store.folder / manifest.version
    if target.exists():
        raise ModelUnavailable(
            "model.exists", f"已有模型 {manifest.version}，未导入", "如要替换，请先移走模型目录中的同名版本"
        )
    store.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".import-", dir=store.folder) as place:
        building = Path(place) / manifest.version
        for name, record in manifest.files.items():
            _copy(archive, members[name], building / name, record.bytes)
        check_files(manifest, building)
        _copy(archive, members[FILE], building / FILE, members[FILE].file_size)
        building.rename(target)


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, size: int) -> None:
    """As many bytes as were announced and one more, whatever the member unpacks to: the checksum tells the rest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    left = size + 1
    with archive.open(info) as content, path.open("wb") as written:
        while left > 0 and (chunk := content.read(min(_CHUNK, left))):
            written.write(chunk)
            left -= len(chunk)


def _refusal(found: str) -> ModelUnavailable:
    return ModelUnavailable("model.archive", f"不是可以导入的模型：{found}", "请用 jiuzhu model export 导出的文件")
