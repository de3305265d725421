from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from screening.evaluate import screen
from screening.ruleset import RuleSet
from screening.texts import ALERT_TITLES
from tests.screening.build import build_case
from tests.screening.conftest import AS_OF

ELDER = {"age": 66}
DISABLED = {"disability": [{"status": "preexisting", "kind": "视力"}]}


@pytest.mark.parametrize(
    ("victims", "kinds"),
    [
        ([ELDER] * 3, {"elderly-group"}),
        ([ELDER] * 2, set()),
        ([ELDER, ELDER, {"age": 59}], set()),
        ([ELDER, ELDER, {"age": {"group": "elder"}}], {"elderly-group"}),
        ([{"type": "group", "size": 48, "age": {"group": "elder"}}], {"elderly-group", "many-victims"}),
        ([{"type": "group", "age": {"group": "elder"}}], set()),
        ([{"type": "group", "age": {"group": "elder"}}, ELDER], {"elderly-group"}),
        ([{}] * 5, {"many-victims"}),
        ([{}] * 4, set()),
        ([{}] * 4 + [{"type": "organization"}], set()),
        ([{"type": "group", "size": 4}, {}], {"many-victims"}),
        ([{"age": 17}], {"minors"}),
        ([{"age": {"group": "minor"}}], {"minors"}),
        ([{"age": 18}], set()),
        ([{"age": {"birth_date": "2010"}}], set()),
        ([DISABLED, DISABLED], {"disabled-group"}),
        ([DISABLED, {"disability": [{"status": "caused", "grade": "九级"}]}], set()),
        ([DISABLED], set()),
        ([{"type": "organization"}], set()),
    ],
)
def test_alerts(victims: Sequence[dict[str, Any]], kinds: set[str], rules: RuleSet) -> None:
    alerts = screen(build_case(victims=victims), as_of=AS_OF, rules=rules).alerts
    assert {alert.kind for alert in alerts} == kinds
    assert kinds <= set(ALERT_TITLES)


def test_alert_names_its_victims_and_shows_their_words(rules: RuleSet) -> None:
    facts = build_case(victims=[{"age": 12}, {"age": 40}, {"age": 9}])
    (alert,) = screen(facts, as_of=AS_OF, rules=rules).alerts
    assert alert.victims == ("v1", "v3")
    assert alert.evidence == facts.victim("v1").facts[0].evidence + facts.victim("v3").facts[0].evidence
    assert alert.message.startswith("2 名未成年被害人")


def test_alert_counts_a_group_with_its_number(rules: RuleSet) -> None:
    facts = build_case(victims=[{"type": "group", "size": 48}, {}])
    (alert,) = screen(facts, as_of=AS_OF, rules=rules).alerts
    assert alert.message.startswith("48 至 49 名被害人")  # the one named may be of the 48
