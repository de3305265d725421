"""A prosecutor's day with a dossier in a real browser, by keyboard alone: upload, progress, lead, every fact on the
page, a correction, a decision, the print, a search. A real server with its worker; a scan is among the papers.

Nothing is clicked and, once signed in, nothing is focused by script: `Keys.to` presses Tab until the focus is there.
The boxes on the scan are compared with the page's pixels: what they enclose must read as the quoted words, and as no
more.
"""

from __future__ import annotations

import io
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from dossier.ocr import ocr_available
from tests.service.browsing import CHROMIUM, Keys, serious_faults, server_with_leader, signed_in
from tests.service.site import PASSWORD, sign_in

pytest.importorskip("playwright.sync_api")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HOSTILE = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
TEXT = (
    f"被告人章水根持刀将被害人蔺满囤砍伤，经鉴定，蔺满囤的损伤程度为重伤二级。{HOSTILE}蔺满囤系低保户，至今未获赔偿。\n"
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
    pytest.mark.skipif(not ocr_available(), reason="the ocr extra is not installed"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with server_with_leader(tmp_path_factory.mktemp("journey") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def tab(server: tuple[str, str]) -> Iterator[Any]:
    with signed_in(*server) as page:
        yield page


@pytest.fixture(scope="module")
def reads() -> Any:
    """What stands in pixels, as text."""
    from dossier.ocr import RapidOcr

    ocr = RapidOcr()
    return lambda pixels: "".join(line.text for line in ocr.read(pixels))


def test_the_whole_way_by_keyboard_alone(tab: Any, server: tuple[str, str], reads: Any) -> None:
    keys = Keys(tab)
    _upload(tab, keys)
    dossier = _open_first_lead(tab, keys)
    quotes = {span["text"] for span in _spans(tab.request.get(f"/api/v1{dossier}/result").json())}
    _visit_every_fact(tab, keys, quotes, reads)
    _correct_the_grade(tab, keys)
    _decide_and_take_back(tab)
    _print(tab, keys)
    _find_and_search(tab, keys, reads)
    tab.goto(dossier)
    assert "taken" not in tab.title() and HOSTILE in tab.locator(".pages").text_content()
    for scheme in ("light", "dark"):
        assert serious_faults(tab, scheme) == "[]"
    assert tab.wrong == []
    with urllib.request.urlopen(f"{server[0]}/metrics") as answer:
        assert 'status="500"' not in answer.read().decode()


def _upload(tab: Any, keys: Keys) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as container:
        container.writestr("起诉书.txt", TEXT)
        container.write(EXAMPLES / "05-盗窃案扫描件.pdf", "扫描件.pdf")
    with tab.expect_file_chooser() as chooser:  # the system's own window is beyond the page
        keys.to("#files")
        tab.keyboard.press("Enter")
    chooser.value.set_files({"name": "卷宗.zip", "mimeType": "application/zip", "buffer": archive.getvalue()})
    tab.wait_for_selector("#jobs progress")
    tab.wait_for_selector("#jobs small:has-text('页')", timeout=180_000)
    tab.wait_for_selector("#jobs a:has-text('打开卷宗')", timeout=180_000)
    assert tab.locator("#fresh").is_hidden()


def _open_first_lead(tab: Any, keys: Keys) -> str:
    keys.follow("a.home")
    tab.wait_for_selector(".leads .row")
    tab.keyboard.press("j")
    assert "蔺某某" in tab.locator(".row.here").inner_text()
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    tab.wait_for_selector(".ruler i")
    dossier: str = tab.evaluate("location.pathname")
    return dossier


def _visit_every_fact(tab: Any, keys: Keys, quotes: set[str], reads: Any) -> None:
    """Every place of every fact of every victim."""
    read = 0
    for number in range(tab.locator(".person a[data-at]").count()):
        link = tab.locator(".person a[data-at]").nth(number)
        places = link.get_attribute("data-at").split(" ")
        keys.to(".person a[data-at]", number)
        for _ in places:
            tab.keyboard.press("Enter")
            here = tab.url.split("#")[1]
            assert here in places
            words = tab.locator(f'mark[data-e="{here}"]').all_text_contents()
            assert "".join(words) in quotes
            seen = tab.locator(f'[data-e="{here}"].here:visible').first
            box = seen.bounding_box()
            assert box is not None and box["width"] > 3 and 0 < box["y"] < 900
            assert tab.evaluate("document.activeElement.dataset.e") == here
            rects = tab.locator(f'.box[data-e="{here}"]')
            if rects.count() == 1 and read < 4 and _reads_as(tab, rects.first, "".join(words), reads):
                read += 1
            tab.keyboard.press("Escape")
            assert link.evaluate("each => each === document.activeElement"), "one key back to the fact"
    assert read >= 2


def _reads_as(tab: Any, rect: Any, words: str, reads: Any) -> bool:
    """Whether the pixels under a box were compared; covered names and short words cannot be read for certain.

    Raises:
        AssertionError: they are other words, or more.
    """
    letters = [char for char in words if char.isalnum()]
    if len(letters) < 3 or "某" in words:
        return False
    place = """each => {
        const image = each.closest('svg').querySelector('image'), at = (name) => Number(each.getAttribute(name));
        return [image.dataset.href, Number(image.getAttribute('width')), at('x'), at('y'), at('width'), at('height')];
    }"""
    href, width, x, y, wide, high = rect.evaluate(place)
    pixels = _page(tab, href)
    scale = pixels.shape[1] / width
    x0, y0, x1, y1 = (int(v * scale) for v in (x + 1, y + 1, x + wide - 1, y + high - 1))
    crop = np.pad(pixels[y0:y1, x0:x1], ((30, 30), (30, 30), (0, 0)), constant_values=255)
    read = reads(crop)
    assert sum(char in read for char in letters) >= 0.7 * len(letters), (words, read)
    assert len(read) <= len(words) + 2, (words, read)
    return True


def _page(tab: Any, href: str) -> Any:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(tab.request.get(href).body())).convert("RGB"))


def _spans(value: Any) -> Iterator[dict[str, Any]]:
    """The evidence in a result, wherever it stands."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "evidence":
                yield from inner
            else:
                yield from _spans(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _spans(inner)


def _correct_the_grade(tab: Any, keys: Keys) -> None:
    keys.to('.person:has-text("蔺某某") [data-fix="injury"]')
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".w")
    tab.keyboard.type("重伤一级")
    tab.keyboard.press("Escape")  # out of the field
    tab.keyboard.press("w")
    tab.keyboard.press("Shift+ArrowRight")
    picked = tab.locator("#picked").inner_text()
    tab.keyboard.press("Enter")
    assert tab.locator("#correct-quotes q").all_inner_texts() == [picked]
    keys.follow("#correct .solid")
    tab.wait_for_selector(".ruler i")
    fact = tab.locator(".fact:has(.now)").inner_text()
    assert "原读 重伤二级" in fact.replace("\n", " ") and "重伤一级" in fact
    keys.to(".fact .now")
    tab.keyboard.press("Enter")
    here = tab.url.split("#")[1]
    assert "".join(tab.locator(f'mark[data-e="{here}"].here').all_text_contents()) == picked


def _decide_and_take_back(tab: Any) -> None:
    tab.keyboard.press("c")
    with tab.expect_navigation():
        tab.keyboard.press("1")
    tab.wait_for_selector(".decide .one:not([hidden]) .state >> text=核实中")
    tab.wait_for_selector(".ruler i")
    with tab.expect_navigation():
        tab.keyboard.press("z")
    tab.wait_for_selector(".decide .one:not([hidden]) .state >> text=待决定")
    tab.wait_for_selector(".ruler i")


def _print(tab: Any, keys: Keys) -> None:
    tab.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")  # there is no printer
    keys.to('[data-act="print"]')
    tab.keyboard.press("Enter")
    tab.wait_for_selector("body[data-printed]")
    tab.emulate_media(media="print")
    assert tab.locator(".print").is_visible() and "不是决定" in tab.locator(".print").inner_text()
    assert not tab.locator(".decide").is_visible()
    assert len(tab.pdf(format="A4")) > 20_000
    tab.emulate_media(media="screen")


def _find_and_search(tab: Any, keys: Keys, reads: Any) -> None:
    """Words of the text and of the scan, from the search page and on the dossier's."""
    keys.follow('nav a[href="/search"]')
    tab.wait_for_selector("#find:focus")
    tab.keyboard.type("低保户 电动车")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert "低保户" in tab.locator(".hits mark").all_inner_texts()
    keys.follow(".hits a")
    boxes, words = tab.locator(".scan rect.hit.found"), tab.locator(".pages span.hit.found")
    tab.wait_for_selector(".scan rect.hit.found")  # the scan is the first paper
    assert words.all_text_contents() == ["电动车"] and not words.first.is_visible()
    assert boxes.count() == 1 and _reads_as(tab, boxes.first, "电动车", reads)
    assert 0 < boxes.bounding_box()["y"] < 900
    count = int(tab.locator("#where").inner_text().split("／")[1].split()[0])
    tab.keyboard.press("/")
    for number in range(2, count + 1):
        tab.keyboard.press("Enter")
        tab.wait_for_selector(f"#where:has-text('第 {number}／{count} 处')")
    assert words.all_text_contents() == ["低保户"] and words.first.is_visible() and boxes.count() == 0
    marked = "".join(tab.locator(".pages span.hit").all_text_contents())
    assert len(marked) == 3 * count and marked.replace("电动车", "").replace("低保户", "") == ""


@pytest.fixture(scope="module")
def dossier(tab: Any) -> str:
    """The one that was uploaded on the way."""
    dossiers = tab.request.get("/api/v1/dossiers").json()["dossiers"]
    return f"/dossiers/{dossiers[0]['id']}"


def test_a_link_to_evidence_lands_on_its_words_after_signing_in(
    tab: Any, server: tuple[str, str], dossier: str
) -> None:
    context = tab.context.browser.new_context(base_url=server[0])
    page = context.new_page()
    page.goto(f"{dossier}?find=低保#e-8")
    page.wait_for_selector("body.js")
    sign_in(page, "zhou", PASSWORD)
    page.wait_for_selector('.here[data-e="e-8"]')
    assert page.url == f"{server[0]}{dossier}?find={quote('低保')}#e-8"
    assert set(page.locator(".pages span.hit").all_text_contents()) == {"低保"}
    context.close()


def test_names_on_a_masked_scan_are_painted_over(tab: Any, dossier: str, reads: Any) -> None:
    tab.goto(dossier)
    read = reads(_page(tab, tab.locator(".scan image").first.get_attribute("data-href")))
    assert "起诉书" in read
    assert "方秀莲" not in read and "高远" not in read


def test_names_are_shown_by_an_act_and_covered_again(tab: Any, dossier: str) -> None:
    keys = Keys(tab)
    tab.goto(f"{dossier}?find=蔺满囤")  # the search knows names; what leads on from it says why none is marked
    tab.wait_for_selector("#where:has-text('姓名和号码已遮蔽')")
    assert "蔺某某" in tab.locator(".files").inner_text()
    keys.to('[data-do="unmask"]')
    tab.keyboard.press("Enter")
    keys.follow('[data-unmask="review"]')
    tab.wait_for_selector(".shown")
    assert "蔺满囤" in tab.locator(".files").inner_text()
    assert tab.locator(".pages .found").all_text_contents() == ["蔺满囤"]
    keys.follow('[data-do="mask"]')
    tab.wait_for_selector('[data-do="unmask"]')
    assert "蔺满囤" not in tab.content()


def test_nothing_scrolls_sideways(tab: Any, dossier: str) -> None:
    for width in (1440, 1239, 1000, 790, 600):
        tab.set_viewport_size({"width": width, "height": 900})
        for path in ("/", dossier, "/search?q=低保"):
            tab.goto(path)
            over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, (width, path)
    tab.set_viewport_size({"width": 1440, "height": 900})
