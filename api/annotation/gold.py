"""Gold out of the queue: what two people agreed on, or a third decided, as files that evaluation and training read.

In: settled items of dossiers whose papers are still those that were looked at. Out: `partial` records with their texts.
A record tells of the attributes that somebody settled and of no more: nothing that only the machine read becomes gold.
`person` of a victim says that somebody settled whether they are one: null is a person whom the machine mistook for one.
Names and numbers are masked, in texts and quotes alike, unless the caller asks for them.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from api.accounts.masking import Mask, mask_of
from api.annotation.answers import Answer, answers_of, counting
from api.annotation.persons import is_missed, victim_named
from api.annotation.values import MANY, says_same
from api.person_corrections import missed_of
from api.schemas import ScreeningResult
from api.store.missed import PERSON, missed_names
from api.store.papers import load_dossier
from api.store.results import load_result
from api.store.store import Store
from api.store.tables import AnnotationItem, DossierRow
from dossier.document import Dossier

SCHEMA = "jiuzhu.gold/1"
RECORDS, TEXTS, SUMMARY = "gold.jsonl", "gold.texts.jsonl", "summary.json"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gold:
    """Attributes:
    summary: counts, how often the first two answers were equal by attribute, what was left out and why.
    """

    records: tuple[Record, ...] = field(repr=False)
    texts: tuple[Record, ...] = field(repr=False)
    summary: Mapping[str, Any]

    def files(self) -> dict[str, str]:
        """Content by file name: the texts lie beside the records as `jiuzhu train --gold` expects them."""
        summary = json.dumps(self.summary, ensure_ascii=False, indent=1) + "\n"
        return {RECORDS: _lines(self.records), TEXTS: _lines(self.texts), SUMMARY: summary}

    def facts(self) -> dict[str, Any]:
        """What the audit trail keeps of an export."""
        return {name: self.summary[name] for name in ("since", "masked", "sealed_cases", "cases", "values_settled")}

    def as_zip(self) -> bytes:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as container:
            for name, content in self.files().items():
                container.writestr(name, content)
        return archive.getvalue()


def gold_of(
    session: Session,
    store: Store,
    *,
    seen: Sequence[ColumnElement[bool]] = (),
    since: dt.date | None = None,
    names: bool = False,
    sealed: bool = False,
) -> Gold:
    """Gold of all dossiers that `seen` allows.

    Args:
        seen: conditions over `DossierRow`.
        since: only what was settled on this day, by the clock of this machine, or later.
        sealed: also the sealed cases of minors.
    """
    there = [DossierRow.deleted_at.is_(None), *seen]
    settled = [AnnotationItem.state == "settled"]
    if since is not None:
        settled.append(AnnotationItem.settled_at >= dt.datetime.combine(since, dt.time()).astimezone())
    if not sealed:
        there.append(DossierRow.sealed.is_(False))
    query = select(AnnotationItem).join(DossierRow).where(*settled, *there)
    current = AnnotationItem.result_id == DossierRow.result_id
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    left_out = Counter({"other_papers": total})
    by_dossier: dict[str, list[AnnotationItem]] = {}
    for item in session.scalars(query.where(current).order_by(AnnotationItem.dossier_id, AnnotationItem.settled_at)):
        by_dossier.setdefault(item.dossier_id, []).append(item)
        left_out["other_papers"] -= 1
    records, texts, answers, pairs, equal = [], [], 0, Counter[str](), Counter[str]()
    for dossier_id, items in by_dossier.items():
        given = [(item, answers_of(session, store, item)) for item in items]
        record, text, lost = _case(session, store, dossier_id, given, names=names)
        left_out["words_moved"] += lost
        for item, both in given:
            answers += len(both)
            first = counting(both)[:2]
            if len(first) > 1:
                pairs[item.attribute] += 1
                equal[item.attribute] += says_same(first[0].body, first[1].body)
        if record["victims"]:
            records.append(record)
            texts.append(text)
    summary = {
        "schema": SCHEMA,
        "since": since.isoformat() if since is not None else None,
        "masked": not names,
        "sealed_cases": sealed,
        "cases": len(records),
        "values_settled": sum(_settled(record) for record in records),
        "answers": answers,
        "first_two_equal": {name: {"pairs": pairs[name], "equal": equal[name]} for name in sorted(pairs)},
        "left_out": {reason: number for reason, number in left_out.items() if number},
    }
    return Gold(tuple(records), tuple(texts), summary)


def standing(given: Sequence[Answer]) -> tuple[str, list[dict[str, Any]]]:
    """Verdict and values of a settled item: the third answer, or both equal ones with the words of either."""
    deciding = next((each for each in given if each.row.deciding), None)
    chosen = [deciding] if deciding is not None else counting(given)
    values: dict[str, dict[str, Any]] = {}
    for each in (each for each in chosen if each.body["verdict"] == "value"):
        for value in each.body["values"]:
            kept = values.setdefault(
                json.dumps(value["fields"], sort_keys=True), {"fields": value["fields"], "quotes": []}
            )
            kept["quotes"] += [quote for quote in value["quotes"] if quote not in kept["quotes"]]
    return chosen[0].body["verdict"], list(values.values())


def _case(
    session: Session, store: Store, dossier_id: str, given: list[tuple[AnnotationItem, list[Answer]]], *, names: bool
) -> tuple[Record, Record, int]:
    """Record and text of one dossier, and how many settled items it lost because their words stand there no more."""
    row = session.get_one(DossierRow, dossier_id)
    result = load_result(session, store, str(row.result_id)).result
    plain = load_dossier(session, store, dossier_id)
    mask = mask_of(result, plain, missed_names(session, store, dossier_id))
    shown, known = (plain, result) if names else (mask.dossier(plain), mask.result(result))
    missed = missed_of(session, store, dossier_id)
    victims: dict[str, Record] = {}
    lost = 0
    for item, answers in given:
        verdict, values = standing(answers)
        found = victim_named(result, missed[item.victim]["name"]) if is_missed(item) else None
        key = found.id if found is not None else item.victim
        person = _person(key, known, None if names else mask, missed)
        holders = [_holder(value, plain, shown) for value in values]
        if person is None or any(not holder["quotes"] for holder in holders):
            lost += 1
            continue
        victim = victims.setdefault(key, person)
        if item.attribute == PERSON and holders:
            victim["type"] = holders[0]["type"]
        stated = holders if verdict == "value" else []
        victim[item.attribute] = stated if item.attribute in MANY else next(iter(stated), None)
    papers = dict(_papers(shown))
    record = {"id": dossier_id, "source": "annotation", "partial": True, "victims": list(victims.values())}
    return record, {"id": dossier_id, "documents": papers}, lost


def _person(
    key: str, known: ScreeningResult, mask: Mask | None, missed: Mapping[str, Mapping[str, Any]]
) -> Record | None:
    """Name, aliases and type of a victim of the result, or of somebody it missed."""
    if key in missed:
        name = missed[key]["name"]
        return {"name": mask.words(name) if mask else name, "aliases": [], "type": missed[key]["type"]}
    person = next((victim for victim in known.victims if victim.id == key), None)
    if person is None:
        return None
    return {"name": person.name, "aliases": list(person.aliases), "type": str(person.type)}


def _holder(value: Mapping[str, Any], plain: Dossier, shown: Dossier) -> Record:
    """The value with its words, as far as they still stand where they were chosen."""
    texts = {document.id: document.text for document in plain.documents}
    seen = {document.id: document.text for document in shown.documents}
    quotes = [
        seen[quote["document"]][quote["start"] : quote["end"]]
        for quote in value["quotes"]
        if texts.get(quote["document"], "")[quote["start"] : quote["end"]] == quote["text"]
    ]
    return {**value["fields"], "quotes": list(dict.fromkeys(quotes))}


def _papers(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Name and text of each paper; of two papers of one name the later is numbered."""
    taken: set[str] = set()
    for document in dossier.documents:
        name = document.name if document.name not in taken else f"{document.id}-{document.name}"
        taken.add(name)
        yield name, document.text


def _settled(record: Record) -> int:
    return sum(len(victim) - 3 for victim in record["victims"])  # beside name, aliases and type


def _lines(records: Iterable[Record]) -> str:

    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
