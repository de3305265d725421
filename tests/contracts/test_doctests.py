"""Examples in docstrings are run, so that they cannot lie."""

from __future__ import annotations

import doctest
import importlib

import pytest

from tests.contracts.source_tree import modules

NAMES = [module.name for module in modules() if ">>> " in module.source]


@pytest.mark.parametrize("name", NAMES)
def test_examples_hold(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.attempted > 0
    assert results.failed == 0


def test_some_module_has_examples() -> None:
    assert "models.units" in NAMES
