"""How fast dossiers are read and judged, by format, how much memory that takes, and the keyword method beside it.

    python -m benchmarks.speed [--pages 300] [--scan-pages 4] [--without-ocr]

Input is seeded invented text, drawn as each format. Every run has a process of its own; the figure is the
median of three. Prints a Markdown table and writes it, with all figures, to `benchmarks/results/`.
"""

# ruff: noqa: T201 - a program for the terminal

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.invented_dossier import invented_papers
from benchmarks.machine import describe_machine
from tests.builder.render import render_docx, render_pdf, render_scan_pdf

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
Run = dict[str, float]


def run_once(method: str, path: Path) -> Run:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.one_run", method, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"speed: {method} on {path.name} failed\n{done.stderr[-1500:]}")
    figures: Run = json.loads(done.stdout.splitlines()[-1])
    return figures


def run_median(method: str, path: Path, times: int = 3) -> Run:
    """Each figure's median over several processes."""
    runs = [run_once(method, path) for _ in range(times)]
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def run_side_by_side(paths: Sequence[Path]) -> float:
    """Code points a second of all processes together, one dossier each at the same time."""
    with ThreadPoolExecutor(len(paths)) as pool:
        runs = list(pool.map(lambda path: run_once("jiuzhu", path), paths))
    slowest = max(run["read_seconds"] + run["judge_seconds"] for run in runs)
    return sum(run["characters"] for run in runs) / slowest


def write_dossiers(folder: Path, pages: int, scan_pages: int) -> dict[str, Path]:
    """The same invented papers as text, DOCX, PDF with a text layer, and a few of them as a scan."""
    papers = invented_papers(pages)
    places = {name: folder / name for name in ("txt", "docx", "pdf", "scan")}
    for place in places.values():
        place.mkdir()
    for name, text in papers.items():
        lines, stem = text.splitlines(), name.removesuffix(".txt")
        (places["txt"] / name).write_text(text, encoding="utf-8")
        (places["docx"] / f"{stem}.docx").write_bytes(render_docx(lines))
        (places["pdf"] / f"{stem}.pdf").write_bytes(render_pdf(lines))
    scanned = "".join(invented_papers(scan_pages, seed=5).values()).splitlines()
    (places["scan"] / "笔录.pdf").write_bytes(render_scan_pdf(scanned))
    return places


def rates(run: Run, pages: float) -> dict[str, float]:
    """Speeds of one run. `pages`: printed pages of the input, the same for every format."""
    whole = run["read_seconds"] + run["judge_seconds"]
    return {
        **run,
        "characters_per_second": round(run["characters"] / whole),
        "characters_per_cpu_second": round(run["characters"] / max(run["cpu_seconds"], 1e-3)),
        "pages_per_second": round(pages / whole, 2),
        "read_pages_per_second": round(pages / max(run["read_seconds"], 1e-6), 2),
    }


def markdown(figures: Mapping[str, Mapping[str, float]], together: float, keyword: Mapping[str, float]) -> str:
    lines = [
        "| input | characters a second | a processor second | pages a second | of these reading alone | peak memory |",
        "|---|---:|---:|---:|---:|---:|",
        *(_row(name, row) for name, row in figures.items()),
        f"| txt, two processes on two cores | {together:,.0f} | | | | |",
        _row("txt, keyword method", keyword),
    ]
    text = figures["txt"]
    ratio = keyword["characters_per_cpu_second"] / text["characters_per_cpu_second"]
    memory = keyword["peak_mb"] / text["peak_mb"]
    closing = (
        f"The keyword method is {ratio:.1f} times as fast by processor time; it needs {memory:.2f} times the memory."
    )
    return "\n".join([*lines, "", closing])


def _row(name: str, row: Mapping[str, float]) -> str:
    cells = (
        f"{row['characters_per_second']:,.0f}",
        f"{row['characters_per_cpu_second']:,.0f}",
        f"{row['pages_per_second']:,.1f}",
        f"{row['read_pages_per_second']:,.1f}",
        f"{row['peak_mb']:.0f} MB",
    )
    return f"| {name} | " + " | ".join(cells) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300, help="printed pages of the text dossier")
    parser.add_argument("--scan-pages", type=int, default=4)
    parser.add_argument("--without-ocr", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        places = write_dossiers(Path(place), options.pages, options.scan_pages)
        figures = {name: rates(run_median("jiuzhu", places[name]), options.pages) for name in ("txt", "docx", "pdf")}
        if not options.without_ocr:
            figures["scan (OCR)"] = rates(run_median("jiuzhu", places["scan"], 1), options.scan_pages)
        together = run_side_by_side([places["txt"], places["txt"]])
        keyword = rates(run_median("keyword", places["txt"]), options.pages)
    table = markdown(figures, together, keyword)
    print(table)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "speed.md").write_text(table + "\n", encoding="utf-8")
    data: dict[str, Any] = {
        "machine": describe_machine(),
        "printed_pages": options.pages,
        "formats": figures,
        "two_processes_characters_per_second": round(together),
        "keyword": keyword,
    }
    (RESULTS / "speed.json").write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
