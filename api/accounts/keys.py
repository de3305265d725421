"""Keys of other systems: `jz_<prefix>_<secret>`, shown once, kept as a hash, with a few scopes for one office."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.rights import SCOPES, Visitor
from api.store.tables import ApiKey, new_id, now
from dossier.errors import JiuzhuError


def make_key(session: Session, *, name: str, office_id: str, scopes: list[str], by: str) -> tuple[ApiKey, str]:
    """A new key and its words, which are stored nowhere.

    Raises:
        JiuzhuError: `key.scope` for a scope that does not exist.
    """
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise JiuzhuError("key.scope", "密钥的权限范围无法识别", f"可用：{'、'.join(SCOPES)}")
    prefix = new_id()[:10]
    words = f"jz_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        id=new_id(), prefix=prefix, hash=_hash(words), name=name, office_id=office_id, scopes=scopes, created_by=by
    )
    session.add(key)
    session.flush()
    record(session, by, "key.create", f"key:{key.id}", scopes=scopes)
    return key, words


def holder(session: Session, words: str) -> tuple[ApiKey, Visitor] | None:
    """The key and who it stands for; None when it is unknown or revoked."""
    parts = words.split("_", 2)
    if len(parts) != 3 or parts[0] != "jz":
        return None
    key = session.scalars(select(ApiKey).where(ApiKey.prefix == parts[1])).first()
    if key is None or key.revoked_at is not None or not hmac.compare_digest(key.hash, _hash(words)):
        return None
    permissions = frozenset(p for scope in key.scopes for p in SCOPES[scope])
    return key, Visitor(key.id, "key", key.name, key.office_id, (), permissions, given=False)


def revoke(session: Session, key_id: str, *, by: str) -> bool:
    key = session.get(ApiKey, key_id)
    if key is None or key.revoked_at is not None:
        return False
    key.revoked_at = now()
    record(session, by, "key.revoke", f"key:{key_id}")
    return True


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
