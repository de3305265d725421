"""The papers of a dossier in the store: text as served, pages and character boxes, each sealed.

In: a `Dossier` as it was read. Out: the same `Dossier` again, to the last box: what the page shows and what the result
points into can never differ.
"""

from __future__ import annotations

import base64
import zlib
from array import array
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.store.store import Store
from api.store.tables import DossierRow, PageImage, Paper
from dossier.document import CharBoxes, Document, Dossier, Notice, Page, ReadingMode


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper as a list shows it."""

    document: str
    name: str = field(repr=False)
    kind: str | None
    chars: int
    pages: int


def save_papers(
    session: Session, store: Store, dossier_id: str, dossier: Dossier, kinds: dict[str, str | None] | None = None
) -> None:
    """Puts the papers of this reading in the place of those before."""
    session.execute(delete(Paper).where(Paper.dossier_id == dossier_id))
    session.execute(delete(PageImage).where(PageImage.dossier_id == dossier_id))
    for position, document in enumerate(dossier.documents):
        bound = f"{dossier_id}:{document.id}"
        session.add(
            Paper(
                dossier_id=dossier_id,
                document=document.id,
                position=position,
                kind=(kinds or {}).get(document.id),
                chars=len(document.text),
                pages=len(document.pages),
                name_sealed=store.vault.seal_text(document.name, f"paper.name:{bound}"),
                text_sealed=store.vault.seal_text(document.text, f"paper.text:{bound}"),
                layout_sealed=store.vault.seal_json(_layout(document), f"paper.layout:{bound}"),
            )
        )
    session.flush()


def list_papers(session: Session, store: Store, dossier_id: str) -> tuple[PaperLine, ...]:
    rows = session.scalars(select(Paper).where(Paper.dossier_id == dossier_id).order_by(Paper.position))
    return tuple(
        PaperLine(
            row.document,
            store.vault.open_text(row.name_sealed, f"paper.name:{dossier_id}:{row.document}"),
            row.kind,
            row.chars,
            row.pages,
        )
        for row in rows
    )


def load_document(session: Session, store: Store, dossier_id: str, document_id: str) -> Document:
    """Raises: KeyError when the dossier has no such paper."""
    row = session.get(Paper, (dossier_id, document_id))
    if row is None:
        raise KeyError(document_id)
    return _document(store, row)


def load_dossier(session: Session, store: Store, dossier_id: str, name: str = "", sha256: str = "") -> Dossier:
    """All papers in order; name and hash are the caller's, for the store keeps them with the result."""
    rows = session.scalars(select(Paper).where(Paper.dossier_id == dossier_id).order_by(Paper.position))
    return Dossier(dossier_id, name, sha256, tuple(_document(store, row) for row in rows))


def has_papers(session: Session, row: DossierRow) -> bool:
    return session.scalars(select(Paper.document).where(Paper.dossier_id == row.id).limit(1)).first() is not None


def _document(store: Store, row: Paper) -> Document:
    bound = f"{row.dossier_id}:{row.document}"
    layout = store.vault.open_json(row.layout_sealed, f"paper.layout:{bound}")
    boxes = None
    if layout["boxes"] is not None:
        values = array("f")
        values.frombytes(zlib.decompress(base64.b85decode(layout["boxes"])))
        boxes = CharBoxes(values)
    return Document(
        id=row.document,
        name=store.vault.open_text(row.name_sealed, f"paper.name:{bound}"),
        text=store.vault.open_text(row.text_sealed, f"paper.text:{bound}"),
        pages=tuple(
            Page(p["number"], p["start"], p["end"], ReadingMode(p["mode"]), _size(p["size"]), p["confidence"])
            for p in layout["pages"]
        ),
        boxes=boxes,
        warnings=tuple(Notice(w["code"], w["message"], w["page"]) for w in layout["warnings"]),
    )


def _size(size: list[float] | None) -> tuple[float, float] | None:
    return None if size is None else (size[0], size[1])


def _layout(document: Document) -> dict[str, Any]:
    boxes = document.boxes
    return {
        "pages": [
            {
                "number": page.number,
                "start": page.start,
                "end": page.end,
                "mode": str(page.mode),
                "size": page.size,
                "confidence": page.confidence,
            }
            for page in document.pages
        ],
        "boxes": None if boxes is None else base64.b85encode(zlib.compress(boxes.values.tobytes(), 6)).decode(),
        "warnings": [{"code": w.code, "message": w.message, "page": w.page} for w in document.warnings],
    }
