"""What a file format must offer: `Reader` turns one upload into a `Document`, `Container` unpacks into more files.

Each module of `dossier/readers/` declares exactly one of them as `READER`; `dossier.registry` finds it there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from dossier.document import Document
from dossier.errors import JiuzhuError
from dossier.ocr import Image, Ocr
from dossier.page_cache import PageCache
from dossier.upload import Limits, Upload
from dossier.zip_members import member_names


class Content:
    """The bytes of a file as a recognizer of formats sees them."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @property
    def head(self) -> bytes:
        """First 1,024 bytes: where every magic number that we know must stand."""
        return self.data[:1024]

    @cached_property
    def zip_names(self) -> frozenset[str]:
        """Member names when the content is a readable zip, else empty."""
        return member_names(self.data)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How documents are read.

    Attributes:
        ocr: recognizer for pages that are images; None leaves them unread, with a notice.
        cache: where recognized pages are kept between runs.
        page_done: called after each page.
    """

    limits: Limits = field(default_factory=Limits)
    ocr: Ocr | None = None
    cache: PageCache | None = None
    page_done: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Reader:
    """A format that holds one document.

    Attributes:
        id: stable word, the name of its module.
        suffixes: extensions (lower case, with dot) under which the format is expected.
        recognizes: tells from the content alone.
        read: (upload, document id, options) → document. Raises `JiuzhuError` when the bytes cannot be read.
        count_pages: pages that `read` will report; 1 where a format has no pages of its own.
        draw: (bytes, page from 1) → the page as pixels; None where a format has no look of its own.
        fallback: tried only after every other format has said no.
    """

    id: str
    suffixes: frozenset[str]
    recognizes: Callable[[Content], bool]
    read: Callable[[Upload, str, ReadOptions], Document]
    count_pages: Callable[[bytes], int] = lambda data: 1
    draw: Callable[[bytes, int], Image] | None = None
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a container.

    Attributes:
        name: path inside the container, `/` between folders, decoded.
        size: bytes when unpacked.
        load: unpacks it; raises `JiuzhuError` when it cannot be unpacked.
        problem: why it must not be unpacked, or None.
    """

    name: str = field(repr=False)
    size: int
    load: Callable[[], bytes]
    problem: JiuzhuError | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """A format that holds further files.

    Attributes:
        unpack: (bytes or an open seekable file, limits) → members in the container's order.
    """

    id: str
    suffixes: frozenset[str]
    recognizes: Callable[[Content], bool]
    unpack: Callable[[bytes, Limits], Iterator[Member]]
    fallback: bool = False
