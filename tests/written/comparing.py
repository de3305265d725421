"""Compares one screening result (the contract's JSON) with the expectation of a written dossier.

Every function yields differences as readable lines, so that a failing test lists all of them at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.written.material import Written

_LONGEST_SPAN, _MOST_EVIDENCE = 120, 600

Json = dict[str, Any]


def _plain(name: str) -> str:
    return re.sub(r"\s", "", name)


def pair_victims(expected: list[Json], found: list[Json]) -> list[tuple[Json, Json | None]]:
    """Pairs by name; between people of one masked name, by how many simple values agree."""
    left = list(found)
    pairs: list[tuple[Json, Json | None]] = []
    for victim in expected:
        wanted = {_plain(n) for n in (victim["name"], *(victim.get("aliases") or ()))}
        same = [v for v in left if _plain(v["name"]) == _plain(victim["name"])]
        same = same or [v for v in left if wanted & {_plain(n) for n in (v["name"], *v["aliases"])}]
        best = max(same, key=lambda v: _agreement(victim, v), default=None)
        if best is not None:
            left.remove(best)
        pairs.append((victim, best))
    return pairs


def unexpected_victims(written: Written, result: Json) -> list[str]:
    taken = [id(found) for _, found in pair_victims(written.victims, result["victims"]) if found is not None]
    return [v["name"] for v in result["victims"] if id(v) not in taken]


def _agreement(victim: Json, found: Json) -> int:
    gender = (found.get("gender") or {}).get("value") == victim.get("gender")
    injury = (found.get("injury") or {}).get("grade") == victim.get("injury")
    age = (found.get("age") or {}).get("value") == (victim.get("age") or {}).get("value")
    return sum((gender, injury, age))


def victim_differences(written: Written, result: Json, victim: Json, found: Json | None) -> Iterator[str]:
    """All differences between one expected victim and the one found for it."""
    if found is None:
        yield f"not found; found were {[v['name'] for v in result['victims']]}"
        return
    if _plain(found["name"]) != _plain(victim["name"]):
        yield f"name: found {found['name']}"
    if found["type"] != victim["type"]:
        yield f"type: expected {victim['type']}, found {found['type']}"
    missing = {_plain(n) for n in victim.get("aliases") or ()} - {_plain(n) for n in found["aliases"]}
    if missing:
        yield f"aliases: {sorted(missing)} not among {found['aliases']}"
    yield from _single("gender", victim.get("gender"), (found["gender"] or {}).get("value"))
    yield from _single("injury", victim.get("injury"), (found["injury"] or {}).get("grade"))
    yield from _single("loss", victim.get("loss"), (found["loss"] or {}).get("amount"))
    yield from _block("age", victim.get("age"), found["age"])
    yield from _block("compensation", victim.get("compensation"), found["compensation"])
    yield from _many(
        "hardship", Counter(victim.get("hardship") or ()), Counter(h["category"] for h in found["hardship"])
    )
    yield from _disabilities(victim.get("disability") or [], found["disability"])
    yield from _evidence(written, victim, found)
    for aside in victim.get("set_aside") or ():
        said = [s for s in found["set_aside"] if s["attribute"] == aside["attribute"]]
        texts = [_plain(str(s["value"]) + "".join(e["text"] for e in s["evidence"])) for s in said]
        if not any(aside["contains"] in text for text in texts):
            yield f"set_aside: {aside} not among {[(s['attribute'], s['value']) for s in found['set_aside']]}"
    conflicts = {c["attribute"] for c in found["conflicts"]}
    for attribute in victim.get("conflicts") or ():
        if attribute not in conflicts:
            yield f"conflict on {attribute} not reported; reported: {sorted(conflicts)}"
    yield from _judgement(written, result, victim, found["id"])


def _judgement(written: Written, result: Json, victim: Json, victim_id: str) -> Iterator[str]:
    name, expect = victim["name"], written.expect
    yield from _single("level", victim["level"], result["lead"]["victims"].get(victim_id))
    findings = [f for f in result["findings"] if f["victim"] == victim_id]
    same_name = sum(v["name"] == name for v in written.victims) > 1
    bars = {f["bar"] for f in findings if f["kind"] == "excluding" and f["verdict"] == "met"}
    wanted = set((expect.get("bars") or {}).get(name, ()))
    if bars != wanted and not same_name:
        yield f"bars: expected {sorted(wanted)}, found {sorted(bars)}"
    met = {
        limb["name"] for f in findings if f["kind"] == "qualifying" for limb in f["limbs"] if limb["verdict"] == "met"
    }
    lacking = set((expect.get("met") or {}).get(name, ())) - met
    if lacking:
        yield f"limbs not met: {sorted(lacking)} (met: {sorted(met)})"
    asked = {m["fact"] for f in findings for m in f["missing"]}
    unasked = set((expect.get("missing") or {}).get(name, ())) - asked
    if unasked:
        yield f"missing facts not asked for: {sorted(unasked)} (asked: {sorted(asked)})"


def dossier_differences(written: Written, result: Json) -> Iterator[str]:
    """Differences that belong to no single victim: kinds, people, level, urgency, alerts, victims too many."""
    expect, lead = written.expect, result["lead"]
    kinds = {d["name"].rsplit("/", 1)[-1]: d["kind"] for d in result["dossier"]["documents"]}
    for name, kind in (expect.get("documents") or {}).items():
        allowed = kind if isinstance(kind, list) else [kind]
        if kinds.get(name) not in allowed:
            yield f"kind of {name}: expected {allowed}, found {kinds.get(name)}"
    for person in expect.get("people") or ():
        roles = sorted({p["role"] for p in result["people"] if _plain(p["name"]) == _plain(person["name"])})
        allowed = person["role"] if isinstance(person["role"], list) else [person["role"]]
        if not set(roles) & set(allowed):
            yield f"role of {person['name']}: expected {person['role']}, found {roles}"
    yield from _single("level", expect["level"], lead["level"])
    yield from _single("urgent", expect.get("urgent", lead["urgent"]), lead["urgent"])
    alerts = sorted({a["kind"] for a in result["alerts"]})
    if alerts != sorted(expect.get("alerts") or ()):
        yield f"alerts: expected {expect.get('alerts')}, found {alerts}"
    extra = unexpected_victims(written, result)
    if extra:
        yield f"victims that are none: {extra}"


def _single(name: str, expected: object, found: object) -> Iterator[str]:
    if expected != found:
        yield f"{name}: expected {expected}, found {found}"


def _block(name: str, expected: Json | None, found: Json | None) -> Iterator[str]:
    """A block of several keys: those that the expectation lists are compared."""
    if not expected or not found:
        if bool(expected) != bool(found):
            yield f"{name}: expected {expected}, found {_bare(found)}"
        return
    for key, value in expected.items():
        if found.get(key) != value:
            yield f"{name}.{key}: expected {value}, found {found.get(key)}"


def _bare(found: Json | None) -> Json | None:
    return None if found is None else {k: v for k, v in found.items() if k not in ("evidence", "confidence")}


def _many(name: str, expected: Counter[Any], found: Counter[Any]) -> Iterator[str]:
    if expected != found:
        yield f"{name}: expected {sorted(expected.elements())}, found {sorted(found.elements())}"


def _disabilities(expected: list[Json], found: list[Json]) -> Iterator[str]:
    """Each expected entry takes one found entry that agrees on every key that it lists."""
    left = [_bare(f) or {} for f in found]
    for entry in expected:
        match = next((f for f in left if all(f.get(k) == v for k, v in entry.items())), None)
        if match is None:
            yield f"disability: {entry} not among {left}"
        else:
            left.remove(match)
    if left:
        yield f"disability: not expected {left}"


def _evidence(written: Written, victim: Json, found: Json) -> Iterator[str]:
    """Good evidence overlaps one of the quotes, is exact, and is short."""
    for attribute in ("gender", "age", "disability", "hardship", "injury", "compensation", "loss"):
        holders = found[attribute] if isinstance(found[attribute], list) else [found[attribute]]
        spans = [span for holder in holders if holder for span in holder["evidence"]]
        for span in spans:
            text = written.texts[span["document_name"].rsplit("/", 1)[-1]]
            if text[span["start"] : span["end"]] != span["text"]:
                yield f"{attribute}: evidence {span['text']!r} does not stand at its offsets"
            if len(span["text"]) > _LONGEST_SPAN:
                yield f"{attribute}: evidence of {len(span['text'])} characters"
        if any(sum(len(s["text"]) for s in h["evidence"]) > _MOST_EVIDENCE for h in holders if h):
            yield f"{attribute}: more than {_MOST_EVIDENCE} characters of evidence"
        quotes = (victim.get("quotes") or {}).get(attribute)
        if quotes and spans and not any(_overlaps(written, span, quotes) for span in spans):
            yield f"{attribute}: evidence {[s['text'] for s in spans]} touches none of {quotes}"


def _overlaps(written: Written, span: Json, quotes: list[str]) -> bool:
    text = written.texts[span["document_name"].rsplit("/", 1)[-1]]
    return any(
        match.start() < span["end"] and span["start"] < match.end()
        for quote in quotes
        for match in re.finditer(re.escape(quote), text)
    )
