"""Tables of those who work with the store: offices, accounts, sessions, keys of other systems."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.store.base import Id, Sha, Table, new_id, now


class Office(Table):
    """A procuratorate or a department of one; rights go by it."""

    __tablename__ = "office"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class User(Table):
    """An account.

    Attributes:
        roles: words of `api.accounts.rights.Role`.
        password_hash: argon2; None when the person signs in through the office's identity provider only.
        sealed_cases: may see the sealed cases of minors, whatever the role.
    """

    __tablename__ = "user_account"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    roles: Mapped[list[str]]
    sealed_cases: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_changed_at: Mapped[dt.datetime | None]
    subject: Mapped[str | None] = mapped_column(String(255), unique=True)  # of the identity provider
    active: Mapped[bool] = mapped_column(default=True)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)  # of the pages: keys off, theme


class SignIn(Table):
    """A session of a browser; `id` is the SHA-256 of the cookie's token, which is stored nowhere."""

    __tablename__ = "sign_in"
    id: Mapped[str] = mapped_column(Sha, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    seen_at: Mapped[dt.datetime] = mapped_column(default=now)
    expires_at: Mapped[dt.datetime]


class ApiKey(Table):
    """A key of another system. `prefix` finds it, `hash` (SHA-256 of the whole random key) proves it.

    Attributes:
        scopes: `upload`, `read`, `decide`: words of `api.accounts.rights`.
    """

    __tablename__ = "api_key"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    hash: Mapped[str] = mapped_column(Sha)
    name: Mapped[str] = mapped_column(String(80))
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    scopes: Mapped[list[str]]
    created_by: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
