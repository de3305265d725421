"""What a dossier says: result, papers as ready-cut segments, page images, originals, earlier results."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse

from api.accounts.audit import record
from api.accounts.http import requires
from api.accounts.masking import Mask, mask_again, mask_of, unmask
from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import NotFound, require_dossier
from api.changes import Changes
from api.opened import Opened, open_dossier_for
from api.page_images import has_image, page_image
from api.routes.parts import PROBLEMS, ServiceOf, Shape
from api.schemas import ScreeningResult
from api.service import Service
from api.store.intake import uploads_of
from api.store.results import history, load_result
from api.store.search import places_in
from api.web.places import find_places
from api.web.segments import cut
from api.web.sheets import page_ranges
from dossier.document import Document
from dossier.span import Span

router = APIRouter(prefix="/dossiers/{dossier_id}", tags=["reading"], responses=PROBLEMS)
Reader = Annotated[Visitor, Depends(requires(Permission.READ))]


class SegmentPart(Shape):
    """A stretch of text under the same places; joined, the segments are the text.

    Attributes:
        places: ids of the places that cover it, outermost first.
    """

    text: str
    places: list[str]


class PlacePart(Shape):
    id: str
    start: int
    end: int
    page: int
    style: str
    tag: str
    says: str


class TextPart(Shape):
    """Attributes:
    start, end: code points of this stretch in the paper's text.
    next: the page after, None at the end.
    """

    document: str
    name: str
    chars: int
    start: int
    end: int
    next: int | None
    masked: bool
    segments: list[SegmentPart]
    places: list[PlacePart]


class PageLine(Shape):
    page: int
    start: int
    end: int
    reading: str
    confidence: float | None
    size: tuple[float, float] | None
    image: str | None


class WordsOnPage(Shape):
    """Attributes:
    start, end: code points into the paper's text.
    boxes: of exactly these characters, one for each line, in points from top-left; none where a page has no image.
    """

    start: int
    end: int
    text: str
    boxes: list[tuple[float, float, float, float]]


class EarlierResult(Shape):
    id: str
    number: int
    created_at: dt.datetime
    as_of: dt.date
    level: str
    pipeline: str
    model: str
    rules: str
    change: list[str]


class UploadLine(Shape):
    id: str
    name: str
    size: int
    kind: str
    received_at: dt.datetime


class Reason(Shape):
    reason: str


class Until(Shape):
    until: dt.datetime


def _open(service: Service, visitor: Visitor, dossier_id: str) -> Opened:
    with service.store.read() as session:
        opened = open_dossier_for(session, service.store, service.shelf, visitor, dossier_id)
    service.readings.read(visitor, opened.row.id)
    return opened


@router.get("/result")
def screening_result(dossier_id: str, service: ServiceOf, visitor: Reader) -> ScreeningResult:
    """The current screening result in the contract's shape; masked unless this person has unmasked the dossier."""
    return _open(service, visitor, dossier_id).result


@router.get("/results")
def earlier_results(dossier_id: str, service: ServiceOf, visitor: Reader) -> list[EarlierResult]:
    """All screenings, newest first, each with what changed."""
    opened = _open(service, visitor, dossier_id)
    lines = []
    with service.store.read() as session:
        for row in history(session, dossier_id):
            changes: Changes | None = load_result(session, service.store, row.id).changes
            words = changes.in_words() if changes else ()
            lines.append(
                EarlierResult(
                    id=row.id,
                    number=row.number,
                    created_at=row.created_at,
                    as_of=row.as_of,
                    level=row.level,
                    pipeline=row.pipeline,
                    model=row.model,
                    rules=row.rules,
                    change=[opened.mask.words(line) if opened.mask else line for line in words],
                )
            )
    return lines


@router.get("/results/{number}")
def earlier_result(
    dossier_id: str, number: Annotated[int, Path(ge=1, le=2**31 - 1)], service: ServiceOf, visitor: Reader
) -> ScreeningResult:
    """One screening, as it was; names that it knows and those of today are covered."""
    opened = _open(service, visitor, dossier_id)
    with service.store.read() as session:
        found = [row for row in history(session, dossier_id) if row.number == number]
        if not found:
            raise NotFound("result.not_found", "没有这次筛查", "请核对次数")
        result = load_result(session, service.store, found[0].id).result
    if opened.mask is None:
        return result
    return Mask(mask_of(result).names | opened.mask.names, {}).result(result)


@router.get("/documents/{document_id}/pages")
def paper_pages(dossier_id: str, document_id: str, service: ServiceOf, visitor: Reader) -> list[PageLine]:
    """The pages of a paper: range of text, how it was read, address of its image."""
    opened = _open(service, visitor, dossier_id)
    document = _paper(opened, document_id)
    return [
        PageLine(
            page=page.number,
            start=page.start,
            end=page.end,
            reading=str(page.mode),
            confidence=page.confidence,
            size=page.size,
            image=f"/api/v1/dossiers/{dossier_id}/documents/{document_id}/pages/{page.number}/image"
            if has_image(page)
            else None,
        )
        for page in document.pages
    ]


