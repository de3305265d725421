"""`python -m tests.notebooks.execute NOTEBOOK OUT`: run a notebook in the current folder and write it with its outputs.

A process of its own for each notebook: Jupyter's sockets and loops warn while they are closed, and in the test's
process every warning is an error.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

SECONDS = 600  # of one cell: a whole notebook takes less than two minutes on two idle cores


def execute(notebook: Path, out: Path) -> None:
    """Run every cell; an exception in one of them is raised with its traceback."""
    book = nbformat.read(notebook, as_version=4)
    NotebookClient(book, timeout=SECONDS, kernel_name="python3").execute(cwd=str(Path.cwd()))
    nbformat.write(book, out)


if __name__ == "__main__":
    execute(Path(sys.argv[1]), Path(sys.argv[2]))
