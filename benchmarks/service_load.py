"""How quick inbox and search are with many dossiers and several users: `python -m benchmarks.service_load [--database
sqlite|postgresql]`.

Fills a store with invented dossiers by bulk inserts, asks over HTTP from several threads at once, and prints the median
and the 99th percentile. The same pages are asked of a store with a hundredth of the dossiers in the same run: the
ratio says what size costs, whatever the machine.
"""

# ruff: noqa: T201 - a program for the terminal

from __future__ import annotations

import argparse
import contextlib
import json
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert, text

from api.accounts.directory import make_office, make_user
from api.accounts.rights import Role
from api.settings import Settings
from api.store.opening import open_store
from api.store.search import put_words, words_of
from api.store.store import Store
from api.store.tables import DossierRow, Lead, LeadTag, Paper, Passage, Result, new_id, now
from benchmarks.machine import describe_machine

RESULTS = Path(__file__).resolve().parent / "results"
DATABASES = ("sqlite", "postgresql")
PAGES = {
    "inbox": "/",
    "inbox, filtered": "/?level=red&article=第七条第一项",
    "search": "/search?q=低保 诈骗",
    "leads API": "/api/v1/leads",
}
_SURNAMES = "蔺邵姜郑毛尤冯蒋沈韩朱秦许吕施孔曹严华金魏陶戚谢邹喻柏窦章苏潘葛范彭郎"
_GIVEN = "满囤水根玉梅秀莲建国卫东立冬小川文海桂芳德明春生"
_WORDS = [
    "低保",
    "重伤二级",
    "轻伤一级",
    "盗窃",
    "诈骗",
    "殴打",
    "赔偿",
    "未付",
    "村民",
    "医院",
    "住院",
    "鉴定",
    "起诉",
    "审查",
    "证明",
    "残疾",
    "孤儿",
    "特困",
    "退赔",
    "谅解",
]
PASSWORD = "correct-horse-1"


def fill(store: Store, number: int, office_id: str, *, seed: int = 1) -> None:
    """Puts invented, screened dossiers into a store: row, result, paper, lead, tags, words."""
    chance = random.Random(seed)
    vault = store.vault
    level_of = ("red", "orange", "yellow", "yellow", "grey", "none")
    for start in range(0, number, 500):
        rows: dict[Any, list[dict[str, Any]]] = {t: [] for t in (DossierRow, Result, Paper, Lead, LeadTag, Passage)}
        words: list[list[str]] = []
        for _ in range(min(500, number - start)):
            dossier, lead, result = new_id(), new_id(), new_id()
            name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, 2))
            body = f"被害人{name}，" + "，".join(chance.choices(_WORDS, k=120)) + "。"
            level = chance.choice(level_of)
            rank = ("red", "orange", "yellow", "grey", "none").index(level)
            bound = f"{dossier}:d1"
            rows[DossierRow].append(
                {
                    "id": dossier,
                    "office_id": office_id,
                    "name_sealed": vault.seal_text("卷.txt", f"dossier.name:{dossier}"),
                }
                | {"charges": ["故意伤害"], "state": "screened", "level": level, "urgent": False, "sealed": False}
                | {"result_id": result, "created_at": now()}
            )
            rows[Result].append(
                {
                    "id": result,
                    "dossier_id": dossier,
                    "number": 1,
                    "as_of": now().date(),
                    "pipeline": "x",
                    "model": "none",
                }
                | {"rules": "x", "level": level, "created_at": now()}
                | {"body_sealed": vault.seal_text(_result(dossier, name, body, level), f"result.body:{result}")}
            )
            rows[Paper].append(
                {"dossier_id": dossier, "document": "d1", "position": 0, "kind": None, "chars": len(body), "pages": 1}
                | {"name_sealed": vault.seal_text("卷.txt", f"paper.name:{bound}")}
                | {"text_sealed": vault.seal_text(body, f"paper.text:{bound}")}
                | {"layout_sealed": vault.seal_json(_layout(len(body)), f"paper.layout:{bound}")}
            )
            card = {
                "name": name,
                "type": "person",
                "case": "卷.txt",
                "facts": [{"attribute": "injury", "text": "重伤二级"}],
            }
            card |= {
                "quote": "重伤二级",
                "quote_attribute": "injury",
                "document": "d1",
                "document_name": "卷",
                "page": 1,
            }
            card |= {"at": ["d1", 3], "summary": "", "people": {name: name[0] + "某某"}}
            rows[Lead].append(
                {
                    "id": lead,
                    "dossier_id": dossier,
                    "office_id": office_id,
                    "victim": "v1",
                    "level": level,
                    "rank": rank,
                }
                | {
                    "person_hash": vault.hash("person", name + lead),
                    "questions": 2,
                    "state": "open",
                    "created_at": now(),
                }
                | {
                    "card_sealed": vault.seal_json(card, f"lead.card:{lead}"),
                    "articles": ["第七条第一项"],
                    "groups": [],
                }
                | {"charges": ["故意伤害"], "urgent": False, "sealed": False, "changed": False}
            )
            rows[LeadTag].append({"lead_id": lead, "kind": "article", "word": f"第七条第{chance.choice('一二三四')}项"})
            rows[LeadTag].append(
                {"lead_id": lead, "kind": "charge", "word": chance.choice(("故意伤害", "盗窃", "诈骗"))}
            )
            rows[Passage].append({"dossier_id": dossier, "document": "d1", "start": 0, "end": len(body)})
            words.append(list(words_of(body)))
        with store.begin() as session:
            for table in (DossierRow, Result, Paper, Lead, LeadTag):
                session.execute(insert(table), rows[table])
            first = (session.scalar(text("SELECT COALESCE(MAX(id), 0) FROM passage")) or 0) + 1
            session.execute(insert(Passage), [{"id": first + i, **row} for i, row in enumerate(rows[Passage])])
            for number_of, inside in enumerate(words, first):
                put_words(session, store.dialect, number_of, inside)


