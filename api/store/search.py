"""Full-text search over the papers, Chinese words of two characters included.

In: words of a query. Out: dossiers that hold all of them, with the place and the words around it. The index holds
pairs of neighbouring characters (低保, 保证); a longer word is a row of pairs, a single character the beginning of one.
The index cannot say more than that a pair stands in a passage; the words around a hit come from the sealed text.
Traditional and full-width characters are found by plain ones and the other way round: a character is replaced by one,
so that offsets hold.
Numbers of people are not in it, nor any other of seven digits and more: nothing is found by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, String, bindparam, column, delete, select, text
from sqlalchemy.orm import Session

from api.accounts.personal_numbers import without_numbers
from api.store.store import Store
from api.store.tables import DossierRow, Paper, Passage
from dossier.document import Dossier
from nlp.text_view import normal

_PASSAGE = 3000  # code points; PostgreSQL numbers at most 16,383 words of one row
_OVERLAP = 40  # a phrase up to this long is found across the border of two passages
COUNTED = 1000  # dossiers that hold the words are counted so far
_AROUND = 36  # code points of a snippet on each side
_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[0-9a-zA-Z]+")
_QUOTED = re.compile(r"[“\"]([^”\"]+)[”\"]|(\S+)")


@dataclass(frozen=True, slots=True)
class Hit:
    """Attributes:
    start, end: of the first word found, code points into the paper's text.
    snippet: the words around it, `before` code points of them before the place; `marks` are offsets into it.
    """

    dossier_id: str
    document_id: str
    start: int
    end: int
    snippet: str = field(repr=False)
    marks: tuple[tuple[int, int], ...]
    before: int


@dataclass(frozen=True, slots=True)
class Found:
    """Attributes:
    total: dossiers counted, `COUNTED` at most unless a later page was asked for.
    more: there are more than that.
    """

    total: int
    more: bool
    hits: tuple[Hit, ...]


def words_of(content: str) -> Iterator[str]:
    """The words of the index: pairs of Han characters, the last of a run alone too, runs of letters and digits.

    >>> list(words_of("低保户，ID7"))
    ['低保', '保户', '户', 'id7']
    """
    for run in _RUN.findall(content):
        if run[0].isascii():
            yield run.lower()[:64]
        else:
            yield from (run[i : i + 2] for i in range(len(run)))


@dataclass(frozen=True, slots=True)
class PassageWords:
    """The words of one stretch of a paper; `start` and `end` are code points into its text."""

    document: str
    start: int
    end: int
    words: Sequence[str] = field(repr=False)


def passages_of(dossier: Dossier) -> list[PassageWords]:
    """What goes into the index: needs no database, so that no transaction need wait for it."""
    found = []
    for document in dossier.documents:
        content = normal(without_numbers(document.text))
        for start in range(0, max(1, len(content)), _PASSAGE):
            end = min(len(content), start + _PASSAGE + _OVERLAP)
            if words := list(words_of(content[start:end])):
                found.append(PassageWords(document.id, start, end, words))
    return found


def index_passages(session: Session, store: Store, dossier_id: str, passages: Sequence[PassageWords]) -> None:
    """Puts these passages in the place of those before."""
    forget(session, dossier_id)
    for part in passages:
        passage = Passage(dossier_id=dossier_id, document=part.document, start=part.start, end=part.end)
        session.add(passage)
        session.flush()
        put_words(session, store.dialect, passage.id, part.words)


def put_words(session: Session, dialect: str, passage_id: int, words: Sequence[str]) -> None:
    if dialect == "sqlite":
        session.execute(
            text("INSERT INTO passage_words (rowid, words) VALUES (:id, :words)"),
            {"id": passage_id, "words": " ".join(words)},
        )
    else:
        session.execute(
            text("INSERT INTO passage_words (id, words) VALUES (:id, CAST(:words AS tsvector))"),
            {"id": passage_id, "words": _vector(words)},
        )


def forget(session: Session, dossier_id: str) -> None:
    """Takes a dossier out of the index."""
    session.execute(delete(Passage).where(Passage.dossier_id == dossier_id))


def find(
    session: Session, store: Store, query: str, *, visible: ColumnElement[bool], limit: int = 20, offset: int = 0
) -> Found:
    """Dossiers that hold every word of the query, newest first.

    Args:
        query: words parted by blanks; one in quotation marks may hold blanks.
        visible: which dossiers the visitor may see, over `DossierRow`.
    """
    sought = sought_in(query)
    if not sought:
        return Found(0, False, ())
    inside = select(DossierRow.id).where(visible, DossierRow.deleted_at.is_(None))
    for words in sought:
        inside = inside.where(DossierRow.id.in_(_dossiers_with(store.dialect, words)))
    most = max(COUNTED, offset + limit)
    inside = inside.order_by(DossierRow.created_at.desc(), DossierRow.id).limit(most + 1)
    matched = list(session.scalars(inside))
    hits = (_hit(session, store, dossier_id, sought) for dossier_id in matched[offset : offset + limit])
    return Found(min(len(matched), most), len(matched) > most, tuple(hit for hit in hits if hit is not None))


def sought_in(query: str) -> list[str]:
    """The words of a query, one in quotation marks as one, in plain characters.

    >>> sought_in("低保 “重傷 二级” ，")
    ['低保', '重伤 二级']
    """
    return [words for a, b in _QUOTED.findall(query) if _RUN.search(words := normal(a or b))][:8]


def places_in(query: str, content: str) -> Iterator[tuple[int, int]]:
    """Where words of a query stand in a text, as the page of a dossier marks them (`find` of `report.js`).

    >>> list(places_in("重伤二级 低保", "系低保户，重傷二级，低保"))
    [(1, 3), (5, 9), (10, 12)]
    """
    if sought := sorted(sought_in(query), key=len, reverse=True):
        for match in re.finditer("|".join(map(_loose, sought)), normal(content), re.IGNORECASE):
            yield match.span()


def _dossiers_with(dialect: str, words: str) -> Select[tuple[str]]:
    joined = "passage_words.rowid = passage.id" if dialect == "sqlite" else "passage_words.id = passage.id"
    matches = "passage_words MATCH :words" if dialect == "sqlite" else "passage_words.words @@ CAST(:words AS tsquery)"
    runs = _RUN.findall(words)
    asked = (
        " AND ".join(_fts5(run) for run in runs) if dialect == "sqlite" else " & ".join(_tsquery(run) for run in runs)
    )
    sql = f"SELECT passage.dossier_id FROM passage JOIN passage_words ON {joined} WHERE {matches}"
    clause = text(sql).bindparams(bindparam("words", asked, unique=True)).columns(column("dossier_id", String))
    return select(clause.subquery().c.dossier_id)


def _fts5(run: str) -> str:
    if run[0].isascii():
        return f'"{run.lower()[:64]}"'
    return f'"{run}"*' if len(run) == 1 else '"' + " ".join(_pairs(run)) + '"'


def _tsquery(run: str) -> str:
    if run[0].isascii():
        return f"'{run.lower()[:64]}'"
    return f"'{run}':*" if len(run) == 1 else "(" + " <-> ".join(f"'{pair}'" for pair in _pairs(run)) + ")"


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _hit(session: Session, store: Store, dossier_id: str, sought: Sequence[str]) -> Hit | None:
    """The place of the rarest-looking (longest) word, with all words marked in the snippet."""
    first = max(sought, key=len)
    for row in session.scalars(select(Paper).where(Paper.dossier_id == dossier_id).order_by(Paper.position)):
        content = store.vault.open_text(row.text_sealed, f"paper.text:{dossier_id}:{row.document}")
        plain = normal(content)
        match = re.search(_loose(first), plain, re.IGNORECASE)
        if match is None:
            continue
        low, high = max(0, match.start() - _AROUND), min(len(content), match.end() + _AROUND)
        marks = sorted(
            m.span()
            for words in sought
            for m in re.finditer(_loose(words), plain[low:high], re.IGNORECASE)
            if m.end() > m.start()
        )
        around = content[low:high]
        return Hit(dossier_id, row.document, match.start(), match.end(), around, tuple(marks), match.start() - low)
    return None


def _loose(words: str) -> str:
    """The words with anything that is no letter between their runs: the index does not know punctuation."""
    return r"[^\w]*".join(re.escape(run) for run in _RUN.findall(words))


def _vector(words: Sequence[str]) -> str:
    places: dict[str, list[int]] = {}
    for position, word in enumerate(words, 1):
        if len(places.setdefault(word, [])) < 255:  # PostgreSQL keeps no more
            places[word].append(min(position, 16383))
    return " ".join(f"'{word}':{','.join(map(str, at))}" for word, at in places.items())
