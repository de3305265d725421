"""`jiuzhu serve`: the service on this machine, with a worker beside it unless told otherwise."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from api.settings import Settings, read_settings


def serve_command(
    host: Annotated[str, typer.Option(help="监听地址；对外服务时设为 0.0.0.0，前面放置 HTTPS 代理")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口")] = 8000,
    workers: Annotated[int, typer.Option(min=0, max=64, help="随服务运行的筛查进程数；0 为不运行")] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="演示：临时数据，载入随附卷宗，每种角色一个账号")] = False,
) -> None:
    """运行服务：上传接口、后台筛查和网页。"""
    import uvicorn

    from api.app import create_app
    from api.jobs.crew import Crew
    from api.service import build_service
    from api.store.retention import remove_orphans

    settings = read_settings()
    if demo:
        settings = settings.model_copy(update={"data_dir": Path(tempfile.mkdtemp(prefix="jiuzhu-demo-"))})
    service = build_service(settings)
    remove_orphans(service.store)  # what a killed server left of its uploads
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    if demo:
        from api.demo import furnish

        for login, role, password in furnish(service.store):
            typer.echo(f"  {login:<14}{password:<22}{role}")
    elif not _has_accounts(settings):
        typer.echo(
            "尚无账号。请另开终端运行：jiuzhu user add 登录名 --name 姓名 --office 单位 --role administrator", err=True
        )
    crew = Crew(settings, workers) if workers else None
    if crew is not None:
        crew.start()
    typer.echo(f"救助已启动：http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}/")
    try:
        uvicorn.run(create_app(service), host=host, port=port, log_level="warning", access_log=False)
    finally:
        if crew is not None:
            crew.stop()


def _has_accounts(settings: Settings) -> bool:
    from sqlalchemy import select

    from api.store.opening import open_store
    from api.store.tables import User

    with open_store(settings).read() as session:
        return session.scalars(select(User.id).limit(1)).first() is not None
