"""Circumstances as a lawyer would read them: each file of `tests/circumstances` holds short invented papers with
what must be found (`expect`) and which kinds must not be stated (`none`). `charge` is the police's account of the
deed, which makes clear who is the victim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dossier.document import Document, Dossier, Page, ReadingMode
from nlp.facts import CaseFacts, Circumstance, CircumstanceKind
from nlp.pipeline import understand

_FOLDER = Path(__file__).parent / "circumstances"
_KEYS = {"name", "text", "papers", "charge", "expect", "none"}  # and `ways`: texts that each must read the same
_FACTS = {"kind", "victim", "stated", "amount", "value", "person", "words"}


def _cases() -> list[Any]:
    cases = []
    for path in sorted(_FOLDER.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            for number, one in enumerate(_ways(case)):
                cases.append(pytest.param(one, id=f"{path.stem}-{case['name']}-{number}"))
    return cases


def _ways(case: dict[str, Any]) -> list[dict[str, Any]]:
    if "ways" not in case:
        return [case]
    rest = {key: value for key, value in case.items() if key != "ways"}
    return [{**rest, "text": text} for text in case["ways"]]


def _understand(case: dict[str, Any]) -> tuple[CaseFacts, dict[str, str]]:
    papers = dict(case.get("papers") or {"材料.txt": case["text"]})
    if "charge" in case:
        papers["起诉意见书.txt"] = f"起诉意见书\n经依法侦查查明：\n{case['charge']}\n"
    documents = tuple(
        Document(f"d{number}", name, text, (Page(1, 0, len(text), ReadingMode.PLAIN),))
        for number, (name, text) in enumerate(papers.items())
    )
    return understand(Dossier("t", "t", "t", documents)), {document.id: document.text for document in documents}


@pytest.mark.parametrize("case", _cases())
def test_circumstances_are_read_as_meant(case: dict[str, Any]) -> None:
    assert set(case) <= _KEYS, "unknown key in the case"
    assert case.get("expect") or case.get("none"), "a case that cannot fail"
    facts, texts = _understand(case)
    names = {victim.person.id: victim.person.name for victim in facts.victims}
    people = {person.id: person.name for person in facts.people}
    found = [_plain(one, names, people, texts) for one in facts.circumstances]
    for wanted in case.get("expect") or ():
        assert set(wanted) <= _FACTS, "unknown key of an expectation"
        CircumstanceKind(wanted["kind"])
        assert any(_fits(wanted, one) for one in found), f"{wanted} not among {found} (victims {names})"
    assert names or case.get("expect"), "without a victim nothing could be found"
    for refused in case.get("none") or ():
        entry = {"kind": refused} if isinstance(refused, str) else refused
        CircumstanceKind(entry["kind"])
        wrong = [one for one in found if _fits({"stated": True, **entry}, one)]
        assert not wrong, f"{wrong} should not be found (victims {names})"


def _plain(one: Circumstance, names: dict[str, str], people: dict[str, str], texts: dict[str, str]) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "victim": names.get(one.victim) if one.victim else None,
        "stated": one.stated,
        "amount": one.amount,
        "value": one.value,
        "person": people.get(one.person) if one.person else None,
        "words": "…".join(texts[span.document_id][span.start : span.end] for span in one.evidence),
    }


def _fits(wanted: dict[str, Any], one: dict[str, Any]) -> bool:
    """Every key that the expectation lists agrees; `words` must stand in the evidence; `stated` is True unless said."""
    for key, value in {"stated": True, **wanted}.items():
        if key == "words" and value not in one["words"]:
            return False
        if key != "words" and one[key] != value:
            return False
    return True


@pytest.mark.parametrize("case", _cases())
def test_evidence_is_short_and_in_its_paper(case: dict[str, Any]) -> None:
    facts, texts = _understand(case)
    spans = [span for one in facts.circumstances for span in one.evidence]
    for span in spans:
        assert 0 <= span.start < span.end <= len(texts[span.document_id])
        assert len(span) <= 120
