"""`jiuzhu screen`: dossiers in, leads out.

Results go to standard output or into files, and nothing else does; progress goes to standard error, and only when that
is a terminal. A dossier that fails becomes an error record, the rest is still screened.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.commands.progress import ReadingProgress
from api.errors import failure_of
from api.export import load_exports
from api.exports.table import show
from api.output import INDEX_STEM, FileNames, is_own_output, write
from api.screened import Failed, Outcome
from api.settings import read_settings
from api.web.pages import batch_page
from api.wiring import Screener, build_screener
from api.wording import LEVELS
from dossier.errors import JiuzhuError
from dossier.gathering import is_litter
from dossier.natural_order import natural_key
from dossier.upload import safe_name


class Format(StrEnum):
    """Values of `--format`; a test holds them equal to the exports that there are."""

    TABLE = "table"
    JSON = "json"
    HTML = "html"


def screen_command(
    paths: Annotated[
        list[Path],
        # An unreadable path is a dossier with an error record, not a wrong call: the others are still screened.
        typer.Argument(metavar="路径…", help="文件、压缩包或文件夹，各算一件卷宗", show_default=False, readable=False),
    ],
    each: Annotated[bool, typer.Option("--each", help="路径之下的每个文件各算一件卷宗")] = False,
    output_format: Annotated[
        Format,
        typer.Option("--format", help="table 可读表格；json 每件一行；html 单页报告，离线可看"),
    ] = Format.TABLE,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="结果写入此文件夹，每件卷宗一个文件", file_okay=False, show_default=False),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="日期", help="规则适用日，如 2026-03-01；默认今天", show_default=False),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度")] = False,
) -> None:
    """筛查卷宗：找出被害人，逐人列出卷内记载、救助线索级别、条文依据、缺什么、向谁要。

    退出码：0 全部筛查；1 有卷宗未能筛查（各有错误记录，其余照常）；2 调用有误。
    """
    day = _day(as_of)
    targets = _targets(paths, each)
    screener = _screener(day)
    writer = _Writer(output_format, out)
    tally: Counter[str] = Counter()
    for number, target in enumerate(targets, 1):
        outcome = _attempt(screener, target, day, ReadingProgress(number, len(targets), quiet=quiet))
        tally["failed" if isinstance(outcome, Failed) else outcome.result.lead.level] += 1
        writer.take(outcome)
    writer.close(tally)
    raise typer.Exit(1 if tally["failed"] else 0)


def _attempt(screener: Screener, target: Path, day: date, progress: ReadingProgress) -> Outcome:
    try:
        with progress:
            return screener.screen_path(target, as_of=day, progress=progress.tell)
    except Exception as error:  # one dossier must not cost the others; nothing of it may reach a traceback
        return failure_of(safe_name(os.path.basename(os.path.abspath(target))), error)


def _day(text: str | None) -> date:
    if text is None:
        return date.today()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise typer.BadParameter(f"“{text}”不是日期，请写成 2026-03-01 这样", param_hint="--as-of")


def _targets(paths: list[Path], each: bool) -> list[Path]:
    for path in paths:
        if not _is_there(path):
            raise typer.BadParameter(f"找不到 {path}", param_hint="路径")
    if not each:
        return paths
    found = [file for path in paths for file in _files_below(path)]
    if not found:
        raise typer.BadParameter("路径之下没有文件", param_hint="路径")
    return list(dict.fromkeys(found))


def _is_there(path: Path) -> bool:
    """Whether the path names something, readable or not; a broken link of a shell's `*` is something too."""
    try:
        path.lstat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _files_below(path: Path) -> Iterator[Path]:
    """Every file below a folder; a folder that cannot be listed stands for what is in it, and fails by its record."""
    if not os.path.isdir(path):  # unlike Path.is_dir, also false where a parent folder may not be entered
        yield path
        return
    closed: list[Path] = []
    found: list[Path] = []
    for folder, _, names in os.walk(path, onerror=lambda error: closed.append(Path(error.filename))):
        found += (file for name in names if (file := Path(folder) / name).is_file())
    wanted = (file for file in found if not is_litter(str(file.relative_to(path))) and not is_own_output(file))
    yield from sorted((*wanted, *closed), key=lambda file: natural_key(file.relative_to(path).as_posix()))


def _screener(day: date) -> Screener:
    try:
        screener = build_screener(read_settings())
        screener.rules.at(day)  # a day without rules is a wrong call, not the failure of every dossier
    except JiuzhuError as error:
        raise typer.BadParameter(f"{error.message}（{error.code}）。{error.hint}", param_hint="设置或日期") from None
    return screener


class _Writer:
    """Puts each outcome where it belongs as soon as it is there."""

    def __init__(self, output_format: Format, out: Path | None) -> None:
        self._format = output_format
        self._export = load_exports()[output_format]
        self._folder = out if out is not None else Path() if output_format is Format.HTML else None
        self._names = FileNames()
        self._reports: list[tuple[Outcome, str | None]] = []
        self._console = Console(highlight=False)
        if out is not None:
            try:
                out.mkdir(parents=True, exist_ok=True)
            except OSError:
                raise typer.BadParameter(f"无法建立文件夹 {out}", param_hint="--out") from None

    def take(self, outcome: Outcome) -> None:
        if self._folder is not None:
            self._to_file(outcome)
        elif self._format is Format.TABLE and self._console.is_terminal:
            show(outcome, self._console)
        else:
            typer.echo(self._export.render(outcome), nl=False)
            sys.stdout.flush()  # a reader of the lines should not wait for the last dossier

    def close(self, tally: Counter[str]) -> None:
        if self._format is Format.HTML and len(self._reports) > 1:
            self._save(f"{INDEX_STEM}.html", batch_page(tuple(self._reports)))
        if self._format is Format.TABLE and tally.total() > 1:
            parts = [f"{LEVELS[level].colour} {tally[level]} 件" for level in LEVELS if tally[level]]
            parts += [f"未能筛查 {tally['failed']} 件"] if tally["failed"] else []
            typer.echo(f"共 {tally.total()} 件卷宗：{'，'.join(parts)}")

    def _to_file(self, outcome: Outcome) -> None:
        name = self._names.name(outcome.name, self._export.suffix)
        if self._format is Format.HTML:
            self._reports.append((outcome, name))
        self._save(name, self._export.render(outcome))
        if isinstance(outcome, Failed):
            error = outcome.record.error
            typer.echo(f"{outcome.name}：{error.message}（{error.code}）。{error.hint}", err=True)

    def _save(self, name: str, content: str) -> None:
        assert self._folder is not None  # only called for files
        path = self._folder / name
        try:
            write(path, content)
        except OSError:
            raise typer.BadParameter(f"无法写入 {path}", param_hint="--out") from None
        typer.echo(str(path))
