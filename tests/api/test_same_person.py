"""Who of one result is who of another, above all when it is not certain."""

from __future__ import annotations

import pytest

from api.same_person import same_people
from api.schemas import ScreeningResult, SpanPart, VictimPart
from nlp.facts import VictimType

_Told = tuple[str, tuple[tuple[str, int], ...]] | tuple[str, tuple[tuple[str, int], ...], tuple[str, ...]]


def _result(*told: _Told) -> ScreeningResult:
    """Args: told: each victim's name, where it is mentioned, other names."""
    victims = []
    for number, (name, places, *aliases) in enumerate(told, 1):
        mentions = tuple(
            SpanPart(document="d1", document_name=paper, start=start, end=start + len(name), text=name, page=1)
            for paper, start in places
        )
        victims.append(
            VictimPart.model_construct(
                id=f"v{number}",
                name=name,
                type=VictimType.PERSON,
                mentions=mentions,
                aliases=aliases[0] if aliases else (),
            )
        )
    return ScreeningResult.model_construct(victims=tuple(victims))


A, B = "报案.txt", "起诉书.txt"
SWAPPED, IN_ORDER = {"v1": "v2", "v2": "v1"}, {"v1": "v1", "v2": "v2"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # another victim at the first place
        (_result(("温大海", ((A, 5),))), _result(("冯小宝", ((B, 9),))), {}),
        (_result(("温大海", ((A, 5),))), _result(("冯小宝", ((B, 9),)), ("温大海", ((A, 5),))), {"v1": "v2"}),
        # papers of several uploads stand in numbered folders
        (_result(("温某", ((A, 5),))), _result(("温某", ((f"001/{A}", 5), (f"002/{B}", 9)))), {"v1": "v1"}),
        # two of one masked name, in another order: their words tell them apart
        (
            _result(("张某", ((A, 5),)), ("张某", ((A, 50),))),
            _result(("张某", ((A, 50),)), ("张某", ((A, 5),))),
            SWAPPED,
        ),
        # read anew, so that no place is the same: equal numbers keep their order, else nobody is sure
        (
            _result(("张某", ((A, 5),)), ("张某", ((A, 50),))),
            _result(("张某", ((A, 6),)), ("张某", ((A, 51),))),
            IN_ORDER,
        ),
        (_result(("张某", ((A, 5),)), ("张某", ((A, 50),))), _result(("张某", ((A, 6),))), {}),
        # a fuller name, known by the other name; not when it fits two
        (_result(("温某", ((A, 5),))), _result(("温大海", ((B, 9),), ("温某",))), {"v1": "v1"}),
        (
            _result(("温某", ((A, 5),))),
            _result(("温大海", ((B, 9),), ("温某",)), ("温小海", ((B, 40),), ("温某",))),
            {},
        ),
        # a masked name whose words are another's now, though somebody else has that name
        (_result(("张某", ((A, 5),))), _result(("张某", ((B, 9),)), ("张某", ((A, 5),), ("张大山",))), {"v1": "v2"}),
        # half of the words are not enough
        (_result(("温某", ((A, 5), (A, 50)))), _result(("温某", ((A, 5),)), ("温某", ((A, 50),))), {}),
        # two that became one: the one with more words; the other is nobody any more
        (
            _result(("温大海", ((A, 5),)), ("温大海", ((A, 50), (A, 70)))),
            _result(("温大海", ((A, 5), (A, 50), (A, 70)))),
            {"v2": "v1"},
        ),
    ],
)
def test_same_people(before: ScreeningResult, after: ScreeningResult, expected: dict[str, str]) -> None:
    assert same_people(before, after) == expected
