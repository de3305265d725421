"""Examples in docstrings are run, so that they cannot lie."""

from __future__ import annotations

import doctest
import importlib

import pytest

from tests.contracts.source_tree import modules

NAMES = [module.name for module in modules() if ">>> " in module.source]

OPTIONAL = ("torch", "onnx", "onnxruntime", "safetensors")


@pytest.mark.parametrize("name", NAMES)
def test_examples_hold(name: str) -> None:
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name not in OPTIONAL:
            raise
        pytest.skip(f"needs {missing.name}, of the extra `train`")
    results = doctest.testmod(module)
    assert results.attempted > 0
    assert results.failed == 0


def test_some_module_has_examples() -> None:
    assert "models.units" in NAMES
