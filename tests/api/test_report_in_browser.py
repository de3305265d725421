"""The report in a real Chromium, as a prosecutor uses it: keys, clicks, addresses, dark, narrow, print, no script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from api.store.search import places_in
from api.web.pages import report_page
from api.web.places import find_places
from api.web.sheets import page_ranges
from tests.api.browser import Page, chromium, open_page
from tests.api.invented import screened

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")

HERE = "[...document.querySelectorAll('mark.here')].map((mark) => mark.textContent).join('')"
WHERE = "document.querySelector('#where').textContent"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "报告.html"
    path.write_text(report_page(screened()), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Page]:
    with open_page(tmp_path) as page:
        yield page


def _in_view(page: Page) -> bool:
    return bool(
        page.run(
            "(() => { const b = document.querySelector('mark.here').getBoundingClientRect();"
            " return b.top >= 0 && b.bottom <= innerHeight && b.height > 0; })()"
        )
    )


def test_keys_go_through_all_evidence_and_land_on_exactly_the_words(browser: Page, report: str) -> None:
    browser.open(report)
    places = {place.id: place for place in find_places(screened().result).all}
    documents = {document.id: document for document in screened().dossier.documents}
    count = sum(place.is_evidence for place in places.values())
    seen = []
    for _ in range(count):
        browser.press("n")
        place = places[browser.run("location.hash.slice(1)")]
        seen.append(place.id)
        # a browser shows CR as it is given: the words are the document's, to the character
        assert browser.run(HERE) == documents[place.document_id].text[place.start : place.end]
        assert _in_view(browser)
    assert sorted(seen) == sorted(place.id for place in places.values() if place.is_evidence)
    browser.press("p")
    assert browser.run("location.hash.slice(1)") == seen[-2]
    assert browser.complaints() == []


def test_a_fact_clicked_again_goes_to_its_next_place(browser: Page, report: str) -> None:
    browser.open(f"{report}#e-1")
    fact = ".person a[data-at*=' ']"
    ids = browser.run(f'document.querySelector("{fact}").dataset.at').split()
    visited = []
    for _ in range(len(ids) + 1):
        browser.click(fact)
        visited.append(browser.run("location.hash.slice(1)"))
        assert _in_view(browser)
    assert visited == [*ids, ids[0]]


def test_escape_leads_back_to_the_claim_that_rests_on_the_place(browser: Page, report: str) -> None:
    browser.open(report)
    claim = "[role=tabpanel]:not([hidden]) a.chip"
    browser.run(f"document.querySelector('{claim}').focus()")
    browser.press("Enter")
    assert browser.run("document.activeElement === document.querySelector('.here')")
    browser.press("Escape")
    assert browser.run(f"document.activeElement === document.querySelector('{claim}')")
    browser.press("n")  # from here on by key: back to any claim in view that names the place
    place = browser.run("document.activeElement.id")
    browser.press("Escape")
    assert place in browser.run("document.activeElement.dataset.at").split()


def test_the_address_names_the_evidence(browser: Page, report: str) -> None:
    browser.open(f"{report}#e-8")
    assert browser.run("document.querySelector('mark.here').id") == "e-8"
    assert browser.run(WHERE).startswith("8／")
    assert _in_view(browser)


def test_words_of_two_attributes_can_be_reached_one_by_one(browser: Page, report: str) -> None:
    browser.open(report)
    inner = browser.run("document.querySelector('mark mark:not(.name)').dataset.e")
    outer = browser.run("document.querySelector('mark:not(.name):has(> mark:not(.name))').dataset.e")
    assert inner != outer
    browser.click(f"mark.in[data-e='{inner}']")
    assert browser.run("document.querySelector('mark.here').dataset.e") == inner


def test_the_legend_hides_an_attribute_and_keys_pass_over_it(browser: Page, report: str) -> None:
    browser.open(report)
    browser.click("[data-attr='injury']")
    styles = []
    for _ in range(20):
        browser.press("n")
        styles.append(browser.run("document.querySelector('mark.here').classList[0]"))
    assert "injury" not in styles and "age" in styles


def test_find_opens_what_is_folded_and_rests_while_typing(browser: Page, report: str) -> None:
    browser.open(report)
    browser.press("/")
    browser.type("鉴定人：方启文")
    browser.press("n")  # a letter of the search, not a command
    browser.run("document.querySelector('#find').value = '鉴定人：方启文'")
    browser.press("Enter")
    assert browser.run("document.querySelector('.found').checkVisibility()") is True
    assert browser.run("document.querySelector('.found').textContent") == "鉴定人：方启文"
    assert "鉴定意见书" in browser.run(WHERE)


FOUND = "[...document.querySelectorAll('.found')].map((piece) => piece.textContent).join('')"


@pytest.mark.parametrize(
    "query", ["重伤二级", "2025 低保，户", "“被害人 方”", "经鉴定的损伤", "的", "，", "我说的一样 第2页"]
)
def test_find_marks_exactly_what_the_search_finds(browser: Page, report: str, query: str) -> None:
    """Over marks of evidence, letters of two units and loose punctuation; and every character stays where it was."""
    texts = [document.text[a:b] for document in screened().dossier.documents for a, b in page_ranges(document)]
    expected = [text[start:end] for text in texts for start, end in places_in(query, text)]
    browser.open(f"{report}?find={quote(query)}")
    whole = "document.querySelector('.pages').textContent"
    if not expected:
        assert browser.run(WHERE) == "没有找到"
    for number, words in enumerate(expected[:12], 1):
        assert browser.run(FOUND) == words and browser.run(WHERE).startswith(f"查找：第 {number}／{len(expected)} 处")
        browser.run("document.querySelector('#find').focus()")
        browser.press("Enter")
    marked = browser.run(whole)
    browser.run("document.querySelector('#find').value = ''")
    browser.press("Enter")
    assert browser.run("document.querySelectorAll('.hit').length") == 0 and browser.run(whole) == marked
    assert browser.complaints() == []


def test_single_keys_can_be_switched_off(browser: Page, report: str) -> None:
    browser.open(report)
    before = browser.run(WHERE)
    browser.press("?")
    browser.click("#keys-off")
    browser.click("[data-act='close']")
    browser.press("n")
    assert browser.run(WHERE) == before


def test_victims_change_by_key_and_by_tab(browser: Page, report: str) -> None:
    browser.open(report)
    visible = "[...document.querySelectorAll('[role=tabpanel]')].filter((p) => p.checkVisibility()).map((p) => p.id)"
    assert browser.run(visible) == ["l-v1"]
    browser.press("t")
    assert browser.run(visible) == ["l-v2"]
    browser.click("#t-v3")
    assert browser.run(visible) == ["l-v3"]
    browser.press("ArrowRight")
    assert browser.run(visible) == ["l-v1"]
    assert browser.run("document.activeElement.id") == "t-v1"


@pytest.mark.parametrize("width", [1440, 1000, 420])
def test_nothing_scrolls_sideways(browser: Page, report: str, width: int) -> None:
    browser.open(report, width=width)
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.run("[...document.querySelectorAll('.pages, .panels')].every((p) => p.scrollWidth <= p.clientWidth)")


def test_dark_and_light_differ_and_stay_readable(browser: Page, report: str) -> None:
    colours = []
    for dark in (False, True):
        browser.events.clear()
        browser.open(report, dark=dark)
        paper, ink = browser.run(
            "(() => { const s = getComputedStyle(document.querySelector('.page'));"
            " return [s.backgroundColor, s.color]; })()"
        )
        colours.append((paper, ink))
        assert _contrast(paper, ink) >= 4.5
    assert colours[0] != colours[1]


def test_without_script_every_panel_and_page_is_there_and_links_jump(browser: Page, report: str) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(f"{report}#e-8")
    visible = browser.run("[...document.querySelectorAll('[role=tabpanel]')].every((p) => p.checkVisibility())")
    assert visible is True
    assert browser.run("document.querySelector('mark:target').id") == "e-8"
    top = browser.run("document.querySelector('#e-8').getBoundingClientRect().top")
    assert 0 <= top <= 900


def test_print_gives_every_victim_and_no_controls(browser: Page, report: str) -> None:
    browser.open(report)
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.run("[...document.querySelectorAll('[role=tabpanel]')].every((p) => p.checkVisibility())") is True
    assert browser.run("document.querySelector('.tools').checkVisibility()") is False
    assert browser.run("document.querySelector('.caution').checkVisibility()") is True


def _contrast(one: str, other: str) -> float:
    lights = sorted((_light(one), _light(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _light(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_dossier_without_victims_opens_without_complaint(browser: Page, tmp_path: Path) -> None:
    empty = screened().result.model_copy(update={"victims": (), "findings": (), "alerts": ()})
    path = tmp_path / "空.html"
    path.write_text(report_page(replace(screened(), result=empty)), encoding="utf-8")
    browser.open(path.as_uri())
    for key in ("n", "p", "t", "["):
        browser.press(key)
    assert "通卷未识别出被害人" in browser.run("document.body.textContent")
    assert browser.complaints() == []
