"""What the renderers take: a paper as a list of paragraphs and tables."""

from __future__ import annotations

from dataclasses import dataclass

Table = tuple[tuple[str, ...], ...]
"""Rows of cells."""

Block = str | Table


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Starts a new page where the format has pages."""


def as_lines(blocks: list[Block | PageBreak] | list[str]) -> list[str]:
    """One line for each paragraph and each table row (cells parted by tabs); page breaks are dropped."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, str):
            lines.append(block)
        elif not isinstance(block, PageBreak):
            lines.extend("\t".join(row) for row in block)
    return lines
