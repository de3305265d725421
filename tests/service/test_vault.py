"""What is sealed opens under its own key and place only, in any length; what was changed on disk does not open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.store import blobs as blobs_module
from api.store.blobs import Blobs
from api.store.vault import AesGcm, SealBroken, Vault, key_of_file, read_key
from dossier.errors import JiuzhuError

VAULT = Vault(bytes(range(32)))


@given(st.text(), st.text(max_size=20))
def test_text_comes_back(text: str, place: str) -> None:
    assert VAULT.open_text(VAULT.seal_text(text, f"t:{place}"), f"t:{place}") == text


@given(st.binary(max_size=300))
def test_sealed_bytes_show_nothing_and_open_nowhere_else(plain: bytes) -> None:
    sealed = VAULT.seal(plain, "here")
    assert len(plain) < 8 or plain not in sealed
    for vault, place in ((VAULT, "there"), (Vault(bytes(32)), "here")):
        with pytest.raises(SealBroken):
            vault.open(sealed, place)


def test_a_changed_byte_does_not_open() -> None:
    sealed = bytearray(VAULT.seal(b"words", "here"))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        VAULT.open(bytes(sealed), "here")


def test_an_older_cipher_still_opens_while_the_new_one_seals() -> None:
    class Other(AesGcm):
        mark = b"\x02"

    old = VAULT.seal(b"words", "here")
    both = Vault(bytes(range(32)), Other(), (AesGcm(),))
    assert both.open(old, "here") == b"words"
    assert both.seal(b"words", "here")[:1] == b"\x02"


def test_equal_things_have_equal_hashes_under_one_key_only() -> None:
    assert VAULT.hash("number", "甲1") == VAULT.hash("number", "甲1") != VAULT.hash("person", "甲1")
    assert VAULT.hash("number", "甲1") != Vault(bytes(32)).hash("number", "甲1")


@pytest.mark.parametrize("words", ["", "short", "zz" * 32, "AAAA"])
def test_a_key_that_is_none_is_refused(words: str) -> None:
    with pytest.raises(JiuzhuError, match="密钥"):
        read_key(words)


def test_a_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = key_of_file(tmp_path / "key")
    assert key_of_file(tmp_path / "key") == key
    assert os.stat(tmp_path / "key").st_mode & 0o077 == 0


@given(st.lists(st.binary(max_size=90), max_size=12))
def test_a_stream_comes_back_whatever_its_pieces(pieces: list[bytes]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(blobs_module, "CHUNK", 64)
        blobs = Blobs(Path(folder), VAULT)
        blob = blobs.put(pieces)
        assert blobs.read_all(blob.id) == b"".join(pieces)
        assert blob.size == sum(map(len, pieces))
        assert blobs.put([b"".join(pieces)]).id == blob.id


def test_a_blob_cut_short_does_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs_module, "CHUNK", 64)
    blobs = Blobs(tmp_path, VAULT)
    blob = blobs.put([b"x" * 1000])
    path = blobs.path(blob.id)
    sealed = path.read_bytes()
    first = 20 + 4 + int.from_bytes(sealed[20:24], "big")  # head, one chunk
    path.write_bytes(sealed[:first])
    with pytest.raises(SealBroken):
        blobs.read_all(blob.id)


def test_what_was_not_closed_leaves_nothing(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path, VAULT)
    with pytest.raises(RuntimeError), blobs.writer() as writer:
        writer.write(b"half a file")
        raise RuntimeError
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_no_path_leads_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the id"):
        Blobs(tmp_path, VAULT).path("../../etc/passwd")
