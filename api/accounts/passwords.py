"""Passwords: argon2id as its authors recommend, and a rule that asks for length rather than for signs."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dossier.errors import JiuzhuError

SHORTEST = 10
_HASHER = PasswordHasher()  # RFC 9106, low-memory profile: 64 MiB, 3 passes
_NOBODY = _HASHER.hash(secrets.token_hex(16))  # checked for unknown logins, so that both take as long
_COMMON = frozenset({"1234567890", "0123456789", "password123", "qwertyuiop", "admin12345", "jiuzhu1234"})


class WeakPassword(JiuzhuError):
    """Too short, too common, or the login itself."""


def hash_password(password: str, *, login: str = "") -> str:
    """Raises: WeakPassword."""
    if len(password) < SHORTEST or len(set(password)) < 4:
        raise WeakPassword("account.password", f"口令至少 {SHORTEST} 个字符，且不能只用三种以内的字符", "请换一个口令")
    if password.lower() in _COMMON or (login and login.lower() in password.lower()):
        raise WeakPassword("account.password", "口令过于常见，或含有登录名", "请换一个口令")
    return _HASHER.hash(password)


def check_password(stored: str | None, password: str) -> bool:
    """Whether it is the password; takes as long when there is none to compare with."""
    try:
        return _HASHER.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    return _HASHER.check_needs_rehash(stored)


def random_password() -> str:
    """A password to be changed at the first sign-in, easy to read out."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
