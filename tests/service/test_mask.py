"""What the mask covers, as readers meet it: in text, quotes, snippets, notes, file names and on the page itself."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from api.accounts.masking import Mask, mask_of
from api.accounts.personal_numbers import starred, without_numbers
from api.accounts.rights import Role
from api.accounts.told_names import names_in_file_name, told_names
from api.routes import events
from api.service import build_service
from api.store.tables import AuditEntry
from api.wiring import Screener
from dossier.span import Span
from tests.builder.render import render_pdf
from tests.service.conftest import TEXT
from tests.service.site import Site, site_settings
from tests.service.test_rights import everybody_of, filled_in, leaves

WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
# every secret stands where an earlier mask let it through
PAPER = """起诉意见书
被害人黎小满，女，2012年3月4日出生，公民身份号码330106
201203044827，现家在临溪县沙窝镇章家坳村12号，其父电话+8613812345678、(0571)87654321。
其父陈述：我家小满一直哭，小满说头痛。老王（王守义）在场。家属：丈夫甲、女儿钱多多。
经医生卫东海诊断，黎小满的损伤程度为重伤二级，至今未获赔偿。
证人买买提·阿不都热合曼、外籍员工John Smith在场。
鉴定人：万俟某　尹小霜
书记员 陈 建 国
"""
SECRETS = (
    *(
        "黎小满",
        "小满",
        "201203044827",
        "13812345678",
        "87654321",
        "章家坳",
        "王守义",
        "钱多多",
        "卫东海",
        "阿不都热合曼",
    ),
    *("Smith", "尹小霜", "陈 建 国", "建 国"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path_factory.mktemp("mask"))), screener)
    yield made
    made.store.engine.dispose()


@pytest.fixture(scope="module")
def dossier(site: Site) -> str:
    return site.upload(PAPER, name="欧阳建国故意伤害案.txt")


def _identity(region: int, birth: dt.date, rest: int, last: str) -> str:
    return f"{110000 + region}{birth:%Y%m%d}{rest:03d}{last}"


NUMBERS = st.one_of(
    st.builds(
        _identity,
        st.integers(0, 540_000),
        st.dates(dt.date(1930, 1, 1), dt.date(2024, 12, 31)),
        st.integers(0, 999),
        st.sampled_from("0123456789X"),
    ),
    st.builds(lambda second, rest: f"1{second}{rest:09d}", st.integers(3, 9), st.integers(0, 999_999_999)),
    st.builds(lambda area, rest: f"0{area}-{rest:08d}", st.integers(311, 998), st.integers(20_000_000, 89_999_999)),
)
WORDS = st.text(alphabet="甲乙被害人住址号电话，。：；（）()\n \u3000村路 ", max_size=12).map(
    lambda words: words + "号"
)


@settings(deadline=None)
@given(
    st.lists(st.tuples(WORDS, NUMBERS, st.integers(0, 17), st.sampled_from(["", "\n", "\n  ", " \r\n"]), st.booleans()))
)
def test_no_number_stays_whole_whatever_stands_around_it(parts: list[tuple[str, str, int, str, bool]]) -> None:
    """Also broken by the end of a line anywhere, and in full-width digits."""
    content, numbers = "", []
    for words, number, place, broken, wide in parts:
        written = number[:place] + broken + number[place:] if 0 < place < len(number) else number
        content += words + (written.translate(WIDE) if wide else written) + "。"
        numbers.append("".join(filter(str.isalnum, number)))
    shown = starred(content)
    assert len(shown) == len(content)
    assert [i for i, char in enumerate(shown) if char.isspace()] == [i for i, c in enumerate(content) if c.isspace()]
    left = "".join(char for char in shown.translate({wide: plain for plain, wide in WIDE.items()}) if char.isalnum())
    for number in numbers:
        assert number not in left
    assert not any(number in "".join(without_numbers(content).split()) for number in numbers)


@pytest.mark.parametrize(
    "kept",
    [
        "临检刑诉〔2025〕187号",
        "2025年3月8日14时30分",
        "赔偿1500000元，分12000 35000 4500 890 100元五笔",
        "住院23天，现住院治疗，县医院",
        "他家在农村，生活困难",
        "20250308143000",
    ],
)
def test_what_is_no_number_of_a_person_stays(kept: str) -> None:
    assert starred(kept) == kept


@pytest.mark.parametrize(
    "ordinary",
    [
        *(
            "母亲常年患病",
            "被害人方面认为",
            "民警高度重视",
            "父亲高中毕业",
            "申请人应当提供材料",
            "（盖章）",
            "租的房子都是租的",
        ),
        *(
            "被害人陈述、鉴定意见",
            "被鉴定人左胫骨骨折",
            "近亲属和原单位",
            "委托人：平原县公安局",
            "收款人：\n金额（小写）",
            "经治医师：某",
        ),
    ],
)
def test_ordinary_words_behind_a_cue_are_no_names(ordinary: str) -> None:
    assert told_names(ordinary) == []


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ("鉴定人：万俟某　尹小霜", {"尹小霜"}),
        ("审判长　孟　青\n审判员　曲长明\n人民陪审员　杜 鹃", {"孟青", "曲长明", "杜鹃"}),
        ("询问人：金小亮、史大勇  记录人：史大勇", {"金小亮", "史大勇"}),
        ("被害人阿依古丽，女，维吾尔族", {"阿依古丽"}),
        ("联系卫东海医生", {"卫东海"}),
    ],
)
def test_names_are_told_by_what_stands_around_them(told: str, names: set[str]) -> None:
    assert names <= {name.name for name in told_names(told)}


def test_no_secret_is_in_what_a_masked_reader_gets(site: Site, dossier: str) -> None:
    officer = site.as_(Role.AID_OFFICER)
    shown = officer.get(f"/api/v1/dossiers/{dossier}/documents/d1/text").json()
    whole = "".join(segment["text"] for segment in shown["segments"])
    assert len(whole) == len(PAPER)
    answers = [
        whole,
        *(officer.get(f"/api/v1/dossiers/{dossier}{path}").text for path in ("", "/result", "/uploads", "/results")),
        officer.get(f"/dossiers/{dossier}").text,
        officer.get("/api/v1/leads").text,
        officer.get("/").text,
        *(officer.get("/api/v1/search", params={"q": q}).text for q in ("头痛", "诊断", "在场", "老王")),
    ]
    for answer in answers:
        assert [secret for secret in (*SECRETS, "欧阳建国") if secret in answer] == []
    assert "重伤二级" in whole and "欧阳某某故意伤害案" in answers[1]


def test_no_role_and_no_key_reads_a_secret_at_any_address(
    site: Site, dossier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every address that can be asked, everybody who may ask it; an original file is fetched by an act of its own."""
    monkeypatch.setattr(events, "_LONGEST", 0.0)
    leader = site.as_(Role.LEADER)
    place = {"document": "d1", "start": PAPER.index("重伤二级"), "end": PAPER.index("重伤二级") + 4}
    correction = {"victim": "v1", "attribute": "injury", "kind": "value", "corrected": "重伤一级", "evidence": [place]}
    correction["note"] = "已问黎小满、王守义，电话13812345678"
    assert leader.post(f"/api/v1/dossiers/{dossier}/corrections", json=correction).status_code == 201
    items = leader.get("/api/v1/annotation").json()["items"]
    leads = leader.get("/api/v1/leads").json()["leads"]
    filled = {"dossier_id": dossier, "item_id": next(item["id"] for item in items if item["dossier"] == dossier)}
    filled |= {"lead_id": next(lead["id"] for lead in leads if lead["dossier"] == dossier)}
    asked, told = 0, []
    for path, method in leaves(site.app.routes):
        for who, client in everybody_of(site).items() if method == "GET" else ():
            answer = client.get(filled_in(path, filled), params={"q": "头痛"}, follow_redirects=False)
            asked += answer.status_code == 200
            body = _text_of(answer.content)
            told += [(who, path, secret) for secret in (*SECRETS, "欧阳建国") if secret in body]
    assert told == [] and asked > 150


