"""What holds of a person's facts once people put some right: the value in force, and what was read in its place.

In: a dossier's corrections and what its current result says. Out: for each victim and attribute the value in force,
with who put it right and when. A correction stays with its person over screenings; the newest of several about one
value is in force, the others are told as earlier ones. Nothing is judged anew: levels rest on what was read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.masking import Mask, shown_names
from api.corrections import MANY, corrections_of
from api.same_person import same_people
from api.schemas import ScreeningResult
from api.store.results import load_result
from api.store.store import Store
from api.store.tables import DossierRow, User
from api.wording import ATTRIBUTES, UNSTATED


@dataclass(frozen=True, slots=True)
class Amendment:
    """A correction that was not withdrawn.

    Attributes:
        victim: id in the current result; empty when the person is not among its victims.
        name: of the person, now or when it was corrected.
        body: what was read, what is right, its places, a note.
        by: who put it right; `user_id` is their account or key.
        stands: false when somebody put the same value right later.
        places: those of the body as they were written, unmasked: to find them again, never to be shown.
    """

    id: str
    victim: str
    name: str = field(repr=False)
    attribute: str
    kind: str
    body: dict[str, Any] = field(repr=False)
    user_id: str
    by: str
    at: dt.datetime
    stands: bool = True
    places: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    @property
    def predicted(self) -> str | None:
        read: str | None = self.body.get("predicted")
        return read

    @property
    def corrected(self) -> str | None:
        right: str | None = self.body.get("corrected")
        return right

    @property
    def says(self) -> str:
        """What stands in the place of what was read."""
        match self.kind:
            case "owner":
                return f"属于{self.corrected}"
            case "missed":
                return f"{self.corrected}是被害人"
            case "mistaken":
                return f"不是被害人：{self.corrected}"
        return "卷内无此记载" if self.kind == "remove" else str(self.corrected)

    @property
    def beside(self) -> str:
        """`原识别重伤二级，某检察官 2026-11-27 更正`: what is told beside the value in force."""
        made = f"{self.by} {self.at.astimezone():%Y-%m-%d} 更正"
        other = "" if self.kind in ("value", "add") else f"：{self.says}"
        return f"原识别{self.predicted or UNSTATED}，{made}{other}"


@dataclass(frozen=True, slots=True)
class InForce:
    """Attributes:
    text: the value, None when none is left.
    beside: what was read, who put it right and when; empty where nobody did.
    """

    text: str | None = field(repr=False)
    beside: tuple[str, ...] = field(default=(), repr=False)

    @property
    def in_words(self) -> str:
        """`重伤一级（原识别重伤二级，某检察官 2026-11-27 更正）`."""
        return (self.text or UNSTATED) + "".join(f"（{words}）" for words in self.beside)


Amendments = Mapping[tuple[str, str], Sequence[Amendment]]  # those in force, by victim and attribute


def amendments_of(session: Session, store: Store, row: DossierRow, mask: Mask | None) -> tuple[Amendment, ...]:
    """All of a dossier, oldest first.

    Args:
        mask: the dossier's; None shows names as they are.
    """
    rows = corrections_of(session, store, row.id)
    if not rows or row.result_id is None:
        return ()
    results: dict[str, ScreeningResult] = {}

    def result(id_: str) -> ScreeningResult:
        """Read only where a correction is of an earlier result: the inbox asks for many dossiers."""
        if id_ not in results:
            results[id_] = load_result(session, store, id_).result
        return results[id_]

    users = session.scalars(select(User).where(User.id.in_({correction.user_id for correction, _ in rows})))
    names = {user.id: user.name for user in users}
    found = []
    for correction, body in rows:
        victim, name, cover = correction.victim, str(body.get("name") or ""), mask
        if correction.result_id != row.result_id:
            then, current = result(correction.result_id), result(row.result_id)
            victim = same_people(then, current).get(correction.victim, "")
            name = _name(current, victim) or _name(then, correction.victim) or name
            if mask is not None:  # who is not found any more is not among the names of the dossier's mask
                cover = Mask({**shown_names(then), **mask.names}, mask.texts)
        elif victim and not name:  # of before names were kept with corrections
            name = _name(result(row.result_id), victim)
        places = tuple(body["evidence"])
        if cover is not None:
            name, body = cover.words(name), cover.json(body)
        found.append(
            Amendment(
                correction.id,
                victim,
                name,
                correction.attribute,
                correction.kind,
                body,
                correction.user_id,
                names.get(correction.user_id, "接口"),
                correction.at,
                places=places,
            )
        )
    return _newest_stand(found)


def in_force_of(amendments: Iterable[Amendment]) -> Amendments:
    """Those that say what holds of a victim of the current result."""
    by_fact: dict[tuple[str, str], list[Amendment]] = defaultdict(list)
    for each in amendments:
        if each.stands and each.victim and each.attribute in ATTRIBUTES:
            by_fact[each.victim, each.attribute].append(each)
    return by_fact


def in_force(said: Sequence[str], amendments: Sequence[Amendment]) -> InForce:
    """The value in force of one attribute.

    Args:
        said: what was read, a value each.
        amendments: those of this victim and attribute that stand, oldest first.
    """
    values = list(said)
    beside = []
    for each in amendments:
        gone = values if each.attribute not in MANY else [v for v in values if v in (each.predicted or "").split("；")]
        instead = [each.corrected] if each.kind in ("value", "add") and each.corrected else []
        if each.kind == "add" and each.attribute in MANY:
            gone = []
        values = [value for value in values if value not in gone]
        values += [value for value in instead if value not in values]
        now = "；".join(said)
        moved = each.attribute not in MANY and now != (each.predicted or "")
        beside.append(each.beside + (f"；现识别{now or UNSTATED}" if moved else ""))
    return InForce("；".join(values) or None, tuple(beside))


def amend_facts(facts: Sequence[Mapping[str, Any]], victim: str, amendments: Amendments) -> list[dict[str, Any]]:
    """The facts of a lead's card, `attribute` and `text`, with the values in force and `beside` of each."""
    read = {str(fact["attribute"]): str(fact["text"]) for fact in facts}
    amended = []
    for attribute in ATTRIBUTES:
        said = read.get(attribute)
        values = [] if said is None else said.split("；") if attribute in MANY else [said]
        now = in_force(values, amendments.get((victim, attribute), ()))
        if said is not None or now.beside:
            amended.append({"attribute": attribute, "text": now.text or UNSTATED, "beside": list(now.beside)})
    return amended


def _newest_stand(amendments: Sequence[Amendment]) -> tuple[Amendment, ...]:
    """Of those about one value of one person only the newest stands."""
    newest = {_about(each): each.id for each in amendments}
    return tuple(replace(each, stands=newest[_about(each)] == each.id) for each in amendments)


def _about(each: Amendment) -> tuple[str, ...]:
    person = each.victim or each.name or each.id
    if each.attribute not in MANY:
        return person, each.attribute
    return person, each.attribute, each.predicted or "", each.says if each.kind == "add" else ""


def _name(result: ScreeningResult, victim_id: str) -> str:
    return next((victim.name for victim in result.victims if victim.id == victim_id), "")
