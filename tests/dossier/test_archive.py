from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import JiuzhuError
from dossier.opening import open_bytes
from dossier.upload import MIB, Limits
from tests.builder.render import RawName, render_docx, render_txt, render_zip

TEXT = render_txt(["询问笔录", "被害人卫某某陈述。"])


def _codes(data: bytes, limits: Limits | None = None) -> tuple[list[str], list[str]]:
    """Names of the documents and codes of the notices."""
    dossier = open_bytes("案.zip", data, limits=limits)
    return [document.name for document in dossier.documents], [notice.code for notice in dossier.warnings]


def _error(data: bytes, limits: Limits | None = None) -> JiuzhuError:
    with pytest.raises(JiuzhuError) as caught:
        open_bytes("案.zip", data, limits=limits)
    return caught.value


@pytest.mark.parametrize("encoding, flagged", [("gbk", False), ("utf-8", True), ("utf-8", False), ("gb18030", False)])
def test_chinese_names_are_read_however_they_are_stored(encoding: str, flagged: bool) -> None:
    names = ["证据卷2/询问笔录.txt", "证据卷10/镕某某陈述.txt"]
    data = render_zip(dict.fromkeys(names, TEXT), name_encoding=encoding, flag_utf8=flagged)
    assert _codes(data) == (names, [])


@given(st.text(st.sampled_from("证据卷询问笔录伤情鉴定1234567890"), min_size=2, max_size=12))
def test_any_gbk_name_comes_back(name: str) -> None:
    data = render_zip({f"{name}.txt": TEXT}, name_encoding="gbk")
    assert _codes(data)[0] == [f"{name}.txt"]


def _with_extra(name: bytes, extra: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = RawName(name, False)
        info.extra = extra
        archive.writestr(info, TEXT)
    return buffer.getvalue()


def test_unicode_path_field_is_used_while_it_belongs_to_the_name() -> None:
    raw = b"______.txt"
    path = "鉴定意见.txt".encode()
    other = struct.pack("<HH", 0x9999, 2) + b"xx"

    def field(body: bytes) -> bytes:
        return other + struct.pack("<HH", 0x7075, len(body)) + body

    good = struct.pack("<BI", 1, zlib.crc32(raw)) + path
    assert _codes(_with_extra(raw, field(good)))[0] == ["鉴定意见.txt"]
    stale = struct.pack("<BI", 1, zlib.crc32(b"old name")) + path
    assert _codes(_with_extra(raw, field(stale)))[0] == ["______.txt"]
    not_utf8 = struct.pack("<BI", 1, zlib.crc32(raw)) + b"\xff\xfe"
    assert _codes(_with_extra(raw, field(not_utf8)))[0] == ["______.txt"]


def test_name_in_no_known_encoding_is_kept_somehow() -> None:
    (name,), _ = _codes(_with_extra(b"\xff\xff\x80.txt", b""))
    assert name.endswith(".txt")


def test_backslashes_part_folders() -> None:
    assert _codes(_with_extra("卷1\\笔录.txt".encode("gbk"), b""))[0] == ["卷1/笔录.txt"]


def test_folders_and_litter_inside_are_no_documents() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.mkdir("卷1")
        archive.writestr("卷1/笔录.txt", TEXT)
        archive.writestr("__MACOSX/卷1/._笔录.txt", b"\0")
        archive.writestr("卷1/.DS_Store", b"\0")
    assert _codes(buffer.getvalue()) == (["卷1/笔录.txt"], [])


def test_archives_in_archives_are_read_to_the_limit() -> None:
    data = render_zip({"底.txt": TEXT})
    for level in range(4):
        data = render_zip({f"第{level}层.zip": data, f"{level}.txt": TEXT})
    names, codes = _codes(data)
    assert names == ["3.txt", "第3层.zip/2.txt", "第3层.zip/第2层.zip/1.txt"]
    assert codes == ["upload.archive_depth"]


def test_word_file_inside_is_one_document() -> None:
    assert _codes(render_zip({"起诉书.docx": render_docx(["起诉书"])})) == (["起诉书.docx"], [])


@pytest.mark.parametrize("name", ["../../etc/passwd.txt", "/etc/x.txt", "C:/x.txt", "a/../../x.txt", "..\\x.txt"])
def test_names_that_leave_the_archive_are_refused_alone(name: str) -> None:
    names, codes = _codes(render_zip({"a.txt": TEXT, name: TEXT}))
    assert names == ["a.txt"]
    assert codes == ["upload.archive_path"]
    assert _error(render_zip({name: TEXT})).code == "upload.archive_path"


def test_link_inside_is_refused_alone() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.txt", TEXT)
    assert _codes(buffer.getvalue()) == (["a.txt"], ["upload.archive_path"])


def test_encrypted_member_is_refused_alone() -> None:
    data = bytearray(render_zip({"a.txt": TEXT, "b.txt": TEXT}))
    directory = data.rindex(b"PK\x01\x02")  # entry of b.txt
    data[directory + 8] |= 1
    assert _codes(bytes(data)) == (["a.txt"], ["upload.encrypted"])


def test_damaged_member_is_refused_alone() -> None:
    data = bytearray(render_zip({"a.txt": TEXT, "b.txt": b"0123456789" * 50}))
    body = data.index(b"b.txt") + len(b"b.txt")
    data[body : body + 4] = b"\xff\xff\xff\xff"
    assert _codes(bytes(data)) == (["a.txt"], ["upload.damaged"])


def test_truncated_archive_is_refused() -> None:
    data = render_zip({"a.txt": TEXT})
    error = _error(data[: len(data) // 2])
    assert error.code == "upload.damaged"
    assert error.hint


def test_empty_archive_is_refused() -> None:
    assert _error(render_zip({})).code == "upload.empty"


def test_member_that_unpacks_a_thousandfold_is_refused_alone() -> None:
    data = render_zip({"a.txt": TEXT, "bomb.txt": b"0" * (2 * MIB)})
    limits = Limits(archive_ratio_floor=MIB)
    assert _codes(data, limits) == (["a.txt"], ["upload.archive_bomb"])
    assert _codes(data)[1] == []  # two megabytes harm nobody


def test_archive_larger_than_a_dossier_is_refused_before_unpacking() -> None:
    data = render_zip({f"{number}.txt": b"0" * MIB for number in range(5)})
    assert _error(data, Limits(dossier_bytes=3 * MIB)).code == "upload.archive_bomb"


def test_archive_with_too_many_members_is_refused() -> None:
    data = render_zip({f"{number}.txt": b"0" for number in range(11)})
    assert _error(data, Limits(archive_members=10)).code == "upload.archive_bomb"


def test_nested_bomb_counts_against_the_whole() -> None:
    inner = render_zip({"big.txt": b"0" * (3 * MIB)})
    data = render_zip({"1.txt": b"1" * (2 * MIB), "2.zip": inner})
    assert _codes(data, Limits(dossier_bytes=4 * MIB)) == (["1.txt"], ["upload.archive_bomb"])


def test_member_larger_than_a_file_may_be_is_refused_alone() -> None:
    data = render_zip({"a.txt": TEXT, "big.txt": b"0" * 2000})
    assert _codes(data, Limits(file_bytes=1000)) == (["a.txt"], ["upload.too_large"])


def test_archive_itself_may_not_exceed_a_dossier() -> None:
    data = render_zip({"a.txt": TEXT})
    assert _error(data, Limits(dossier_bytes=10)).code == "upload.too_large"
