"""A dossier opened for somebody: its current result and papers, masked unless that person has unmasked it.

Routes, pages and letters all read through here, so that none of them can show more than another.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from api.accounts.masking import Mask, hidden_name, is_unmasked, mask_of
from api.accounts.rights import Permission, Visitor
from api.accounts.visibility import NotFound, require_dossier
from api.changes import Changes
from api.schemas import ScreeningResult
from api.screened import Screened
from api.store.intake import dossier_metadata, dossier_name, dossier_number
from api.store.missed import missed_names
from api.store.papers import load_dossier
from api.store.results import load_result
from api.store.store import Store
from api.store.tables import DossierRow
from dossier.errors import JiuzhuError

_KEPT = 6  # opened dossiers kept in memory; a 500-page one takes about 10 MB


class NotReady(JiuzhuError):
    """The dossier has no result yet."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Attributes:
    screened: result and papers as they may be shown.
    original: the same without the mask, for finding places; never shown.
    mask: None when this person sees names and numbers.
    drawn: what pages have worked out from `screened`, kept as long as it is; never changed once it is there.
    """

    row: DossierRow = field(repr=False)
    screened: Screened = field(repr=False)
    original: Screened = field(repr=False)
    mask: Mask | None = field(repr=False)
    changes: Changes | None = field(repr=False)
    drawn: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def result(self) -> ScreeningResult:
        return self.screened.result

    @property
    def masked(self) -> bool:
        return self.mask is not None


@dataclass(frozen=True, slots=True)
class _Entry:
    plain: Screened = field(repr=False)
    masked: Screened = field(repr=False)
    mask: Mask = field(repr=False)
    missed: tuple[str, ...] = field(repr=False)  # names that the mask covers beside those of the result
    changes: Changes | None = field(repr=False)
    drawn: dict[str, Any] = field(default_factory=dict, repr=False)
    drawn_masked: dict[str, Any] = field(default_factory=dict, repr=False)


class Shelf:
    """The dossiers opened last, by result; a new result is another entry."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, session: Session, store: Store, row: DossierRow) -> _Entry:
        assert row.result_id is not None
        missed = missed_names(session, store, row.id)
        with self._lock:
            known = self._entries.get(row.result_id)
            if known is not None and known.missed == missed:
                self._entries.move_to_end(row.result_id)
                return known
        kept = load_result(session, store, row.result_id)
        part = kept.result.dossier
        dossier = load_dossier(session, store, row.id, part.name, part.sha256)
        mask = mask_of(kept.result, dossier, missed)
        entry = _Entry(
            Screened(kept.result, dossier),
            Screened(mask.result(kept.result), mask.dossier(dossier)),
            mask,
            missed,
            kept.changes,
        )
        with self._lock:
            self._entries[row.result_id] = entry
            while len(self._entries) > _KEPT:
                self._entries.popitem(last=False)
        return entry

    def card(self, row: DossierRow, card: dict[str, Any]) -> dict[str, Any]:
        """A lead's card masked."""
        masked: dict[str, Any] = self.mask_for(row, card).json(card)
        return masked

    def mask_for(self, row: DossierRow, card: dict[str, Any]) -> Mask:
        """What covers words about a lead: without opening the whole dossier where the card's own names are enough.

        The card of somebody who is no longer found has names that the current result does not know.
        """
        names: dict[str, str] = card.get("people", {})
        entry = self._entries.get(row.result_id) if row.result_id is not None else None
        if entry is None:
            return Mask(dict(names), {})
        return entry.mask if names.keys() <= entry.mask.names.keys() else Mask({**names, **entry.mask.names}, {})

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


def open_dossier_for(session: Session, store: Store, shelf: Shelf, visitor: Visitor, dossier_id: str) -> Opened:
    """Raises: NotFound; NotReady before the first screening."""
    row = require_dossier(session, visitor, dossier_id)
    if not visitor.may(Permission.READ):
        raise NotFound("dossier.not_found", "没有这件卷宗，或您无权查阅", "请核对地址")
    if row.result_id is None:
        raise NotReady("dossier.not_ready", "这件卷宗还没有筛查结果", "请稍后再看，或查看处理进度")
    entry = shelf.get(session, store, row)
    plain = is_unmasked(session, visitor, dossier_id)
    mask = None if plain else entry.mask
    changes = entry.changes
    if mask is not None and changes is not None:
        cover = mask.with_names((*changes.lost, *(was for was, _ in changes.renamed)))
        changes = Changes.of_json(cover.json(changes.as_json()))
    drawn = entry.drawn if plain else entry.drawn_masked
    return Opened(row, entry.plain if plain else entry.masked, entry.plain, mask, changes, drawn)


def mask_for(session: Session, store: Store, shelf: Shelf, row: DossierRow) -> Mask:
    """What covers words about a dossier; before the first screening it knows no names but those that the words tell."""
    return shelf.get(session, store, row).mask if row.result_id is not None else Mask({}, {})


def shown_name(session: Session, store: Store, shelf: Shelf, visitor: Visitor, row: DossierRow) -> str:
    """The dossier's name as this visitor may see it."""
    name = dossier_name(store, row)
    if is_unmasked(session, visitor, row.id):
        return name
    return hidden_name(name) if row.result_id is None else shelf.get(session, store, row).mask.file_name(name)


def shown_file(session: Session, visitor: Visitor, row: DossierRow, name: str) -> str:
    """The name of a file of which nothing has been read."""
    return name if is_unmasked(session, visitor, row.id) else hidden_name(name)


def shown_metadata(
    session: Session, store: Store, shelf: Shelf, visitor: Visitor, row: DossierRow
) -> dict[str, Any] | None:
    """What came beside the files, for whoever reads the dossier; covered like everything else in it."""
    metadata = dossier_metadata(store, row) if visitor.may(Permission.READ) else None
    if metadata is None or is_unmasked(session, visitor, row.id):
        return metadata
    if row.result_id is None:
        return None
    masked: dict[str, Any] = shelf.get(session, store, row).mask.told_beside(metadata)
    return masked


def shown_number(store: Store, row: DossierRow) -> str | None:
    """The case number; it names an office and a count, nobody."""
    return dossier_number(store, row)
