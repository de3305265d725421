"""A prosecutor's minutes in a real browser, against a real server with its worker, a scan among the papers, no mouse.

The box of every fact is compared with the page's pixels: it must lie on ink, and the ink must be the quoted words'.
"""

from __future__ import annotations

import io
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dossier.ocr import ocr_available
from tests.service.browsing import CHROMIUM, serious_faults, server_with_leader, signed_in, uploaded

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
    with server_with_leader(tmp_path_factory.mktemp("browser") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def tab(server: tuple[str, str]) -> Iterator[Any]:
    with signed_in(*server) as page:
        yield page


@pytest.fixture(scope="module")
def dossier(tab: Any) -> str:
    """Uploads a zip of a text and a scan on the page and waits, as a person does, until it can be opened."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as container:
        container.writestr("起诉书.txt", TEXT)
        container.write(EXAMPLES / "05-盗窃案扫描件.pdf", "扫描件.pdf")
    return uploaded(tab, archive.getvalue())


def test_every_fact_leads_to_its_words(tab: Any, dossier: str) -> None:
    tab.goto(dossier)
    tab.wait_for_selector(".pages")
    links = tab.locator("[data-at]")
    assert links.count() > 10
    for index in range(links.count()):
        link = links.nth(index)
        if not link.is_visible():
            continue
        places = link.get_attribute("data-at").split(" ")
        link.click()
        here = tab.url.split("#")[1]
        assert here in places
        seen = tab.locator(f'[data-e="{here}"].here').first
        box = seen.bounding_box()
        assert box is not None and box["width"] > 3 and 0 < box["y"] < 900


def test_a_box_on_a_scan_holds_exactly_the_quoted_words(tab: Any, dossier: str) -> None:
    from PIL import Image

    from dossier.ocr import RapidOcr

    tab.goto(dossier)
    tab.wait_for_selector(".scan image[href]")
    result = tab.request.get(f"/api/v1{dossier}/result").json()
    spans = [span for victim in result["victims"] for span in _spans(victim) if span.get("boxes")]
    ocr = RapidOcr()
    checked = 0
    for span in spans:
        words = [char for char in span["text"] if char.isalnum() and char != "某"]
        if len(words) < 3 or len(span["boxes"]) > 1 or "某" in span["text"] or checked == 6:
            continue
        shown = tab.locator(f'image[data-href*="/{span["document"]}/pages/{span["page"]}/image"]')
        body = tab.request.get(shown.get_attribute("data-href")).body()
        pixels = np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))
        scale = pixels.shape[1] / float(shown.get_attribute("width"))
        x0, y0, x1, y1 = (int(v * scale) for v in span["boxes"][0])
        crop = np.pad(pixels[y0:y1, x0:x1], ((30, 30), (30, 30), (0, 0)), constant_values=255)
        read = "".join(line.text for line in ocr.read(crop))
        assert sum(char in read for char in words) >= 0.7 * len(words), (span["text"], read)
        assert len(read) <= len(span["text"]) + 2, (span["text"], read)
        checked += 1
    assert checked >= 3


def _spans(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "evidence":
                yield from inner
            else:
                yield from _spans(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _spans(inner)


def test_names_on_a_masked_scan_are_painted_over(tab: Any, dossier: str) -> None:
    from PIL import Image

    from dossier.ocr import RapidOcr

    tab.goto(dossier)
    address = tab.locator(".scan image").first.get_attribute("data-href")
    pixels = np.asarray(Image.open(io.BytesIO(tab.request.get(address).body())).convert("RGB"))
    read = "".join(line.text for line in RapidOcr().read(pixels))
    assert "起诉书" in read
    assert "方秀莲" not in read and "高远" not in read


def test_markup_in_a_dossier_is_text(tab: Any, dossier: str) -> None:
    tab.goto(dossier)
    assert "taken" not in tab.title()
    assert HOSTILE[:20] in tab.locator(".pages").inner_text()


def test_decide_and_take_back_by_keyboard(tab: Any, dossier: str) -> None:
    tab.goto(dossier)
    tab.wait_for_selector(".decide")
    first = tab.url
    tab.keyboard.press("n")
    tab.keyboard.press("n")
    assert tab.url != first and "#e-" in tab.url
    tab.keyboard.press("c")
    with tab.expect_navigation():
        tab.keyboard.press("1")
    tab.wait_for_selector(".decide .one:not([hidden]) .state >> text=核实中")
    with tab.expect_navigation():
        tab.keyboard.press("z")
    tab.wait_for_selector(".decide .one:not([hidden]) .state >> text=待决定")


def test_search_leads_to_the_words(tab: Any, dossier: str) -> None:
    tab.goto("/")
    tab.wait_for_selector("body.js")
    tab.keyboard.press("/")
    tab.keyboard.type("低保户")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".hits a")
    assert "低保户" in tab.locator(".hits mark").first.inner_text()
    tab.locator(".hits a").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".pages .found")
    assert "低保户" in tab.locator(".pages .found").inner_text()


def test_names_are_shown_by_an_act_and_covered_again(tab: Any, dossier: str) -> None:
    tab.goto(dossier)
    assert "蔺某某" in tab.locator(".files").inner_text()
    tab.locator('[data-do="unmask"]').click()
    tab.locator('[data-unmask="review"]').click()
    tab.wait_for_selector(".shown")
    assert "蔺满囤" in tab.locator(".files").inner_text()
    tab.locator('[data-do="mask"]').click()
    tab.wait_for_selector('[data-do="unmask"]')
    assert "蔺满囤" not in tab.content()


def test_print_has_the_lead_and_says_what_it_is_not(tab: Any, dossier: str) -> None:
    tab.goto(dossier)
    tab.emulate_media(media="print")
    assert tab.locator(".print").is_visible() and "不是决定" in tab.locator(".print").inner_text()
    assert not tab.locator(".decide").is_visible()
    assert len(tab.pdf(format="A4")) > 20_000
    tab.emulate_media(media="screen")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "{}", "/search?q=低保", "/statistics", "/recall", "/account", "{}/letters"])
def test_axe_finds_no_serious_fault(tab: Any, dossier: str, path: str, scheme: str) -> None:
    tab.goto(path.format(dossier))
    tab.wait_for_selector("body.js")
    assert serious_faults(tab, scheme) == "[]"


def test_nothing_scrolls_sideways(tab: Any, dossier: str) -> None:
    for width in (1440, 1239, 1000, 790, 600):
        tab.set_viewport_size({"width": width, "height": 900})
        for path in ("/", dossier, "/search?q=低保"):
            tab.goto(path)
            over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, (width, path)
    tab.set_viewport_size({"width": 1440, "height": 900})


def test_nothing_went_wrong_on_any_page_and_nothing_came_from_elsewhere(tab: Any, server: tuple[str, str]) -> None:
    assert tab.wrong == []
    with urllib.request.urlopen(f"{server[0]}/metrics") as answer:
        assert 'status="500"' not in answer.read().decode()