def _layout(chars: int) -> dict[str, Any]:
    page = {"number": 1, "start": 0, "end": chars, "mode": "plain", "size": None, "confidence": None}
    return {"pages": [page], "boxes": None, "warnings": []}


def _result(dossier: str, name: str, body: str, level: str) -> str:
    span = {"document": "d1", "document_name": "卷.txt", "start": 3, "end": 3 + len(name), "text": name, "page": 1}
    assert body[3 : 3 + len(name)] == name
    victim = {"id": "v1", "name": name, "aliases": [], "type": "person", "mentions": [span], "conflicts": []}
    victim |= {"set_aside": [], "disability": [], "hardship": []}
    victim |= dict.fromkeys(("gender", "age", "injury", "compensation", "loss"))
    document = {"id": "d1", "name": "卷.txt", "kind": None, "date": None, "chars": len(body), "warnings": []}
    document["pages"] = [{"page": 1, "reading": "plain", "confidence": None}]
    case = {"number": None, "charges": None, "stage": None}
    return json.dumps(
        {
            "schema": "jiuzhu.screening/1",
            "as_of": "2026-03-01",
            "versions": {"pipeline": "x", "model": "none", "rules": "sha256:x"},
            "dossier": {"id": dossier, "name": "卷.txt", "sha256": "x", "case": case, "documents": [document]},
            "people": [],
            "victims": [victim],
            "findings": [],
            "alerts": [],
            "lead": {"level": level, "victims": {"v1": level}, "urgent": False, "summary": ""},
            "amount": None,
        },
        ensure_ascii=False,
    )


@dataclass(frozen=True, slots=True)
class Answers:
    """What one page took, in milliseconds; `ratio` is the median against that with a hundredth of the dossiers."""

    page: str
    count: int
    median: float
    p99: float
    ratio: float


