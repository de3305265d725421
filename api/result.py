"""Builds the screening result of the contract from what reading, understanding and judging gave.

In: `Dossier`, `CaseFacts`, `Screening`. Out: `ScreeningResult`. It only copies and quotes: every span gets its words,
page and boxes from the document it points into, nothing is judged, filled in or left out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import TypeVar

from api.schemas import (
    AgePart,
    AlertPart,
    CasePart,
    CitationPart,
    CompensationPart,
    ConflictPart,
    DisabilityPart,
    DocumentPart,
    DossierPart,
    Evidenced,
    FindingPart,
    GenderPart,
    HardshipPart,
    InjuryPart,
    LeadPart,
    LimbPart,
    LossPart,
    MissingPart,
    PagePart,
    PersonPart,
    ScreeningResult,
    SetAsidePart,
    SpanPart,
    StatementPart,
    Versions,
    VictimPart,
    WarningPart,
)
from dossier.document import Dossier, Notice
from dossier.span import Span
from nlp.facts import Attribute, CaseFacts, Conflict, Fact, VictimFacts
from screening.evaluate import Screening
from screening.finding import Finding

PartT = TypeVar("PartT", bound=Evidenced)


@dataclass(frozen=True, slots=True)
class _Quoting:
    """Turns places into quoted places of one dossier."""

    dossier: Dossier

    def span(self, span: Span) -> SpanPart:
        document = self.dossier.document(span.document_id)
        page = document.page_at(span.start)
        # The contract gives one page for a span; boxes on the page after it would be drawn in the wrong place.
        boxes = tuple(
            (round(b.x0, 2), round(b.y0, 2), round(b.x1, 2), round(b.y1, 2))
            for b in document.boxes_of(span)
            if b.page == page
        )
        return SpanPart(
            document=document.id,
            document_name=document.name,
            start=span.start,
            end=span.end,
            text=document.quote(span),
            page=page,
            boxes=boxes or None,
        )

    def spans(self, spans: Iterable[Span]) -> tuple[SpanPart, ...]:
        return tuple(self.span(span) for span in spans)

    def value(self, part: type[PartT], fact: Fact) -> PartT:
        return part(**asdict(fact.value), confidence=round(fact.confidence, 3), evidence=self.spans(fact.evidence))

    def values(self, part: type[PartT], facts: Iterable[Fact]) -> tuple[PartT, ...]:
        return tuple(self.value(part, fact) for fact in facts)

    def first(self, part: type[PartT], fact: Fact | None) -> PartT | None:
        return None if fact is None else self.value(part, fact)


def result_of(
    dossier: Dossier, facts: CaseFacts, screening: Screening, *, as_of: date, versions: Versions
) -> ScreeningResult:
    """The result of one dossier.

    Raises:
        ValueError: when a stage pointed outside a document; that is a defect, never a property of the input.
    """
    quoting = _Quoting(dossier)
    victims = {victim.person.id for victim in facts.victims}  # kin of anybody else is no business of the contract
    return ScreeningResult(
        as_of=as_of,
        versions=versions,
        dossier=_dossier(dossier, facts),
        people=tuple(
            PersonPart(
                id=person.id,
                name=person.name,
                role=person.role,
                of=person.of if person.of in victims else None,
                relation=person.relation if person.of in victims else None,
                mentions=quoting.spans(person.mentions),
            )
            for person in facts.people
        ),
        victims=tuple(_victim(victim, quoting) for victim in facts.victims),
        findings=tuple(_finding(finding, quoting) for finding in screening.findings),
        alerts=tuple(
            AlertPart(
                kind=alert.kind,
                message=alert.message,
                victims=alert.victims,
                evidence=quoting.spans(alert.evidence),
            )
            for alert in screening.alerts
        ),
        lead=LeadPart(
            level=screening.lead.level,
            victims={lead.victim: lead.level for lead in screening.lead.victims},
            urgent=screening.lead.urgent,
            summary=screening.lead.summary,
        ),
    )


def _dossier(dossier: Dossier, facts: CaseFacts) -> DossierPart:
    about = {info.document_id: info for info in facts.documents}
    return DossierPart(
        id=dossier.id,
        name=dossier.name,
        sha256=dossier.sha256,
        case=CasePart(number=facts.case.number, charges=facts.case.charges or None, stage=facts.case.stage),
        documents=tuple(
            DocumentPart(
                id=document.id,
                name=document.name,
                kind=about[document.id].kind if document.id in about else None,
                date=about[document.id].date if document.id in about else None,
                chars=len(document.text),
                pages=tuple(
                    PagePart(page=page.number, reading=page.mode.value, confidence=_rounded(page.confidence))
                    for page in document.pages
                ),
                warnings=_warnings(document.warnings),
            )
            for document in dossier.documents
        ),
        warnings=_warnings(dossier.warnings),
    )


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, 3)


def _warnings(notices: Iterable[Notice]) -> tuple[WarningPart, ...]:
    return tuple(WarningPart(code=notice.code, page=notice.page, message=notice.message) for notice in notices)


def _victim(victim: VictimFacts, quoting: _Quoting) -> VictimPart:
    first: Callable[[Attribute], Fact | None] = victim.first
    return VictimPart(
        id=victim.person.id,
        name=victim.person.name,
        aliases=victim.person.aliases,
        type=victim.person.type,
        mentions=quoting.spans(victim.person.mentions),
        gender=quoting.first(GenderPart, first(Attribute.GENDER)),
        age=quoting.first(AgePart, first(Attribute.AGE)),
        disability=quoting.values(DisabilityPart, victim.of(Attribute.DISABILITY)),
        hardship=quoting.values(HardshipPart, victim.of(Attribute.HARDSHIP)),
        injury=quoting.first(InjuryPart, first(Attribute.INJURY)),
        compensation=quoting.first(CompensationPart, first(Attribute.COMPENSATION)),
        loss=quoting.first(LossPart, first(Attribute.LOSS)),
        conflicts=tuple(_conflict(conflict, quoting) for conflict in victim.conflicts),
        set_aside=tuple(
            SetAsidePart(
                attribute=aside.attribute,
                value=aside.value,
                why=aside.why,
                evidence=quoting.spans(aside.evidence),
            )
            for aside in victim.set_aside
        ),
    )


def _conflict(conflict: Conflict, quoting: _Quoting) -> ConflictPart:
    return ConflictPart(
        attribute=conflict.attribute,
        values=tuple(
            StatementPart(value=_fields(fact), evidence=quoting.spans(fact.evidence)) for fact in conflict.facts
        ),
        preferred=conflict.preferred,
        why=conflict.why,
    )


def _fields(fact: Fact) -> dict[str, str | bool | int | float | None]:
    """The fields of a value; whole yuan as integers, as everywhere else in the result."""
    fields = asdict(fact.value).items()
    return {name: int(value) if isinstance(value, float) and value.is_integer() else value for name, value in fields}


def _finding(finding: Finding, quoting: _Quoting) -> FindingPart:
    return FindingPart(
        rule=finding.rule,
        title=finding.title,
        victim=finding.victim,
        verdict=finding.verdict,
        bar=finding.bar,
        kind=finding.kind,
        citation=CitationPart(
            instrument=finding.citation.instrument,
            article=finding.citation.article,
            effective_from=finding.citation.effective_from,
            effective_to=finding.citation.effective_to,
            sure=finding.citation.sure,
        ),
        limbs=tuple(
            LimbPart(name=limb.name, verdict=limb.verdict, why=limb.why, evidence=quoting.spans(limb.evidence))
            for limb in finding.limbs
        ),
        missing=tuple(
            MissingPart(fact=m.fact, ask=m.ask, document=m.document, question=m.question) for m in finding.missing
        ),
    )
