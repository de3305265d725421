from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import screening
from screening.ruleset import RuleSet

AS_OF = date(2026, 3, 1)
SHIPPED = Path(screening.__file__).parent


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    return RuleSet.load()
