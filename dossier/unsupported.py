"""Formats that we know and do not read, each with a way out for the person who sent it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dossier.errors import JiuzhuError, UnreadableUpload, UnsupportedFormat
from dossier.reader import Content

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REPACK = "请解压后重新打包为 ZIP，或直接指定解压后的文件夹"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One such format: how its content is recognized, and the error that answers it."""

    recognizes: Callable[[Content], bool]
    error: type[JiuzhuError]
    code: str
    message: str
    hint: str


def _starts(*magic: bytes) -> Callable[[Content], bool]:
    return lambda content: content.data.startswith(magic)


def _holds(prefix: str) -> Callable[[Content], bool]:
    return lambda content: any(name.startswith(prefix) for name in content.zip_names)


def _ole2_stream(name: str) -> Callable[[Content], bool]:
    # Directory entries of an OLE2 file carry their names in UTF-16.
    encoded = name.encode("utf-16-le")
    return lambda content: content.data.startswith(_OLE2) and encoded in content.data


_REFUSALS = (
    Refusal(
        _ole2_stream("EncryptedPackage"),
        UnreadableUpload,
        "upload.encrypted",
        "文件设有打开密码，无法读取",
        "请在 Word 或 WPS 中打开，去掉密码后另存为 .docx 或 PDF",
    ),
    Refusal(
        _starts(_OLE2),
        UnsupportedFormat,
        "upload.legacy_format",
        "这是旧版 Office/WPS 格式（.doc、.wps、.xls 等），不能直接读取",
        "请在 Word 或 WPS 中另存为 .docx 或 PDF",
    ),
    Refusal(
        _starts(b"{\\rtf"),
        UnsupportedFormat,
        "upload.unsupported",
        "这是 RTF 格式，暂不支持",
        "请在 Word 或 WPS 中另存为 .docx 或 PDF",
    ),
    Refusal(
        lambda content: "OFD.xml" in content.zip_names,
        UnsupportedFormat,
        "upload.unsupported",
        "这是 OFD 版式文件，暂不支持",
        "请在 OFD 阅读器中选择“导出”或“打印为 PDF”，再读取 PDF",
    ),
    Refusal(
        _holds("xl/"),
        UnsupportedFormat,
        "upload.unsupported",
        "这是电子表格（.xlsx），不作为卷宗文书读取",
        "请另存为 PDF 或 .docx；人员名册请按登记册导入",
    ),
    Refusal(
        _holds("ppt/"),
        UnsupportedFormat,
        "upload.unsupported",
        "这是演示文稿（.pptx），暂不支持",
        "请另存为 PDF",
    ),
    Refusal(
        lambda content: "mimetype" in content.zip_names and "content.xml" in content.zip_names,
        UnsupportedFormat,
        "upload.unsupported",
        "这是 OpenDocument 格式（.odt 等），暂不支持",
        "请另存为 .docx 或 PDF",
    ),
    Refusal(
        _starts(b"7z\xbc\xaf\x27\x1c"),
        UnsupportedFormat,
        "upload.unsupported",
        "这是 7z 压缩包，暂不支持",
        _REPACK,
    ),
    Refusal(_starts(b"Rar!\x1a\x07"), UnsupportedFormat, "upload.unsupported", "这是 RAR 压缩包，暂不支持", _REPACK),
    Refusal(
        lambda content: (
            content.data.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"))
            or content.data[257:262] == b"ustar"
        ),
        UnsupportedFormat,
        "upload.unsupported",
        "这是 tar/gzip 类压缩包，暂不支持",
        _REPACK,
    ),
)


def refusal_of(content: Content) -> JiuzhuError | None:
    """The error that answers a known format we do not read, None for anything else."""
    for refusal in _REFUSALS:
        if refusal.recognizes(content):
            return refusal.error(refusal.code, refusal.message, refusal.hint)
    return None


def unknown_format() -> UnsupportedFormat:
    """The error for bytes that are of no format we know."""
    return UnsupportedFormat(
        "upload.unsupported",
        "无法识别的文件格式",
        "可读取的格式：文本（.txt）、Word（.docx）、PDF、图片（PNG/JPG/TIFF/BMP/WebP）、网页（.html）、ZIP 压缩包",
    )
