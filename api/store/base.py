"""What all tables share: ids, times, column types, names of constraints."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32, without 0, 1, l, o: ids are read out and typed


def new_id() -> str:
    """Twelve characters at random, 60 bits: not guessable, and short enough for an address."""
    bits = secrets.randbits(60)
    return "".join(_ALPHABET[bits >> place & 31] for place in range(0, 60, 5))


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class UtcTime(TypeDecorator[dt.datetime]):
    """Aware times in UTC on every database; SQLite keeps no zone of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Table(DeclarativeBase):
    """Base of all tables; constraint names are fixed so that migrations can name them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        dt.datetime: UtcTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        bytes: LargeBinary(),
    }


Id = String(12)
Sha = String(64)
BigId = BigInteger().with_variant(Integer, "sqlite")
