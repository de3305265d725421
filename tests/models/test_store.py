"""The registry of models: which there are, which is in use, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossier.errors import ModelUnavailable
from models.manifest import NETWORK, SCHEMA, VOCABULARY, Manifest, record_of, write_manifest
from models.store import ModelStore, shipped_folder


def install(folder: Path, version: str, *, without: str | None = None) -> None:
    """A model whose files are invented."""
    place = folder / version
    place.mkdir(parents=True)
    for name in (NETWORK, VOCABULARY):
        (place / name).write_text(f"{version} {name}", encoding="utf-8")
    manifest = Manifest.model_validate(
        {
            "schema": SCHEMA,
            "version": version,
            "scheme": "1:",
            "precision": "fp32",
            "window": 10,
            "overlap": 2,
            "slope": 1.0,
            "offset": 0.0,
            "least_confidence": 0.5,
            "scores": {},
            "made_from": {},
            "files": {name: record_of(place / name) for name in (NETWORK, VOCABULARY) if name != without},
        }
    )
    write_manifest(manifest, place)


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    install(tmp_path, "a-1")
    install(tmp_path, "a-2")
    return ModelStore(tmp_path)


def test_without_models_none_is_in_use(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "nowhere")
    assert (store.versions(), store.in_use(), store.open()) == ((), None, None)


def test_installed_models_are_listed_and_none_is_used_unasked(store: ModelStore) -> None:
    assert store.versions() == ("a-1", "a-2")
    assert store.open() is None


def test_a_model_is_chosen_and_going_back_is_one_step(store: ModelStore) -> None:
    assert store.use("a-1") is None
    assert store.use("a-2") == "a-1"
    opened = store.open()
    assert opened is not None
    assert opened.manifest.version == "a-2"
    before = store.before()
    assert before == "a-1"
    store.use(before)
    assert store.in_use() == "a-1"


@pytest.mark.parametrize("name", [NETWORK, VOCABULARY])
@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_damaged_file_is_named_and_nothing_changes(store: ModelStore, name: str, damage: str) -> None:
    store.use("a-1")
    path = store.folder / "a-2" / name
    if damage == "missing":
        path.unlink()
    else:
        path.write_text(path.read_text(encoding="utf-8").replace("a", "b", 1), encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=name) as caught:
        store.use("a-2")
    assert caught.value.code == "model.damaged"
    assert store.in_use() == "a-1"


def test_a_manifest_that_lists_too_little_is_refused(tmp_path: Path) -> None:
    install(tmp_path, "a-1", without=NETWORK)
    with pytest.raises(ModelUnavailable, match=NETWORK):
        ModelStore(tmp_path).open("a-1")


def test_an_unreadable_manifest_is_refused(store: ModelStore) -> None:
    (store.folder / "a-1" / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=r"model\.damaged"):
        store.open("a-1")


def test_a_missing_version_is_told(store: ModelStore) -> None:
    with pytest.raises(ModelUnavailable, match=r"model\.missing"):
        store.use("a-9")


@pytest.mark.parametrize("content", ["", "[]", '{"version": "a-1"}'])
def test_an_unreadable_choice_is_no_silent_fallback(store: ModelStore, content: str) -> None:
    (store.folder / "in_use.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=r"in_use\.json"):
        store.open()


def test_models_that_come_with_the_project_are_whole() -> None:
    store = ModelStore(shipped_folder())
    for version in store.versions():
        assert store.open(version) is not None
