"""Letters that follow a lead, as DOCX; making one is recorded, and its names are full only in an unmasked dossier."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response

from api.accounts.audit import record
from api.accounts.http import requires
from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import NotFound
from api.in_force import amendments_of, in_force_of
from api.letters.content import Writer, letter_values
from api.letters.kinds import BY_ID, LETTERS, write_letter
from api.opened import open_dossier_for, shown_number
from api.routes.parts import PROBLEMS, ServiceOf, Shape
from api.store.tables import Office
from dossier.errors import JiuzhuError

router = APIRouter(tags=["letters"], responses=PROBLEMS)
Clerk = Annotated[Visitor, Depends(requires(Permission.READ, Permission.LETTER))]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class LetterLine(Shape):
    id: str
    title: str
    about: str


@router.get("/letters")
def letter_kinds(_visitor: Clerk) -> list[LetterLine]:
    return [LetterLine(id=letter.id, title=letter.title, about=letter.about) for letter in LETTERS]


@router.get("/dossiers/{dossier_id}/victims/{victim_id}/letters/{letter_id}", response_class=Response)
def make_letter(dossier_id: str, victim_id: str, letter_id: str, service: ServiceOf, visitor: Clerk) -> Response:
    """A draft for the person who signs it, every fact with its place."""
    letter = BY_ID.get(letter_id)
    if letter is None:
        raise NotFound("letter.not_found", "没有这种文书", "请核对地址")
    store = service.store
    with store.read() as session:
        opened = open_dossier_for(session, store, service.shelf, visitor, dossier_id)
        office = session.get(Office, visitor.office_id)
        victim = next((v for v in opened.result.victims if v.id == victim_id), None)
        if victim is None:
            raise NotFound("victim.not_found", "卷内没有这名被害人", "请刷新页面")
        if not letter.is_for(str(victim.type), str(opened.result.lead.victims[victim.id])):
            raise JiuzhuError(
                "letter.not_offered", "这种文书不适用于这名被害人或其线索级别", "可用的文书见卷宗的“文书”页"
            )
        writer = Writer(office.name if office else "", visitor.name)
        values = letter_values(
            opened.result,
            victim,
            writer,
            number=shown_number(store, opened.row),
            today=dt.date.today(),
            amendments=in_force_of(amendments_of(session, store, opened.row, opened.mask)),
        )
    content = write_letter(letter, values, service.settings.letters_dir)
    with store.begin() as session:
        record(session, visitor.id, "letter.make", f"dossier:{dossier_id}", letter=letter_id, masked=opened.masked)
    name = quote(f"{letter.title}（草稿）.docx")
    return Response(content, media_type=DOCX, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})
