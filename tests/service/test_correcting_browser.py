"""A prosecutor reads, corrects and prints in a real browser: on text and on a scan, by key and by mouse."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dossier.ocr import ocr_available
from tests.service.browsing import (
    CHROMIUM,
    SIGNS_OVER_SIGNS,
    serious_faults,
    server_with_leader,
    signed_in,
    uploaded,
)

pytest.importorskip("playwright.sync_api")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TEXT = """起诉书
被告人章水根，男，1974年9月2日出生，住临溪县沙窝镇章家坳村12号。
被告人章水根持刀将被害人蔺满囤、滑小满砍伤，经鉴定，蔺满囤的损伤程度为重伤二级，滑小满的损伤程度为轻伤一级。
被害人蔺满囤，男，1958年4月2日出生，系低保户，至今未获赔偿。被害人滑小满（女1990年1月3日出生），系肢体残疾三级。
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
    pytest.mark.skipif(not ocr_available(), reason="the ocr extra is not installed"),
]


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with (
        server_with_leader(tmp_path_factory.mktemp("correcting") / "data") as (address, password),
        signed_in(address, password) as page,
    ):
        yield page


@pytest.fixture(scope="module")
def dossier(tab: Any) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as container:
        container.writestr("1起诉书.txt", TEXT)
        container.write(EXAMPLES / "05-盗窃案扫描件.pdf", "2扫描件.pdf")
    return uploaded(tab, archive.getvalue(), "02-砍伤案.zip")


def _open(tab: Any, dossier: str) -> None:
    tab.goto("/account")  # so that an address that only differs in its mark is loaded anew
    tab.goto(dossier)
    tab.wait_for_selector(".ruler i")


def _begin(tab: Any, attribute: str) -> None:
    """Opens the panel for the first victim's fact, by key."""
    tab.locator(f'.person:has-text("蔺某某") [data-fix="{attribute}"]').first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".w")


def _save(tab: Any) -> None:
    with tab.expect_navigation():
        tab.locator("#correct .solid").press("Enter")
    tab.wait_for_selector(".ruler i")


def _apart(tab: Any, one: str, other: str) -> bool:
    a, b = tab.locator(one).bounding_box(), tab.locator(other).bounding_box()
    beside = a["x"] + a["width"] <= b["x"] + 1 or b["x"] + b["width"] <= a["x"] + 1
    return beside or a["y"] + a["height"] <= b["y"] + 1 or b["y"] + b["height"] <= a["y"] + 1


def _last_reading(tab: Any, dossier: str, attribute: str) -> dict[str, Any]:
    """What the annotators are asked of it: the prosecutor's side."""
    items = tab.request.get(f"/api/v1/annotation?attribute={attribute}").json()["items"]
    (item,) = [each for each in items if dossier.endswith(each["dossier"])]
    reading: dict[str, Any] = tab.request.get(f"/api/v1/annotation/{item['id']}").json()["readings"][-1]
    return reading


def test_a_value_is_put_right_with_its_words_by_keys_alone(tab: Any, dossier: str) -> None:
    _open(tab, dossier)
    assert tab.locator(".case h1").inner_text().endswith("案") and ".zip" not in tab.locator(".case").inner_text()
    _begin(tab, "injury")
    assert "重伤二级" in tab.locator("#correct-was").inner_text()
    assert _apart(tab, "#correct", ".pages") and tab.locator(".panels").is_visible()
    tab.keyboard.type("重伤一级")
    tab.keyboard.press("Enter")
    assert "请选取能说明现值的卷内文字" in tab.locator("#correct-wrong").inner_text()
    tab.keyboard.press("Escape")  # out of the field
    tab.keyboard.press("w")
    assert tab.locator("#picked").inner_text() == "损伤程度"  # where the machine read it
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("ArrowRight")
    while "重伤二级" not in (picked := tab.locator("#picked").inner_text()):
        tab.keyboard.press("Shift+ArrowRight")
    tab.keyboard.press("Enter")
    assert tab.locator("#correct-quotes q").all_inner_texts() == [picked]
    tab.keyboard.press("Escape")
    assert not tab.locator("#correct").is_visible()
    assert tab.evaluate("document.activeElement.dataset.fix") == "injury"
    _begin(tab, "injury")
    tab.keyboard.type("重伤一级")
    tab.keyboard.press("Escape")
    tab.keyboard.press("w")
    for _ in range(2):
        tab.keyboard.press("Shift+ArrowRight")
    picked = tab.locator("#picked").inner_text()
    tab.keyboard.press("Enter")
    _save(tab)
    assert _apart(tab, "#toast", ".pages")
    fact = tab.locator(".fact:has(.now)")
    assert fact.inner_text().split()[:4] == ["伤", "原读", "重伤二级", "1"]
    now = fact.locator(".now")
    assert "重伤一级" in now.inner_text()
    now.press("Enter")
    here = tab.url.split("#")[1]
    assert tab.locator(f'[data-e="{here}"].here').all_inner_texts()[0].strip() in picked
    assert tab.evaluate("document.activeElement.dataset.e") == here
    reading = _last_reading(tab, dossier, "injury")
    assert reading["says"] == "重伤一级" and reading["values"][0]["words"][0]["words"] == picked
    tab.locator('[data-do="more"]').press("Enter")
    assert "重伤二级" in tab.locator("#more del").inner_text() and "重伤一级" in tab.locator("#more").inner_text()
    assert "02-砍伤案.zip" in tab.locator("#more").inner_text()
    tab.keyboard.press("Escape")


