from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier import readers, registry
from dossier.reader import Container, Reader


@pytest.fixture
def fresh() -> Iterator[None]:
    registry.load_readers.cache_clear()
    yield
    registry.load_readers.cache_clear()


def test_every_module_of_the_folder_is_a_format() -> None:
    modules = {path.stem for path in Path(readers.__path__[0]).glob("*.py")} - {"__init__"}
    assert set(registry.load_readers()) == modules >= {"plain", "docx", "pdf", "scan", "html", "archive"}


def test_fallbacks_are_asked_last_and_archives_before_text() -> None:
    order = list(registry.load_readers().values())
    assert [reader.fallback for reader in order] == sorted(reader.fallback for reader in order)
    assert [reader.id for reader in order][-2:] == ["archive", "plain"]
    assert isinstance(registry.load_readers()["archive"], Container)


@pytest.mark.parametrize("declared", [None, "no reader", "wrong id"])
def test_module_without_a_fit_declaration_is_rejected(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, declared: str | None
) -> None:
    (tmp_path / "newformat.py").write_text("", encoding="utf-8")
    module = types.ModuleType("dossier.readers.newformat")
    if declared == "no reader":
        module.READER = object()  # type: ignore[attr-defined]
    if declared == "wrong id":
        plain = registry.load_readers()["plain"]
        assert isinstance(plain, Reader)
        module.READER = plain  # type: ignore[attr-defined]
        registry.load_readers.cache_clear()
    monkeypatch.setitem(sys.modules, "dossier.readers.newformat", module)
    monkeypatch.setattr(readers, "__path__", [*readers.__path__, str(tmp_path)])
    with pytest.raises(TypeError, match="newformat"):
        registry.load_readers()
