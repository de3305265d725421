"""Seals what may be read by nobody but the running service: authenticated encryption under the installation's key.

In: bytes, text or JSON, and a word for what they belong to. Out: sealed bytes that open only under the same key and
word, so that a value moved into another row does not open there. Keyed hashes find equal things (a case number, a
person, a file) without saying what they are. The cipher is one object; an office that must use SM4 puts another in
its place.

What was hashed cannot be hashed anew under another key, for what it was made of is not kept. So a hash goes through
the hashing key of every key the store has had, oldest first: changing the key adds one step to the hashes that are
there, and who has only an earlier key cannot make one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dossier.errors import JiuzhuError

KEY_BYTES = 32
_PLAIN, _PACKED = b"\x00", b"\x01"


class SealBroken(JiuzhuError):
    """Sealed bytes that do not open: another key, another place, or changed on disk."""


class Cipher(Protocol):
    """Authenticated encryption with a key of 32 bytes; `mark` (one byte) stands before everything it sealed."""

    mark: bytes

    def seal(self, key: bytes, plain: bytes, bound: bytes) -> bytes: ...

    def open(self, key: bytes, sealed: bytes, bound: bytes) -> bytes:
        """Raises: ValueError when it does not open."""
        ...


class AesGcm:
    """AES-256-GCM with a random nonce of 96 bits before the text (NIST SP 800-38D)."""

    mark = b"\x01"

    def seal(self, key: bytes, plain: bytes, bound: bytes) -> bytes:
        nonce = secrets.token_bytes(12)
        return nonce + AESGCM(key).encrypt(nonce, plain, bound)

    def open(self, key: bytes, sealed: bytes, bound: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(sealed[:12], sealed[12:], bound)
        except InvalidTag:
            raise ValueError("not sealed with this key for this place") from None


@dataclass(frozen=True, slots=True)
class Vault:
    """Attributes:
    key: 32 bytes, from which the keys for sealing and for hashing are derived.
    cipher: seals everything new; what an earlier one sealed opens while it is among `older`.
    earlier: hashing keys of the keys that the store had before, oldest first; they open nothing.
    """

    key: bytes = field(repr=False)
    cipher: Cipher = field(default_factory=AesGcm)
    older: tuple[Cipher, ...] = ()
    earlier: tuple[bytes, ...] = field(default=(), repr=False)
    _sealing: bytes = field(init=False, repr=False)
    _hashing: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise ValueError(f"the key has {len(self.key)} bytes, not {KEY_BYTES}")
        object.__setattr__(self, "_sealing", _derive(self.key, b"jiuzhu sealing"))
        object.__setattr__(self, "_hashing", _derive(self.key, b"jiuzhu hashing"))

    def seal(self, plain: bytes, bound: str) -> bytes:
        """Args: bound: what it belongs to, `paper.text:ab12…:d1`; the same word opens it."""
        return self.cipher.mark + self.cipher.seal(self._sealing, plain, bound.encode())

    def open(self, sealed: bytes, bound: str) -> bytes:
        """Raises: SealBroken."""
        for cipher in (self.cipher, *self.older):
            if sealed[:1] == cipher.mark:
                try:
                    return cipher.open(self._sealing, sealed[1:], bound.encode())
                except ValueError:
                    break
        raise SealBroken("store.seal", "加密内容无法打开", "请核对密钥是否为本库的密钥，并检查磁盘；可从备份恢复")

    def seal_text(self, text: str, bound: str) -> bytes:
        """Text of any length, packed when that makes it shorter."""
        plain = text.encode("utf-8", "surrogatepass")
        packed = zlib.compress(plain, 6) if len(plain) > 200 else plain
        return self.seal(_PACKED + packed if len(packed) < len(plain) else _PLAIN + plain, bound)

    def open_text(self, sealed: bytes, bound: str) -> str:
        plain = self.open(sealed, bound)
        content = zlib.decompress(plain[1:]) if plain[:1] == _PACKED else plain[1:]
        return content.decode("utf-8", "surrogatepass")

    def seal_json(self, value: Any, bound: str) -> bytes:
        return self.seal_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), bound)

    def open_json(self, sealed: bytes, bound: str) -> Any:
        return json.loads(self.open_text(sealed, bound))

    def hash(self, kind: str, value: str | bytes) -> str:
        """64 hexadecimal characters, equal for equal things of one kind under one key, and telling nothing else."""
        content = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        first, *later = self.hashing_keys
        digest = _keyed(first, kind.encode() + b"\0" + content)
        for key in later:
            digest = _again(key, digest)
        return digest

    @property
    def hashing_keys(self) -> tuple[bytes, ...]:
        """Of every key that the store has had, this one last: the `earlier` of the key that follows it."""
        return (*self.earlier, self._hashing)

    def hash_again(self, digest: str) -> str:
        """What `hash` gives for the thing whose hash under the key before was `digest`."""
        return _again(self._hashing, digest)

    @property
    def mark(self) -> str:
        """Tells whether a key is this one, and nothing about it; whatever keys there were before."""
        return _keyed(self._hashing, b"backup\0jiuzhu backup")


def read_key(words: str) -> bytes:
    """The key written as base64 or as 64 hexadecimal characters.

    Raises:
        JiuzhuError: `store.key` when it is neither, or not 32 bytes.
    """
    written = words.strip()
    try:
        is_hex = len(written) == 2 * KEY_BYTES
        key = bytes.fromhex(written) if is_hex else base64.b64decode(written, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise JiuzhuError("store.key", "密钥不是 32 字节的 base64 或十六进制", "可用 jiuzhu key 生成一个")
    return key


def key_of_file(path: Path) -> bytes:
    """The key in a file; a new one is written there, readable by its owner alone, when the file does not exist."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_key(path.read_text(encoding="ascii", errors="replace"))
    key = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.b64encode(key).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def _keyed(key: bytes, content: bytes) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def _again(key: bytes, digest: str) -> str:
    return _keyed(key, b"again\0" + digest.encode())


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(key)
