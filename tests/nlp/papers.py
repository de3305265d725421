"""Plain documents for tests of reading."""

from __future__ import annotations

from dossier.document import Document, Dossier, Page, ReadingMode
from nlp.people import Cast, resolve_people
from nlp.reading import read


def document(text: str, name: str = "文书.txt", number: int = 1) -> Document:
    return Document(f"d{number}", name, text, (Page(1, 0, len(text), ReadingMode.PLAIN),))


def dossier(*texts: str) -> Dossier:
    return Dossier("x", "x", "0", tuple(document(text, f"{n}.txt", n) for n, text in enumerate(texts, 1)))


def cast(*texts: str) -> Cast:
    return resolve_people([read(paper) for paper in dossier(*texts).documents])
