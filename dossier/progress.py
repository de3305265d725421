"""How far reading has come, so that a caller can show what is done and the time left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Attributes:
    documents_done, documents_total: files of the dossier that hold a document.
    pages_done, pages_total: pages; a format without pages of its own counts one for each document.
    """

    documents_done: int
    documents_total: int
    pages_done: int
    pages_total: int
