"""Numbers, sums of money, dates and identity numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.dates import find_dates, years_between
from nlp.identity import find_identities
from nlp.numerals import find_amounts, number_of


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("十五", 15),
        ("二十", 20),
        ("一百零八", 108),
        ("两千三", 2300),
        ("一万五", 15000),
        ("壹万伍仟", 15000),
        ("三十五万", 350000),
        ("二〇一五", 2015),
        ("1.5万", 15000),
        ("24.3377万", 243377),
        ("五万五千", 55000),
        ("一亿二千万", 120_000_000),
    ],
)
def test_numbers(words: str, value: float) -> None:
    assert number_of(words) == value


@pytest.mark.parametrize("words", ["", "某", "一二三x", "万元"])
def test_no_numbers(words: str) -> None:
    assert number_of(words) in (None, 10000.0)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("人民币3800元", [3800]),
        ("六万元", [60000]),
        ("8000余元", [8000]),
        ("5万5千元", [55000]),
        ("壹万伍仟元整", [15000]),
        ("3元7角", [3.7]),
        ("分别为1200元、1.2万元", [1200, 12000]),
        ("二百块钱", [200]),
        ("三十五万余元", [350000]),
        ("2元件", []),
        ("第3条", []),
        ("元旦", []),
    ],
)
def test_sums(text: str, yuan: list[float]) -> None:
    assert [amount.yuan for amount in find_amounts(text)] == yuan


@given(st.integers(1, 99_999_999))
def test_arabic_sum_is_read_back(yuan: int) -> None:
    (found,) = find_amounts(f"共计{yuan}元。")
    assert found.yuan == yuan and (found.start, found.end) == (2, 3 + len(str(yuan)))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2015年6月14日", "2015-06-14"),
        ("二〇一五年六月十四日", "2015-06-14"),
        ("2015-06-14", "2015-06-14"),
        ("2015.6.14", "2015-06-14"),
        ("2015年6月", "2015-06"),
        ("1980年", "1980"),
        ("2015年13月", "2015"),
    ],
)
def test_dates(text: str, iso: str) -> None:
    assert [date for _, _, date in find_dates(text)][:1] == [iso]


@pytest.mark.parametrize(
    ("birth", "day", "years"),
    [
        ("1961-11-05", "2025-06-14", 63),
        ("1961-06-14", "2025-06-14", 64),
        ("1997-10", "2012-10-20", 14),
        ("1997-10", "2012-11", 15),
        ("1980", "2012-01-01", None),
        ("1980-05-01", "2012", None),
    ],
)
def test_years(birth: str, day: str, years: int | None) -> None:
    assert years_between(birth, day) == years


def _with_check(first: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, weights, strict=True)) % 11]


@given(st.integers(100000, 999999), st.dates(), st.integers(0, 999))
def test_a_number_with_a_right_check_tells_birth_and_sex(area: int, birth: object, order: int) -> None:
    born = str(birth)
    number = _with_check(f"{area}{born.replace('-', '')}{order:03d}")
    found = find_identities(f"公民身份号码{number}，")
    if 1880 <= int(born[:4]) <= 2099:
        assert [(f.birth_date, f.gender) for f in found] == [(born, "男" if order % 2 else "女")]
    else:
        assert found == []


@given(st.integers(0, 9))
def test_a_wrong_check_is_not_used(digit: int) -> None:
    right = _with_check("53082419611105244")
    if str(digit) != right[-1]:
        assert find_identities(right[:-1] + str(digit)) == []


@pytest.mark.parametrize(
    "text", ["5308241961110524400", "6222021234567890123", "53082419611305244X", "530824611305244"]
)
def test_other_long_numbers_are_none(text: str) -> None:
    assert find_identities(text) == []


def test_disability_certificate_number() -> None:
    (found,) = find_identities(_with_check("53082419611105244") + "43")
    assert (found.birth_date, found.certificate) == ("1961-11-05", "43")
