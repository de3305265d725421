"""What screening one dossier yields inside the product: the result, and the dossier that its spans point into.

Exports need both: the result for what is said, the dossier for the words around it. Neither is ever changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from api.schemas import ErrorRecord, ScreeningResult
from dossier.document import Dossier


@dataclass(frozen=True, slots=True)
class Screened:
    """A screened dossier; `repr` shows no dossier text."""

    result: ScreeningResult = field(repr=False)
    dossier: Dossier = field(repr=False)

    @property
    def name(self) -> str:
        return self.result.dossier.name


@dataclass(frozen=True, slots=True)
class Failed:
    """A dossier that could not be screened, with the record that stands in its place."""

    record: ErrorRecord = field(repr=False)

    @property
    def name(self) -> str:
        return self.record.dossier.name


Outcome = Screened | Failed
