"""Every page in a real browser, for the people whose page it is: no accessibility fault in the light or the dark,
nothing sideways, nothing in the console; uploads with what is said beside them, by key; accounts changed on their page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.accounts.directory import make_office, make_user
from api.accounts.rights import Role
from api.settings import Settings
from api.store.opening import open_store
from tests.service.conftest import TEXT
from tests.service.site import OFFICE, PASSWORD, real_server, sign_in

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
NUMBER = "临检刑诉〔2025〕187号"
OLD_WORD = {"name": "某某案.doc", "mimeType": "application/msword", "buffer": b"\xd0\xcf\x11\xe0" + bytes(600)}
RECEIPT = "收条\n今收到章水根赔偿款50000元。收款人：蔺满囤。2025年12月1日\n"
# whatever reaches beyond the page, and how far
SIDEWAYS = """() => {
  const { clientWidth: width, scrollWidth } = document.documentElement;
  if (scrollWidth <= width) return [];
  const out = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > width + 1);
  return [scrollWidth - width, ...out.map((each) => each.outerHTML.slice(0, 120))];
}"""
# puts a word without a break before whatever a page says of an upload or a lead
LENGTHEN = """() => document.querySelectorAll('#jobs li > *, .leads td *, .list td *, main bdi, .wrong').forEach(
  (each) => { if (!each.matches('progress, .tag, .lv, a.btn, button')) each.prepend('x'.repeat(300)); })"""
# two statements that differ
LONG = f"{TEXT}鉴定意见通知书\n2025年6月1日，经重新鉴定，被害人蔺满囤的损伤程度为轻伤一级。\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pages") / "data"
    store = open_store(Settings(data_dir=folder, cache_dir=None, ocr="off", model="off"))
    with store.begin() as session:
        office = make_office(session, OFFICE)
        for role in Role:
            sealed = role is Role.LEADER
            about = {"login": role, "name": role, "office": office, "roles": (role,), "sealed_cases": sealed}
            make_user(session, **about, password=PASSWORD, by="system")
    store.engine.dispose()
    with real_server(folder, JIUZHU_MODEL="off", JIUZHU_OCR="off") as served:
        yield served


class People:
    """A signed-in page for each role, opened when it is first asked for; together they remember what went wrong."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address, self.wrong = browser, address, list[str]()
        self._tabs: dict[Role | None, Any] = {}

    def __call__(self, role: Role | None) -> Any:
        if role not in self._tabs:
            tab = self.browser.new_context(viewport={"width": 1440, "height": 900}, base_url=self.address).new_page()
            tab.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
            tab.on("pageerror", lambda e: self.wrong.append(str(e)))
            tab.on("request", lambda r: None if r.url.startswith((self.address, "data:")) else self.wrong.append(r.url))
            if role is not None:
                tab.goto("/")
                sign_in(tab, role, PASSWORD)
                tab.wait_for_selector(".who")
            self._tabs[role] = tab
        return self._tabs[role]


@pytest.fixture(scope="module")
def people(address: str) -> Iterator[People]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield People(browser, address)
        browser.close()


def choose(tab: Any, name: str, content: str) -> None:
    """Gives the file field what a person picks in the system's own window."""
    tab.set_input_files("#files", {"name": name, "mimeType": "text/plain", "buffer": content.encode()})


@pytest.fixture(scope="module")
def dossier(people: People) -> str:
    """Fills the fields beside the files by key, uploads, and waits until the dossier can be opened."""
    tab = people(Role.AID_OFFICER)
    tab.goto("/")
    tab.wait_for_selector("body.js")
    # asked for ahead: Enter comes sooner than the browser could be told of it
    with tab.expect_file_chooser() as chooser:
        tab.locator("#files").focus()
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")  # opens the fields
        for words in (NUMBER, "", "某故意伤害案", "故意伤害", "急"):  # number, whether a supplement, name, charge, note
            tab.keyboard.press("Tab")
            tab.keyboard.type(words)
        tab.keyboard.press("Enter")
    chooser.value.set_files({"name": "起诉书.txt", "mimeType": "text/plain", "buffer": LONG.encode()})
    link = tab.wait_for_selector("#jobs a:has-text('打开卷宗')", timeout=60_000)
    assert tab.locator("#intake [name=number]").input_value() == "" and not tab.locator("#beside").get_attribute("open")
    address: str = link.get_attribute("href")
    return address


