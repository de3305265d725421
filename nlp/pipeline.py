"""Understanding, from documents to facts: one readable function that names the stages in order.

Takes a `Dossier`, gives `CaseFacts`. Imports no learned model; recognizers are passed in.
"""

from __future__ import annotations

from collections.abc import Sequence

from dossier.document import Dossier
from nlp.circumstances import find_circumstances
from nlp.facts import CaseFacts, DocumentInfo, Role
from nlp.matter import case_of
from nlp.people import resolve_people
from nlp.people_hints import PeopleFinder
from nlp.reading import read
from nlp.recognize import Recognizer, find_mentions, pattern_recognizers
from nlp.settle import settle

VERSION = "patterns-1"


def understand(
    dossier: Dossier, recognizers: Sequence[Recognizer] | None = None, finder: PeopleFinder | None = None
) -> CaseFacts:
    """Read every document of a dossier and gather what the papers say of each victim.

    Args:
        recognizers: what finds stated values; None for the pattern recognizers.
        finder: a learned second reader of who is harmed; None for what cues and deeds tell.
    """
    readings = tuple(read(document) for document in dossier.documents)
    cast = resolve_people(readings, finder)
    mentions = find_mentions(cast, pattern_recognizers() if recognizers is None else recognizers)
    victims = settle(cast, mentions)
    return CaseFacts(
        case=case_of(cast),
        documents=tuple(DocumentInfo(r.document.id, r.kind, r.date) for r in readings),
        people=tuple(person for person in cast.people if person.role is not Role.VICTIM),
        victims=victims,
        circumstances=find_circumstances(cast, victims),
    )
