from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.decoding import decode
from dossier.errors import UnreadableUpload

SIMPLIFIED = [
    "被害人周某某报案称,其在家中被人打伤。",
    "经法医鉴定,周某某的损伤程度为轻伤二级。",
    "问:你把事情经过讲一下?\r\n",
    "答:2025年3月1日晚上九点多,我从厂里下班回家。\n",
    "犯罪嫌疑人钱某甲赔偿医疗费１２,０００元。",
    "其母亲户某系低保对象,无其他生活来源。",
]
TRADITIONAL = [
    "被害人陳某某報案稱，其於住處遭人毆傷。",
    "經鑑定為輕傷，醫療費用共計新臺幣三萬元。",
    "問：請說明事情經過？",
]


def _prose(sentences: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(sentences), min_size=1, max_size=8).map("".join)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_utf8_is_returned_unchanged(text: str) -> None:
    assert decode(text.encode()).text == text.removeprefix("\ufeff")


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-16", "utf-32"])
@given(text=_prose(SIMPLIFIED))
def test_simplified_prose_is_recognized(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["big5", "gb18030", "utf-16-le"])
@given(text=_prose(TRADITIONAL))
def test_traditional_prose_is_recognized(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("mark, encoding", [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")])
def test_only_the_first_mark_is_taken_off(mark: bytes, encoding: str) -> None:
    assert decode(mark + "\ufeff张三".encode(encoding)).text == "\ufeff张三"


def test_rare_name_of_four_bytes_survives_gb18030() -> None:
    text = "被害人㛃某、𠮷某和䶮某到庭。证人证言证实上述事实。"
    assert decode(text.encode("gb18030")).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_cut_off_last_character_costs_only_itself(encoding: str) -> None:
    text = "".join(SIMPLIFIED) + "救"
    decoded = decode(text.encode(encoding)[:-1])
    assert decoded.text.startswith(text[:-1])
    assert decoded.damaged == decoded.text.count("\ufffd") == 1


def test_damage_after_a_mark_is_counted() -> None:
    data = codecs.BOM_UTF8 + "".join(SIMPLIFIED).encode() + b"\xff"
    assert decode(data).damaged == 1


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(128, 256)) * 20,
        b"\x00\x01\x02\x03" * 100,
        codecs.BOM_UTF8 + b"\xff\xfe\xfd" * 50,
        bytes((7 * index * index + 3) % 256 for index in range(5000)),
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableUpload) as caught:
        decode(data)
    assert caught.value.code == "upload.undecodable"
    assert "UTF-8" in caught.value.hint


def test_nothing_after_a_mark_is_an_empty_text() -> None:
    assert decode(codecs.BOM_UTF8).text == ""
