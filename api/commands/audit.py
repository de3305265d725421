"""`jiuzhu audit`: whether the trail is whole, and the trail itself as lines of JSON."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from api.settings import read_settings

audit_app = typer.Typer(help="留痕：核验、导出", no_args_is_help=True)


@audit_app.command("verify")
def verify_chain() -> None:
    """逐条核验留痕是否衔接；发现改动时退出码为 1。"""
    from api.accounts.audit import verify
    from api.store.opening import open_store

    found = verify(open_store(read_settings()))
    if found.broken_at is not None:
        typer.echo(f"第 {found.broken_at} 条与前文不衔接：记录可能被改动", err=True)
        raise typer.Exit(1)
    typer.echo(f"{found.entries} 条，逐条衔接；末条摘要 {found.last}")


@audit_app.command("export")
def export(
    of: Annotated[str | None, typer.Option(help="只导出这一对象，如 dossier:…")] = None,
) -> None:
    """导出留痕，每行一条 JSON，新的在前。"""
    from api.accounts.audit import entries
    from api.store.opening import open_store

    with open_store(read_settings()).read() as session:
        for e in entries(session, limit=10_000_000, object_=of):
            typer.echo(
                json.dumps(
                    {
                        "seq": e.seq,
                        "at": e.at.isoformat(),
                        "actor": e.actor,
                        "action": e.action,
                        "object": e.object,
                        "detail": e.detail,
                        "before": e.before,
                        "hash": e.hash,
                    },
                    ensure_ascii=False,
                )
            )
