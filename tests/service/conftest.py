"""A store on each of the two databases, people who work with it, and a dossier in it. All of them are invented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.accounts.directory import make_office, make_user
from api.accounts.rights import Role, Visitor
from api.accounts.sessions import visitor_of
from api.settings import Settings
from api.store.intake import Receipt, Received, receive
from api.store.opening import open_store
from api.store.store import Store
from api.wiring import Screener, build_screener
from tests.service.postgres import Cluster, binaries

TEXT = """临溪县人民检察院
起诉书
临检刑诉〔2025〕187号
被告人章水根，男，1974年9月2日出生，住临溪县沙窝镇章家坳村12号。
经依法审查查明：2025年3月8日，被告人章水根因琐事与被害人蔺满囤发生争执，持刀将其砍伤，经鉴定，蔺满囤的损伤程度为重伤二级。
被害人蔺满囤，男，1958年4月2日出生，公民身份号码140931195804021233，联系电话13912345678，系低保户，至今未获赔偿。
"""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    server = Cluster(programs)
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a store that does not exist yet, on either database."""
    url = request.getfixturevalue("cluster").database() if request.param == "postgresql" else None
    return Settings(data_dir=tmp_path / "data", database_url=url, cache_dir=None, ocr="off", model="off")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite, where the database does not matter."""
    opened = open_store(Settings(data_dir=tmp_path / "data", cache_dir=None, ocr="off", model="off"))
    yield opened
    opened.engine.dispose()


@pytest.fixture(scope="session")
def screener() -> Screener:
    return build_screener(Settings(cache_dir=None, ocr="off", model="off"))


def person(
    store: Store, *roles: Role, office: str = "临溪县人民检察院", login: str = "", sealed: bool = False
) -> Visitor:
    """An account and who it stands for."""
    with store.begin() as session:
        user, _ = make_user(
            session,
            login=login or f"u-{'-'.join(roles)}-{office}".encode("ascii", "ignore").decode().lower(),
            name="某检察官",
            office=make_office(session, office),
            roles=roles,
            sealed_cases=sealed,
            password="correct-horse-1",
            by="system",
        )
        return visitor_of(user)


def upload(store: Store, visitor: Visitor, text: str = TEXT, name: str = "起诉书.txt", **more: object) -> Receipt:
    """Takes in one text as a dossier."""
    blob = store.blobs.put([text.encode()])
    with store.begin() as session:
        return receive(
            session,
            store,
            office_id=visitor.office_id,
            received_by=visitor.id,
            files=[Received(name, blob)],
            **more,  # type: ignore[arg-type]
        )
