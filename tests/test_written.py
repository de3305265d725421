"""The dossiers written for the tests: each is screened as a folder of text files and compared with what a
reader finds in it. A failure lists every difference of that dossier, or of that victim, at once."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.written import comparing, material

PATHS = material.paths()
VICTIMS = [
    pytest.param(path, index, id=f"{path.stem}-{index + 1}-{victim['name']}")
    for path in PATHS
    for index, victim in enumerate(material.load(path).victims)
]


@cache
def screen_written(path: Path) -> dict[str, Any]:
    """The contract's JSON for one written dossier, laid out as a folder of UTF-8 text files."""
    from tests.written.screening_call import screen_folder

    written = material.load(path)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / written.id
        folder.mkdir()
        for name, text in written.texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        return screen_folder(folder, written.as_of)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_material_is_sound(path: Path) -> None:
    assert list(material.faults(material.load(path))) == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_dossier_reads_as_written(path: Path) -> None:
    differences = list(comparing.dossier_differences(material.load(path), screen_written(path)))
    assert not differences, "\n".join([f"{path.stem}:", *differences])


@pytest.mark.parametrize(("path", "index"), VICTIMS)
def test_victim_reads_as_written(path: Path, index: int) -> None:
    written, result = material.load(path), screen_written(path)
    victim, found = comparing.pair_victims(written.victims, result["victims"])[index]
    differences = list(comparing.victim_differences(written, result, victim, found))
    assert not differences, "\n".join([f"{path.stem} {victim['name']}:", *differences])