def ask(address: str, users: int, seconds: float) -> dict[str, list[float]]:
    """Durations in milliseconds by page, asked by several users at once who each think for a moment."""
    there = threading.Barrier(users)  # signing in costs a second of argon2 each: that is over before anybody asks

    def user(number: int) -> list[tuple[str, float]]:
        took: list[tuple[str, float]] = []
        chance = random.Random(number)
        with httpx.Client(base_url=address, timeout=30) as client:
            client.post("/sign-in", data={"login": "zhou", "password": PASSWORD})
            there.wait()
            until = time.monotonic() + seconds
            time.sleep(chance.uniform(0.0, 4.0))
            while time.monotonic() < until:
                name = chance.choice(list(PAGES))
                started = time.perf_counter()
                client.get(PAGES[name]).raise_for_status()
                took.append((name, 1000 * (time.perf_counter() - started)))
                time.sleep(chance.uniform(1.0, 4.0))  # a person reads before asking again
        return took

    with ThreadPoolExecutor(users) as pool:
        every = [one for took in pool.map(user, range(users)) for one in took]
    return {name: sorted(ms for page, ms in every if page == name) for name in PAGES}


def measure(database: str, number: int, users: int, seconds: float) -> dict[str, list[float]]:
    """Sorted durations in milliseconds of each page with this many dossiers; two users before them are not counted."""
    from tests.service.site import real_server

    with tempfile.TemporaryDirectory() as temporary, _database(database) as url:
        folder = Path(temporary) / "data"
        store = open_store(Settings(data_dir=folder, database_url=url, cache_dir=None))
        with store.begin() as session:
            office = make_office(session, "临溪县人民检察院")
            roles = (Role.LEADER,)
            make_user(session, login="zhou", name="周", office=office, roles=roles, password=PASSWORD, by="system")
        fill(store, number, office.id)
        if store.dialect == "postgresql":
            with store.begin() as session:
                session.execute(text("ANALYZE"))  # as autovacuum does within a minute, after so many rows
        store.engine.dispose()
        where = {} if url is None else {"JIUZHU_DATABASE_URL": url}
        with real_server(folder, "--workers", "0", **where) as address:
            ask(address, 2, 3)
            return ask(address, users, seconds)


@contextlib.contextmanager
def _database(name: str) -> Iterator[str | None]:
    """An empty one; None: the store makes SQLite itself."""
    if name == "sqlite":
        yield None
        return
    from tests.service.postgres import Cluster, binaries

    programs = binaries()
    if programs is None:
        raise SystemExit("service_load: PostgreSQL is not installed")
    with contextlib.closing(Cluster(programs)) as cluster:
        yield cluster.database()


def compare(large: dict[str, list[float]], small: dict[str, list[float]]) -> list[Answers]:
    return [
        Answers(
            page,
            len(took),
            round(statistics.median(took), 1),
            round(took[min(len(took) - 1, int(0.99 * len(took)))], 1),
            round(statistics.median(took) / statistics.median(small[page]), 2),
        )
        for page, took in large.items()
        if took and small[page]
    ]


def markdown(figures: dict[str, Any]) -> str:
    """The table as the documentation shows it."""
    lines = [
        "| database | dossiers | users | page | requests | median | p99 | median against a hundredth of the dossiers |",
        "|---|---:|---:|---|---:|---:|---:|---:|",
    ]
    for database, run in figures.items():
        for one in run["pages"]:
            times = f"{one['count']} | {one['median']:.0f} | {one['p99']:.0f} | {one['ratio']:.1f} x"
            lines.append(f"| {database} | {run['dossiers']} | {run['users']} | {one['page']} | {times} |")
    return "\n".join([*lines, "", "Milliseconds."])


def write(database: str, run: dict[str, Any]) -> None:
    """Puts the run in the place of that of the same database."""
    path = RESULTS / "service_load.json"
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    figures[database] = run
    ordered = {name: figures[name] for name in DATABASES if name in figures}
    path.write_text(json.dumps(ordered, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "service_load.md").write_text(markdown(ordered) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--dossiers", type=int, default=20_000)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--keep", action="store_true", help="write the figures to benchmarks/results")
    chosen = parser.parse_args()
    small = measure(chosen.database, max(1, chosen.dossiers // 100), chosen.users, chosen.seconds / 2)
    large = measure(chosen.database, chosen.dossiers, chosen.users, chosen.seconds)
    run = {"machine": describe_machine(), "dossiers": chosen.dossiers, "users": chosen.users}
    run["pages"] = [asdict(one) for one in compare(large, small)]
    print(markdown({chosen.database: run}))
    if chosen.keep:
        write(chosen.database, run)


if __name__ == "__main__":
    main()
