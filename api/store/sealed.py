"""Where the vault's work lies in the database: every sealed column with the word it is bound to, every keyed hash,
every name of a sealed file.

Who adds a column that ends in `_sealed`, or a keyed hash, adds it here; a test compares this list with the tables and
another changes the key of a full store and reads everything again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, inspect

from api.store.tables import (
    Annotation,
    Correction,
    Decision,
    DossierRow,
    Hook,
    Lead,
    PageImage,
    Paper,
    RecallCheck,
    Result,
    Table,
    Upload,
)

ENDING = "_sealed"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table with what is sealed in it.

    Attributes:
        word: stands first in what its values are bound to, `paper.text:ab12…:d1`.
        hashes: columns with a keyed hash.
        blobs: columns with the name of a sealed file; an empty one names none.
        guarded: the database refuses to change its rows.
    """

    table: type[Table]
    word: str
    hashes: tuple[str, ...] = ()
    blobs: tuple[str, ...] = ()
    guarded: bool = False

    @property
    def name(self) -> str:
        return str(self.table.__tablename__)

    @property
    def keys(self) -> tuple[ColumnElement[Any], ...]:
        return tuple(inspect(self.table).primary_key)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its sealed columns."""
        return tuple(column.key for column in inspect(self.table).columns if column.key.endswith(ENDING))

    def key_of(self, row: Table) -> tuple[Any, ...]:
        return tuple(inspect(self.table).primary_key_from_instance(row))

    def bound(self, row: Table, column: str) -> str:
        """What a value is bound to."""
        return ":".join((f"{self.word}.{column.removesuffix(ENDING)}", *map(str, self.key_of(row))))


SEALED = (
    Sealed(Upload, "upload", hashes=("content_key",), blobs=("blob",)),
    Sealed(PageImage, "page_image", blobs=("blob",)),
    Sealed(DossierRow, "dossier", hashes=("number_hash",)),
    Sealed(Paper, "paper"),
    Sealed(Result, "result"),
    Sealed(Lead, "lead", hashes=("person_hash",)),
    Sealed(Correction, "correction"),
    Sealed(Decision, "decision"),
    Sealed(RecallCheck, "recall"),
    Sealed(Annotation, "annotation", guarded=True),
    Sealed(Hook, "hook"),
)
