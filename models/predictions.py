"""What was understood of a dossier, as a plain record in the contract's form (`victims[...]`).

In: `CaseFacts` and the dossier it was read from. Out: dicts, lists and strings only, as evaluation, JSON
Lines and training read them. The full screening result (findings, lead) is built elsewhere; this holds
no more than the victims.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dossier.document import Dossier
from dossier.span import Span
from nlp.facts import (
    Age,
    Attribute,
    CaseFacts,
    Compensation,
    Disability,
    Fact,
    Gender,
    Hardship,
    Injury,
    Loss,
    Value,
    VictimFacts,
)

_MANY = (Attribute.DISABILITY, Attribute.HARDSHIP)  # attributes that hold a list


def prediction_of(case_id: str, facts: CaseFacts, dossier: Dossier) -> dict[str, Any]:
    """The record of one case: its id and its victims with values and evidence."""
    return {"id": case_id, "victims": [_victim(victim, dossier) for victim in facts.victims]}


def failure_of(case_id: str, code: str, message: str) -> dict[str, Any]:
    """The record of a case that could not be predicted; scoring counts it as empty."""
    return {"id": case_id, "error": {"code": code, "message": message}}


def _victim(victim: VictimFacts, dossier: Dossier) -> dict[str, Any]:
    person = victim.person
    record: dict[str, Any] = {
        "id": person.id,
        "name": person.name,
        "aliases": list(person.aliases),
        "type": str(person.type),
    }
    for attribute in Attribute:
        holders = [_holder(fact, dossier) for fact in victim.of(attribute)]
        record[attribute] = holders if attribute in _MANY else next(iter(holders), None)
    return record


def _holder(fact: Fact, dossier: Dossier) -> dict[str, Any]:
    return {
        **_value(fact.value),
        "confidence": round(fact.confidence, 3),
        "evidence": _places(fact.evidence, dossier),
    }


def _value(value: Value) -> dict[str, Any]:
    match value:
        case Gender():
            return {"value": value.value}
        case Age():
            return {"value": value.value, "birth_date": value.birth_date, "group": value.group}
        case Disability():
            return {"status": value.status, "kind": value.kind, "grade": value.grade}
        case Hardship():
            return {"category": value.category}
        case Injury():
            return {"grade": value.grade}
        case Compensation():
            return {
                "status": value.status,
                "amount": value.amount,
                "owed": value.owed,
                "performed": value.performed,
                "forgiven": value.forgiven,
            }
        case Loss():
            return {"amount": value.amount}


def _places(spans: Iterable[Span], dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {
            "document": span.document_id,
            "document_name": dossier.document(span.document_id).name,
            "start": span.start,
            "end": span.end,
            "text": dossier.quote(span),
        }
        for span in spans
    ]
