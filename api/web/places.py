"""Every place of a dossier that the result points at, numbered in reading order.

In: a screening result. Out: `Place`s (one for each stretch of words and attribute, whoever's they are) and, for any
list of spans, the ids of their places, so that a fact can link to its words. Offsets are code points into
`Document.text`. It decides nothing about looks beyond the attribute's class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from api.schemas import ScreeningResult, SpanPart, VictimPart
from api.wording import ATTRIBUTES, NAME, OTHER, SET_ASIDE, circled, describe, values_of, words_of_style

Key = tuple[str, int, int, str]  # document id, start, end, style


@dataclass(frozen=True, slots=True)
class Place:
    """Attributes:
    id: `e-8` for evidence, `x-2` for words seen and credited to nobody, `m-5` for a name; the page's anchor.
    style: class of its attribute.
    tag: what stands above the words, `伤①`.
    says: whose and what, `沈某　伤情：重伤二级`.
    """

    id: str
    document_id: str
    start: int
    end: int
    page: int
    style: str
    tag: str
    says: str = field(repr=False)

    @property
    def is_evidence(self) -> bool:
        return self.style not in (SET_ASIDE.style, NAME.style)


@dataclass(frozen=True, slots=True)
class Places:
    """All places in reading order."""

    all: tuple[Place, ...]
    _ids: dict[Key, str] = field(repr=False)

    def of_document(self, document_id: str) -> tuple[Place, ...]:
        return tuple(place for place in self.all if place.document_id == document_id)

    def find(self, spans: Iterable[SpanPart], style: str) -> tuple[str, ...]:
        """Ids of the places of `spans` under one attribute, in the order of `spans`."""
        found = [self._ids[key] for span in spans if (key := _key(span, style)) in self._ids]
        return tuple(dict.fromkeys(found))

    def style_of_limb(self, span: SpanPart) -> str:
        """The attribute under which a limb's words already stand, else that of other limbs."""
        styles = (words.style for words in ATTRIBUTES.values())
        return next((style for style in styles if _key(span, style) in self._ids), OTHER.style)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Words that something beside the result points at, a correction.

    Attributes:
        victim: number, from 1.
    """

    span: SpanPart = field(repr=False)
    style: str
    victim: int
    says: str = field(repr=False)


@dataclass(slots=True)
class _Claim:
    span: SpanPart
    victims: list[int] = field(default_factory=list)
    says: list[str] = field(default_factory=list)


def _key(span: SpanPart, style: str) -> Key:
    return span.document, span.start, span.end, style


def find_places(result: ScreeningResult, beside: Iterable[Claimed] = ()) -> Places:
    """Collects the places of facts, conflicts, set-aside words, limbs, alerts and names, and of what stands beside."""
    claims: dict[Key, _Claim] = {}

    def add(span: SpanPart, style: str, victim: int | None, says: str) -> None:
        claim = claims.setdefault(_key(span, style), _Claim(span))
        if victim is not None and victim not in claim.victims:
            claim.victims.append(victim)
        if says not in claim.says:
            claim.says.append(says)

    for number, victim in enumerate(result.victims, 1):
        for span, style, says in _said_of(victim):
            add(span, style, number, says)
    for claimed in beside:
        add(claimed.span, claimed.style, claimed.victim, claimed.says)
    numbers = {victim.id: number for number, victim in enumerate(result.victims, 1)}
    names = {victim.id: victim.name for victim in result.victims}
    fact_styles = [words.style for words in ATTRIBUTES.values()]
    for finding in result.findings:
        for limb in finding.limbs:
            for span in limb.evidence:
                if not any(_key(span, style) in claims for style in fact_styles):
                    says = f"{names.get(finding.victim, '')}　{finding.title}"
                    add(span, OTHER.style, numbers.get(finding.victim), says)
    for alert in result.alerts:
        for span in alert.evidence:
            if not any(_key(span, style) in claims for style in (*fact_styles, OTHER.style)):
                add(span, OTHER.style, None, f"提示：{alert.message}")
    return _numbered(result, claims)


def _said_of(victim: VictimPart) -> Iterable[tuple[SpanPart, str, str]]:
    for attribute, words in ATTRIBUTES.items():
        for value in values_of(victim, attribute):
            for span in value.evidence:
                yield span, words.style, f"{victim.name}　{words.title}：{describe(attribute, value)}"
    for conflict in victim.conflicts:
        words = ATTRIBUTES[conflict.attribute]
        for statement in conflict.values:
            for span in statement.evidence:
                yield (
                    span,
                    words.style,
                    f"{victim.name}　{words.title}：{describe(conflict.attribute, statement.value)}",
                )
    for aside in victim.set_aside:
        for span in aside.evidence:
            yield span, SET_ASIDE.style, f"未计入：{aside.value}，{aside.why}"
    for span in victim.mentions:
        yield span, NAME.style, victim.name


def _numbered(result: ScreeningResult, claims: dict[Key, _Claim]) -> Places:
    order = {document.id: index for index, document in enumerate(result.dossier.documents)}
    counts = dict.fromkeys("exm", 0)
    places: list[Place] = []
    ids: dict[Key, str] = {}
    # longer first where two begin together, so that the shorter nests inside
    for key in sorted(claims, key=lambda key: (order[key[0]], key[1], -key[2], key[3])):
        document_id, start, end, style = key
        claim = claims[key]
        prefix = {SET_ASIDE.style: "x", NAME.style: "m"}.get(style, "e")
        counts[prefix] += 1
        ids[key] = f"{prefix}-{counts[prefix]}"
        tag = words_of_style(style).letter + ("" if style == SET_ASIDE.style else _numbers(sorted(claim.victims)))
        says = "；".join(claim.says)
        places.append(Place(ids[key], document_id, start, end, claim.span.page, style, tag, says))
    return Places(tuple(places), ids)


def _numbers(victims: list[int]) -> str:
    """①②; of many victims, as in a case of unpaid workers, the first and how many."""
    if len(victims) > 4:
        return f"{circled(victims[0])}等{len(victims)}人"
    return "".join(circled(number) for number in victims)
