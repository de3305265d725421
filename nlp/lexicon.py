"""Word lists that ship as TSV files with a source column."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def words(name: str) -> tuple[str, ...]:
    """First column of `nlp/lexicons/<name>.tsv`, without its header.

    >>> "欧阳" in words("surnames")
    True
    """
    lines = (files("nlp.lexicons") / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return tuple(line.split("\t")[0] for line in lines if line.strip())
