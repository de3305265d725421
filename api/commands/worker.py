"""`jiuzhu worker`: screening processes on their own, on this machine or another beside the same database."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from api.settings import read_settings


def worker_command(
    number: Annotated[int, typer.Option("-n", min=1, max=64, help="进程数")] = 1,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="队列空了就退出")] = False,
) -> None:
    """后台筛查：取出任务，阅读卷宗，保存结果。"""
    from api.jobs.crew import Crew
    from api.jobs.worker import Worker
    from api.store.opening import open_store
    from api.wiring import build_screener

    settings = read_settings()
    if until_idle:
        worker = Worker(open_store(settings), lambda: build_screener(settings), index=settings.search_index == "on")
        signal.signal(signal.SIGTERM, lambda *_: worker.stop())
        worker.run(until_idle=True)
        return
    crew = Crew(settings, number)
    crew.start()
    typer.echo(f"{number} 个筛查进程已启动；按 Ctrl-C 停止", err=True)
    signal.signal(signal.SIGTERM, lambda *_: crew.stop())
    try:
        crew.join()
    except KeyboardInterrupt:
        crew.stop()
