"""Organizations that were harmed: called 被害单位, or whose goods were taken, defrauded of or damaged.

Reads frames (`nlp.frames`): a person's name is a placeholder, so that it never runs into the name of a firm.
A place of business whose owner is named is no victim of its own: the owner is (在被害人钱某的超市内盗走…).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nlp.dealings import is_only_a_dealing
from nlp.frames import Frame, V
from nlp.nameless import is_nameless
from nlp.organization_cues import (
    BESIDE,
    CLAIMED,
    CRIMINAL,
    CUES,
    FALSE_CLAIM,
    INSURERS,
    NAME,
    NEVER,
    PUBLIC_CUES,
    SHOP,
    SHOP_DOOR,
    STOP,
)
from nlp.reading import Reading, Zone


@dataclass(frozen=True, slots=True)
class Organization:
    """Places: (index of the reading, start, end) in view offsets."""

    name: str = field(repr=False)
    aliases: tuple[str, ...] = field(repr=False)
    places: tuple[tuple[int, int, int], ...]


# where it sits, before its name: 嘉和大厦[南桥科技公司], 18号[南桥公司]; near miss: 南桥大厦管理公司
_WHERE = re.compile(r"^[^“”]{0,20}(?:大厦|大楼|号楼|\d{1,4}号|\d{1,4}室|[A-Z0-9]座|\d{1,2}[楼层])(?=[^“”]{6,})")
_HERE = re.compile("^本[市县区镇]")  # 本市南桥宾馆
_KEPT_ZONES = frozenset({Zone.FOUND, Zone.CHARGE, Zone.PLAIN, Zone.EVIDENCE, Zone.HELD})
# （以下简称南桥公司）; near miss: （已停业）
_ALIAS = re.compile(r"^（(?:以下)?(?:简称|称)(?:为)?[：:]?[“\"]?(?P<short>[^（），。”\"]{2,12})[”\"]?）")


def find_organizations(readings: Sequence[Reading], frames: Sequence[Frame]) -> list[Organization]:
    """Organizations that were harmed, with every place where they are named."""
    names: dict[str, set[str]] = defaultdict(set)
    for reading, frame in zip(readings, frames, strict=True):
        if is_only_a_dealing(reading.text):
            continue
        for name, end_in_view in (*_named(reading, frame), *_shops(reading, frame)):
            names[name].update(
                match["short"] for match in [_ALIAS.match(reading.text[end_in_view : end_in_view + 30])] if match
            )
    for name in list(names):
        full = _full_form(readings, name) or name
        full = _with_place(readings, full) or full
        if full != name:
            names[full] |= {name, *names.pop(name)}
    by_core: dict[str, str] = {}
    for name in sorted(names, key=len, reverse=True):  # 南桥市城东区柳河医院 and 南桥市柳河医院 are one
        core = _PLACE_PREFIX.sub("", name)
        if core != name and (longest := by_core.setdefault(core, name)) != name:
            names[longest] |= {name, *names.pop(name)}
    kept = {
        name: aliases
        for name, aliases in names.items()
        if not any(name != other and other.endswith(name) for other in names)
    }
    for name in names.keys() - kept.keys():
        longer = max((other for other in kept if other.endswith(name)), key=len, default=None)
        if longer is not None:
            kept[longer] |= {name, *names[name]}
    for name, aliases in kept.items():
        core = _PLACE_PREFIX.sub("", name)
        if core != name and any(re.search(f"(?<![省市县区]){re.escape(core)}", reading.text) for reading in readings):
            aliases.add(core)
    return [
        Organization(name, tuple(sorted(aliases)), _places(readings, (name, *aliases)))
        for name, aliases in kept.items()
    ]


_PLACE_PREFIX = re.compile("^(?:本[市县区]|[\u4e00-\u9fff]{2,5}?(?:[省市县区镇乡村]|街道))+(?=[\u4e00-\u9fff]{4,})")


def _with_place(readings: Sequence[Reading], name: str) -> str | None:
    """The longest form with its place before it that the papers have: 澄洲市盈海纺织有限公司 for 盈海纺织有限公司."""
    if _PLACE_PREFIX.match(name):
        return None
    before = re.compile(rf"(?![{STOP}])[\u4e00-\u9fff]{{1,2}}(?:省|市|县|区){re.escape(name)}")
    found = {match.group() for reading in readings for match in before.finditer(reading.text)}
    return max(found, key=len) if found else None


def _full_form(readings: Sequence[Reading], short: str) -> str | None:
    """What the papers say a short name stands for: 南桥建材有限公司（以下简称南桥公司）."""
    for reading in readings:
        found = re.search(rf"{NAME}（(?:以下)?(?:简称|称)(?:为)?[：:]?[“\"]?{re.escape(short)}[”\"]?）", reading.text)
        if found:
            return found["org"]
    core = short.removesuffix("公司")
    if core == short or len(core) < 2:
        return None
    for reading in readings:  # 盈海公司 for 澄洲市盈海纺织有限公司, when only one name fits
        fuller = {
            m["org"] for m in re.finditer(NAME, reading.text) if core in m["org"][:-4] and m["org"].endswith("有限公司")
        }
        longest: str = max(fuller, key=len, default="")
        if longest and all(longest.endswith(other) for other in fuller):
            return longest
    return None


def _named(reading: Reading, frame: Frame) -> Iterator[tuple[str, int]]:
    if CLAIMED.search(frame.text) and FALSE_CLAIM.search(frame.text) and CRIMINAL.search(reading.text):
        for match in (match for pattern in INSURERS for match in pattern.finditer(frame.text)):
            if "保险" in match["org"] and reading.sentence_at(frame.to_view(match.start())).zone in _KEPT_ZONES:
                yield match["org"], frame.end_to_view(match.end("org"))
    for match in (match for pattern in PUBLIC_CUES for match in pattern.finditer(frame.text)):
        if reading.sentence_at(frame.to_view(match.start("org"))).zone in _KEPT_ZONES:
            yield match["org"], frame.end_to_view(match.end("org"))
    for pattern in CUES:
        for match in pattern.finditer(frame.text):
            name = _HERE.sub("", _WHERE.sub("", match["org"].strip("“”")))
            start = frame.to_view(match.start("org"))
            if (NEVER.search(name) and "骗" not in match.string[match.end() : match.end() + 60]) or reading.sentence_at(
                start
            ).zone not in _KEPT_ZONES:
                continue
            yield name, frame.end_to_view(match.end("org"))
            beside = BESIDE.match(match.string, match.end("org"))
            if beside and not NEVER.search(beside["org"]):
                yield beside["org"], frame.end_to_view(beside.end("org"))


_TAKEN = re.compile("盗走|盗窃|窃得|窃取|偷走|盗得|抢|骗")


def _shops(reading: Reading, frame: Frame) -> Iterator[tuple[str, int]]:
    """Places of business in thefts of which no victim is named, in papers that name none without a deed of their own."""
    found = [*SHOP.finditer(frame.text), *SHOP_DOOR.finditer(frame.text)] if "盗" in frame.text else []
    if not found or _nameless(reading, frame):
        return
    for match in found:
        sentence = reading.sentence_at(frame.to_view(match.start()))
        end = frame.from_view(sentence.end - 1) + 1
        start = frame.from_view(sentence.start)
        near = re.sub(f"{V}[^，。；]{{0,4}}(?:发现|追赶|制止|阻拦|抓获|当场)", "", frame.text[start : end + 60])
        if V not in near and sentence.zone in _KEPT_ZONES - {Zone.EVIDENCE}:
            name = match["org"].strip("“”").removesuffix("内") if match["org"].endswith("”") else match["org"]
            yield name, frame.end_to_view(match.end("org"))


def _nameless(reading: Reading, frame: Frame) -> bool:
    """Whether a victim is named who stands in no account of a deed: the shop may be theirs."""
    placed: set[str] = set()
    known: set[str] = set()
    for mention in frame.mentions:
        at = frame.from_view(mention.start)
        if frame.text[at] != V or is_nameless(reading.text[mention.name_start : mention.end]):
            continue
        known.update(mention.people)
        sentence = reading.sentence_at(mention.start)
        if sentence.zone is not Zone.EVIDENCE and _TAKEN.search(reading.text, sentence.start, sentence.end):
            placed.update(mention.people)
    return not known <= placed


def _places(readings: Sequence[Reading], names: Sequence[str]) -> tuple[tuple[int, int, int], ...]:
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    return tuple((number, m.start(), m.end()) for number, r in enumerate(readings) for m in pattern.finditer(r.text))
