"""Leads as the inbox lists them: a row for each victim of the current result, known again over re-screenings.

In: a dossier's new result. Out: the rows, with tags for the filters and a sealed card of what a row shows. A decision
stays with its person, under a fuller name too; when what it was about has changed since, the row says so and a person
looks again. A lead that was decided stays listed when its person is no longer found, as it was when last found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from api.accounts.masking import shown_names
from api.changes import Changes, facts_text
from api.same_person import same_people
from api.schemas import Evidenced, FindingPart, ScreeningResult, SpanPart, VictimPart
from api.store.store import Store
from api.store.tables import DossierRow, Lead, LeadTag, new_id
from api.wording import ATTRIBUTES, case_title, short_names, values_of
from nlp.numerals import CHINESE_NUMBER, number_of

RANKS = {"red": 0, "orange": 1, "yellow": 2, "grey": 3, "none": 4}
# what a row quotes, most telling first
_TELLING = ("injury", "loss", "disability", "hardship", "compensation", "age", "gender")
_AROUND = 36  # code points of a sentence shown on each side
_STOP = re.compile(r"[。；！？\n]")


def save_leads(
    session: Session,
    store: Store,
    dossier: DossierRow,
    result: ScreeningResult,
    changes: Changes | None,
    texts: Mapping[str, str],
    earlier: ScreeningResult | None = None,
) -> None:
    """Brings the leads of a dossier to its new result.

    Args:
        earlier: the result that the leads are of until now.
        texts: the papers by their ids, for the sentence around what a row quotes.
    """
    leads = list(session.scalars(select(Lead).where(Lead.dossier_id == dossier.id).order_by(Lead.created_at, Lead.id)))
    whose = _known_again(store, leads, result, earlier)
    hashes = {lead.person_hash for lead in leads}
    moved = _moved(changes)
    names = shown_names(result, texts.values())
    for victim in result.victims:
        lead = whose.get(victim.id)
        if lead is None:
            lead = Lead(id=new_id(), dossier_id=dossier.id, person_hash="", state="open")
            session.add(lead)
        elif lead.state != "open" and (victim.name in moved or lead.victim is None):
            lead.changed = True
        if not lead.person_hash or person_hash(store, victim.type, victim.name) not in hashes:
            hashes.discard(lead.person_hash)
            lead.person_hash = _unused(store, victim, hashes)
            hashes.add(lead.person_hash)
        _fill(store, lead, dossier, result, victim, names, texts)
        session.flush()
        _tag(session, lead)
    kept = {lead.id for lead in whose.values()}
    for lead in leads:
        if lead.id not in kept and lead.victim is not None:
            lead.victim, lead.urgent = None, False
            lead.changed = lead.state != "open"


def _known_again(
    store: Store, leads: Sequence[Lead], result: ScreeningResult, earlier: ScreeningResult | None
) -> dict[str, Lead]:
    """The lead of each victim who has one: of the same person in the result before, else of one who was found under
    that name, or another that the result knows, some time ago."""
    known = same_people(earlier, result) if earlier is not None else {}
    found = {known[lead.victim]: lead for lead in leads if lead.victim is not None and lead.victim in known}
    lost = {lead.person_hash: lead for lead in leads if lead.victim is None}
    called = [(victim, victim.name) for victim in result.victims]
    called += [(victim, alias) for victim in result.victims for alias in victim.aliases]
    for victim, name in called:
        person = person_hash(store, victim.type, name)
        if victim.id not in found and person in lost:
            found[victim.id] = lost.pop(person)
    return found


def listed() -> ColumnElement[bool]:
    """A condition over `Lead`: its person is found, or somebody decided about it."""
    return or_(Lead.victim.is_not(None), Lead.state != "open")


def _unused(store: Store, victim: VictimPart, hashes: set[str]) -> str:
    """The hash of the name, with a number when there is somebody else of that masked name."""
    person, number = person_hash(store, victim.type, victim.name), 2
    while person in hashes:
        person = person_hash(store, victim.type, f"{victim.name}:{number}")
        number += 1
    return person


def person_hash(store: Store, kind: str, name: str) -> str:
    return store.vault.hash("person", f"{kind}:{name}")


def open_card(store: Store, lead: Lead) -> dict[str, Any]:
    """What a row shows: name, facts, quote and where it stands, summary, case."""
    card: dict[str, Any] = store.vault.open_json(lead.card_sealed, f"lead.card:{lead.id}")
    return card


def sentence_around(text: str, start: int, end: int) -> tuple[str, int]:
    """The sentence in which a quote stands, shortened when it is long, and where in it the quote begins.

    Args:
        start, end: code points into `text`.

    >>> sentence_around("送医。经鉴定，损伤程度为重伤二级，需住院。另查", 12, 16)
    ('经鉴定，损伤程度为重伤二级，需住院。', 9)
    """
    before = _STOP.split(text[max(0, start - _AROUND) : start])[-1].lstrip()
    rest = text[end : end + _AROUND]
    stop = _STOP.search(rest)
    behind = rest[: stop.end()].rstrip() if stop is not None else rest
    if text[start:end].endswith("。"):
        behind = ""
    return before + text[start:end] + behind, len(before)


def shown_card(card: dict[str, Any]) -> dict[str, Any]:
    """A card, masked or not, as rows show it: what stands before and behind the quote is cut, names are left out.

    Cutting comes last, so that a name or number at the edge of the quote is masked as a whole.
    """
    shown = {key: value for key, value in card.items() if key not in ("people", "sentence", "sentence_at")}
    sentence, at = card.get("sentence", ""), card.get("sentence_at", 0)
    end = at + len(card["quote"])
    if sentence:
        shown["quote"] = sentence[at:end]
    return shown | {"before": sentence[:at], "behind": sentence[end:]}


def card_of(
    result: ScreeningResult, victim: VictimPart, names: dict[str, str], texts: Mapping[str, str]
) -> dict[str, Any]:
    """Args: names: what stands for each name while the dossier is masked."""
    facts = [
        {"attribute": attribute, "text": said}
        for attribute in ATTRIBUTES
        if (said := facts_text(victim, attribute)) is not None
    ]
    attribute = next((a for a in _TELLING if values_of(victim, a)), None)
    places = values_of(victim, attribute)[0].evidence if attribute else victim.mentions
    span = places[0] if places else None
    sentence, at = sentence_around(texts[span.document], span.start, span.end) if span else ("", 0)
    return {
        "name": victim.name,
        "type": str(victim.type),
        "case": case_title(result),
        "number": result.dossier.case.number,
        "facts": facts,
        "quote": span.text if span else "",
        "sentence": sentence,
        "sentence_at": at,
        "quote_attribute": attribute,
        "document": span.document if span else None,
        "document_name": short_names((span.document_name,))[0] if span else "",
        "page": span.page if span else None,
        "at": [span.document, span.start] if span else None,
        "summary": result.lead.summary if len(result.victims) == 1 else "",
        "people": names,
    }


def _fill(
    store: Store,
    lead: Lead,
    dossier: DossierRow,
    result: ScreeningResult,
    victim: VictimPart,
    names: dict[str, str],
    texts: Mapping[str, str],
) -> None:
    findings = [finding for finding in result.findings if finding.victim == victim.id]
    lead.office_id, lead.sealed = dossier.office_id, dossier.sealed
    lead.victim = victim.id
    lead.level = str(result.lead.victims[victim.id])
    lead.rank = RANKS[lead.level]
    lead.urgent = result.lead.urgent and lead.level == "red"
    cited = {a for f in findings if f.kind == "qualifying" and f.verdict != "not_met" if (a := _article(f))}
    lead.articles = sorted(cited, key=_as_numbers)
    lead.groups = sorted({f.title for f in findings if f.kind == "priority" and f.verdict == "met"})
    lead.charges = list(result.dossier.case.charges or ())
    lead.questions = len({(m.fact, m.question) for f in findings for m in f.missing})
    lead.card_sealed = store.vault.seal_json(card_of(result, victim, names, texts), f"lead.card:{lead.id}")


def _as_numbers(article: str) -> tuple[float, ...]:
    """第七条第二项 before 第七条第十项."""
    return tuple(number_of(digits) or 0.0 for digits in re.findall(f"{CHINESE_NUMBER}|\\d+", article))


def _article(finding: FindingPart) -> str | None:
    return finding.citation.article


def _tag(session: Session, lead: Lead) -> None:
    session.execute(delete(LeadTag).where(LeadTag.lead_id == lead.id))
    for kind, words in (("article", lead.articles), ("group", lead.groups), ("charge", lead.charges)):
        for word in dict.fromkeys(word[:80] for word in words):
            session.add(LeadTag(lead_id=lead.id, kind=kind, word=word))


def _moved(changes: Changes | None) -> frozenset[str]:
    if changes is None:
        return frozenset()
    values, levels = (c.victim for c in changes.values), (c.victim for c in changes.levels)
    return frozenset([*values, *levels, *(now for _, now in changes.renamed)])


def spans_of(values: tuple[Evidenced, ...]) -> tuple[SpanPart, ...]:
    return tuple(span for value in values for span in value.evidence)
