"""How quickly a long dossier opens and scrolls in a browser: `python -m benchmarks.long_dossier`.

Uploads an invented dossier of 500 pages and one of five to a real server, lets the worker screen them, and opens both
in Chromium: from the click until the first evidence is painted, until the page is whole, and frames while the papers
are scrolled from end to end. The short dossier in the same run says what length costs, whatever the machine.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.invented_dossier import invented_papers
from benchmarks.machine import describe_machine

CHROMIUM = Path("/usr/bin/chromium")
_OPENED = """() => {
  const [entry] = performance.getEntriesByType('navigation');
  const paint = performance.getEntriesByType('paint').find(p => p.name === 'first-contentful-paint');
  return {paint: paint ? paint.startTime : null, whole: entry.loadEventEnd, answer: entry.responseEnd};
}"""
_SCROLL = """async () => {
  const pane = document.querySelector('.pages') || document.scrollingElement;
  const frames = []; let before = performance.now(); const until = before + 2500;
  return await new Promise(resolve => {
    const step = now => {
      frames.push(now - before); before = now;
      pane.scrollTop += pane.scrollHeight / 150;
      if (now < until) requestAnimationFrame(step); else resolve(frames.slice(1));
    };
    requestAnimationFrame(step);
  });
}"""


@dataclass(frozen=True, slots=True)
class Opening:
    """Milliseconds of one dossier, medians over several openings; `first_time` is the first evidence when nobody has
    opened the dossier since the server began; `bytes_` is what the page weighs."""

    pages: int
    answer: float
    first_paint: float
    evidence: float
    first_time: float
    whole: float
    frame_median: float
    frame_p95: float
    bytes_: int


def measure(pages: list[int], times: int) -> list[Opening]:
    from playwright.sync_api import sync_playwright

    from tests.service.site import come_in, real_server

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "data"
        folder.mkdir()
        password = _make_account(folder)
        with real_server(folder, JIUZHU_MODEL="off") as address, sync_playwright() as started:
            browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
            tab = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
            tab.goto(f"{address}/sign-in")
            come_in(tab, "zhou", password)
            tab.wait_for_selector(".work")
            cookies = {c["name"]: c["value"] for c in tab.context.cookies()}
            found = [_measure_one(tab, address, cookies, number, times) for number in pages]
            browser.close()
    return found


def _make_account(folder: Path) -> str:
    command = [sys.executable, "-m", "api.cli", "user", "add", "zhou", "--name", "周", "--office", "临溪县人民检察院"]
    made = subprocess.run(
        [*command, "--role", "leader"],
        env={"JIUZHU_DATA_DIR": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.strip().rsplit("：", 1)[1]


def _measure_one(tab: Any, address: str, cookies: dict[str, str], pages: int, times: int) -> Opening:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in invented_papers(pages, seed=pages).items():
            archive.writestr(name, text)
    word = tab.locator("meta[name=csrf]").get_attribute("content")
    with httpx.Client(base_url=address, cookies=cookies, headers={"X-CSRF-Token": word}, timeout=120) as client:
        answer = client.post("/api/v1/dossiers", files={"files": (f"{pages}.zip", packed.getvalue())})
        dossier = answer.raise_for_status().json()["dossier"]
        while client.get(f"/api/v1/dossiers/{dossier}").json()["state"] != "screened":
            time.sleep(0.5)
    page = f"{address}/dossiers/{dossier}"
    seen: list[dict[str, float]] = []
    weight = 0
    for _ in range(times):
        started = time.perf_counter()
        answered = tab.goto(page, wait_until="commit")
        tab.locator("mark").first.wait_for(state="visible")
        evidence = 1000 * (time.perf_counter() - started)
        tab.wait_for_load_state("load")
        seen.append({**tab.evaluate(_OPENED), "evidence": evidence})
        weight = len(answered.body())
    frames = sorted(tab.evaluate(_SCROLL))

    def median(key: str) -> float:
        return round(statistics.median(one[key] or 0.0 for one in seen), 1)

    return Opening(
        pages,
        median("answer"),
        median("paint"),
        median("evidence"),
        round(seen[0]["evidence"], 1),
        median("whole"),
        round(statistics.median(frames), 1),
        round(frames[int(0.95 * len(frames))], 1),
        weight,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    chosen = parser.parse_args()
    short, long = measure([5, chosen.pages], chosen.times)
    for one in (short, long):
        print(  # noqa: T201
            f"{one.pages} pages, {one.bytes_ / 1024:.0f} KiB: answer {one.answer:.0f} ms, first paint "
            f"{one.first_paint:.0f} ms, first evidence {one.evidence:.0f} ms ({one.first_time:.0f} ms the first "
            f"time), whole {one.whole:.0f} ms; "
            f"a frame while scrolling {one.frame_median:.0f} ms (95 %: {one.frame_p95:.0f} ms)"
        )
    print(f"first evidence: {long.evidence / short.evidence:.1f} x the short one")  # noqa: T201
    if chosen.out is not None:
        figures = {"machine": describe_machine(), "short": asdict(short), "long": asdict(long)}
        chosen.out.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
