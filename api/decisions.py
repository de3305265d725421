"""What people decide about leads: taken up, checked first, or not taken up, each with a reason; nothing else decides.

A decision is never changed; a later one stands over it, and taking one back is one itself. Who decides says which
decision they saw last, so that nobody decides over another's without having seen it; one takes back only one's own.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import record
from api.accounts.rights import Visitor
from api.jobs.kinds.deliver import announce
from api.store.store import Store
from api.store.tables import Correction, Decision, DossierRow, Lead, User, new_id, now
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
        "bar": "有第八条所列情形",
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
    *,
    last: str | None,
) -> Decision:
    """Writes a decision; `undo` takes back the newest that stands.

    Args:
        last: the newest decision that the person saw, taken back or not; None for none.

    Raises:
        JiuzhuError: `decision.action`, `decision.reason`, `decision.changed` when somebody decided meanwhile,
            `decision.nothing` when there is nothing to take back, `decision.not_own` when it is another's.
    """
    if action == "undo":
        reason = None
    elif action not in REASONS:
        raise JiuzhuError("decision.action", "没有这种处理", f"可用：{'、'.join(TITLES)}")
    elif reason not in REASONS[action]:
        raise JiuzhuError("decision.reason", "须选择理由", f"可用：{'、'.join(REASONS[action])}")
    session.refresh(lead, with_for_update=True)  # of two at once the second sees what the first decided
    newest = next(reversed(decisions_of(session, lead.id)), None)
    if newest is not None and newest.id != last:
        raise JiuzhuError("decision.changed", f"已有新的处理：{in_words(session, newest)}", "请看过后再作处理")
    standing = standing_decisions(session, lead.id)
    if action == "undo" and not standing:
        raise JiuzhuError("decision.nothing", "没有可以撤回的处理", "请刷新页面")
    if action == "undo" and standing[-1].user_id != visitor.id:
        who = maker_of(session, standing[-1])
        raise JiuzhuError("decision.not_own", f"这是{who}作出的处理，只能由其本人撤回", "意见不同的，请另作处理")
    decision = Decision(
        id=new_id(),
        lead_id=lead.id,
        dossier_id=lead.dossier_id,
        result_id=session.get_one(DossierRow, lead.dossier_id).result_id,
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


def maker_of(session: Session, said: Decision | Correction) -> str:
    """The name of whoever decided or corrected."""
    user = session.get(User, said.user_id)
    return user.name if user is not None else "接口"


def in_words(session: Session, decision: Decision) -> str:
    """`某检察官采纳（拟启动救助审查）`."""
    reason = f"（{REASONS[decision.action][decision.reason]}）" if decision.reason is not None else ""
    return f"{maker_of(session, decision)}{TITLES[decision.action]}{reason}"


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
