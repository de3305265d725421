"""What the administrator sees of versions and retention, and what a leader sets for one dossier."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, update

from api.accounts.rights import Role
from api.jobs.kinds import screen
from api.jobs.queue import add
from api.service import build_service
from api.store.retention import expire
from api.store.tables import DossierRow, Result, VersionSeen
from api.versions import version_effects
from api.wiring import Screener
from tests.service.conftest import TEXT
from tests.service.site import Site, site_settings


@pytest.fixture
def site(tmp_path: Path, screener: Screener) -> Iterator[Site]:
    made = Site(build_service(site_settings(tmp_path)), screener)
    yield made
    made.store.engine.dispose()


def test_a_version_tells_what_it_changed_here(site: Site) -> None:
    first = site.upload(TEXT)
    site.upload("收条\n今收到货款500元。\n", "收条.txt")
    with site.store.begin() as session:
        session.execute(update(Result).where(Result.dossier_id == first).values(level="grey", model="older"))
        add(session, screen.KIND, dossier_id=first)
    site.work()
    with site.store.read() as session:
        (model,) = [e for e in version_effects(session, None) if e.kind == "model" and e.version == "none"]
        assert (model.again, model.raised, model.lowered) == (1, 1, 0)
        assert all(e.again == 0 for e in version_effects(session, None) if e.kind == "rules")
    page = site.as_(Role.ADMINISTRATOR).get("/admin").text
    assert "1 件，级别上升 1 件、下降 0 件" in page
    assert "蔺" not in page


def test_a_shipped_model_is_described_by_its_comparison(site: Site) -> None:
    with site.store.begin() as session:
        session.add(VersionSeen(kind="model", version="2026.11-taught", first_seen=dt.datetime.now(dt.UTC)))
        session.add(VersionSeen(kind="model", version="of-nobody", first_seen=dt.datetime.now(dt.UTC)))
    with site.store.read() as session:
        about = {e.version: e.about for e in version_effects(session, None)}
    assert about["2026.11-taught"] is not None and "2026.11-small" in about["2026.11-taught"]
    assert about["of-nobody"] is None


def test_how_long_one_dossier_is_kept(site: Site) -> None:
    dossier = site.upload(TEXT)
    leader, officer = site.as_(Role.LEADER), site.as_(Role.AID_OFFICER)
    address, today = f"/api/v1/dossiers/{dossier}", dt.date.today()
    assert officer.patch(address, json={"keep_until": "2031-01-01"}).status_code == 403
    past = leader.patch(address, json={"keep_until": (today - dt.timedelta(days=1)).isoformat()})
    assert past.status_code == 422 and past.json()["error"]["code"] == "dossier.keep_until"
    assert leader.patch(address, json={"keep_until": (today + dt.timedelta(days=3)).isoformat()}).status_code == 204
    assert kept_row(site) == ["1 件", "0 件", "1 件", "1 件", "1 件", (today + dt.timedelta(days=3)).isoformat()]
    assert (today + dt.timedelta(days=3)).isoformat() in leader.get(f"/dossiers/{dossier}").text
    assert expire(site.store, today + dt.timedelta(days=3)) == 0
    assert leader.patch(address, json={"keep_always": True}).status_code == 204
    assert expire(site.store, today + dt.timedelta(days=400)) == 0
    assert kept_row(site) == ["1 件", "1 件", "0 件", "0 件", "0 件", "—"]
    leader.patch(address, json={"keep_until": today.isoformat()})
    assert expire(site.store, today + dt.timedelta(days=1)) == 1
    with site.store.read() as session:
        assert session.get_one(DossierRow, dossier).state == "deleted"
    assert kept_row(site)[0] == "0 件", "what was deleted is no longer kept"


def test_what_falls_due_is_told_by_how_soon(site: Site) -> None:
    today = dt.date.today()
    for number, days in enumerate((0, 7, 8, 30, 31, 90, 91, None)):
        dossier = site.upload(f"收条\n今收到货款{number}00元。\n", "收条.txt")
        with site.store.begin() as session:
            day = None if days is None else today + dt.timedelta(days=days)
            session.execute(update(DossierRow).where(DossierRow.id == dossier).values(keep_until=day))
    assert kept_row(site) == ["8 件", "1 件", "2 件", "4 件", "6 件", today.isoformat()]
    assert "新上传的卷宗不自动删除" in site.as_(Role.ADMINISTRATOR).get("/admin").text


def kept_row(site: Site) -> list[str]:
    """The figures of the administration page, from left to right."""
    section = site.as_(Role.ADMINISTRATOR).get("/admin").text.split('id="d"')[1].split("</section>")[0]
    return re.findall(r"<td[^>]*>([^<]*)</td>", section)


def test_fifty_uploads_at_once_are_all_kept(site: Site) -> None:
    client = site.with_key("upload")

    def send(number: int) -> str:
        files = [("files", ("起诉书.txt", f"{TEXT}第{number}号".encode(), "text/plain"))]
        answer = client.post("/api/v1/dossiers", files=files)
        assert answer.status_code == 202, answer.text
        dossier: str = answer.json()["dossier"]
        return dossier

    with ThreadPoolExecutor(50) as pool:
        dossiers = list(pool.map(send, range(50)))
    assert len(set(dossiers)) == 50
    site.work()
    with site.store.read() as session:
        states = session.scalars(select(DossierRow.state).where(DossierRow.id.in_(dossiers))).all()
        results = session.scalars(select(Result.dossier_id)).all()
    assert states == ["screened"] * 50 and sorted(results) == sorted(dossiers)
