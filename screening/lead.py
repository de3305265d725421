"""The lead: a level per victim and for the dossier, in words that a prosecutor reads and that decide nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from nlp.facts import VictimType
from screening import harm
from screening.answer import Answer
from screening.finding import Missing
from screening.levels import Level, Placed, highest
from screening.predicates import needy, paid
from screening.situation import Situation
from screening.texts import BAR_TITLES, DISCLAIMER, FACT_TITLES, LEVEL_TITLES

_HARMS = (
    harm.death,
    harm.serious,
    harm.light,
    harm.ungraded,
    harm.slight,
    harm.trauma,
    harm.property_loss,
)


@dataclass(frozen=True, slots=True)
class VictimLead:
    """The level of one victim.

    Attributes:
        line: id of the line of the decision list that fits; None when none does.
        missing: every open question on this victim, without repetition.
    """

    victim: str
    level: Level
    line: str | None
    urgent: bool
    summary: str = field(repr=False)
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Lead:
    """The level of the dossier: the highest of its victims."""

    level: Level
    victims: tuple[VictimLead, ...]
    urgent: bool
    summary: str = field(repr=False)

    @property
    def levels(self) -> dict[str, str]:
        """Level by victim id, as the contract has it under `victims`."""
        return {lead.victim: lead.level.value for lead in self.victims}

    def of(self, victim_id: str) -> VictimLead:
        for lead in self.victims:
            if lead.victim == victim_id:
                return lead
        raise KeyError(victim_id)


def make_victim_lead(
    situation: Situation, placed: Placed | None, otherwise: str, missing: tuple[Missing, ...]
) -> VictimLead:
    says = otherwise if placed is None else placed.line.says
    level = Level.NONE if placed is None else placed.line.level
    summary = _summary(situation, level, says, missing)
    if placed is None:
        return VictimLead(situation.victim.person.id, level, None, False, summary, missing)
    return VictimLead(situation.victim.person.id, level, placed.line.id, placed.urgent, summary, missing)


def make_lead(victims: Sequence[VictimLead]) -> Lead:
    """The dossier's lead. Its summary names no one: victims are told apart on the page, not in free text."""
    level = highest(tuple(lead.level for lead in victims))
    urgent = any(lead.urgent for lead in victims)
    if not victims:
        return Lead(level, (), False, "卷内未见被害人记载。")
    top = [lead for lead in victims if lead.level is level]
    first = next((lead for lead in top if lead.urgent), top[0])
    if len(victims) == 1:
        return Lead(level, tuple(victims), urgent, first.summary)
    counts = Counter(lead.level for lead in victims)
    parts = [f"{LEVEL_TITLES[each]} {counts[each]} 名" for each in Level if counts[each] and each is not Level.NONE]
    parts += [f"未见线索 {counts[Level.NONE]} 名"] if counts[Level.NONE] else []
    summary = f"共 {len(victims)} 名被害人：{'，'.join(parts)}。"
    if level is not Level.NONE:
        summary += f"级别最高者：{first.summary}"
    return Lead(level, tuple(victims), urgent, summary)


def _summary(situation: Situation, level: Level, says: str, missing: tuple[Missing, ...]) -> str:
    if situation.victim.person.type is VictimType.ORGANIZATION:
        return says
    stated = _stated(situation)
    head = f"卷内记载：{'；'.join(stated)}。" if stated else ""
    tail = ""
    if missing and level is not Level.NONE:
        tail = f"待查：{'、'.join(FACT_TITLES[item.fact] for item in missing)}。"
    closing = DISCLAIMER if level is not Level.NONE else ""
    return f"{head}{says}{tail}{closing}"


def _stated(situation: Situation) -> list[str]:
    parts: list[str] = []
    harms = [answer for question in _HARMS if (answer := question(situation)).met]
    words = [word for answer in harms for word in answer.words]
    if words:
        parts.append("、".join(dict.fromkeys(words)))
    for answer in (paid(situation), needy(situation)):
        parts += _words(answer)
    bars = [BAR_TITLES[name] for name, answer in situation.bars.items() if answer.met]
    if bars:
        parts.append(f"提示排除情形：{'、'.join(bars)}")
    elif words:
        parts.append("未见排除情形的记载")
    return parts


def _words(answer: Answer) -> list[str]:
    return ["、".join(answer.words)] if answer.words else []