def test_words_on_a_scan_are_chosen_on_the_image_by_mouse(tab: Any, dossier: str) -> None:
    _open(tab, dossier)
    _begin(tab, "hardship")
    tab.locator('#correct [value="owner"]').check()
    tab.locator('#correct [name="owner"]').fill("方某某")
    scan = tab.locator(".scan").first
    scan.scroll_into_view_if_needed()
    tab.wait_for_selector(".scan .w")
    words = [each.text_content() for each in tab.locator(".scan").first.locator(".w").all()]
    at = next(n for n, word in enumerate(words) if word.startswith("电动车"))
    first, last = (tab.locator(".scan").first.locator(".w").nth(n).bounding_box() for n in (at, at + 1))
    tab.mouse.move(first["x"] + 3, first["y"] + first["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(last["x"] + last["width"] - 3, last["y"] + last["height"] / 2, steps=5)
    tab.mouse.up()
    assert tab.locator("#picked").inner_text() == words[at] + words[at + 1]
    tab.locator("#add-words").click()
    _save(tab)
    now = tab.locator(".now", has_text="属于方某某")
    now.click()
    box = tab.locator(f'.box[data-e="{tab.url.split("#")[1]}"]').bounding_box()
    assert abs(box["width"] - (last["x"] + last["width"] - first["x"])) < 6  # the box on the scan is that of the words
    reading = _last_reading(tab, dossier, "hardship")
    assert reading["unstated"] and reading["words"][0]["words"] == words[at] + words[at + 1]


def test_words_by_mouse_in_text_and_what_the_papers_do_not_state(tab: Any, dossier: str) -> None:
    _open(tab, dossier)
    _begin(tab, "compensation")
    tab.locator('#correct [value="remove"]').check()
    assert not tab.locator('#correct [name="corrected"]').is_visible()
    word = tab.locator("mark.comp .w").first
    box = word.bounding_box()
    url = tab.url
    tab.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2, steps=4)
    tab.mouse.up()
    tab.wait_for_selector("#dock:not([hidden])")
    assert tab.locator("#picked").inner_text() == word.inner_text() and tab.url == url
    tab.locator("#add-words").click()
    tab.locator("#correct-quotes button").press("Enter")  # and dropped again
    assert tab.locator("#correct-quotes li").count() == 0
    _save(tab)
    assert "未载明" in tab.locator(".now", has_text="未指明文字").inner_text()


def test_an_absent_fact_can_only_be_added_and_a_note_stands_for_words(tab: Any, dossier: str) -> None:
    _open(tab, dossier)
    _begin(tab, "loss")
    assert not tab.locator('#correct [value="owner"]').is_visible()
    tab.keyboard.type("1200")
    tab.locator('#correct [name="note"]').fill("手写收条，第 2 页")
    _save(tab)
    assert "手写收条" in tab.locator('.fact:has([data-fix="loss"])', has_text="现值").first.inner_text()
    with tab.expect_navigation():
        tab.locator('[data-do="more"]').click()
        tab.locator("#more [data-withdraw]").last.click()
    assert "手写收条" not in tab.locator(".files").inner_text()


def test_decision_keys_rest_while_something_is_put_right(tab: Any, dossier: str) -> None:
    _open(tab, dossier)
    _begin(tab, "injury")
    tab.keyboard.press("Escape")
    tab.keyboard.press("a")
    assert not tab.locator('.why[data-for="accept"]').is_visible()
    tab.keyboard.press("Escape")
    tab.keyboard.press("a")
    assert tab.locator('.why[data-for="accept"]').is_visible()
    tab.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_while_something_is_put_right(tab: Any, dossier: str, scheme: str) -> None:
    _open(tab, dossier)
    _begin(tab, "injury")
    tab.keyboard.press("Escape")
    tab.keyboard.press("w")
    tab.keyboard.press("Shift+ArrowRight")
    assert serious_faults(tab, scheme) == "[]"
    tab.emulate_media(color_scheme="light")


def test_no_sign_covers_another(tab: Any, dossier: str) -> None:
    _open(tab, dossier)
    assert tab.locator(".tags.up").count() >= 1  # 女 and the date behind it
    assert tab.evaluate(SIGNS_OVER_SIGNS) == []


def test_the_left_column_is_a_drawer_where_there_is_little_room(tab: Any, dossier: str) -> None:
    tab.set_viewport_size({"width": 1000, "height": 900})
    _open(tab, dossier)
    assert not tab.locator("#files").is_visible()
    tab.keyboard.press("[")
    assert tab.locator("#files").is_visible() and tab.evaluate("document.activeElement.closest('#files') !== null")
    tab.keyboard.press("Escape")
    assert not tab.locator("#files").is_visible()
    assert tab.locator('[data-act="files"]').get_attribute("aria-expanded") == "false"
    tab.keyboard.press("[")
    _begin(tab, "injury")
    assert not tab.locator("#files").is_visible() and _apart(tab, "#correct", ".pages")
    for width in (1239, 1000, 790, 600):
        tab.set_viewport_size({"width": width, "height": 900})
        assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width
    tab.set_viewport_size({"width": 790, "height": 900})
    tab.locator(".scan").first.scroll_into_view_if_needed()
    assert tab.locator("#correct").bounding_box()["y"] >= 0 and tab.locator(".decide").bounding_box()["y"] < 900
    tab.set_viewport_size({"width": 1440, "height": 900})


def test_keys_and_legend_of_the_dossier(tab: Any, dossier: str) -> None:
    _open(tab, dossier)
    chosen = '[role="tab"][aria-selected="true"]'
    before = tab.locator(chosen).inner_text()
    tab.keyboard.press("t")
    assert tab.locator(chosen).inner_text() != before
    assert tab.locator(".decide .one:not([hidden])").get_attribute("data-victim") in (
        tab.locator(chosen).get_attribute("aria-controls")
    )
    tab.locator('.legend [data-attr="injury"]').press("Enter")  # hidden, and passed over
    assert tab.locator('.legend [data-attr="injury"]').get_attribute("aria-pressed") == "false"
    for _ in range(30):
        tab.keyboard.press("n")
        assert not tab.locator("mark.here.injury").count()
    assert tab.locator(".ruler .injury").count() == 0 < tab.locator(".ruler .comp").count()
    tab.locator('.legend [data-attr="injury"]').press("Enter")
    tab.keyboard.press("n")
    assert tab.locator(".ruler i").count() == int(tab.locator("#where b").inner_text().split("／")[1])
    tab.keyboard.press("?")
    assert tab.locator("#help").is_visible()
    tab.locator("#keys-off").check()
    tab.keyboard.press("Escape")
    address = tab.url
    tab.keyboard.press("n")
    assert tab.url == address
    tab.locator('[data-act="next"]').press("Enter")
    assert tab.url != address
    tab.locator('[data-act="help"]').press("Enter")
    tab.locator("#keys-off").uncheck()
    tab.keyboard.press("Escape")


def test_what_was_decided_is_told_in_the_bar_and_not_over_the_paper(tab: Any, dossier: str) -> None:
    _open(tab, dossier)
    tab.locator(".past:visible summary").press("Enter")
    assert _apart(tab, ".past[open] ol", ".pages")


def test_the_print_has_the_images_both_values_and_every_lead(tab: Any, dossier: str) -> None:
    _open(tab, dossier)
    tab.evaluate("window.print = () => { document.body.dataset.printed = document.querySelectorAll('.drawn').length; }")
    open_scans = tab.locator(".has-image:not(details:not([open]) *)").count()
    for _ in range(4):  # a busy machine may draw a page image for the first time too late for the first print
        tab.evaluate("delete document.body.dataset.printed")
        tab.locator('[data-act="print"]').press("Enter")
        tab.wait_for_selector("body[data-printed]")
        drawn = int(tab.locator("body").get_attribute("data-printed"))
        if drawn == open_scans:
            break
    assert drawn == open_scans >= 2
    tab.emulate_media(media="print")
    assert "不是决定" in tab.locator(".print").inner_text()
    assert all(panel.is_visible() for panel in tab.locator(".scroll").all())
    files = tab.locator(".files").inner_text()
    assert "重伤二级" in files and "重伤一级" in files and not tab.locator(".fix").first.is_visible()
    assert not tab.locator("#correct").is_visible() and not tab.locator(".decide").is_visible()
    tab.emulate_media(media="screen")


def test_nothing_went_wrong_and_nothing_came_from_elsewhere(tab: Any, dossier: str) -> None:
    assert tab.wrong == []
