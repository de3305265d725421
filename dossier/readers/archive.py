"""ZIP archives: the files inside, under the names their author gave them; each becomes a document of its own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dossier.reader import Container, Content, Member
from dossier.upload import Limits
from dossier.zip_members import decoded_name, open_zip, problem_of, read_member


def recognizes(content: Content) -> bool:
    # Other zip-based formats are asked first: this one is the fallback for whatever starts like a zip.
    return content.data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def unpack(data: bytes, limits: Limits) -> Iterator[Member]:
    """Lists the members; each is unpacked only when it is loaded.

    Raises:
        UnreadableUpload: `upload.damaged`.
    """
    container = open_zip(data)
    for info in container.infolist():
        name = decoded_name(info)
        if info.is_dir() or name.endswith("/"):
            continue
        yield Member(
            name, info.file_size, partial(read_member, container, info, limits), problem_of(info, name, limits)
        )


READER = Container(
    id="archive",
    suffixes=frozenset({".zip"}),
    recognizes=recognizes,
    unpack=unpack,
    fallback=True,
)
