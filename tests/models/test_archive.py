"""A model as one file: the same bytes each time, and nothing but a whole model is taken in."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dossier.errors import ModelUnavailable
from models.archive import MOST_MEMBERS, export_model, import_model
from models.manifest import FILE, read_manifest, record_of, write_manifest
from models.store import InstalledModel, ModelStore
from tests.models.test_store import install

Members = dict[str, bytes]


@pytest.fixture
def model(tmp_path: Path) -> InstalledModel:
    """A version with one listed file in a folder of its own, and one that is not listed."""
    place = tmp_path / "from"
    install(place, "a-1")
    (place / "a-1" / "people").mkdir()
    (place / "a-1" / "people" / "network.onnx").write_bytes(b"\0" * 3_000_000)
    manifest = read_manifest(place / "a-1")
    files = {**manifest.files, "people/network.onnx": record_of(place / "a-1" / "people" / "network.onnx")}
    write_manifest(manifest.model_copy(update={"files": files}), place / "a-1")
    (place / "a-1" / "comparisons").mkdir()
    (place / "a-1" / "comparisons" / "x.json").write_text("{}", encoding="utf-8")
    opened = ModelStore(place).open("a-1")
    assert opened is not None
    return opened


@pytest.fixture
def exported(model: InstalledModel, tmp_path: Path) -> Path:
    export_model(model, tmp_path / "a-1.zip")
    return tmp_path / "a-1.zip"


@pytest.fixture
def target(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "to")


def test_manifest_and_all_that_it_lists_and_nothing_else(exported: Path) -> None:
    with zipfile.ZipFile(exported) as archive:
        assert archive.namelist() == [FILE, "network.onnx", "people/network.onnx", "vocab.txt"]


def test_the_same_model_gives_the_same_bytes(model: InstalledModel, exported: Path, tmp_path: Path) -> None:
    for path in model.folder.rglob("*"):
        path.touch()
        path.chmod(0o700)
    export_model(model, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == exported.read_bytes()


def test_what_was_exported_is_imported_whole_and_not_used(exported: Path, target: ModelStore) -> None:
    assert import_model(exported, target).version == "a-1"
    assert target.versions() == ("a-1",)
    assert target.open("a-1") is not None
    assert target.in_use() is None
    assert [path.name for path in target.folder.iterdir()] == ["a-1"]


def test_a_compressed_archive_of_the_same_files_is_taken_too(exported: Path, target: ModelStore) -> None:
    rewrite(exported, lambda members: members, compression=zipfile.ZIP_DEFLATED)
    assert import_model(exported, target).version == "a-1"


def test_an_existing_version_is_left_alone(exported: Path, target: ModelStore) -> None:
    install(target.folder, "a-1")
    before = (target.folder / "a-1" / FILE).read_bytes()
    assert refused(exported, target) == "model.exists"
    assert (target.folder / "a-1" / FILE).read_bytes() == before


def rewrite(path: Path, change: Callable[[Members], Members], *, compression: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in change(members).items():
            archive.writestr(name, content)


def refused(path: Path, target: ModelStore) -> str:
    """The code of the refusal; nothing of the archive may be left behind."""
    before = sorted(target.folder.rglob("*")) if target.folder.is_dir() else []
    with pytest.raises(ModelUnavailable) as caught:
        import_model(path, target)
    left = sorted(target.folder.rglob("*")) if target.folder.is_dir() else []
    assert left == before
    return caught.value.code


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside", "..", "C:\\outside", "a//b", ".hidden"])
def test_a_name_that_leads_elsewhere_is_refused(exported: Path, target: ModelStore, name: str) -> None:
    rewrite(exported, lambda members: {**members, name: b"x"})
    assert refused(exported, target) == "model.archive"
    assert not (target.folder.parent / "outside").exists()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO])
def test_what_is_no_plain_file_is_refused(exported: Path, target: ModelStore, kind: int) -> None:
    with zipfile.ZipFile(exported) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(exported, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = ((kind if name == "vocab.txt" else stat.S_IFREG) | 0o644) << 16
            archive.writestr(info, content)
    assert refused(exported, target) == "model.archive"


@pytest.mark.parametrize("name", ["network.onnx", "vocab.txt", FILE])
def test_a_missing_member_is_refused(exported: Path, target: ModelStore, name: str) -> None:
    rewrite(exported, lambda members: {key: content for key, content in members.items() if key != name})
    assert refused(exported, target) == "model.archive"


def test_a_member_that_the_manifest_does_not_list_is_refused(exported: Path, target: ModelStore) -> None:
    rewrite(exported, lambda members: {**members, "more.py": b"pass"})
    assert refused(exported, target) == "model.archive"


def test_a_member_twice_is_refused(exported: Path, target: ModelStore) -> None:
    with zipfile.ZipFile(exported, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("vocab.txt", b"other")
    assert refused(exported, target) == "model.archive"


@pytest.mark.parametrize("content", [b"other words", b"a-1 vocab.txt and more", b""])
def test_a_member_that_was_changed_is_refused(exported: Path, target: ModelStore, content: bytes) -> None:
    rewrite(exported, lambda members: {**members, "vocab.txt": content})
    assert refused(exported, target) == "model.damaged"


def test_a_member_that_unpacks_to_more_than_announced_is_cut_off(exported: Path, target: ModelStore) -> None:
    rewrite(
        exported,
        lambda members: {**members, "vocab.txt": b"0" * 50_000_000},
        compression=zipfile.ZIP_DEFLATED,
    )
    assert exported.stat().st_size < 1_000_000
    assert refused(exported, target) == "model.damaged"


def test_too_much_in_all_is_refused(exported: Path, target: ModelStore) -> None:
    with pytest.raises(ModelUnavailable, match=r"model\.archive"):
        import_model(exported, target, most_bytes=2_999_999)


def test_too_many_members_are_refused(exported: Path, target: ModelStore) -> None:
    rewrite(exported, lambda members: {**members, **{f"m{n}": b"" for n in range(MOST_MEMBERS)}})
    assert refused(exported, target) == "model.archive"


@pytest.mark.parametrize("content", [b"{}", b"\xff\xfe", b'{"schema": "jiuzhu.model/1", "version": "../x"}'])
def test_a_manifest_that_is_none_is_refused(exported: Path, target: ModelStore, content: bytes) -> None:
    rewrite(exported, lambda members: {**members, FILE: content})
    assert refused(exported, target) == "model.archive"


def test_a_version_name_that_leads_elsewhere_is_refused(exported: Path, target: ModelStore) -> None:
    rewrite(exported, lambda members: {**members, FILE: members[FILE].replace(b'"a-1"', b'"../a-1"')})
    assert refused(exported, target) == "model.archive"


def test_the_word_for_no_model_is_no_version(exported: Path, target: ModelStore) -> None:
    rewrite(exported, lambda members: {**members, FILE: members[FILE].replace(b'"a-1"', b'"patterns"')})
    assert refused(exported, target) == "model.archive"


@pytest.mark.parametrize("damage", ["cut", "noise", "no zip", "bit"])
def test_a_damaged_archive_is_refused(exported: Path, target: ModelStore, damage: str) -> None:
    content = bytearray(exported.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "noise":
        content = bytearray(b"PK\3\4" + bytes(range(256)) * 9)
    elif damage == "no zip":
        content = bytearray(b"")
    else:
        content[len(content) // 2] ^= 1
    exported.write_bytes(bytes(content))
    assert refused(exported, target) == "model.archive"


def test_a_damaged_compressed_member_is_refused(exported: Path, target: ModelStore) -> None:
    rewrite(exported, lambda members: members, compression=zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(exported) as archive:
        info = archive.getinfo("people/network.onnx")
    content = bytearray(exported.read_bytes())
    middle = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    content[middle : middle + 40] = b"\xff" * 40
    exported.write_bytes(bytes(content))
    assert refused(exported, target) == "model.archive"


def test_a_place_that_cannot_be_written_is_told(model: InstalledModel, exported: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"model\.not_written"):
        export_model(model, tmp_path / "nowhere" / "a.zip")
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=r"model\.not_written"):
        import_model(exported, ModelStore(tmp_path / "file"))


def test_a_manifest_that_lists_files_elsewhere_is_not_exported(model: InstalledModel, tmp_path: Path) -> None:
    (model.folder.parent / "secret").write_text("x", encoding="utf-8")
    files = {**model.manifest.files, "../secret": record_of(model.folder.parent / "secret")}
    write_manifest(model.manifest.model_copy(update={"files": files}), model.folder)
    opened = ModelStore(model.folder.parent).open("a-1")
    assert opened is not None
    with pytest.raises(ModelUnavailable, match=r"model\.damaged"):
        export_model(opened, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()
