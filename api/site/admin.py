"""Administration: accounts, keys, notifications, retention, work in the background, versions; and the audit trail.

Nothing of a dossier stands on these pages, so that whoever looks after the system need not see one.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import func, select

from api.accounts.acts import act_words, actor_words, detail_words
from api.accounts.audit import count, entries, verify
from api.accounts.http import current_visitor, requires
from api.accounts.openid import is_open, ways_in
from api.accounts.rights import SCOPES, Permission, Role, Visitor
from api.jobs.kinds.deliver import EVENTS
from api.service import Service
from api.site.render import page
from api.store.retention import kept
from api.store.tables import ApiKey, Hook, Job, Office, User, now
from api.versions import version_effects
from api.wiring import load_rules

router = APIRouter()
Manager = Annotated[Visitor, Depends(requires(Permission.MANAGE))]

ROLE_TITLES = {
    Role.CASE_HANDLER: "办案检察官",
    Role.AID_OFFICER: "控告申诉检察",
    Role.LEADER: "院领导、部门负责人",
    Role.ANNOTATOR: "标注员",
    Role.AUDITOR: "审计监督",
    Role.ADMINISTRATOR: "系统管理员",
}
SCOPE_TITLES = {"upload": "上传卷宗", "read": "读取结果", "decide": "作出处理", "figures": "统计与指标"}
EVENT_TITLES = {"dossier.screened": "筛查完成", "dossier.failed": "未能筛查", "lead.decided": "作出处理"}
JOB_TITLES = {"screen": "筛查", "deliver": "通知", "tidy": "清理"}
JOB_STATES = {"waiting": "等待", "running": "进行", "done": "完成", "dead": "失败", "cancelled": "取消"}


@router.get("/admin", response_class=HTMLResponse)
def admin_page(request: Request, visitor: Manager) -> Response:
    service: Service = request.app.state.service
    with service.store.read() as session:
        offices = {office.id: office.name for office in session.scalars(select(Office).order_by(Office.name))}
        tally = {
            (kind, state): number
            for kind, state, number in session.execute(
                select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state)
            )
        }
        dead = list(session.scalars(select(Job).where(Job.state == "dead").order_by(Job.finished_at.desc()).limit(50)))
        values: dict[str, Any] = {
            "offices": offices,
            "users": list(session.scalars(select(User).order_by(User.login))),
            "keys": list(session.scalars(select(ApiKey).order_by(ApiKey.created_at.desc()))),
            "hooks": list(session.scalars(select(Hook).where(Hook.active.is_(True)))),
            "tally": tally,
            "dead": dead,
            "dead_total": sum(number for (_, state), number in tally.items() if state == "dead"),
            "versions": version_effects(session, service.settings.models_dir, rules=load_rules(service.settings)),
            "kept": kept(session, dt.date.today()),
        }
    return page(
        request,
        visitor,
        "admin.html",
        role_titles=ROLE_TITLES,
        scope_titles={scope: SCOPE_TITLES[scope] for scope in SCOPES},
        event_titles={event: EVENT_TITLES[event] for event in EVENTS},
        now=now(),
        job_titles=JOB_TITLES,
        job_states=JOB_STATES,
        keep_days=service.settings.keep_days,
        openid=service.openid is not None,
        is_open=is_open,
        ways_in=ways_in,
        **values,
    )


@router.get("/audit", response_class=HTMLResponse)
def audit_page(
    request: Request,
    visitor: Annotated[Visitor, Depends(requires(Permission.AUDIT))],
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    of: Annotated[str | None, Query(max_length=60)] = None,
) -> Response:
    store = request.app.state.service.store
    with store.read() as session:
        rows = list(entries(session, before=before, object_=of or None))
        names = {user.id: user.name for user in session.scalars(select(User))}
        names |= {key.id: f"密钥 {key.name}" for key in session.scalars(select(ApiKey))}
        total = count(session)
    return page(
        request,
        visitor,
        "audit.html",
        rows=rows,
        names=names,
        act_words=act_words,
        actor_words=actor_words,
        detail_words=detail_words,
        total=total,
        of=of or "",
        verification=verify(store),
        next_=rows[-1].seq if len(rows) == 100 else None,
    )


@router.get("/account", response_class=HTMLResponse)
def account_page(request: Request, visitor: Annotated[Visitor, Depends(current_visitor)]) -> Response:
    with request.app.state.service.store.read() as session:
        user = session.get(User, visitor.id)
    has_password = user is not None and user.password_hash is not None
    return page(request, visitor, "account.html", role_titles=ROLE_TITLES, has_password=has_password)
