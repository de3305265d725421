"""`jiuzhu annotations`: gold out of the queue of annotation, as files that evaluation and training read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.settings import read_settings
from dossier.errors import JiuzhuError

annotations_app = typer.Typer(help="标注：导出已定的标注", no_args_is_help=True)


@annotations_app.callback()
def _group() -> None:
    """标注：导出已定的标注。"""


@annotations_app.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", help="写入的目录；须为新目录或空目录", file_okay=False)],
    since: Annotated[
        str | None, typer.Option("--since", help="只导出这一天起定下的标注，如 2026-03-01", metavar="DATE")
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="不遮蔽姓名、号码和住址；留痕")] = False,
    sealed: Annotated[bool, typer.Option("--sealed", help="连同未成年人封存案件；留痕")] = False,
) -> None:
    """导出两人一致或经裁定的标注，供 jiuzhu evaluate 和 jiuzhu train --gold 使用。"""
    import datetime as dt

    from api.accounts.audit import record
    from api.annotation.gold import RECORDS, TEXTS, gold_of
    from api.store.opening import open_store

    try:
        day = dt.date.fromisoformat(since) if since else None
    except ValueError:
        raise JiuzhuError("annotation.since", "--since 不是日期", "须写作 2026-03-01") from None
    if out.is_dir() and any(out.iterdir()):
        raise JiuzhuError("annotation.folder", f"{out.name} 不是空目录", "请给出新的目录，以免与旧的标注混在一起")
    store = open_store(read_settings())
    try:
        with store.read() as session:
            gold = gold_of(session, store, since=day, names=names, sealed=sealed)
        with store.begin() as session:
            record(session, "system", "annotation.export", None, **gold.facts())
    finally:
        store.engine.dispose()
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in gold.files().items():
        (out / name).write_text(content, encoding="utf-8")
    typer.echo(f"{gold.summary['cases']} 案，{gold.summary['values_settled']} 项已定，写入 {out}")
    if gold.summary["left_out"]:
        left = gold.summary["left_out"]
        typer.echo(
            f"未导出：卷内材料已变 {left.get('other_papers', 0)} 项，文字已不在原处 {left.get('words_moved', 0)} 项",
            err=True,
        )
    typer.echo(f"评测：jiuzhu evaluate {out / RECORDS} {out / TEXTS}")
