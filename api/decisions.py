"""What people decide about leads: taken up, checked first, or not taken up, each with a reason; nothing else decides.

A decision is never changed; a later one stands over it, and taking one back is one itself.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.rights import Visitor
from api.jobs.kinds.deliver import announce
from api.store.store import Store
from api.store.tables import Decision, Lead, new_id, now
from dossier.errors import JiuzhuError

# the key beside a reason is its number on the page
REASONS: dict[str, dict[str, str]] = {
    "accept": {
        "start": "拟启动救助审查",
        "urgent": "拟先行救助",
        "transfer": "移送控告申诉部门",
        "social": "转社会救助",
        "other": "其他",
    },
    "check": {
        "hardship": "核实生活困难",
        "compensation": "核实赔偿情况",
        "injury": "核实伤情、残疾",
        "applicant": "核实申请人",
        "other": "其他",
    },
    "reject": {
        "no_harm": "卷内损害不属实",
        "not_victim": "不是本案被害人",
        "paid": "已获赔偿",
        "bar": "有不予救助的情形",
        "other": "其他",
    },
}
STATES = {"accept": "accepted", "check": "checking", "reject": "rejected"}
TITLES = {"accept": "采纳", "check": "先核实", "reject": "不采纳", "undo": "撤回"}
STATE_TITLES = {"open": "待决定", "accepted": "已采纳", "checking": "核实中", "rejected": "未采纳"}


def decide(
    session: Session,
    store: Store,
    visitor: Visitor,
    lead: Lead,
    action: str,
    reason: str | None,
    note: str | None = None,
) -> Decision:
    """Writes a decision; `undo` takes back the newest that stands.

    Raises:
        JiuzhuError: `decision.action`, `decision.reason`, `decision.nothing` when there is nothing to take back.
    """
    if action == "undo":
        reason = None
    elif action not in REASONS:
        raise JiuzhuError("decision.action", "没有这种处理", f"可用：{'、'.join(TITLES)}")
    elif reason not in REASONS[action]:
        raise JiuzhuError("decision.reason", "须选择理由", f"可用：{'、'.join(REASONS[action])}")
    standing = standing_decisions(session, lead.id)
    if action == "undo" and not standing:
        raise JiuzhuError("decision.nothing", "没有可以撤回的处理", "请刷新页面")
    decision = Decision(
        id=new_id(),
        lead_id=lead.id,
        dossier_id=lead.dossier_id,
        user_id=visitor.id,
        action=action,
        reason=reason,
        level=lead.level,
        at=now(),
    )
    if note:
        decision.note_sealed = store.vault.seal_text(note, f"decision.note:{decision.id}")
    session.add(decision)
    session.flush()
    left = standing[:-1] if action == "undo" else [*standing, decision]
    lead.state = STATES[left[-1].action] if left else "open"
    lead.decided_at = left[-1].at if left else None
    lead.changed = False
    record(session, visitor.id, "lead.decide", f"lead:{lead.id}", decision=action, reason=reason)
    announce(session, "lead.decided", lead.dossier_id, lead={"id": lead.id, "state": lead.state, "action": action})
    return decision


def decisions_of(session: Session, lead_id: str) -> list[Decision]:
    """All of a lead, oldest first."""
    return list(session.scalars(select(Decision).where(Decision.lead_id == lead_id).order_by(Decision.at, Decision.id)))


def standing_decisions(session: Session, lead_id: str) -> list[Decision]:
    """Those not taken back, oldest first; the last one is the lead's state."""
    standing: list[Decision] = []
    for decision in decisions_of(session, lead_id):
        if decision.action == "undo":
            standing = standing[:-1]
        else:
            standing.append(decision)
    return standing


def note_of(store: Store, decision: Decision) -> str | None:
    if decision.note_sealed is None:
        return None
    return store.vault.open_text(decision.note_sealed, f"decision.note:{decision.id}")
