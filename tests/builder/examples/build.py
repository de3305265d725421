"""Builds the example dossiers under `examples/` from `sources/`: `python -m tests.builder.examples.build`.

Six forms, one each: a folder of text files, a ZIP with GBK names, a Word document, a PDF with a text layer, a scanned
PDF and a folder of mixed formats. Needs the dev dependencies and, for the scan, a Chinese font.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.builder.render import render_docx, render_html, render_pdf, render_scan_pdf, render_txt, render_zip
from tests.builder.tables import Block, PageBreak

SOURCES = Path(__file__).parent / "sources"
EXAMPLES = Path(__file__).parents[3] / "examples"
_SEED = 6

Source = dict[str, Any]
Paper = list[Block | PageBreak]


def sources() -> list[Source]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(SOURCES.glob("*.yaml"))]


def _papers(source: Source) -> Iterator[tuple[str, Paper, str]]:
    """Name, lines and encoding of each document."""
    for document in source["documents"]:
        yield document["name"], list(document["text"].splitlines()), document.get("encoding", "utf-8")


def _whole(source: Source) -> Paper:
    """All documents behind each other, each on a new page."""
    paper: Paper = []
    for _, lines, _ in _papers(source):
        paper += [PageBreak(), *lines] if paper else lines
    return paper


def _file(name: str, paper: Paper, encoding: str) -> bytes:
    if name.endswith(".docx"):
        return render_docx(paper, split_runs=random.Random(_SEED))
    if name.endswith(".html"):
        return render_html(paper, title=name.removesuffix(".html"), encoding=encoding)
    if name.endswith(".pdf"):
        return render_pdf(paper)
    return render_txt(paper, encoding=encoding)


def _write_folder(source: Source, place: Path) -> None:
    place.mkdir()
    for name, paper, encoding in _papers(source):
        (place / name).write_bytes(_file(name, paper, encoding))


def _write_zip(source: Source, place: Path) -> None:
    folder = place.stem
    files = {f"{folder}/{name}": _file(name, paper, encoding) for name, paper, encoding in _papers(source)}
    place.write_bytes(render_zip(files, name_encoding="gbk"))


def _write_docx(source: Source, place: Path) -> None:
    place.write_bytes(render_docx(_whole(source), split_runs=random.Random(_SEED)))


def _write_pdf(source: Source, place: Path) -> None:
    place.write_bytes(render_pdf(_whole(source), header="刑事检察卷宗", page_numbers=True))


def _write_scan(source: Source, place: Path) -> None:
    place.write_bytes(render_scan_pdf(_whole(source), dpi=150, noise=random.Random(_SEED), skew=0.4))


WRITERS: dict[str, Callable[[Source, Path], None]] = {
    "folder": _write_folder,
    "mixed": _write_folder,
    "zip-gbk": _write_zip,
    "docx": _write_docx,
    "pdf": _write_pdf,
    "scan": _write_scan,
}


def build(target: Path = EXAMPLES) -> list[Path]:
    """Writes every example anew; nothing else below `target` is touched."""
    target.mkdir(exist_ok=True)
    built = []
    for source in sources():
        place = target / source["name"]
        if place.is_dir():
            shutil.rmtree(place)
        place.unlink(missing_ok=True)
        WRITERS[source["form"]](source, place)
        built.append(place)
    return built


if __name__ == "__main__":
    build()
