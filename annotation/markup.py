"""Labelled text as people write it: words in ⟦ ⟧ with what they state and whose it is.

`被害人⟦沈玉梅|P:v1⟧被打成⟦轻伤一级|I:v1=轻伤一级⟧` gives the plain text and its labels. Offsets of a label are code
points into the plain text. A label of `x` belongs to nobody (a look-alike): `⟦低保户|H:x=低保⟧`.

Kinds: P person (v victim, a accused, w witness, r relative, g guardian, p representative, e expert, f officer,
o other, b body or organization; with a number), G gender, A age, D disability, H hardship, I injury,
C compensation, L loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nlp.facts import COMPENSATION_STATUSES, DISABILITY_KINDS, HARDSHIP_CATEGORIES, INJURY_GRADES

_LABEL = re.compile(
    r"⟦(?P<words>[^⟦⟧|]+)\|(?P<kind>[PGADHICL]):(?P<owners>[a-z]\d*(?:,[a-z]\d*)*)(?:=(?P<value>[^⟦⟧|]+))?⟧"
)
_HEAD = re.compile(r"^### (?P<id>\S+) (?P<document>\S+)(?: (?P<note>.*))?$")
_ORDINALS = tuple(f"{digit}级" for digit in "一二三四五六七八九十")
_ROLES = "vawrgpefob"


class MarkupError(ValueError):
    """A label that cannot be read: the passage, the words and what was expected."""


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled stretch: half-open offsets into the plain text of its passage.

    Attributes:
        kind: one letter, see module.
        owners: ids of the people whom it is said of; ("x",) for a look-alike.
        value: as written; None for a person.
    """

    start: int
    end: int
    kind: str
    owners: tuple[str, ...]
    value: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one paper with its labels, in order and without overlap."""

    id: str
    document: str
    text: str = field(repr=False)
    labels: tuple[Label, ...] = field(repr=False)

    @property
    def case(self) -> str:
        """What the passage belongs to: `d01.03-02` is a paper of the dossier d01.03, `papers03-02` stands alone."""
        dossier = self.id.rpartition("-")[0]
        return dossier if "." in dossier else self.id


def parse(marked: str, *, passage_id: str = "", document: str = "") -> Passage:
    """Plain text and labels of marked text.

    >>> parse("被害人⟦沈某|P:v1⟧受⟦轻微伤|I:v1=轻微伤⟧").labels[1]
    Label(start=6, end=9, kind='I', owners=('v1',), value='轻微伤')

    Raises:
        MarkupError: for a stray bracket, an unknown role, kind or value.
    """
    pieces, labels, position, length = [], [], 0, 0
    for match in _LABEL.finditer(marked):
        pieces.append(marked[position : match.start()])
        length += match.start() - position
        label = Label(
            length, length + len(match["words"]), match["kind"], tuple(match["owners"].split(",")), match["value"]
        )
        _check(passage_id, match["words"], label)
        labels.append(label)
        pieces.append(match["words"])
        length += len(match["words"])
        position = match.end()
    pieces.append(marked[position:])
    text = "".join(pieces)
    stray = re.search("[⟦⟧]", text)
    if stray:
        raise MarkupError(
            f"{passage_id}: unreadable label near {text[max(0, stray.start() - 8) : stray.start() + 24]!r}"
        )
    return Passage(passage_id, document, text, tuple(labels))


def _check(passage_id: str, words: str, label: Label) -> None:
    def refuse(expected: str) -> None:
        labelled = f"{label.kind}:{','.join(label.owners)}={label.value}"
        raise MarkupError(f"{passage_id}: {words!r} is labelled {labelled}, expected {expected}")

    for owner in label.owners:
        if owner != "x" and not re.fullmatch(rf"[{_ROLES}]\d+", owner):
            refuse("owners like v1, a1, r2 or x")
    value = label.value
    if (value is None) != (label.kind == "P"):
        refuse("a value, except for a person")
    if value is None:
        return
    if label.kind == "G" and value not in ("男", "女"):
        refuse("男 or 女")
    if label.kind == "A" and not re.fullmatch(r"\d{1,3}|\d{4}(?:-\d\d(?:-\d\d)?)?|minor|adult|elder", value):
        refuse("years, an ISO date, or minor|adult|elder")
    if label.kind == "H" and value not in HARDSHIP_CATEGORIES:
        refuse("|".join(HARDSHIP_CATEGORIES))
    if label.kind == "I" and value not in INJURY_GRADES:
        refuse("|".join(INJURY_GRADES))
    if label.kind == "L" and not re.fullmatch(r"\d+(?:\.\d+)?", value):
        refuse("yuan")
    if label.kind == "D":
        status, kind, grade = [*value.split("/"), "", ""][:3]
        if (
            status not in ("preexisting", "caused")
            or kind not in (*DISABILITY_KINDS, "", "-")
            or grade not in (*_ORDINALS, "", "-")
        ):
            refuse("preexisting|caused, then /kind/grade, - where not stated")
    if label.kind == "C":
        for part in value.split(";"):
            if part not in (*COMPENSATION_STATUSES, "forgiven", "agreement") and not re.fullmatch(
                r"(?:amount|owed)=\d+(?:\.\d+)?", part
            ):
                refuse("settled|partial|ordered|none|forgiven|agreement, amount=…, owed=…, joined by ;")


def by_case(passages: Iterable[Passage]) -> list[tuple[Passage, ...]]:
    """The papers of each dossier together, in order; a passage that stands alone by itself."""
    cases: dict[str, tuple[Passage, ...]] = {}
    for passage in passages:
        cases[passage.case] = (*cases.get(passage.case, ()), passage)
    return list(cases.values())


def read_passages(path: Path) -> Iterator[Passage]:
    """Passages of a file: each begins with a line `### <id> <kind of paper> [note]`, the text follows.

    Raises:
        MarkupError: see `parse`; also for a text without a head line.
    """
    head: re.Match[str] | None = None
    lines: list[str] = []
    for line in [*path.read_text(encoding="utf-8").split("\n"), "### end end"]:
        match = _HEAD.match(line)
        if match is None:
            lines.append(line)
            continue
        body = "\n".join(lines).strip("\n")
        if head is not None:
            yield parse(body, passage_id=head["id"], document=head["document"])
        elif body.strip():
            raise MarkupError(f"{path.name}: text before the first '### id kind' line")
        head, lines = match, []
