"""Which files make up a dossier: folders are walked and archives unpacked, nothing is read into documents yet.

Every file becomes a `Source` that can load its bytes again, so that a large dossier is never in memory whole.
Size, count and depth are counted over all nesting against one budget.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from dossier.errors import JiuzhuError, LimitExceeded, UnreadableUpload
from dossier.natural_order import natural_key
from dossier.reader import Container
from dossier.registry import load_readers, receive
from dossier.upload import Limits, Upload, safe_name
from dossier.zip_members import bomb, too_large

logger = logging.getLogger(__name__)

_LITTER_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini", "__macosx", ".git", ".svn"})
_LITTER_PREFIXES = ("~$", "._", ".~")  # lock files of Word and WPS, resource forks of macOS


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a dossier.

    Attributes:
        name: path inside the dossier, `/` between folders and after the name of an archive.
        load: its bytes; raises `JiuzhuError` when they cannot be had.
        format: id of its reader.
        sha256: of its bytes.
        pages: pages that reading it will report.
    """

    name: str = field(repr=False)
    load: Callable[[], bytes] = field(repr=False)
    format: str
    sha256: str
    pages: int

    def upload(self) -> Upload:
        """Loads the file."""
        return Upload(self.name, self.load(), self.format, self.sha256)


class Gathering:
    """Collects the sources of one dossier, in natural order, and the files that cannot be one.

    Attributes:
        sources: files that hold a document.
        failures: name and error of every other file.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bytes = 0
        self._members = 0
        self.sources: list[Source] = []
        self.failures: list[tuple[str, JiuzhuError]] = []

    def add_folder(self, folder: Path) -> None:
        """Adds every file below `folder`. Symbolic links are not followed: they may leave the dossier.

        A subfolder that may not be listed is a failure of its own: its papers must not be missed in silence.
        """
        files: dict[str, Path] = {}
        closed: list[OSError] = []
        for place, folders, names in os.walk(folder, onerror=closed.append):
            for path in (Path(place, name) for name in (*folders, *names)):
                relative = path.relative_to(folder).as_posix()
                if is_litter(relative):
                    continue
                if path.is_symlink():
                    link = UnreadableUpload("upload.link", "符号链接未读取", "请把链接所指的文件本身放入文件夹")
                    self.failures.append((safe_name(relative), link))
                elif not path.is_dir():
                    files[relative] = path
        for error in closed:
            relative = Path(error.filename).relative_to(folder).as_posix()
            if not is_litter(relative):
                name = folder.name if relative == "." else relative
                self.failures.append((safe_name(name), _no_access("文件夹无法打开")))
        for relative in sorted(files, key=natural_key):
            self._add(relative, partial(load_file, files[relative], self._limits.file_bytes), depth=0)

    def add_file(self, name: str, load: Callable[[], bytes]) -> None:
        """Adds one file; when it is an archive, its own name does not become part of the names inside."""
        self._add(name, load, depth=0, prefix="")

    def digest(self) -> str:
        """SHA-256 over the names and contents of all sources, in order."""
        digest = hashlib.sha256()
        for source in self.sources:
            digest.update(f"{source.name}\0{source.sha256}\n".encode())
        return digest.hexdigest()

    def _add(self, name: str, load: Callable[[], bytes], *, depth: int, prefix: str | None = None) -> None:
        name = safe_name(name)
        try:
            data = load()
            upload = receive(name, data, self._limits)
            reader = load_readers()[upload.format]
            if isinstance(reader, Container):
                self._unpack(reader, f"{name}/" if prefix is None else prefix, data, depth + 1)
                return
            self._spend(len(data), 1)
            pages = min(reader.count_pages(data), self._limits.pages)
        except JiuzhuError as error:
            self.failures.append((name, error))
        except MemoryError:
            raise  # of the machine, not of the file
        except Exception as error:  # a library stumbled over one file: that must not cost the others
            self.failures.append((name, stumbled(error)))
        else:
            self.sources.append(Source(name, load, upload.format, upload.sha256, pages))

    def _unpack(self, container: Container, prefix: str, data: bytes, depth: int) -> None:
        if depth > self._limits.archive_depth:
            raise LimitExceeded(
                "upload.archive_depth",
                f"压缩包层层嵌套超过 {self._limits.archive_depth} 层，内层未读取",
                "请解压内层压缩包后重新打包",
            )
        members = [member for member in container.unpack(data, self._limits) if not is_litter(member.name)]
        # Declared sizes are binding (an entry never unpacks to more), so a bomb is seen before it is touched.
        unpacked = sum(member.size for member in members if member.problem is None)
        if (
            self._bytes + unpacked > self._limits.dossier_bytes
            or self._members + len(members) > self._limits.archive_members
        ):
            raise bomb()
        for member in sorted(members, key=lambda member: natural_key(member.name)):
            if member.problem is None:
                self._add(prefix + member.name, member.load, depth=depth)
            else:
                self.failures.append((safe_name(prefix + member.name), member.problem))

    def _spend(self, size: int, members: int) -> None:
        self._bytes += size
        self._members += members
        if self._bytes > self._limits.dossier_bytes or self._members > self._limits.archive_members:
            raise LimitExceeded(
                "upload.dossier_too_large",
                "卷宗总量超过上限，此文件未读取",
                "请按案件拆分后分别读取，或由管理员调整上限",
            )


def is_litter(name: str) -> bool:
    """Whether a path is what operating systems and editors leave behind, no paper of the case."""
    return any(
        part.casefold() in _LITTER_NAMES or part.startswith(_LITTER_PREFIXES) for part in PurePosixPath(name).parts
    )


def load_file(path: Path, limit: int) -> bytes:
    """Bytes of a file on disk.

    Raises:
        UnreadableUpload: `upload.not_found`, `upload.unreadable`.
        LimitExceeded: `upload.too_large`.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # reading a pipe or a device could wait for ever
            raise UnreadableUpload("upload.unreadable", "不是普通文件，未读取", "请改为指定卷宗文件本身")
        if status.st_size > limit:
            raise too_large(limit)
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableUpload("upload.not_found", "找不到文件或文件夹", "请核对路径") from None
    except OSError:
        raise _no_access("文件无法打开") from None


def stumbled(error: Exception) -> JiuzhuError:
    """The error in place of one that a reader did not foresee; what it says may quote the file and is not kept."""
    logger.error("a file could not be read: %s at %s", type(error).__name__, _place(error))
    return UnreadableUpload(
        "upload.damaged", "文件结构异常，无法读取", "请打开核对并另存一份后再试；仍不行的，请把文件格式告知维护人员"
    )


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def _no_access(message: str) -> UnreadableUpload:
    return UnreadableUpload("upload.unreadable", message, "请核对权限，或确认未被其他程序占用")
