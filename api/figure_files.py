"""Figures as files: every table, one below the other (CSV) or on sheets of their own (XLSX)."""

from __future__ import annotations

import csv
import io

from openpyxl import Workbook

from api.statistics import Figures


def as_csv(found: Figures) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for table in found.tables:
        writer.writerow([table.title, *table.columns])
        writer.writerows([_safe(word), *values] for word, values in table.rows)
        writer.writerow([])
    return buffer.getvalue().encode("utf-8-sig")  # the mark tells Excel what it is


def as_xlsx(found: Figures) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in found.tables:
        sheet = book.create_sheet(table.title)
        sheet.append([table.title, *table.columns])
        for word, values in table.rows:
            sheet.append([_safe(word), *values])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _safe(word: str) -> str:
    """A word that no spreadsheet takes for a formula."""
    return f"'{word}" if word[:1] in "=+-@\t\r" else word