def _text_of(content: bytes) -> str:
    """What an answer says; of a document that is an archive, its parts."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_a_number_that_the_layout_broke_is_covered_on_the_page_as_well(screener: Screener) -> None:
    paper = ["被害人蔺满囤，男，1958年4月2日出生，汉族，农民，住临溪县，公民身份号码140931195804021233，"]
    for shift in range(4):  # so that the end of the line falls into the number in one of them
        pdf = render_pdf([("甲" * 3 * shift) + paper[0] + "经鉴定为重伤二级。"])
        screened = screener.screen_bytes("a.pdf", pdf, as_of=dt.date(2026, 3, 1))
        document = screened.dossier.documents[0]
        mask = mask_of(screened.result, screened.dossier)
        shown = mask.text(document.id, document.text)
        start = document.text.index("码") + 1
        end = document.text.index("3，", start)
        hidden = [at for at in range(start + 5, end) if not document.text[at].isspace()]
        assert all(shown[at] == "*" for at in hidden)
        covered = [box for cover in mask.covers(document, 1) for box in cover.row[cover.first : cover.last + 1]]
        for at in hidden:
            (box,) = document.boxes_of(Span(document.id, at, at + 1))
            assert any(
                x0 <= box.x0 + 0.1 and box.x1 <= x1 + 0.1 and abs(y0 - box.y0) < 2 for x0, y0, x1, _ in covered
            ), document.text[at]


def test_the_notes_of_decisions_are_masked_for_a_key_and_for_an_annotator(site: Site, dossier: str) -> None:
    officer = site.as_(Role.AID_OFFICER)
    lead = next(line for line in officer.get("/api/v1/leads").json()["leads"] if line["dossier"] == dossier)
    note = "已电话13812345678联系被害人黎小满，另问了证人欧阳海涛"
    address = f"/api/v1/leads/{lead['id']}/decisions"
    made = officer.post(address, json={"action": "check", "reason": "hardship", "note": note})
    assert made.status_code == 201
    for answer in (made, site.with_key("read").get(address), site.as_(Role.ANNOTATOR).get(address)):
        (decision,) = answer.json()["decisions"]
        assert len(decision["note"]) == len(note)
        assert not any(secret in decision["note"] for secret in ("13812345678", "小满", "海涛"))
    officer.post(f"/api/v1/dossiers/{dossier}/unmask", json={"reason": "decide"})
    assert officer.get(address).json()["decisions"][0]["note"] == note
    officer.post(f"/api/v1/dossiers/{dossier}/mask")


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("王芳.txt", {"王芳"}),
        ("欧阳建国故意伤害案.txt", {"欧阳建国"}),
        ("02-询问笔录（王芳）.pdf", {"王芳"}),
        ("01-王芳询问笔录.txt", {"王芳"}),
        *(
            (name, set())
            for name in ("起诉书.txt", "权利义务告知书.pdf", "高空坠物案.zip", "价格认定书.html", "和解协议.txt")
        ),
    ],
)
def test_a_file_name_tells_names_of_its_own(name: str, names: set[str]) -> None:
    assert names_in_file_name(name) == names
    shown = Mask({}, {}).file_name(name)
    assert len(shown) == len(name) and (shown == name) == (not names)


def test_the_index_holds_no_long_number_and_says_that_none_is_found(site: Site) -> None:
    dossier = site.upload(TEXT + "账户62220212\n34567890123，赔偿1500000元。")
    with site.store.read() as session:
        held = " ".join(session.scalars(text("SELECT words FROM passage_words")))
    assert not any(part in held for part in ("140931195804021233", "13912345678", "62220212", "34567890123", "1500000"))
    assert "1958" in held and "187" in held
    officer = site.as_(Role.AID_OFFICER)
    assert officer.get("/api/v1/search", params={"q": "13912345678"}).json()["total"] == 0
    assert "长号码不进索引" in officer.get("/search", params={"q": "13912345678"}).text
    assert "长号码不进索引" not in officer.get("/search", params={"q": "低保"}).text
    found = officer.get("/api/v1/search", params={"q": "低保 187"}).json()["hits"]
    assert dossier in [hit["dossier"] for hit in found]


def test_reading_is_in_the_trail_once_an_hour_for_each_person_and_key(site: Site) -> None:
    dossier = site.upload(TEXT.replace("蔺满囤", "蔺满仓"), name="读.txt")
    key = site.with_key("read")
    for path in ("/result", "/documents/d1/text", "/result"):
        assert key.get(f"/api/v1/dossiers/{dossier}{path}").status_code == 200
    for _ in range(2):
        assert key.get("/api/v1/search", params={"q": "蔺满仓"}).json()["total"] == 1
    officer = site.as_(Role.AID_OFFICER)
    officer.get(f"/dossiers/{dossier}")
    officer.get(f"/api/v1/dossiers/{dossier}/result")  # the page that was opened reads on
    with site.store.read() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action.in_(("dossier.read", "dossier.found")))
        ).all()
        mine = [e for e in entries if e.object == f"dossier:{dossier}" or dossier in e.detail.get("dossiers", ())]
    assert sorted(entry.action for entry in mine) == ["dossier.found", "dossier.read"]
    assert len({entry.actor for entry in mine}) == 1
    assert "蔺满仓" not in str([entry.detail for entry in mine])


def test_what_came_beside_the_papers_and_names_of_empty_files_are_masked(site: Site) -> None:
    officer = site.as_(Role.AID_OFFICER)
    beside = {"罪名": "故意伤害罪", "备注": "被害人李秀兰电话13800000000", "被害人": "孙晓芳", "电话": 13900000000}
    files = [("卷.txt", TEXT), ("被害人孙晓芳谅解书.txt", "")]
    sent = officer.post(
        "/api/v1/dossiers",
        files=[("files", (name, content.encode(), "text/plain")) for name, content in files],
        data={"metadata": json.dumps(beside, ensure_ascii=False), "number": "甲77"},
    )
    dossier = sent.json()["dossier"]
    secrets = ("李秀兰", "秀兰", "孙晓芳", "晓芳", "13800000000", "13900000000")
    paths = [f"/api/v1/dossiers/{dossier}", "/api/v1/dossiers", f"/dossiers/{dossier}", "/uploads?state=done"]
    before = [officer.get(path).text for path in paths[:2]]
    site.work()
    paths += [f"/api/v1/dossiers/{dossier}/{tail}" for tail in ("result", "results/1", "uploads")]
    reader = site.with_key("read")
    api = [path for path in paths if path.startswith("/api")]
    for answer in (*before, *(officer.get(path).text for path in paths), *(reader.get(path).text for path in api)):
        assert [secret for secret in secrets if secret in answer] == []
    shown = officer.get(f"/api/v1/dossiers/{dossier}").json()["metadata"]
    assert shown["罪名"] == "故意伤害罪"
    assert {key: len(str(value)) for key, value in shown.items()} == {k: len(str(v)) for k, v in beside.items()}
    for tail in ("result", "results/1"):
        assert officer.get(f"/api/v1/dossiers/{dossier}/{tail}").json()["victims"][0]["name"] == "蔺某某"
    officer.post(f"/api/v1/dossiers/{dossier}/unmask", json={"reason": "review"})
    assert officer.get(f"/api/v1/dossiers/{dossier}").json()["metadata"] == beside
    assert "蔺满囤" in officer.get(f"/api/v1/dossiers/{dossier}/results/1").text