@pytest.fixture(scope="module")
def failed(people: People) -> str:
    """A dossier that nobody can read, dropped onto the page without filling anything in."""
    tab = people(Role.AID_OFFICER)
    tab.goto("/")
    tab.wait_for_selector("body.js")
    drop = """([name, bytes]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }"""
    tab.evaluate(drop, [OLD_WORD["name"], list(bytes(OLD_WORD["buffer"]))])
    link = tab.wait_for_selector("#jobs a:has-text('怎么办')", timeout=60_000)
    assert "未能筛查：无法识别的文件格式" in tab.locator("#jobs li").first.inner_text()
    address: str = link.get_attribute("href")
    return address


def test_what_stood_beside_the_files_is_kept(people: People, dossier: str) -> None:
    told = people(Role.AID_OFFICER).request.get(f"/api/v1{dossier}").json()
    assert told["number"] == NUMBER and told["name"] == "某故意伤害案"
    people(Role.AID_OFFICER).goto(dossier)
    people(Role.AID_OFFICER).locator('[data-do="more"]').press("Enter")
    assert "随卷信息：2 项" in people(Role.AID_OFFICER).locator("#more").inner_text()


def test_a_supplement_joins_its_dossier_and_a_wrong_number_can_be_put_right(people: People, dossier: str) -> None:
    tab = people(Role.AID_OFFICER)
    tab.goto("/")
    tab.locator("#beside summary").click()
    tab.get_by_label("补充卷").check()
    choose(tab, "收条.txt", RECEIPT)
    assert "须写明原卷宗的案号" in tab.locator("#toast").inner_text() and tab.locator("#jobs li b").count() == 0
    assert tab.evaluate("document.activeElement.name") == "number"
    tab.keyboard.type("临检刑诉〔2025〕1号")
    before = len(people.wrong)
    choose(tab, "收条.txt", RECEIPT)
    tab.wait_for_selector("#jobs small:has-text('没有这个案号的卷宗')")
    del people.wrong[before:]  # the browser tells of every refusal
    assert tab.get_by_label("补充卷").is_checked() and tab.locator("#beside").get_attribute("open") is not None
    tab.locator("#intake [name=number]").fill(NUMBER)
    choose(tab, "收条.txt", RECEIPT)
    link = tab.wait_for_selector("#jobs a:has-text('打开卷宗')", timeout=60_000)
    assert link.get_attribute("href") == dossier
    tab.goto(dossier)
    assert "收条" in tab.locator(".files").inner_text()


def test_a_sealed_case_is_said_to_be_out_of_reach(people: People) -> None:
    tab = people(Role.CASE_HANDLER)
    tab.goto("/")
    tab.locator("#beside summary").click()
    tab.get_by_label("未成年人封存案件").check()
    choose(tab, "起诉书.txt", TEXT + "一")
    tab.wait_for_selector("#jobs small:has-text('限授权人员查阅')")
    tab.wait_for_timeout(2500)  # nobody asks for what may not be seen
    assert "限授权人员查阅" in tab.locator("#jobs small").first.inner_text()


def test_a_failed_upload_is_found_tried_again_and_mended(people: People, failed: str) -> None:
    tab = people(Role.AID_OFFICER)
    tab.goto("/")
    tab.locator(".all a", has_text="未能筛查").focus()
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert tab.url.endswith("/uploads?state=dead")
    row = tab.locator(f'tr[data-dossier="{failed.rsplit("/", 1)[1]}"]')
    assert "可读取的格式" in row.inner_text()
    with tab.expect_navigation():
        row.get_by_role("button", name="重试").press("Enter")
    tab.wait_for_selector(".plain > p:has-text('没有未能筛查的上传'), [data-state=dead]")
    tab.goto("/uploads")
    tab.wait_for_selector("[data-words]:has-text('未能筛查')", timeout=30_000)
    with tab.expect_navigation():
        tab.locator("tbody a", has_text="查看").press("Enter")
    assert "可读取的格式" in tab.locator("[role=alert]").inner_text()
    with tab.expect_navigation():
        tab.set_input_files("#supplement", {"name": "b.txt", "mimeType": "text/plain", "buffer": f"{TEXT}二".encode()})
    tab.wait_for_selector(".pages", timeout=60_000)  # opens by itself when it has been read
    assert tab.url.endswith(failed)


def send(tab: Any, name: str, content: str) -> None:
    """Uploads as another program does, with the session of a page."""
    csrf = {"X-CSRF-Token": tab.locator('meta[name="csrf"]').get_attribute("content")}
    file = {"name": name, "mimeType": "text/plain", "buffer": content.encode()}
    assert tab.request.post("/api/v1/dossiers", multipart={"files": file}, headers=csrf).status == 202


