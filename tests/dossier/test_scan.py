from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from dossier.document import Document, ReadingMode
from dossier.errors import JiuzhuError
from dossier.ocr import Image as Pixels
from dossier.ocr import Ocr, OcrLine
from dossier.opening import open_bytes
from dossier.span import Span
from dossier.upload import Limits
from tests.builder.render import render_zip
from tests.dossier.checks import assert_sound
from tests.dossier.fake_ocr import FakeOcr, line


def picture(kind: str = "PNG", *, size: tuple[int, int] = (400, 600), mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, kind, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def read(data: bytes, ocr: Ocr | None, name: str = "a.png", limits: Limits | None = None) -> Document:
    (document,) = open_bytes(name, data, ocr=ocr, limits=limits).documents
    assert_sound(document)
    return document


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"])
def test_image_files_are_recognized_by_content(kind: str) -> None:
    document = read(picture(kind), FakeOcr([line("轻伤二级", 10, 10)]), f"a.{kind.lower()}")
    assert document.text == "轻伤二级\n"
    assert document.warnings == ()
    assert document.pages[0].mode is ReadingMode.OCR


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_colour_mode_reaches_the_recognizer_as_rgb(mode: str) -> None:
    seen: list[Pixels] = []

    def look(image: Pixels) -> list[OcrLine]:
        seen.append(image)
        return [line("字", 10, 10)]

    read(picture("TIFF", mode=mode), FakeOcr(look), "a.tif")
    assert seen[0].shape == (600, 400, 3)
    assert seen[0].dtype == np.uint8


def test_transparent_ground_becomes_white() -> None:
    seen: list[Pixels] = []

    def look(image: Pixels) -> list[OcrLine]:
        seen.append(image)
        return [line("字", 10, 10)]

    read(picture(mode="RGBA"), FakeOcr(look))
    assert seen[0].min() == 255


def test_boxes_are_in_points_by_the_resolution_of_the_file() -> None:
    ocr = FakeOcr([line("轻伤二级", 144, 72, height=36)])
    document = read(picture(dpi=(144, 144)), ocr)
    assert document.pages[0].size == pytest.approx((200, 300), abs=0.1)
    (box,) = document.boxes_of(Span("d1", 0, 4))
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((72, 36, 144, 54), abs=0.2)


@pytest.mark.parametrize("options", [{}, {"dpi": (1, 1)}])
def test_missing_or_absurd_resolution_counts_as_an_office_scanner(options: dict[str, object]) -> None:
    document = read(picture(**options), FakeOcr([line("字", 10, 10)]))
    assert document.pages[0].size == pytest.approx((144, 216))


def test_camera_orientation_turns_the_page() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn 90° clockwise to view
    seen: list[Pixels] = []

    def look(image: Pixels) -> list[OcrLine]:
        seen.append(image)
        return [line("字", 10, 10)]

    document = read(picture("JPEG", exif=exif), FakeOcr(look), "a.jpg")
    assert seen[0].shape[:2] == (400, 600)
    assert document.pages[0].size == pytest.approx((216, 144))


def test_huge_page_is_shrunk_and_its_boxes_are_not() -> None:
    seen: list[Pixels] = []

    def look(image: Pixels) -> list[OcrLine]:
        seen.append(image)
        return [line("字", image.shape[1] / 2, 10)]

    document = read(picture(size=(200, 6800), dpi=(200, 200)), FakeOcr(look))
    assert max(seen[0].shape) == 3400
    assert document.boxes is not None
    box = document.boxes[0]
    assert box is not None
    assert box[0] == pytest.approx(36, abs=0.5)


def _pages(count: int) -> bytes:
    first, *others = [Image.new("L", (100, 100), shade) for shade in range(count)]
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=others)
    return buffer.getvalue()


def test_every_page_of_a_tiff_is_read_up_to_the_limit() -> None:
    ocr = FakeOcr([line("一", 5, 5)], [line("二", 5, 5)], [line("三", 5, 5)])
    document = read(_pages(3), ocr, "a.tif")
    assert document.text == "一\n二\n三\n"
    assert len(document.pages) == 3
    limited = read(_pages(3), FakeOcr([line("一", 5, 5)]), "a.tif", Limits(pages=2))
    assert len(limited.pages) == 2
    assert "第 3 页至第 3 页未读取" in limited.warnings[-1].message


def test_damaged_page_costs_only_itself() -> None:
    first, second = Image.new("L", (300, 300), 7), Image.effect_noise((300, 300), 90)
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=[second], compression="tiff_lzw")
    data = bytearray(buffer.getvalue())
    data[6000:70000] = b"\xff" * (min(len(data), 70000) - 6000)
    document = read(bytes(data), FakeOcr([line("一", 5, 5)]), "a.tif")
    assert document.text.startswith("一\n")


def test_file_without_one_readable_page_is_refused() -> None:
    noise = io.BytesIO()
    Image.effect_noise((300, 300), 90).save(noise, "PNG")
    for data in (noise.getvalue()[:2000], b"\x89PNG\r\n\x1a\n" + b"\0" * 50):
        with pytest.raises(JiuzhuError) as caught:
            read(data, FakeOcr([]))
        assert caught.value.code == "upload.damaged"


def test_too_many_pixels_are_refused() -> None:
    with pytest.raises(JiuzhuError) as caught:
        read(picture(), FakeOcr([]), limits=Limits(image_pixels=1000))
    assert caught.value.code == "upload.too_large"


def test_pixel_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(JiuzhuError) as caught:
        read(picture(), FakeOcr([]))
    assert caught.value.code == "upload.too_large"


def test_without_recognizer_other_documents_are_still_read() -> None:
    dossier = open_bytes("案.zip", render_zip({"1.txt": "起诉书".encode(), "2.png": picture()}))
    assert [notice.code for notice in dossier.documents[1].warnings] == ["page.needs_ocr"]
    with pytest.raises(JiuzhuError) as caught:
        open_bytes("a.png", picture())
    assert caught.value.code == "upload.no_text_layer"


def test_wide_gap_in_a_line_becomes_a_blank_without_a_box() -> None:
    gapped = OcrLine(
        "姓名卫某",
        0.9,
        ((0, 0), (200, 0), (200, 20), (0, 20)),
        ((0, 0, 20, 20), (20, 0, 40, 20), (140, 0, 160, 20), (160, 0, 180, 20)),
    )
    document = read(picture(), FakeOcr([gapped]))
    assert document.text == "姓名 卫某\n"
    assert document.boxes is not None
    assert document.boxes[2] is None


def test_lines_side_by_side_stand_in_one_row() -> None:
    ocr = FakeOcr([line("性别女", 200, 12), line("伤情轻伤", 10, 60), line("姓名卫某", 10, 10)])
    assert read(picture(), ocr).text == "姓名卫某 性别女\n伤情轻伤\n"
