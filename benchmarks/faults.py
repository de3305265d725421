"""What is left when a worker dies, at every stage of a job: `python -m benchmarks.faults [--times 100] [--database
sqlite|postgresql] [--stage NAME]`.

For each kill a small invented dossier is taken in, a real worker process takes it and is ended by SIGKILL at the
stage, another worker is started, and the store is looked through: screened exactly once, or failed in plain sight; no
result, lead, paper or word twice; no file without a row; an audit chain that holds. Writes counts to
`benchmarks/results/faults.json` and `.md`; ends with 1 when anything was lost or doubled.
"""

# ruff: noqa: T201 - a program for the terminal

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing as mp
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from api.accounts.audit import record, verify
from api.accounts.directory import make_office
from api.settings import Settings
from api.store.arrivals import arriving
from api.store.intake import Receipt, Received, receive
from api.store.opening import open_store
from api.store.store import Store
from api.store.tables import DossierRow, Job, Lead, PageImage, Paper, Passage, Result, Upload
from benchmarks import faulty_worker
from benchmarks.machine import describe_machine

RESULTS = Path(__file__).resolve().parent / "results"
LEASE = 0.6  # seconds; `jiuzhu serve` gives a minute, and a killed worker's job waits for as long
PATIENCE = 40.0  # seconds after which a job that has not ended counts as lost
ANYWHERE, STOPPED = "any moment", "stopped, later continued"
STAGES = (*faulty_worker.STAGES, ANYWHERE, STOPPED)
OUTCOMES = ("screened", "failed", "lost", "doubled")

_CHARGE = """临溪县人民检察院
起诉书
临检刑诉〔2025〕{number}号
被告人章水根，男，1974年9月2日出生，住临溪县沙窝镇章家坳村12号。
经依法审查查明：2025年3月8日，被告人章水根因琐事与被害人蔺满囤发生争执，持刀将其砍伤，经鉴定，蔺满囤的损伤程度为重伤二级。
被害人蔺满囤，男，1958年4月2日出生，系低保户，至今未获赔偿。
"""
_TALK = "询问笔录\n被询问人：蔺满囤\n问：家里靠什么生活？\n答：我吃低保，没有别的收入，医药费{number}元还欠着。\n"


@dataclass(frozen=True, slots=True)
class Traces:
    """What a dossier has left in the store, in numbers."""

    results: int
    leads: int
    papers: int
    passages: int


@dataclass(frozen=True, slots=True)
class Round:
    """The kills of one stage.

    Attributes:
        orphans: files on the disk that no row names, or rows without their file, when all was over.
        chain: whether the audit chain held.
    """

    stage: str
    outcomes: Counter[str]
    orphans: int
    chain: bool
    seconds: float

    @property
    def good(self) -> bool:
        return self.chain and not self.orphans and not self.outcomes["lost"] and not self.outcomes["doubled"]

    def as_json(self) -> dict[str, Any]:
        counts = {name: self.outcomes[name] for name in OUTCOMES}
        kills = sum(counts.values())
        return {"kills": kills, **counts, "orphans": self.orphans, "audit": self.chain, "seconds": round(self.seconds)}


@cache
def _processes() -> ForkServerContext:
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.warm_screener", "benchmarks.faulty_worker"])
    return context


class Bench:
    """A store and the dossiers that are taken in, one after another."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store: Store = open_store(settings)
        with self.store.begin() as session:
            self._office = make_office(session, "临溪县人民检察院").id
        self._number = 0
        receipt = self.take_in()
        self._duration = self._undisturbed(receipt)
        self._whole = traces(self.store, receipt.dossier_id)

    def take_in(self) -> Receipt:
        """A dossier of two files, no two alike, as the upload route writes it."""
        self._number += 1
        papers = {"起诉书.txt": _CHARGE, "询问笔录.txt": _TALK}
        with arriving(self.store.blobs.incoming):
            files = [
                Received(name, self.store.blobs.put([words.format(number=self._number).encode()]))
                for name, words in papers.items()
            ]
            with self.store.begin() as session:
                receipt = receive(session, self.store, office_id=self._office, received_by="bench", files=files)
                record(session, "bench", "dossier.upload", f"dossier:{receipt.dossier_id}", files=len(files))
        return receipt

    def round(self, stage: str, times: int) -> Round:
        """Kills as many workers at a stage, one after another."""
        began = time.monotonic()
        outcomes: Counter[str] = Counter()
        for _ in range(times):
            receipt = self.take_in()
            if stage == STOPPED:
                self._stop_and_continue(receipt)
            else:
                self._kill(stage)
                with self.worker():
                    self.wait_for(receipt)
            outcomes[self.outcome(receipt)] += 1
        return Round(stage, outcomes, orphans(self.store), self._chain_holds(), time.monotonic() - began)

    def outcome(self, receipt: Receipt) -> str:
        """How a dossier ended."""
        left = traces(self.store, receipt.dossier_id)
        with self.store.read() as session:
            row = session.get_one(DossierRow, receipt.dossier_id)
            jobs = session.scalars(select(Job).where(Job.dossier_id == row.id)).all()
            current = session.scalars(select(Result.id).where(Result.dossier_id == row.id)).first()
        if len(jobs) > 1 or any(getattr(left, f) > getattr(self._whole, f) for f in Traces.__slots__):
            return "doubled"
        job = jobs[0]
        if job.state == "dead" and row.state == "failed" and job.error and not left.results:
            return "failed"
        whole = job.state == "done" and row.state == "screened" and row.result_id == current
        return "screened" if whole and left == self._whole else "lost"

    @contextlib.contextmanager
    def worker(self) -> Iterator[None]:
        """A worker that nothing happens to."""
        process = self.start()
        try:
            yield
        finally:
            process.terminate()
            process.join(20)
            if process.is_alive():
                process.kill()
                process.join()

    def start(self, stage: str | None = None, by: int = signal.SIGKILL) -> BaseProcess:
        arguments = (self.settings, LEASE, stage, by)
        process = _processes().Process(target=faulty_worker.work, args=arguments, daemon=True)
        process.start()
        return process

    def wait_for(self, receipt: Receipt) -> bool:
        """Whether the job ended in time."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self.store.read() as session:
                if session.scalar(select(Job.state).where(Job.id == receipt.job_id)) in ("done", "dead"):
                    return True
            time.sleep(0.02)
        return False

    def _undisturbed(self, receipt: Receipt) -> float:
        with self.worker():  # the first process also waits for the fork server to read its lexicons
            self.wait_for(receipt)
        began = time.monotonic()
        again = self.take_in()
        with self.worker():
            self.wait_for(again)
            return time.monotonic() - began

    def _kill(self, stage: str) -> None:
        if stage == ANYWHERE:
            process = self.start()
            time.sleep(random.uniform(0.0, self._duration))
            process.kill()
        else:
            process = self.start(stage)
        process.join(PATIENCE)
        if process.exitcode != -signal.SIGKILL:
            process.kill()
            raise SystemExit(f"faults: the worker did not come to the stage {stage!r} ({process.exitcode})")

    def _stop_and_continue(self, receipt: Receipt) -> None:
        """A worker held up beyond its lease goes on after another has done its job."""
        process = self.start("judged", signal.SIGSTOP)
        assert process.pid is not None
        until = time.monotonic() + PATIENCE
        while not is_stopped(process.pid) and time.monotonic() < until:
            time.sleep(0.02)
        with self.worker():
            self.wait_for(receipt)
            os.kill(process.pid, signal.SIGCONT)
            process.terminate()  # ends after the job in hand, which is its own no more
            process.join(20)

    def _chain_holds(self) -> bool:
        return verify(self.store).broken_at is None