@router.get("/documents/{document_id}/text")
def paper_text(
    dossier_id: str,
    document_id: str,
    service: ServiceOf,
    visitor: Reader,
    start: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=100_000)] = 20_000,
) -> TextPart:
    """A stretch of a paper's text, cut at every place of evidence: no offset arithmetic is left to the reader."""
    opened = _open(service, visitor, dossier_id)
    document = _paper(opened, document_id)
    places = find_places(opened.result).of_document(document_id)
    low = min(start, len(document.text))
    high = min(len(document.text), low + limit)
    inside = [place for place in places if place.start < high and place.end > low]
    return TextPart(
        document=document_id,
        name=document.name,
        chars=len(document.text),
        start=low,
        end=high,
        next=high if high < len(document.text) else None,
        masked=opened.masked,
        segments=[
            SegmentPart(text=segment.text, places=[place.id for place in segment.places])
            for segment in (cut(document.text, low, high, inside) if high > low else ())
        ],
        places=[
            PlacePart(id=p.id, start=p.start, end=p.end, page=p.page, style=p.style, tag=p.tag, says=p.says)
            for p in inside
        ],
    )


@router.get("/documents/{document_id}/pages/{page}/image", response_class=Response)
def paper_page_image(dossier_id: str, document_id: str, page: int, service: ServiceOf, visitor: Reader) -> Response:
    """PNG of a page; where the dossier is masked, names and numbers are painted over in the image itself."""
    opened = _open(service, visitor, dossier_id)
    png = page_image(service, opened, document_id, page)
    return Response(png, media_type="image/png", headers={"Cache-Control": "private, no-store"})


@router.get("/documents/{document_id}/pages/{page}/found")
def words_on_page(
    dossier_id: str,
    document_id: str,
    page: int,
    q: Annotated[str, Query(max_length=200)],
    service: ServiceOf,
    visitor: Reader,
) -> list[WordsOnPage]:
    """Where words stand on a page, in reading order; the words of a query as in the search."""
    document: Document = _paper(_open(service, visitor, dossier_id), document_id)
    bounds = dict(zip((each.number for each in document.pages), page_ranges(document), strict=False))
    if page not in bounds:
        raise NotFound("page.not_found", "没有这一页", "请核对地址")
    low, high = bounds[page]
    found = []
    for start, end in places_in(q, document.text[low:high]):
        span = Span(document_id, low + start, low + end)
        boxes = [(box.x0, box.y0, box.x1, box.y1) for box in document.boxes_of(span) if box.page == page]
        found.append(WordsOnPage(start=span.start, end=span.end, text=document.quote(span), boxes=boxes))
    return found


@router.get("/uploads")
def list_uploads(dossier_id: str, service: ServiceOf, visitor: Reader) -> list[UploadLine]:
    """What was uploaded, in order."""
    opened = _open(service, visitor, dossier_id)
    with service.store.read() as session:
        return [
            UploadLine(
                id=row.id,
                name=opened.mask.file_name(name) if opened.mask else name,
                size=row.size,
                kind=row.kind,
                received_at=row.received_at,
            )
            for row, name in uploads_of(session, service.store, dossier_id)
        ]


@router.get("/uploads/{upload_id}/file", response_class=Response)
def original_file(
    dossier_id: str,
    upload_id: str,
    service: ServiceOf,
    visitor: Annotated[Visitor, Depends(requires(Permission.READ, Permission.ORIGINAL))],
) -> Response:
    """The bytes as uploaded, names and all: an act that is recorded."""
    with service.store.begin() as session:
        require_dossier(session, visitor, dossier_id)
        found = [(row, name) for row, name in uploads_of(session, service.store, dossier_id) if row.id == upload_id]
        if not found:
            raise NotFound("upload.not_found", "没有这个文件", "请核对地址")
        row, name = found[0]
        record(session, visitor.id, "dossier.original", f"dossier:{dossier_id}", upload=upload_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name.rsplit('/', 1)[-1])}",
        "Content-Length": str(row.size),
    }
    return StreamingResponse(service.store.blobs.read(row.blob), media_type="application/octet-stream", headers=headers)


@router.post("/unmask")
def show_names(dossier_id: str, body: Reason, service: ServiceOf, visitor: Reader) -> Until:
    """Shows this person names and numbers of the dossier for half an hour; who, when and why is recorded."""
    with service.store.begin() as session:
        require_dossier(session, visitor, dossier_id)
        return Until(until=unmask(session, visitor, dossier_id, body.reason))


@router.post("/mask", status_code=204)
def hide_names(dossier_id: str, service: ServiceOf, visitor: Reader) -> None:
    """Covers names and numbers again before the time is over."""
    with service.store.begin() as session:
        require_dossier(session, visitor, dossier_id)
        mask_again(session, visitor, dossier_id)


def _paper(opened: Opened, document_id: str) -> Any:
    try:
        return opened.screened.dossier.document(document_id)
    except KeyError:
        raise NotFound("paper.not_found", "卷内没有这件文书", "请核对地址") from None
