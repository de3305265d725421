"""What is left when workers die: `python -m benchmarks.faults [--times 100] [--database sqlite|postgresql]`.

Takes in invented dossiers one by one; for each a worker process is killed with SIGKILL at a chosen stage of its job,
and another worker goes on when the lease has run out. Afterwards every dossier must be screened once or have failed
where people see it: none lost, none doubled, the audit chain whole. Nothing in the service knows of this: the worker
process replaces the function at which it is to die.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing as mp
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from api.accounts.audit import verify
from api.accounts.directory import make_office, make_user
from api.accounts.rights import Role, Visitor
from api.accounts.sessions import visitor_of
from api.jobs import worker as worker_module
from api.jobs.kinds import screen
from api.jobs.worker import Worker
from api.settings import Settings
from api.store.intake import Received, receive
from api.store.opening import open_store
from api.store.store import Store
from api.store.tables import DossierRow, Job, Lead, Passage, Result
from api.wiring import Screener, build_screener
from benchmarks.machine import describe_machine

LEASE = dt.timedelta(seconds=0.4)
_TEXT = (
    "临溪县人民检察院\n起诉书\n经依法审查查明：2025年3月{day}日，被告人章水根持刀将被害人蔺满囤砍伤，经鉴定，"
    "蔺满囤的损伤程度为重伤二级。蔺满囤系低保户，至今未获赔偿。第{number}号。\n"
)


def _die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _then_die(function: Callable[..., Any]) -> Callable[..., Any]:
    def run_and_die(*arguments: Any, **named: Any) -> None:
        function(*arguments, **named)
        _die()

    return run_and_die


def _at_taken(screener: Screener) -> None:
    worker_module.screen.run = _die  # type: ignore[assignment]


def _at_opening(screener: Screener) -> None:
    screen.as_one = _die  # type: ignore[assignment]


def _at_reading(screener: Screener) -> None:
    def tell(self: Any, progress: dict[str, Any]) -> None:
        if progress["stage"] == "reading":
            _die()

    worker_module._Pulse.tell = tell  # type: ignore[method-assign]


def _at_judged(screener: Screener) -> None:
    whole = Screener.screen_bytes
    Screener.screen_bytes = _then_die(whole)  # type: ignore[method-assign]


def _at_stored(screener: Screener) -> None:
    screen.save_result = _then_die(screen.save_result)  # type: ignore[assignment]


def _at_finished(screener: Screener) -> None:
    screen.finish = _then_die(screen.finish)  # type: ignore[assignment]


def _at_committed(screener: Screener) -> None:
    worker_module.screen.run = _then_die(screen.run)  # type: ignore[assignment]


STAGES: dict[str, tuple[str, Callable[[Screener], None] | None]] = {
    "taken": ("job taken, nothing done", _at_taken),
    "opening": ("files being opened", _at_opening),
    "reading": ("papers being read", _at_reading),
    "judged": ("read and judged, nothing stored", _at_judged),
    "stored": ("result written, not committed", _at_stored),
    "finished": ("job ended, not committed", _at_finished),
    "committed": ("everything committed", _at_committed),
    "any time": ("at a random moment, from outside", None),
}


@dataclass
class Outcome:
    """Counts of one stage. `doubled`: results, leads or passages more than one dossier has."""

    stage: str
    killed: int = 0
    screened_once: int = 0
    visibly_failed: int = 0
    lost: int = 0
    doubled: int = 0
    seconds: float = 0.0


def _worker(settings: Settings, screener: Screener, stage: str) -> None:
    prepare = STAGES[stage][1]
    if prepare is not None:
        prepare(screener)
    Worker(open_store(settings), lambda: screener, lease=LEASE).run(until_idle=True)


class _Trial:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store: Store = open_store(settings)
        self.screener = build_screener(settings)
        self.screener.screen_bytes("暖.txt", _TEXT.format(day=1, number=0).encode(), as_of=dt.date(2026, 3, 1))
        with self.store.begin() as session:
            office = make_office(session, "临溪县人民检察院")
            user, _ = make_user(session, login="zhou", name="周", office=office, roles=(Role.LEADER,), by="system")
            self.visitor: Visitor = visitor_of(user)
        self._number = 0
        self._chance = random.Random(20260301)

    def run(self, stage: str, times: int) -> Outcome:
        outcome, started = Outcome(stage), time.monotonic()
        dossiers = []
        for _ in range(times):
            dossiers.append(self._upload())
            outcome.killed += self._killed(stage)
            self._go_on()
        for dossier in dossiers:
            self._look(dossier, outcome)
        outcome.seconds = round(time.monotonic() - started, 1)
        return outcome

    def _upload(self) -> str:
        self._number += 1
        text = _TEXT.format(day=1 + self._number % 28, number=self._number).encode()
        blob = self.store.blobs.put([text])
        with self.store.begin() as session:
            return receive(
                session,
                self.store,
                office_id=self.visitor.office_id,
                received_by=self.visitor.id,
                files=[Received("起诉书.txt", blob)],
            ).dossier_id

    def _killed(self, stage: str) -> bool:
        self.store.engine.dispose()  # no connection goes through the fork
        process = mp.get_context("fork").Process(target=_worker, args=(self.settings, self.screener, stage))
        process.start()
        if STAGES[stage][1] is None:
            time.sleep(self._chance.uniform(0.0, 0.12))
            process.kill()
        process.join(60)
        if process.is_alive():
            raise RuntimeError(f"the worker did not come to stage {stage}")
        return process.exitcode == -signal.SIGKILL

    def _go_on(self) -> None:
        """Another worker, until nothing waits or runs."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            Worker(self.store, lambda: self.screener, lease=LEASE).run(until_idle=True)
            with self.store.read() as session:
                left = session.scalar(
                    select(func.count()).where(Job.kind == "screen", Job.state.in_(("waiting", "running")))
                )
            if not left:
                return
            time.sleep(0.05)

    def _look(self, dossier: str, outcome: Outcome) -> None:
        with self.store.read() as session:
            row = session.get_one(DossierRow, dossier)

            def number(table: Any) -> int:
                return session.scalar(select(func.count()).where(table.dossier_id == dossier)) or 0

            results, leads, passages = number(Result), number(Lead), number(Passage)
            dead = session.scalar(select(func.count()).where(Job.dossier_id == dossier, Job.state == "dead")) or 0
        if max(results, leads, passages) > 1:
            outcome.doubled += 1
        elif row.state == "screened" and results == leads == passages == 1 and not dead:
            outcome.screened_once += 1
        elif row.state == "failed" and dead:
            outcome.visibly_failed += 1
        else:
            outcome.lost += 1


