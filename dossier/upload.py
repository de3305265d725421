"""What arrives: the bytes of one file, its name, the format found in its content, and the limits it must keep.

The name is for people; the format always comes from the content. Nothing here reads the environment.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

MIB = 1024 * 1024

# Matches .pdf and .7z at the end of a name; near misses: 3.询问笔录 and 2025.03, whose dot parts a number.
_SUFFIX = re.compile(r"\.(?=[0-9]*[a-z])[a-z0-9]{1,5}$")

_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def safe_name(name: str) -> str:
    """A file name that may be shown and written out.

    Control characters could steer a terminal, marks of writing direction could disguise an extension, and the lone
    surrogates that stand for undecodable bytes of a path could not be written as UTF-8. Such bytes are nearly always
    GBK: a folder copied from a Chinese Windows.
    """
    return "".join(
        "\ufffd" if unicodedata.category(character) in ("Cc", "Cs") or character in _DIRECTION_MARKS else character
        for character in "/".join(map(_from_gbk, name.split("/")))
    )


def _from_gbk(part: str) -> str:
    if not any("\udc80" <= character <= "\udcff" for character in part):
        return part
    try:
        return part.encode("utf-8", "surrogateescape").decode("gb18030")
    except UnicodeError:
        return part


def suffix_of(name: str) -> str:
    """Extension in lower case with its dot, empty without one.

    >>> suffix_of("卷1/起诉书.PDF"), suffix_of("3.询问笔录"), suffix_of("2025.03")
    ('.pdf', '', '')
    """
    match = _SUFFIX.search(name.lower())
    return match[0] if match else ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Safety limits of one dossier; the caller passes others where an office needs them.

    Attributes:
        file_bytes: largest single document.
        dossier_bytes: largest folder or archive, counted unpacked and over all nesting.
        pages: pages read of one document; the pages after that are named in a notice.
        characters: text of one document; understanding holds it all in memory. A volume of 5,000 pages has 4 million.
        archive_members: entries over all nesting.
        archive_ratio: unpacked to packed size of one entry, looked at only above `archive_ratio_floor` bytes
            (a blank bitmap packs a thousandfold and harms nobody while it is small).
        archive_depth: archives inside archives; 1 is an archive without another inside.
        image_pixels: largest scanned image; A3 at 600 dots an inch has 70 million.
    """

    file_bytes: int = 512 * MIB
    dossier_bytes: int = 2048 * MIB
    pages: int = 5_000
    characters: int = 20_000_000
    archive_members: int = 20_000
    archive_ratio: float = 200.0
    archive_ratio_floor: int = 64 * MIB
    archive_depth: int = 3
    image_pixels: int = 80_000_000


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came.

    Attributes:
        name: file name inside the dossier, `/` between folders.
        format: id of the reader that recognized the content (`pdf`, `docx`, `plain` …).
        sha256: of `data`, hexadecimal.
    """

    name: str
    data: bytes = field(repr=False)
    format: str
    sha256: str

    @property
    def suffix(self) -> str:
        return suffix_of(self.name)
