"""Who looks after the accounts that come in through an identity provider: on the command line, by API, on the page."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from api.accounts.openid import Identity, account_of
from api.accounts.rights import Role
from api.service import build_service
from api.settings import Settings
from api.store.opening import open_store
from api.store.tables import AuditEntry, User
from api.wiring import Screener
from tests.service.site import Site, site_settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def jiuzhu(folder: Path, *arguments: str) -> str:
    environment = {"JIUZHU_DATA_DIR": str(folder), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def come_in(folder: Path, login: str) -> bool:
    store = open_store(Settings(data_dir=folder, cache_dir=None))
    with store.begin() as session:
        found = account_of(session, Identity(f"{login:0<64}", login, "")) is not None
    store.engine.dispose()
    return found


def test_an_account_of_the_provider_has_no_password_and_the_list_tells_the_ways_in(folder: Path) -> None:
    about = ("--office", "临溪县人民检察院", "--role", "case_handler")
    assert "口令：" in jiuzhu(folder, "user", "add", "Wen", "--name", "文检察官", *about)
    told = jiuzhu(folder, "user", "add", "Zhou", "--name", "周检察官", "--openid", *about)
    assert "zhou" in told and "口令" not in told
    rows = dict(line.split("\t", 1) for line in jiuzhu(folder, "user", "list").splitlines())
    assert rows["wen"].endswith("\t在用\t口令") and rows["zhou"].endswith("\t在用\t统一身份（待首次登录）")
    jiuzhu(folder, "user", "openid", "wen")
    assert come_in(folder, "zhou") and come_in(folder, "wen")
    rows = dict(line.split("\t", 1) for line in jiuzhu(folder, "user", "list").splitlines())
    assert rows["wen"].endswith("\t口令、统一身份") and rows["zhou"].endswith("\t统一身份")
    jiuzhu(folder, "user", "openid", "zhou", "--off")
    assert jiuzhu(folder, "user", "list").splitlines()[1].endswith("\t无") and not come_in(folder, "zhou")


@pytest.fixture
def site(tmp_path: Path, screener: Screener) -> Iterator[Site]:
    pytest.importorskip("authlib")
    told = {"oidc_issuer": "https://id.example", "oidc_client_id": "jiuzhu"}
    made = Site(build_service(site_settings(tmp_path).model_copy(update=told)), screener)
    yield made
    made.store.engine.dispose()


def test_the_administrator_opens_and_closes_the_way_in(site: Site) -> None:
    client = site.as_(Role.ADMINISTRATOR)
    new = {"login": "zhou", "name": "周检察官", "office": "临溪县人民检察院", "roles": ["leader"], "openid": True}
    made = client.post("/api/v1/users", json=new)
    assert made.status_code == 201 and made.json()["password"] is None
    user = made.json()["user"]
    assert (user["password"], user["openid"], user["openid_bound"]) == (False, True, False)
    assert "统一身份（待首次登录）" in client.get("/admin").text
    with site.store.begin() as session:
        assert account_of(session, Identity("a" * 64, "zhou", "")) is not None
    leader = next(user for user in client.get("/api/v1/users").json() if user["login"] == "leader")
    assert (leader["password"], leader["openid"]) == (True, False)
    opened = client.patch(f"/api/v1/users/{leader['id']}", json={"openid": True}).json()["user"]
    assert opened["openid"] and not opened["openid_bound"]
    closed = client.patch(f"/api/v1/users/{user['id']}", json={"openid": False}).json()["user"]
    assert not closed["openid"] and not closed["openid_bound"]
    with site.store.begin() as session:
        assert account_of(session, Identity("a" * 64, "zhou", "")) is None
        acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "user.openid")).all()
    assert [act.detail["allowed"] for act in acts] == [True, True, False]


def test_other_changes_leave_the_binding_as_it_is(site: Site) -> None:
    client = site.as_(Role.ADMINISTRATOR)
    new = {"login": "zhou", "name": "周检察官", "office": "临溪县人民检察院", "roles": ["leader"], "openid": True}
    user = client.post("/api/v1/users", json=new).json()["user"]
    with site.store.begin() as session:
        account_of(session, Identity("a" * 64, "zhou", ""))
    told = client.patch(f"/api/v1/users/{user['id']}", json={"sealed_cases": True}).json()["user"]
    assert told["openid_bound"] and told["sealed_cases"]


def test_who_has_no_password_is_not_asked_to_change_it(site: Site) -> None:
    assert "修改口令" in site.as_(Role.LEADER).get("/account").text
    with site.store.begin() as session:
        session.scalars(select(User).where(User.login == "leader")).one().password_hash = None
    page = site.as_(Role.LEADER).get("/account")
    assert page.status_code == 200 and "修改口令" not in page.text


def test_without_a_provider_the_page_offers_none(tmp_path: Path, screener: Screener) -> None:
    site = Site(build_service(site_settings(tmp_path)), screener)
    page = site.as_(Role.ADMINISTRATOR).get("/admin").text
    assert "统一身份" not in page and "登录方式" in page
    site.store.engine.dispose()