def test_only_a_lead_that_is_not_on_the_page_is_told_as_new(people: People, dossier: str) -> None:
    mine, other = people(Role.AID_OFFICER), people(Role.LEADER)
    other.goto("/search")
    own = "被告人韦大力持刀将被害人祁小河砍伤，经鉴定，祁小河的损伤程度为轻伤一级。祁小河系低保户。\n"
    with mine.expect_response(lambda answer: "/api/v1/leads?" in answer.url, timeout=60_000):  # the moment of opening
        mine.goto("/?level=red&level=orange&level=yellow&waiting=fresh")
        mine.wait_for_selector("body.js")
    with mine.expect_response(lambda answer: "/api/v1/leads?" in answer.url, timeout=60_000) as asked:
        choose(mine, "起诉书.txt", own)  # followed among the uploads
    assert [lead["card"]["name"] for lead in asked.value.json()["leads"]].count("祁某某") == 1
    assert mine.locator("#fresh").is_hidden()
    with mine.expect_response(lambda answer: "/api/v1/leads?" in answer.url, timeout=60_000):
        send(other, "起诉书.txt", "被告人韦大力盗窃被害人苗青青的自行车一辆。苗青青系低保户。\n")  # grey: not asked for
    assert mine.locator("#fresh").is_hidden()
    send(other, "起诉书.txt", own.replace("祁小河", "柏秋生"))
    mine.wait_for_selector("#fresh:not([hidden])", timeout=60_000)
    with mine.expect_navigation():
        mine.locator("#fresh a").press("Enter")
    assert "柏某某" in mine.locator(".leads").inner_text()
    assert mine.url.endswith("/?level=red&level=orange&level=yellow&waiting=fresh")


def test_long_names_and_messages_never_push_a_page_aside(people: People) -> None:
    tab = people(Role.AID_OFFICER)
    tab.goto("/")
    tab.wait_for_selector("body.js")
    names = [f"{'x' * 150}.doc", f"{'卷' * 70}.doc", f"{'%E5%8D%B7' * 15}.doc"]
    for number, name in enumerate(names, 3):
        content = bytes(OLD_WORD["buffer"]) + bytes(number)
        tab.set_input_files("#files", {**OLD_WORD, "name": name, "buffer": content})
    for number in (1, 2, 3):
        tab.wait_for_selector(f"#jobs li:nth-child({number}) a", timeout=60_000)
    address = tab.locator("#jobs li a").first.get_attribute("href")
    for path in ("", "/", "/uploads", address):
        if path:
            tab.goto(path)
            tab.wait_for_selector("body.js")
        tab.evaluate(LENGTHEN)
        for width in (600, 1000, 1280, 1400):
            tab.set_viewport_size({"width": width, "height": 900})
            assert tab.evaluate(SIDEWAYS) == [], (path, width)
    tab.set_viewport_size({"width": 1440, "height": 900})


def test_a_filter_keeps_the_keyboard_where_it_was(people: People, dossier: str) -> None:
    tab = people(Role.AID_OFFICER)
    tab.goto("/")
    tab.wait_for_selector("body.js")
    tab.locator('[name="level"][value="none"]').focus()
    with tab.expect_navigation():
        tab.keyboard.press("Space")
    tab.wait_for_selector("body.js")
    assert tab.evaluate("[document.activeElement.name, document.activeElement.value]") == ["level", "none"]


def test_an_account_is_made_and_changed_on_its_page(people: People) -> None:
    tab = people(Role.ADMINISTRATOR)
    tab.goto("/admin")
    tab.wait_for_selector("body.js")
    form = tab.locator("form[data-post='/api/v1/users']")
    for label, words in (("登录名", "xin"), ("姓名", "辛某"), ("单位", OFFICE)):
        form.get_by_label(label, exact=True).fill(words)
    form.get_by_role("button").click()
    assert "至少选择一个角色" in tab.locator("#toast").inner_text()
    form.get_by_label("标注员").check()
    form.get_by_role("button").click()
    tab.wait_for_selector("#secret:not([hidden])")
    assert len(tab.locator("#secret-words").inner_text()) >= 10
    with tab.expect_navigation():
        tab.keyboard.press("Enter")  # noted
    row = tab.locator("tr", has_text="xin")
    row.get_by_role("button", name="修改").press("Enter")
    dialog = tab.locator("#edit")
    assert dialog.get_by_label("标注员").is_checked() and dialog.get_by_label("姓名").input_value() == "辛某"
    dialog.get_by_label("标注员").uncheck()
    dialog.get_by_label("控告申诉检察").check()
    dialog.get_by_label("可查阅未成年人封存案件").check()
    with tab.expect_navigation():
        dialog.get_by_role("button", name="保存").press("Enter")
    words = tab.locator("tr", has_text="xin").inner_text()
    assert "控告申诉检察" in words and "标注员" not in words and "可查阅" in words


