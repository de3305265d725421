"""What one rule makes of one victim: verdict, limbs with their words, facts that are missing, citation.

A determined verdict without evidence cannot be built: neither a flag nor a denial stands on nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from dossier.span import Span
from screening.answer import MissingFact, Verdict


class Kind(StrEnum):
    QUALIFYING = "qualifying"
    EXCLUDING = "excluding"  # `met` says that the bar is indicated; a person decides
    PRIORITY = "priority"
    REFERRAL = "referral"


class Sure(StrEnum):
    """How sure the source of a rule is."""

    PRIMARY = "primary"
    TWO_SOURCES = "two-sources"
    ONE_SOURCE = "one-source"
    OFFICE_SETTING = "office-setting"  # 本院设定: a policy of the office, not law


@dataclass(frozen=True, slots=True)
class Citation:
    """Attributes:
    effective_from: ISO date, month or year, as exactly as the source gives it; None for an office setting.
    effective_to: ISO date of the last day, empty where the source tells of none.
    """

    instrument: str
    article: str | None
    effective_from: str | None
    sure: Sure
    effective_to: str = ""


@dataclass(frozen=True, slots=True)
class Limb:
    """One element of a rule.

    Raises:
        ValueError: when the verdict is determined and nothing carries it.
    """

    name: str
    verdict: Verdict
    why: str = field(repr=False)
    evidence: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if self.verdict is not Verdict.UNDETERMINED and not self.evidence:
            raise ValueError(f"limb {self.name} cannot be {self.verdict} without evidence")


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that the papers do not state, with the office and the paper that would settle it."""

    fact: MissingFact
    ask: str
    document: str
    question: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule applied to one victim.

    Raises:
        ValueError: when the verdict is determined and no limb of that verdict carries it.
    """

    rule: str
    title: str
    victim: str
    verdict: Verdict
    bar: str | None
    kind: Kind
    citation: Citation
    limbs: tuple[Limb, ...]
    missing: tuple[Missing, ...] = ()

    def __post_init__(self) -> None:
        if self.verdict is not Verdict.UNDETERMINED and not any(limb.verdict is self.verdict for limb in self.limbs):
            raise ValueError(f"finding {self.rule} cannot be {self.verdict} without a limb that is")
        if (self.bar is not None) is not (self.kind is Kind.EXCLUDING):
            raise ValueError(f"finding {self.rule}: a bar belongs to an excluding rule and to no other")

    def limb(self, name: str) -> Limb:
        for limb in self.limbs:
            if limb.name == name:
                return limb
        raise KeyError(name)