def is_stopped(pid: int) -> bool:
    """Whether a process stands still (Linux)."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] == "T"


def traces(store: Store, dossier_id: str) -> Traces:
    with store.read() as session:
        return Traces(
            *(
                session.scalar(select(func.count()).select_from(table).where(table.dossier_id == dossier_id)) or 0
                for table in (Result, Lead, Paper, Passage)
            )
        )


def orphans(store: Store) -> int:
    """Files without a row, rows without their file, files that are not whole, words without a passage."""
    with store.read() as session:
        named = {*session.scalars(select(Upload.blob)), *session.scalars(select(PageImage.blob))}
        passages = session.scalar(select(func.count()).select_from(Passage)) or 0
        words = session.scalar(text("SELECT COUNT(*) FROM passage_words")) or 0
    unfinished = len(list(store.blobs.incoming.iterdir()))
    return len(named ^ set(store.blobs.all())) + unfinished + abs(passages - words)


@contextlib.contextmanager
def bench(database: str) -> Iterator[Bench]:
    """A bench over an empty store in a temporary folder, on either database."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        url = None
        if database == "postgresql":
            from tests.service.postgres import Cluster, binaries

            programs = binaries()
            if programs is None:
                raise SystemExit("faults: PostgreSQL is not installed")
            cluster = Cluster(programs)
            stack.callback(cluster.close)
            url = cluster.database()
        made = Bench(Settings(data_dir=Path(folder) / "data", database_url=url, cache_dir=None, ocr="off", model="off"))
        stack.callback(made.store.engine.dispose)
        yield made


def markdown(figures: dict[str, Any]) -> str:
    head = (
        "database",
        "killed",
        "kills",
        "screened once",
        "visibly failed",
        "lost",
        "doubled",
        "orphans",
        "audit",
        "s",
    )
    lines = ["| " + " | ".join(head) + " |", "|---|---|" + "---:|" * 8]
    for database in sorted(figures):
        for stage, row in figures[database]["stages"].items():
            cells = [str(row[key]) for key in ("kills", *OUTCOMES, "orphans")]
            ends = ["holds" if row["audit"] else "BROKEN", str(row["seconds"])]
            lines.append("| " + " | ".join([database, stage, *cells, *ends]) + " |")
    return "\n".join(lines)


def write(database: str, rounds: Sequence[Round]) -> None:
    """Puts the rounds in the place of those of the same database and stage."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "faults.json"
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    before = figures.get(database, {}).get("stages", {})
    stages = before | {done.stage: done.as_json() for done in rounds}
    ordered = {stage: stages[stage] for stage in STAGES if stage in stages}
    figures[database] = {"machine": describe_machine(), "lease_seconds": LEASE, "stages": ordered}
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "faults.md").write_text(markdown(figures) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100, help="kills at each stage")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--stage", choices=STAGES, help="only this one")
    options = parser.parse_args(arguments)
    rounds = []
    with bench(options.database) as made:
        for stage in (options.stage,) if options.stage else STAGES:
            rounds.append(made.round(stage, options.times))
            write(options.database, rounds)
            print(stage, json.dumps(rounds[-1].as_json()), flush=True)
    print((RESULTS / "faults.md").read_text(encoding="utf-8"))
    return 0 if all(done.good for done in rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
