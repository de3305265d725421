"""Attribute and recognizer cases that a legal reviewer can edit: `tests/attributes/*.yaml`, `tests/recognizers/*.yaml`.

An attribute case is one text (or several documents) and, for each victim, the value that must stand (null: none). A
recognizer case is one text and all that the recognizer may report of it: owners, value, passages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dossier.document import Document, Dossier, Page, ReadingMode
from nlp.facts import Attribute, CaseFacts, Compensation, Fact, Value
from nlp.people import resolve_people
from nlp.pipeline import understand
from nlp.reading import read
from nlp.recognize import pattern_recognizers

HERE = Path(__file__).parent


def dossier_of(case: dict[str, Any]) -> Dossier:
    texts: dict[str, str] = case.get("documents") or {"papers.txt": case["text"]}
    documents = tuple(
        Document(f"d{number}", name, text, (Page(1, 0, len(text), ReadingMode.PLAIN),))
        for number, (name, text) in enumerate(texts.items(), 1)
    )
    return Dossier("case", "case", "", documents)


def plain(value: Value) -> object:
    """The value as a case writes it: the figure or word that counts; of compensation all that is stated."""
    if isinstance(value, Compensation):
        stated = {name: getattr(value, name) for name in ("status", "amount", "owed", "performed", "forgiven")}
        return {name: word for name, word in stated.items() if word not in (None, False) or name == "status"}
    for name in ("amount", "value", "category", "grade", "status"):
        if hasattr(value, name):
            return getattr(value, name)
    raise AssertionError(value)


def cases(folder: str) -> list[Any]:
    found = []
    for path in sorted((HERE / folder).glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for number, case in enumerate(content["cases"], 1):
            name = str(case.get("about") or case["text"][:24])
            found.append(pytest.param(path.stem, content, case, id=f"{path.stem}-{number}-{name}"))
    return found


def facts_of(understood: CaseFacts, victim: str, attribute: Attribute) -> tuple[Fact, ...]:
    names = {v.person.name: v for v in understood.victims}
    assert victim in names, f"{victim} is no victim; victims are {sorted(names)}"
    return names[victim].of(attribute)


@pytest.mark.parametrize(("stem", "content", "case"), cases("attributes"))
def test_attribute_case(stem: str, content: dict[str, Any], case: dict[str, Any]) -> None:
    attribute, dossier = Attribute(stem), dossier_of(case)
    understood = understand(dossier)
    for victim, expected in case["values"].items():
        facts = facts_of(understood, victim, attribute)
        values = [plain(fact.value) for fact in facts]
        assert (values if isinstance(expected, list) else (values[0] if values else None)) == expected, victim
        texts = {document.id: document.text for document in dossier.documents}
        quoted = [texts[s.document_id][s.start : s.end] for fact in facts for s in fact.evidence]
        for quote in case.get("quotes", {}).get(victim, ()):
            assert quote in quoted, (victim, quoted)
    for victim in case.get("conflicts", ()):
        found = next(v for v in understood.victims if v.person.name == victim)
        assert any(conflict.attribute is attribute for conflict in found.conflicts), victim


@pytest.mark.parametrize(("stem", "content", "case"), cases("recognizers"))
def test_recognizer_case(stem: str, content: dict[str, Any], case: dict[str, Any]) -> None:
    recognizer = next(r for r in pattern_recognizers() if r.name == content["recognizer"])
    cast = resolve_people([read(document) for document in dossier_of(case).documents])
    found = list(recognizer.find(cast))
    assert len(found) == len(case["mentions"]), found
    for mention, expected in zip(found, case["mentions"], strict=True):
        text = cast.papers[mention.paper].reading.text
        assert [cast.person(owner).name for owner in mention.owners] == expected["owners"]
        assert plain(mention.value) == expected["value"]
        if "quotes" in expected:
            places = ((mention.start, mention.end), *mention.more)
            assert sorted(text[start:end] for start, end in places) == sorted(expected["quotes"])
