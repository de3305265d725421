"""How long changing the key of a large store takes, and how much memory: `python -m benchmarks.key_rotation`.

Fills a store with invented dossiers (one sealed file of a megabyte, or `--kilobytes`, and two page images each; text,
layout, result and lead in the database), runs `jiuzhu key rotate` on it as an office does, and asks the ended process
how much memory it held. The next size is ten times this one in the same run: the time for each dossier says whether it
grows with the store, whatever the machine.
"""

# ruff: noqa: T201 - a program for the terminal

from __future__ import annotations

import argparse
import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from api.accounts.directory import make_office
from api.settings import Settings
from api.store.blobs import BlobWriter
from api.store.opening import open_store
from api.store.store import Store
from api.store.tables import DossierRow, PageImage, Upload, new_id
from benchmarks.machine import describe_machine
from benchmarks.service_load import fill

RESULTS = Path(__file__).resolve().parent / "results"
SIZES = (2_000, 20_000)
_IMAGES = 2  # page images that somebody has looked at, of each dossier
_IMAGE_KB = 120


@dataclass(frozen=True, slots=True)
class Rotation:
    """Attributes:
    database_mb, files_mb: what the store weighed before.
    seconds: of the whole command, with starting Python.
    memory_mb: the most the command held.
    """

    dossiers: int
    files: int
    database_mb: int
    files_mb: int
    seconds: float
    memory_mb: int

    @property
    def ms_each(self) -> float:
        return 1000 * self.seconds / self.dossiers


def measure(dossiers: int, kilobytes: int) -> Rotation:
    """Raises: RuntimeError: the command failed, or left something that does not open."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "data"
        store = open_store(Settings(data_dir=folder, cache_dir=None))
        with store.begin() as session:
            office = make_office(session, "临溪县人民检察院")
        fill(store, dossiers, office.id)
        _add_files(store, kilobytes)
        store.close()
        database, files = _weight(folder, "jiuzhu.sqlite*"), _weight(folder / "files", "*/*")
        seconds, memory = _rotate(folder)
        _check(folder)
    mb = 1_000_000
    number = dossiers * (1 + _IMAGES)
    return Rotation(dossiers, number, database // mb, files // mb, round(seconds, 1), memory)


def _add_files(store: Store, kilobytes: int) -> None:
    """Files as an upload and the looking at pages leave them; they need not be on the disk to be measured."""
    with store.read() as session:
        dossiers = list(session.scalars(select(DossierRow.id)))
    for start in range(0, len(dossiers), 500):
        uploads, images = [], []
        for dossier in dossiers[start : start + 500]:
            upload = new_id()
            size = kilobytes * 1000
            name = store.vault.seal_text("卷宗.zip", f"upload.name:{upload}")
            row = {"id": upload, "dossier_id": dossier, "batch": upload, "position": 0, "size": size}
            key = store.vault.hash("upload", upload)
            uploads.append(row | {"content_key": key, "blob": _put(store, size), "name_sealed": name})
            for page in range(1, 1 + _IMAGES):
                place = {"dossier_id": dossier, "document": "d1", "page": page, "width": 900, "height": 1200}
                images.append(place | {"blob": _put(store, _IMAGE_KB * 1000)})
        with store.begin() as session:
            session.execute(insert(Upload), uploads)
            session.execute(insert(PageImage), images)


def _put(store: Store, size: int) -> str:
    with store.blobs.writer() as writer:
        writer.write(secrets.token_bytes(size))
        return _land_unsynced(store, writer)


def _land_unsynced(store: Store, writer: BlobWriter) -> str:
    """In its place without waiting for the disk, which would take longer than what is measured."""
    real, os.fsync = os.fsync, lambda _descriptor: None  # type: ignore[assignment]
    try:
        blob = writer.finish()
        writer.land(blob)
        return blob.id
    finally:
        os.fsync = real


def _rotate(folder: Path) -> tuple[float, int]:
    """Seconds, and megabytes of memory."""
    command = [sys.executable, "-m", "api.cli", "key", "rotate"]
    env = {**os.environ, "JIUZHU_DATA_DIR": str(folder), "JIUZHU_CACHE_DIR": str(folder.parent / "cache")}
    began = time.perf_counter()
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{done.returncode}: {done.stderr}")
    seconds = time.perf_counter() - began
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def _check(folder: Path) -> None:
    store = open_store(Settings(data_dir=folder, cache_dir=None))
    with store.read() as session:
        for row in session.scalars(select(Upload).limit(20)):
            store.vault.open_text(row.name_sealed, f"upload.name:{row.id}")
            store.blobs.read_all(row.blob)
    store.close()


def _weight(folder: Path, pattern: str) -> int:
    return sum(path.stat().st_size for path in folder.glob(pattern) if path.is_file())


def markdown(found: list[Rotation]) -> str:
    """The table as the documentation shows it."""
    lines = [
        "| dossiers | files | database | files on disk | seconds | ms a dossier | memory |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one.dossiers:,} | {one.files:,} | {one.database_mb:,} MB | {one.files_mb:,} MB | {one.seconds:.0f} "
        f"| {one.ms_each:.1f} | {one.memory_mb} MB |"
        for one in found
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, nargs="+", default=SIZES)
    parser.add_argument("--kilobytes", type=int, default=1_000, help="of the file that each dossier came as")
    parser.add_argument("--keep", action="store_true", help="write the figures to benchmarks/results")
    chosen = parser.parse_args()
    found: list[Rotation] = []
    for number in sorted(chosen.dossiers):  # the larger last: the memory of ended processes is their maximum
        found.append(measure(number, chosen.kilobytes))
        print(markdown(found[-1:]), flush=True)
    if chosen.keep:
        figures: dict[str, Any] = {"machine": describe_machine(), "rotations": [asdict(one) for one in found]}
        text = json.dumps(figures, ensure_ascii=False, indent=2) + "\n"
        (RESULTS / "key_rotation.json").write_text(text, encoding="utf-8")
        (RESULTS / "key_rotation.md").write_text(markdown(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
