"""Versions that this installation has worked with, and what each of them changed here: in words, and in levels.

A new model or rule set is judged by what it does to the office's own dossiers: of those that were screened again under
it, how many rose and how many fell.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from api.accounts.rights import Visitor
from api.accounts.visibility import visible
from api.schemas import Versions
from api.store.leads import RANKS
from api.store.tables import DossierRow, Result, VersionSeen
from dossier.errors import JiuzhuError
from screening.finding import Kind
from screening.ruleset import RuleSet

_ROWS = {"victim": "被害人", "six attributes (micro)": "六项属性"}
_KINDS = {Kind.QUALIFYING: "救助情形", Kind.EXCLUDING: "排除情形", Kind.PRIORITY: "优先与提示"}
_COLUMNS = {"pipeline": Result.pipeline, "model": Result.model, "rules": Result.rules}


@dataclass(frozen=True, slots=True)
class VersionEffect:
    """Attributes:
    kind: `pipeline`, `model` or `rules`.
    about: what it is, in words; None when nothing is known.
    again: dossiers screened with it after another version, of which so many rose and fell in level.
    """

    kind: str
    version: str
    first_seen: dt.datetime
    about: str | None
    again: int
    raised: int
    lowered: int


@dataclass(frozen=True, slots=True)
class MadeWith:
    """What a screening was made with, and the day by which its rules were chosen."""

    versions: Versions
    as_of: dt.date


def made_with(session: Session, visitor: Visitor) -> MadeWith | None:
    """Of the newest dossier with a result that this visitor may see; None without one."""
    newest = (
        select(DossierRow.result_id)
        .where(visible(visitor), DossierRow.result_id.is_not(None))
        .order_by(DossierRow.created_at.desc())  # an index answers in this order
        .limit(1)
    )
    row = session.execute(
        select(Result.pipeline, Result.model, Result.rules, Result.as_of).where(Result.id == newest.scalar_subquery())
    ).first()
    if row is None:
        return None
    return MadeWith(Versions(pipeline=row.pipeline, model=row.model, rules=row.rules), row.as_of)


def version_effects(
    session: Session, models: Path | None, *, rules: RuleSet | None = None, limit: int = 30
) -> list[VersionEffect]:
    """The versions seen, newest first.

    Args:
        rules: those in use, of which more can be told than of earlier ones.
    """
    seen = session.scalars(select(VersionSeen).order_by(VersionSeen.first_seen.desc(), VersionSeen.kind).limit(limit))
    return [_effect(session, row, models, rules) for row in seen]


def _effect(session: Session, row: VersionSeen, models: Path | None, rules: RuleSet | None) -> VersionEffect:
    before = aliased(Result)
    column, earlier = _COLUMNS[row.kind], getattr(before, row.kind)
    pairs = session.execute(
        select(before.level, Result.level)
        .join(before, (before.dossier_id == Result.dossier_id) & (before.number == Result.number - 1))
        .where(column == row.version, earlier != row.version)
    )
    moved = Counter((RANKS[old] > RANKS[new]) - (RANKS[old] < RANKS[new]) for old, new in pairs)
    about = row.note or (_of_model(row.version, models) if row.kind == "model" else None)
    if about is None and rules is not None and rules.hash == row.version:
        about = _of_rules(rules)
    return VersionEffect(row.kind, row.version, row.first_seen, about, sum(moved.values()), moved[1], moved[-1])


def _of_rules(rules: RuleSet) -> str:
    """What the rules in use are, and from which day the newest of them holds."""
    kinds = Counter(rule.kind for rule in rules.rules)
    days = [v.effective.first for rule in rules.rules for v in rule.versions if v.effective.first is not None]
    number = "、".join(f"{title} {kinds[kind]} 条" for kind, title in _KINDS.items())
    return (
        f"现行：{number}，参数 {len(rules.parameters)} 项；最近施行的自 {max(days).isoformat()}"
        if days
        else f"现行：{number}"
    )


def _of_model(version: str, models: Path | None) -> str | None:
    """How the model did against the one before it, by the comparison that let it in; None without one."""
    from models.comparison import kept_comparisons
    from models.store import ModelStore, shipped_folder

    try:
        model = ModelStore(models or shipped_folder()).open(version)
    except JiuzhuError:
        return None
    told = [comparison for _, comparison in kept_comparisons(model)] if model is not None else []
    if not told:
        return None
    last = max(told, key=lambda comparison: comparison.day)
    moved = "，".join(f"{title} {last.rows[row].difference:+.3f}" for row, title in _ROWS.items() if row in last.rows)
    return f"与 {last.first} 在 {last.gold.cases} 案上比较：{moved}（F1）"