def test_a_key_and_a_notification_are_made_with_labelled_fields(people: People) -> None:
    tab = people(Role.ADMINISTRATOR)
    tab.goto("/admin")
    tab.wait_for_selector("body.js")
    hook = tab.locator("form[data-post='/api/v1/hooks']")
    hook.get_by_label("地址", exact=True).fill("http://127.0.0.1:9/hook")
    hook.get_by_label("单位").fill(OFFICE)
    hook.get_by_label("签名密钥").fill("sixteen-characters-")
    hook.get_by_label("作出处理").uncheck()
    with tab.expect_navigation():
        hook.get_by_role("button").click()
    row = tab.locator("tr", has_text="http://127.0.0.1:9/hook").inner_text()
    assert "筛查完成、未能筛查" in row and "作出处理" not in row
    key = tab.locator("form[data-post='/api/v1/keys']")
    key.get_by_label("系统名称").fill("办案系统")
    key.get_by_label("单位").fill(OFFICE)
    key.get_by_label("上传卷宗").check()
    key.get_by_role("button").click()
    tab.wait_for_selector("#secret:not([hidden])")
    assert tab.locator("#secret-words").inner_text().startswith("jz_")


PAGES = [
    (None, "/sign-in"),
    (Role.LEADER, "/"),
    (Role.LEADER, "/nothing-here"),
    (Role.LEADER, "{dossier}"),
    (Role.LEADER, "{dossier}/letters"),
    (Role.LEADER, "{unread}"),
    (Role.LEADER, "/uploads"),
    (Role.LEADER, "/uploads?state=done"),
    (Role.LEADER, "/search?q=低保"),
    (Role.LEADER, "/statistics"),
    (Role.LEADER, "/recall"),
    (Role.ANNOTATOR, "/annotate"),
    (Role.ANNOTATOR, "/annotate/{item}"),
    (Role.ANNOTATOR, "/account"),
    (Role.AUDITOR, "/audit"),
    (Role.ADMINISTRATOR, "/admin"),
]


@pytest.fixture(scope="module")
def places(people: People, dossier: str) -> dict[str, str]:
    """Where the pages of single things are: a dossier, one that cannot be read, a question of annotation."""
    leader = people(Role.LEADER)
    csrf = {"X-CSRF-Token": leader.locator('meta[name="csrf"]').get_attribute("content")}
    other = {
        **OLD_WORD,
        "name": "另案.doc",
        "buffer": bytes(OLD_WORD["buffer"]) + b"2",
    }  # the same again changes nothing
    sent = leader.request.post("/api/v1/dossiers", multipart={"files": other}, headers=csrf)
    unread = f"/dossiers/{sent.json()['dossier']}"
    leader.goto(unread)
    leader.wait_for_selector("[role=alert]", timeout=60_000)
    items = people(Role.ANNOTATOR).request.get("/api/v1/annotation").json()["items"]
    return {"dossier": dossier, "unread": unread, "item": items[0]["id"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("role", "path"), PAGES)
def test_axe_finds_no_serious_fault(
    people: People, places: dict[str, str], role: Role | None, path: str, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab = people(role)
    before = len(people.wrong)
    tab.emulate_media(color_scheme=scheme)
    tab.set_viewport_size({"width": 1440 if scheme == "light" else 1000, "height": 900})
    tab.goto(path.format(**places))
    tab.wait_for_selector("body.js")
    tab.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
    found = Axe().run(tab).response["violations"]
    serious = [
        (v["id"], [n["html"][:160] for n in v["nodes"][:4]]) for v in found if v["impact"] in ("serious", "critical")
    ]
    assert json.dumps(serious, ensure_ascii=False) == "[]"
    over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0
    if path == "/nothing-here":
        del people.wrong[before:]


def test_nothing_went_wrong_on_any_page_and_nothing_came_from_elsewhere(people: People) -> None:
    assert people.wrong == []
