"""The inbox page: what is new, by level; uploads; the way to each lead."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api.accounts.http import current_visitor
from api.accounts.rights import Permission, Visitor
from api.decisions import STATE_TITLES
from api.inbox import LEVELS, REMIND_AFTER, LeadFilters, Overview, list_leads
from api.routes.leads import LeadLine, filters_of, lead_lines
from api.service import Service
from api.site.home import home_of
from api.site.render import page
from api.store.tables import now
from api.uploads import STATES, UNDONE, UploadLine, list_uploads
from api.wording import ATTRIBUTES, NO_LONGER_FOUND, versions_words

router = APIRouter()
Known = Annotated[Visitor, Depends(current_visitor)]
LEVEL_HELP = {
    "red": "损害、未获赔偿与困难均有记载，或伤者在治而费用无着",
    "orange": "载有重大损害，同时见已赔偿或排除情形的记载",
    "yellow": "有损害，尚缺一项以上事实",
    "grey": "卷内未见救助情形，身份宜告知民政等部门",
    "none": "卷内未见线索",
}
_AT_ONCE = 60
_UPLOADS = 5
_LATE = dt.timedelta(minutes=1)  # a lead may be written with a moment before that of the page, and be seen after it


@router.get("/", response_class=HTMLResponse)
def inbox(
    request: Request,
    visitor: Known,
    filters: Annotated[LeadFilters, Depends(filters_of)],
    after: str | None = None,
) -> Response:
    """Leads for those who read them; the others go to what is theirs."""
    if not visitor.may(Permission.READ):
        return RedirectResponse(home_of(visitor), status_code=303)
    service: Service = request.app.state.service
    moment = now() - _LATE
    with service.store.read() as session:
        found = list_leads(session, visitor, filters, after=after, limit=_AT_ONCE)
        lines = lead_lines(session, service, visitor, found.leads)
        overview = _overview(service, visitor, filters, lines)
        counted = overview.counts
        values: dict[str, Any] = {
            "groups": _grouped(lines, counted.levels),
            "counts": counted,
            "figures": overview.figures,
            "filters": filters,
            "offices": overview.offices,
            "blind": overview.blind,
            "made_with": overview.made_with,
            "versions": versions_words(overview.made_with.versions) if overview.made_with else "",
            "uploads": _uploads(session, service, visitor),
            "on_the_way": {state: overview.uploads[state] for state in UNDONE if overview.uploads.get(state)},
            "more": f"/?{_query(request, after=found.after)}" if found.after else None,
            "anew": f"/?{_query(request)}",
            "moment": moment.isoformat(),
            "first": after is None,
        }
    return page(
        request,
        visitor,
        "inbox.html",
        level_ids=LEVELS,
        level_help=LEVEL_HELP,
        state_titles=STATE_TITLES,
        no_longer_found=NO_LONGER_FOUND,
        remind_days=REMIND_AFTER.days,
        upload_states=STATES,
        **values,
    )


def _overview(service: Service, visitor: Visitor, filters: LeadFilters, lines: list[LeadLine]) -> Overview:
    """What stands around the list; counted anew when more leads of a level are listed than were counted."""
    overview = service.tally.of(visitor, filters)
    shown = Counter(line.level for line in lines)
    if any(number > overview.counts.levels[level] for level, number in shown.items()):
        service.tally.forget()
        overview = service.tally.of(visitor, filters)
    return overview


def _uploads(session: Session, service: Service, visitor: Visitor) -> list[UploadLine]:
    """The newest that are not done."""
    if not visitor.may(Permission.UPLOAD):
        return []
    return list_uploads(session, service.store, service.shelf, visitor, limit=_UPLOADS)


def _grouped(lines: list[LeadLine], levels: dict[str, int]) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    for line in lines:
        if not groups or groups[-1]["level"] != line.level:
            groups.append({"level": line.level, "count": levels.get(line.level, 0), "rows": []})
        days = (now() - line.created_at).total_seconds() / 86400
        facts = [
            {"style": ATTRIBUTES[fact["attribute"]].style, "letter": ATTRIBUTES[fact["attribute"]].letter, **fact}
            for fact in line.card["facts"]
            if fact["attribute"] not in ("gender", "age")
        ]
        about = [
            f["text"] + "".join(f"（{words}）" for words in f["beside"])
            for f in line.card["facts"]
            if f["attribute"] in ("gender", "age")
        ]
        quote = line.card["quote_attribute"]
        groups[-1]["rows"].append(
            {
                "lead": line,
                "facts": facts,
                "about": "，".join(about),
                "quote_style": ATTRIBUTES[quote].style if quote else "other",
                "days": days,
                "late": line.state == "open" and days > REMIND_AFTER.days,
                "over": int(days - REMIND_AFTER.days),
            }
        )
    return groups


def _query(request: Request, **more: str) -> str:
    """The filters of the address, from the first page on unless told otherwise."""
    pairs = [(key, value) for key, value in request.query_params.multi_items() if key != "after"]
    return urlencode([*pairs, *more.items()])
