"""How far reading has come, shown on a terminal and nowhere else."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Display

from dossier.progress import Progress


class ReadingProgress:
    """Bar of one dossier on standard error; it is gone when the dossier is done, so that results stay readable.

    Args:
        number: of this dossier, from 1, of `total`.
        quiet: show nothing.
    """

    def __init__(self, number: int, total: int, *, quiet: bool = False) -> None:
        console = Console(stderr=True)
        self._head = f"卷宗 {number}/{total}"
        self._display = Display(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f}/{task.total:.0f} 页　余"),
            TimeRemainingColumn(compact=True),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._task: TaskID | None = None

    def tell(self, progress: Progress) -> None:
        """Takes what `dossier.opening` reports after each page."""
        words = f"{self._head}　文书 {progress.documents_done}/{progress.documents_total}"
        if self._task is None:
            self._task = self._display.add_task(words, total=progress.pages_total)
        self._display.update(self._task, description=words, completed=progress.pages_done, total=progress.pages_total)

    def __enter__(self) -> ReadingProgress:
        self._display.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._display.stop()
