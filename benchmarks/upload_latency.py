"""How soon the upload hook answers after the last byte: `python -m benchmarks.upload_latency`.

Sends invented dossiers of 1, 20 and 200 MB to a real server, as one zip, 8 files and 300 files (a photograph of each
page), over a connection of this machine, which is faster than a disk: what a server puts off until the end shows here
first. The clock starts when the client has handed over its last byte (some of it still lies between the two programs)
and stops when the answer is whole. The small dossier in the same run says what size costs, whatever the machine. No
worker runs beside these; a last series sends small ones while a worker reads two dossiers of 300 pages and writes what
it found into the same database.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import secrets
import statistics
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from api.accounts.directory import make_office
from api.accounts.keys import make_key
from api.settings import Settings
from api.store.opening import open_store
from benchmarks.invented_dossier import invented_papers
from benchmarks.machine import describe_machine

RESULTS = Path(__file__).resolve().parent / "results"
MB = 1_000_000
SHAPES = {"one zip": 0, "8 files": 8, "300 files": 300}
BESIDE = "one zip, while a worker screens"
PLAN = {1: 100, 20: 40, 200: 10}  # megabytes: how often
_PIECE = 1 << 18
_BOUNDARY = "jiuzhu-upload-latency"


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload, in milliseconds: `sending` until the last byte went out, `answer` from then on."""

    sending: float
    answer: float


@dataclass(frozen=True, slots=True)
class Latency:
    """What one size and shape took; milliseconds from the last byte to the answer, `sending` before it (median)."""

    megabytes: int
    shape: str
    count: int
    median: float
    p95: float
    p99: float
    worst: float
    sending: float


def measure(plan: dict[int, int]) -> list[Latency]:
    """Sends every size and shape as often as the plan says; one upload before them, which is not counted."""
    found = []
    with _service(workers=0) as (address, words):
        send(address, words, dossier(1, "8 files"))
        for megabytes, times in plan.items():
            for shape in SHAPES:
                took = [send(address, words, dossier(megabytes, shape)) for _ in range(times)]
                found.append(summary(megabytes, shape, took))
    return found


def measure_beside_a_worker() -> Latency:
    """Sends small dossiers for as long as a worker has long ones to read and to store."""
    took = []
    with _service(workers=1) as (address, words):
        status = [_send_papers(address, words, seed) for seed in (1, 2)]
        headers = {"Authorization": f"Bearer {words}"}
        while any(httpx.get(one, headers=headers).json()["state"] != "screened" for one in status):
            took.append(send(address, words, dossier(1, "one zip")))
            time.sleep(0.05)
    return summary(1, BESIDE, took)


@contextmanager
def _service(*, workers: int) -> Iterator[tuple[str, str]]:
    """A real server with a key of a case system."""
    from tests.service.site import real_server

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "data"
        store = open_store(Settings(data_dir=folder, cache_dir=None))
        with store.begin() as session:
            office = make_office(session, "临溪县人民检察院")
            _, words = make_key(session, name="办案系统", office_id=office.id, scopes=["upload", "read"], by="system")
        store.engine.dispose()
        with real_server(folder, "--workers", str(workers), JIUZHU_MODEL="off") as address:
            yield address, words


def _send_papers(address: str, key: str, seed: int) -> str:
    """Uploads 300 pages of text; where to ask how far they are."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in invented_papers(300, seed=seed).items():
            archive.writestr(name, content)
    files, headers = {"files": ("卷宗.zip", packed.getvalue())}, {"Authorization": f"Bearer {key}"}
    answer = httpx.post(f"{address}/api/v1/dossiers", files=files, headers=headers).raise_for_status()
    return address + str(answer.json()["status"])


def dossier(megabytes: int, shape: str) -> dict[str, bytes]:
    """Files of this size together, each time others: bytes that nothing can shorten, as those of scans are."""
    number = SHAPES[shape] or 8
    files = {f"{n:03d}-卷.pdf": secrets.token_bytes(megabytes * MB // number) for n in range(1, number + 1)}
    if SHAPES[shape]:
        return files
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return {"卷宗.zip": packed.getvalue()}


def send(address: str, key: str, files: dict[str, bytes]) -> Upload:
    """Uploads as a case system does, piece by piece.

    Raises:
        RuntimeError: the answer is not a receipt.
    """
    body = list(_body(files))
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
    connection.putrequest("POST", "/api/v1/dossiers")
    connection.putheader("Authorization", f"Bearer {key}")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={_BOUNDARY}")
    connection.putheader("Content-Length", str(sum(map(len, body))))
    connection.endheaders()
    began = time.perf_counter()
    for piece in body:
        connection.send(piece)
    last = time.perf_counter()
    answer = connection.getresponse()
    receipt = json.loads(answer.read())
    done = time.perf_counter()
    connection.close()
    if answer.status != 202 or not receipt["status"] or receipt["repeat"]:
        raise RuntimeError(f"{answer.status}: {receipt}")
    return Upload(1000 * (last - began), 1000 * (done - last))


def _body(files: dict[str, bytes]) -> Iterator[bytes]:
    for name, content in files.items():
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        yield head.encode()
        for start in range(0, len(content), _PIECE):
            yield content[start : start + _PIECE]
        yield b"\r\n"
    yield f"--{_BOUNDARY}--\r\n".encode()


def summary(megabytes: int, shape: str, took: list[Upload]) -> Latency:
    """The nearest rank: of ten uploads the worst is both percentiles."""
    answers = sorted(one.answer for one in took)

    def rank(part: float) -> float:
        return round(answers[min(len(answers) - 1, int(part * len(answers)))], 1)

    median = round(statistics.median(answers), 1)
    sending = round(statistics.median(one.sending for one in took), 1)
    return Latency(megabytes, shape, len(took), median, rank(0.95), rank(0.99), round(answers[-1], 1), sending)


def ratios(found: list[Latency]) -> dict[str, float]:
    """The median of the largest dossier against that of the smallest, by shape."""
    by = {(one.shape, one.megabytes): one.median for one in found}
    sizes = [one.megabytes for one in found]
    return {shape: round(by[shape, max(sizes)] / by[shape, min(sizes)], 2) for shape in SHAPES}


def markdown(found: list[Latency]) -> str:
    """The table as the documentation shows it."""
    lines = [
        "| dossier | sent as | uploads | sending, median | last byte to 202: median | p95 | p99 | worst |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for one in found:
        times = f"{one.sending:.0f} | {one.median:.0f} | {one.p95:.0f} | {one.p99:.0f} | {one.worst:.0f}"
        lines.append(f"| {one.megabytes} MB | {one.shape} | {one.count} | {times} |")
    large = ", ".join(f"{shape} {ratio:.1f} x" for shape, ratio in ratios(found).items())
    return "\n".join([*lines, "", f"Milliseconds. The largest against the smallest, medians of the same run: {large}."])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the uploads")
    parser.add_argument("--keep", action="store_true", help="write the figures to benchmarks/results")
    chosen = parser.parse_args()
    plan = {size: max(2, times // 5) for size, times in PLAN.items()} if chosen.quick else PLAN
    found = [*measure(plan), measure_beside_a_worker()]
    print(markdown(found))  # noqa: T201
    if chosen.keep:
        figures = {"machine": describe_machine(), "ratio": ratios(found), "uploads": [asdict(one) for one in found]}
        text = json.dumps(figures, ensure_ascii=False, indent=2) + "\n"
        (RESULTS / "upload_latency.json").write_text(text, encoding="utf-8")
        (RESULTS / "upload_latency.md").write_text(markdown(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
