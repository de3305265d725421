"""Finds the file formats: every module of `dossier/readers/` declares one, and content decides which one applies.

There is no list to keep: a new module with a `READER` is a new format. Formats that we know and do not read are
named in `dossier.unsupported`, so that the person hears what to do.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from functools import cache

from dossier import readers
from dossier.errors import UnreadableUpload
from dossier.reader import Container, Content, Reader
from dossier.unsupported import refusal_of, unknown_format
from dossier.upload import Limits, Upload, suffix_of
from dossier.zip_members import too_large

AnyReader = Reader | Container


@cache
def load_readers() -> dict[str, AnyReader]:
    """All declared formats by id, fallbacks last.

    Raises:
        TypeError: when a module declares no `READER`, or one whose id is not the module's name.
    """
    found: dict[str, AnyReader] = {}
    for module_info in sorted(pkgutil.iter_modules(readers.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{readers.__name__}.{module_info.name}")
        declared = getattr(module, "READER", None)
        if not isinstance(declared, Reader | Container):
            raise TypeError(f"{module.__name__} must declare READER as a Reader or a Container")
        if declared.id != module_info.name:  # hence no two modules can share an id
            raise TypeError(f"{module.__name__}: READER.id is {declared.id!r}, expected {module_info.name!r}")
        found[declared.id] = declared
    return dict(sorted(found.items(), key=lambda item: item[1].fallback))


def receive(name: str, data: bytes, limits: Limits) -> Upload:
    """Finds out what a file is.

    Args:
        name: file name inside the dossier, `/` between folders.

    Raises:
        UnreadableUpload: `upload.empty`, `upload.encrypted`.
        LimitExceeded: `upload.too_large`.
        UnsupportedFormat: `upload.legacy_format`, `upload.unsupported`.
    """
    if not data:
        raise UnreadableUpload("upload.empty", "文件是空的（0 字节）", "请确认文件已完整导出或复制")
    content = Content(data)
    sha256 = hashlib.sha256(data).hexdigest()
    refusal = refusal_of(content)
    if refusal is not None:
        raise refusal
    for reader in load_readers().values():
        if reader.recognizes(content):
            # An archive may be as large as a dossier: what it holds is limited file by file.
            limit = limits.dossier_bytes if isinstance(reader, Container) else limits.file_bytes
            if len(data) > limit:
                raise too_large(limit)
            return Upload(name, data, reader.id, sha256)
    suffix = suffix_of(name)
    for reader in load_readers().values():
        if reader.fallback and suffix and suffix in reader.suffixes:
            # A text file that no encoding fits: its reader says so better than "unknown format" does.
            return Upload(name, data, reader.id, sha256)
    raise unknown_format()
