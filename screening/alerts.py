"""Alerts: what several victims of one dossier have in common and a single lead does not show.

Thresholds are parameters. A group counts with its number, and with the least a group can have when its number is
not stated; organizations are no persons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dossier.span import Span
from nlp.facts import Person, VictimType
from screening import harm
from screening.answer import Answer, met, undetermined, unique
from screening.situation import Situation, evidence_of

_SMALLEST_GROUP = 2


@dataclass(frozen=True, slots=True)
class Alert:
    """Raises:
    ValueError: without a victim or without evidence.
    """

    kind: str
    message: str = field(repr=False)
    victims: tuple[str, ...]
    evidence: tuple[Span, ...]

    def __post_init__(self) -> None:
        if not self.victims or not self.evidence:
            raise ValueError(f"alert {self.kind} needs victims and evidence")


def find_alerts(situations: Sequence[Situation]) -> tuple[Alert, ...]:
    """Alerts of one dossier, given the situation of each of its victims."""
    people = [situation for situation in situations if situation.victim.person.type is not VictimType.ORGANIZATION]
    if not people:
        return ()
    parameters = people[0].parameters
    found = (
        _alert("elderly-group", people, harm.elder, parameters["elderly_group"], "{n} 名老年被害人，建议一并核实。"),
        _alert("minors", people, harm.minor, 1, "{n} 名未成年被害人，建议告知未成年人检察部门。"),
        _alert("many-victims", people, _in_the_papers, parameters["many_victims"], "{n} 名被害人，建议逐人核实。"),
        _alert("disabled-group", people, _disabled, parameters["disabled_group"], "{n} 名残疾被害人，建议一并核实。"),
    )
    return tuple(alert for alert in found if alert is not None)


def members(person: Person) -> int:
    """How many people a victim record stands for."""
    if person.type is not VictimType.GROUP:
        return 1
    return person.size or _SMALLEST_GROUP


def _alert(
    kind: str, people: Sequence[Situation], holds: Callable[[Situation], Answer], at_least: float, message: str
) -> Alert | None:
    hits = [(situation, answer) for situation in people if (answer := holds(situation)).met]
    persons = [situation.victim.person for situation, _ in hits]
    number = sum(map(members, persons))
    if number < at_least or not hits:
        return None
    victims = tuple(situation.victim.person.id for situation, _ in hits)
    evidence = unique(span for _, answer in hits for span in answer.evidence)
    return Alert(kind, message.format(n=_count(persons)), victims, evidence)


def _count(persons: Sequence[Person]) -> str:
    """How many they are. Those named may be among the group (沈某等48名老年人): then the number has two ends."""
    most = sum(map(members, persons))
    in_groups = sum(members(person) for person in persons if person.type is VictimType.GROUP)
    least = max(in_groups, most - in_groups)
    return str(most) if least == most else f"{least} 至 {most}"


def _in_the_papers(situation: Situation) -> Answer:
    return met(situation.victim.person.mentions[:1])


def _disabled(situation: Situation) -> Answer:
    found = situation.disabilities("preexisting")
    return met(evidence_of(fact for _, fact in found)) if found else undetermined()
