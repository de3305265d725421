"""Page images for the reader: drawn when first asked for, with names painted over unless unmasked, kept sealed.

The masked image is the one that is kept and mostly shown; an unmasked one is drawn from the original each time, so that
no readable copy of a name lies about longer than it is looked at.
"""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.accounts.masking import Mask
from api.jobs.kinds.screen import as_one
from api.opened import Opened
from api.service import Service
from api.store.arrivals import arriving, hold_files
from api.store.intake import dossier_name, uploads_of
from api.store.missed import missed_names
from api.store.store import Store
from api.store.tables import DossierRow, PageImage
from dossier.covering import paint
from dossier.document import Document, Page
from dossier.page_drawing import NoImage, as_png, draw_page

_DRAWN = ("text-layer", "ocr", "ofd")


def has_image(page: Page) -> bool:
    """Whether a page has a look of its own: it was print or a scan, with a size."""
    return page.size is not None and str(page.mode) in _DRAWN


def page_image(service: Service, opened: Opened, document_id: str, number: int) -> bytes:
    """PNG of a page as this person may see it.

    Raises:
        NoImage: there is no such page, or it has no image.
    """
    store = service.store
    try:
        document = opened.original.dossier.document(document_id)
        page = next(page for page in document.pages if page.number == number)
    except (KeyError, StopIteration):
        raise NoImage("page.not_found", "没有这一页", "请核对地址") from None
    if not has_image(page):
        raise NoImage("page.no_image", "这一页没有图像", "请看文字")
    key = (opened.row.id, document_id, number)
    if opened.mask is not None:
        with store.read() as session:
            known = session.get(PageImage, key)
        if known is not None and store.blobs.has(known.blob):
            return store.blobs.read_all(known.blob)
    with store.read() as session:
        png, width, height = _draw(session, service, opened.row, document, page, opened.mask)
    if opened.mask is not None:
        with arriving(store.blobs.incoming):
            _keep(store, opened.row, opened.mask, key, png, width, height)
    return png


def _keep(
    store: Store, drawn: DossierRow, mask: Mask, key: tuple[str, str, int], png: bytes, width: int, height: int
) -> None:
    blob = store.blobs.put([png])
    with store.begin() as session:
        hold_files(session)
        row = session.get(DossierRow, drawn.id)
        covered = mask.names.keys() >= set(missed_names(session, store, drawn.id))
        if row is not None and row.result_id == drawn.result_id and covered:  # not one that was replaced meanwhile
            session.execute(
                delete(PageImage).where(
                    PageImage.dossier_id == key[0], PageImage.document == key[1], PageImage.page == key[2]
                )
            )
            session.add(
                PageImage(dossier_id=key[0], document=key[1], page=key[2], blob=blob.id, width=width, height=height)
            )


def _draw(
    session: Session, service: Service, row: DossierRow, document: Document, page: Page, mask: Mask | None
) -> tuple[bytes, int, int]:
    store = service.store
    files = [(upload.blob, name) for upload, name in uploads_of(session, store, row.id)]
    upload_name, data = as_one(store, dossier_name(store, row), files)
    pixels = draw_page(upload_name, data, document.name, page.number, service.settings.limits())
    assert page.size is not None  # asked by `has_image`
    if mask is not None:
        pixels = paint(pixels, page.size, mask.covers(document, page.number))
    return as_png(pixels)
