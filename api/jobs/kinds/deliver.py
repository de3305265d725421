"""Tells the case system what happened: a signed POST to each address of the office that wants to know.

The body holds ids, level and addresses, never a word of a dossier. The signature covers time and body
(`t=…,v1=HMAC-SHA256(secret, t.body)`), so that a copy sent later is recognised as old. Anything but an answer of
200–299 is tried again, for about a day.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.jobs.queue import Taken, add, finish
from api.store.store import Store
from api.store.tables import DossierRow, Hook, Lead, new_id, now
from dossier.errors import JiuzhuError

KIND = "deliver"
EVENTS = ("dossier.screened", "dossier.failed", "lead.decided")
SIGNATURE = "X-Jiuzhu-Signature"
_ATTEMPTS = 14  # pauses of 5 s doubling: the last one ends after about 11 hours
_PATIENCE = 10.0  # seconds


class DeliveryFailed(JiuzhuError):
    """The other side did not take it."""


def announce(session: Session, event: str, dossier_id: str, **facts: Any) -> None:
    """Writes a job for every address that wants this event, in the transaction of what it tells."""
    row = session.get_one(DossierRow, dossier_id)
    hooks = session.scalars(select(Hook).where(Hook.office_id == row.office_id, Hook.active.is_(True)))
    wanting = [hook for hook in hooks if event in hook.events]
    if not wanting:
        return
    leads = session.scalars(select(Lead).where(Lead.dossier_id == dossier_id, Lead.victim.is_not(None)))
    body = {
        "id": new_id(),
        "event": event,
        "at": now().isoformat(timespec="seconds"),
        "dossier": {"id": dossier_id, "state": row.state, "level": row.level, "address": f"/dossiers/{dossier_id}"},
        "leads": [{"id": lead.id, "level": lead.level, "state": lead.state} for lead in leads],
        **facts,
    }
    for hook in wanting:
        add(session, KIND, dossier_id=dossier_id, payload={"hook": hook.id, "body": body}, max_attempts=_ATTEMPTS)


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The value of the signature header."""
    mac = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={mac}"


def verify(secret: str, header: str, body: bytes, *, tolerance: int = 300, at: float | None = None) -> bool:
    """For the receiving side: whether the header was made with the secret, not longer than `tolerance` seconds ago."""
    fields = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    if not fields.get("t", "").isdigit():
        return False
    fresh = abs((time.time() if at is None else at) - int(fields["t"])) <= tolerance
    return fresh and hmac.compare_digest(sign(secret, int(fields["t"]), body), header)


def run(store: Store, taken: Taken, tell: Callable[[dict[str, Any]], None]) -> None:
    """Raises: DeliveryFailed, to be tried again."""
    with store.read() as session:
        hook = session.get(Hook, taken.payload["hook"])
        url = hook.url if hook is not None and hook.active else None
        secret = store.vault.open_text(hook.secret_sealed, f"hook.secret:{hook.id}") if hook is not None else ""
    if url is not None:
        body = json.dumps(taken.payload["body"], separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Jiuzhu-Event": taken.payload["body"]["event"],
            "X-Jiuzhu-Delivery": taken.id,
            SIGNATURE: sign(secret, int(time.time()), body),
        }
        try:
            answer = httpx.post(url, content=body, headers=headers, timeout=_PATIENCE, follow_redirects=False)
        except httpx.HTTPError as error:
            raise _failed(type(error).__name__) from None
        if not answer.is_success:
            raise _failed(str(answer.status_code))
    with store.begin() as session:
        finish(session, taken)


def _failed(what: str) -> DeliveryFailed:
    return DeliveryFailed("hook.delivery", f"通知没有送达（{what}）", "请核对接收地址和对方系统；系统会继续重试")