@contextmanager
def settings_of(database: str) -> Iterator[Settings]:
    """Settings of an empty store on either database."""
    with tempfile.TemporaryDirectory() as temporary:
        common: dict[str, Any] = {"data_dir": Path(temporary) / "data", "cache_dir": None, "ocr": "off", "model": "off"}
        if database == "sqlite":
            yield Settings(**common)
            return
        from tests.service.postgres import Cluster, binaries

        programs = binaries()
        if programs is None:
            raise SystemExit("PostgreSQL is not installed")
        cluster = Cluster(programs)
        try:
            yield Settings(database_url=cluster.database(), **common)
        finally:
            cluster.close()


def measure(database: str, times: int, stages: list[str]) -> list[Outcome]:
    """Kills in every stage, in one store.

    Raises:
        RuntimeError: the audit chain is broken afterwards, or a file is there that nothing points to.
    """
    with settings_of(database) as settings:
        trial = _Trial(settings)
        outcomes = []
        for stage in stages:
            outcomes.append(trial.run(stage, times))
            print(json.dumps(asdict(outcomes[-1]), ensure_ascii=False), flush=True)  # noqa: T201
        if verify(trial.store).broken_at is not None:
            raise RuntimeError("the audit chain is broken")
        files = [path for path in trial.store.blobs.folder.rglob("*") if path.is_file()]
        if len(files) != trial._number:
            raise RuntimeError(f"{len(files)} files for {trial._number} uploads")
        trial.store.engine.dispose()
    return outcomes


def table_of(found: dict[str, list[dict[str, Any]]]) -> str:
    lines = ["| database | killed where | kills | screened once | visibly failed | lost | doubled |"]
    lines.append("|---|---|---:|---:|---:|---:|---:|")
    for database, outcomes in found.items():
        for one in outcomes:
            numbers = (one[key] for key in ("killed", "screened_once", "visibly_failed", "lost", "doubled"))
            lines.append(f"| {database} | {STAGES[one['stage']][0]} | {' | '.join(map(str, numbers))} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--stage", choices=tuple(STAGES), action="append")
    parser.add_argument("--out", type=Path, default=None, help="JSON that the figures are added to")
    chosen = parser.parse_args()
    outcomes = measure(chosen.database, chosen.times, chosen.stage or list(STAGES))
    if chosen.out is not None:
        kept = json.loads(chosen.out.read_text(encoding="utf-8")) if chosen.out.exists() else {"databases": {}}
        kept["machine"] = describe_machine()
        kept["databases"][chosen.database] = [asdict(one) for one in outcomes]
        chosen.out.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        chosen.out.with_suffix(".md").write_text(table_of(kept["databases"]), encoding="utf-8")


if __name__ == "__main__":
    main()
