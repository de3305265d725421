"""Reading takes time in proportion to the text, whatever it is full of: blanks of a bad conversion, empty lines."""

from __future__ import annotations

import time

import pytest

from nlp.pipeline import understand
from tests.test_attribute_cases import dossier_of

HEAD = "经审理查明，被告人屈某将被害人黎某打伤。经鉴定，黎某的损伤程度为轻伤一级。\n"


def seconds(text: str) -> float:
    started = time.perf_counter()
    found = understand(dossier_of({"text": HEAD + text}))
    assert [victim.person.name for victim in found.victims] == ["黎某"]
    return time.perf_counter() - started


@pytest.mark.parametrize("filling", [" ", "\n", "\t", " \n", "，", "某", "问：\n", "（", "1"], ids=repr)
def test_reading_takes_time_in_proportion(filling: str) -> None:
    seconds("")  # patterns are compiled at their first use
    short, long = (min(seconds((filling * length)[:length]) for _ in range(2)) for length in (6_000, 24_000))
    assert long < 8 * short + 0.5, (short, long)  # four times the text; sixteen times the time would be 16
