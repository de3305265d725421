"""Screening: from what the papers say (`CaseFacts`) to findings, alerts and a lead.

One pure function of facts, day and rule set. It reads no clock and no text, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from nlp.facts import CaseFacts, VictimFacts, VictimType
from screening.alerts import Alert, find_alerts
from screening.answer import Answer, MissingFact, Verdict, all_of, any_of, unique
from screening.finding import Finding, Kind, Limb
from screening.lead import Lead, VictimLead, make_lead, make_victim_lead
from screening.questions import questions_for
from screening.rule import Rule, RuleVersion
from screening.ruleset import RuleSet, RulesInForce
from screening.situation import Situation
from screening.texts import FACT_TITLES


@dataclass(frozen=True, slots=True)
class Screening:
    """Everything that the rules make of one dossier.

    Attributes:
        findings: by victim, then by kind and item of the rule.
        rules_hash: content hash of the rule set, for `versions.rules`.
    """

    as_of: date
    rules_hash: str
    findings: tuple[Finding, ...]
    alerts: tuple[Alert, ...]
    lead: Lead

    def findings_of(self, victim_id: str) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.victim == victim_id)


def screen(facts: CaseFacts, *, as_of: date, rules: RuleSet) -> Screening:
    """Applies the rules in force on `as_of`.

    Raises:
        JiuzhuError: `rules.none_in_force` when the rule set has no version for that day.
    """
    current = rules.at(as_of)
    results = [_screen_victim(facts, victim, current) for victim in facts.victims]
    return Screening(
        as_of,
        rules.hash,
        tuple(finding for findings, _, _ in results for finding in findings),
        find_alerts([situation for _, _, situation in results]),
        make_lead([lead for _, lead, _ in results]),
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """A rule's limbs answered for one victim, before findings are made of them."""

    rule: Rule
    version: RuleVersion
    limbs: tuple[tuple[str, Answer], ...]
    total: Answer

    @property
    def missing(self) -> tuple[MissingFact, ...]:
        facts = unique(fact for _, answer in self.limbs if answer.open for fact in answer.missing)
        if self.total.met:
            return self.rule.asks_when_met
        return facts if self.total.open else ()


def _screen_victim(
    facts: CaseFacts, victim: VictimFacts, current: RulesInForce
) -> tuple[tuple[Finding, ...], VictimLead, Situation]:
    situation = Situation(facts, victim, current.parameters)
    judged: list[_Judged] = []
    if victim.person.type is not VictimType.ORGANIZATION:
        judged = [_judge(rule, version, situation) for rule, version in current.rules if _is_raised(rule, situation)]
    situation = replace(situation, bars=_bars(judged))
    qualified = any(item.rule.kind is Kind.QUALIFYING and not _denied(item) for item in judged)
    kept = [item for item in judged if item.rule.raised_by or qualified or not item.total.open]
    barred = any(answer.met for answer in situation.bars.values())
    missing = {item.rule.id: () if _is_excluded(item, barred) else item.missing for item in kept}
    placed = current.levels.place(situation)
    moving = current.levels.open_facts(situation) if placed is None else placed.missing
    _add_moving_facts(missing, moving, kept)
    findings = tuple(_finding(item, situation, missing[item.rule.id]) for item in kept)
    asked = questions_for((fact for each in missing.values() for fact in each), situation)
    return findings, make_victim_lead(situation, placed, current.levels.otherwise, asked), situation


def _is_raised(rule: Rule, situation: Situation) -> bool:
    return rule.raised_by is None or rule.raised_by.answer(situation).met


def _judge(rule: Rule, version: RuleVersion, situation: Situation) -> _Judged:
    limbs = tuple((limb.name, limb.when.answer(situation)) for limb in version.limbs)
    answers = [answer for _, answer in limbs]
    return _Judged(rule, version, limbs, all_of(answers) if version.combine_all else any_of(answers))


def _bars(judged: list[_Judged]) -> Mapping[str, Answer]:
    found = [item for item in judged if item.rule.kind is Kind.EXCLUDING]
    return {item.rule.item: replace(item.total, missing=item.missing) for item in found}


def _is_excluded(item: _Judged, barred: bool) -> bool:
    """Whether nothing is asked for this finding any more: a bar is indicated, and this is not the bar itself."""
    return barred and not (item.rule.kind is Kind.EXCLUDING and item.total.met)


def _add_moving_facts(
    missing: dict[str, tuple[MissingFact, ...]], moving: tuple[MissingFact, ...], kept: list[_Judged]
) -> None:
    """Facts that could move the level are shown even where no limb asks for them: at the first finding that is open."""
    asked = {fact for each in missing.values() for fact in each}
    rest = tuple(fact for fact in moving if fact not in asked)
    host = next((item for item in kept if item.rule.kind is Kind.QUALIFYING and not _denied(item)), None)
    if rest and host:
        missing[host.rule.id] = unique((*missing[host.rule.id], *rest))


def _denied(item: _Judged) -> bool:
    return item.total.verdict is Verdict.NOT_MET


def _finding(item: _Judged, situation: Situation, missing: tuple[MissingFact, ...]) -> Finding:
    rule = item.rule
    return Finding(
        rule=rule.id,
        title=rule.title,
        victim=situation.victim.person.id,
        verdict=item.total.verdict,
        bar=rule.item if rule.kind is Kind.EXCLUDING else None,
        kind=rule.kind,
        citation=item.version.citation,
        limbs=tuple(Limb(name, answer.verdict, _why(answer), answer.evidence) for name, answer in item.limbs),
        missing=questions_for(missing, situation),
    )


def _why(answer: Answer) -> str:
    words = "、".join(answer.words)
    if answer.met:
        return f"卷内有依据：{words}"
    if answer.verdict is Verdict.NOT_MET:
        return f"卷内有相反记载：{words}"
    asked = "、".join(FACT_TITLES[fact] for fact in answer.missing)
    open_part = f"{asked}未载明" if asked else "卷内未见可作认定的记载"
    return f"卷内记载：{words}；{open_part}" if words else open_part
