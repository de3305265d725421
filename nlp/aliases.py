"""Names of one person under several forms, and several people under one form.

Works on candidates: joins what an alias or a masked form says is one, tells apart what sex, birth date or role says
are two.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nlp.dates import find_dates
from nlp.facts import Role
from nlp.reading import Reading

if TYPE_CHECKING:
    from nlp.candidates import Candidate, Named

_NOTE = re.compile(r"^（(?P<note>[^（）]{1,60})）|^，?(?P<bare>[男女])，(?P<rest>[^，。；]{2,24})")
# 尹满仓，人称尹老四，; 沈某（绰号“老沈”）; near miss: 人称代词
_ALIAS = re.compile(
    r"(?:，|、)?(?:人称|外号|绰号|诨名|小名|乳名)(?:叫|为)?[“\"]?(?P<bare>[\u4e00-\u9fff]{2,4})[”\"]?(?=[，。、；）（])|"
    r"（(?:[^（）]{0,20}，)?(?:又名|绰号|化名|别名|曾用名|小名|外号|自称|乳名|真名|原名)[：:]?[“\"]?(?P<alias>[^（），、。”\"]{1,6})[”\"]?[^（）]{0,60}）|"
    r"（以下(?:简称|称)[：:]?[“\"]?(?P<short>[^（），。”\"]{2,6})[”\"]?）"
)
# in an interview, of the one who answers: 又名欧阳老七，小时候叫的
_OWN_ALIAS = re.compile(
    r"(?:我|答：)[^。；？]{0,8}?(?:又名|也叫|曾用名|原来叫|小名|绰号|外号)(?:叫|是)?[“\"]?(?P<alias>[\u4e00-\u9fff]{2,4}?)[”\"]?(?=[，。、；])"
)
_MASK = re.compile("[某×xX*]")


def link_aliases(readings: Sequence[Reading], candidates: dict[str, Candidate], subjects: Sequence[str | None]) -> None:
    """Join names that the papers say are one person's, and a masked name to the one full name it can stand for.

    Args:
        subjects: key of whom each paper is about, where it is about one.
    """
    for reading, subject in zip(readings, subjects, strict=True):
        for match in _ALIAS.finditer(reading.text):
            before = reading.text[max(0, match.start() - 8) : match.start()]
            for candidate in set_of(candidates):
                if before.endswith(candidate.name):
                    _join(candidates, candidate, (match["bare"] or match["alias"] or match["short"]).strip())
        if subject is not None and reading.kind == "询问笔录":
            for match in _OWN_ALIAS.finditer(reading.text):
                _join(candidates, candidates[subject], match["alias"])
    _link_masked(readings, candidates)
    _link_middle_masked(readings, candidates)
    _link_two_masks(readings, candidates)


def set_of(candidates: dict[str, Candidate]) -> list[Candidate]:
    """Each candidate once, in order."""
    return list({id(c): c for c in candidates.values()}.values())


def _join(candidates: dict[str, Candidate], candidate: Candidate, alias: str) -> None:
    candidate.aliases.add(alias)
    other = candidates.get(alias)
    if other is not None and other is not candidate:
        candidate.votes.update(other.votes)
        candidate.done_to += other.done_to
        candidates[alias] = candidate


def _link_masked(readings: Sequence[Reading], candidates: dict[str, Candidate]) -> None:
    full = [c for c in set_of(candidates) if not _MASK.search(c.name)]
    for key, candidate in list(candidates.items()):
        if "某" not in candidate.name or "|" in key or re.search(r"[甲乙丙丁0-9]", candidate.name):
            continue
        family = candidate.name.split("某")[0]
        same = [
            c
            for c in full
            if c.name.startswith(family)
            and len(c.name) >= len(candidate.name)
            and _compatible(c.votes, candidate.votes)
        ]
        if (
            len(same) == 1
            and not _in_one_document(readings, candidate.name, same[0].name)
            and candidate.name.strip(family + "某") == ""
        ):
            same[0].aliases.add(candidate.name)
            same[0].votes.update(candidate.votes)
            candidates[key] = same[0]


# 胡XX, 胡某某: a surname and a mask alone
_ONLY_MASK = re.compile(r"(?P<family>[\u4e00-\u9fff]{1,2}?)(?P<mask>某{1,3}|[×xX*]{1,3})")


def _link_two_masks(readings: Sequence[Reading], candidates: dict[str, Candidate]) -> None:
    """One person masked in two ways (胡XX, 胡某某) in one dossier, where nothing tells them apart."""
    forms: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in set_of(candidates):
        form = _ONLY_MASK.fullmatch(candidate.name)
        if form:
            forms[form["family"]].append(candidate)
    for same in forms.values():
        if len(same) != 2 or ("某" in same[0].name) == ("某" in same[1].name):
            continue
        first, second = same
        row = re.compile(
            "{0}(?:、|和|与|及)(?:被害人|失主)?{1}|{1}(?:、|和|与|及)(?:被害人|失主)?{0}".format(
                re.escape(first.name), re.escape(second.name)
            )
        )
        beside = any(row.search(reading.text) for reading in readings)
        told = [{role for role, votes in c.votes.items() if votes} - {Role.OTHER} for c in same]
        if not beside and told[0] & told[1]:
            _join(candidates, first, second.name)


# 向某婷: the middle of a full name is masked
_MIDDLE = re.compile(r"(?P<family>[\u4e00-\u9fff]{1,2}?)[某×xX*](?P<given>[\u4e00-\u9fff])")


def _link_middle_masked(readings: Sequence[Reading], candidates: dict[str, Candidate]) -> None:
    """向某婷 of the charge is 向雨婷 of the register, where only one full name fits and no paper has both."""
    full = [c for c in set_of(candidates) if not _MASK.search(c.name)]
    for key, candidate in list(candidates.items()):
        form = _MIDDLE.fullmatch(candidate.name)
        if form is None or "|" in key:
            continue
        same = [
            c
            for c in full
            if (len(c.name) == len(candidate.name) or c.name == form["family"] + form["given"])
            and c.name.startswith(form["family"])
            and c.name.endswith(form["given"])
        ]
        if len(same) == 1 and not _in_one_document(readings, candidate.name, same[0].name):
            same[0].aliases.add(candidate.name)
            same[0].votes.update(candidate.votes)
            candidates[key] = same[0]


def _compatible(full: Counter[Role], masked: Counter[Role]) -> bool:
    """Whether the same person may stand behind a full and a masked name: on one side, or nothing against it."""
    side = Role.ACCUSED if masked[Role.ACCUSED] > masked[Role.VICTIM] else Role.VICTIM if masked[Role.VICTIM] else None
    if side is None:
        return False
    other = Role.VICTIM if side is Role.ACCUSED else Role.ACCUSED
    apart = (Role.WITNESS, Role.OFFICER, Role.REPRESENTATIVE, Role.EXPERT, other)
    return not any(full[role] for role in apart)


def _in_one_document(readings: Sequence[Reading], one: str, other: str) -> bool:
    return any(one in reading.text and other in reading.text for reading in readings)


def namesakes(readings: Sequence[Reading], names: Sequence[Sequence[Named]]) -> dict[str, tuple[str, ...]]:
    """Names that stand for two people, with what tells them apart: the roles accused and victim, or the notes behind
    the name (sex and birth date), fullest first. Of a masked name one mention in each role is enough."""
    roles: dict[str, Counter[Role]] = defaultdict(Counter)
    notes: dict[str, set[str]] = defaultdict(set)
    for reading, found in zip(readings, names, strict=True):
        for item in found:
            if item.own_cue and item.role in (Role.VICTIM, Role.ACCUSED):
                roles[item.name][item.role] += 1
            note = note_key(reading, item)
            if note and (item.role is Role.VICTIM or (item.role is None and re.search("[某×xX*]", item.name))):
                notes[item.name].add(note)
    split: dict[str, tuple[str, ...]] = {
        name: (str(Role.ACCUSED), str(Role.VICTIM))
        for name, seen in roles.items()
        if seen[Role.VICTIM]
        and seen[Role.ACCUSED]
        and (min(seen[Role.VICTIM], seen[Role.ACCUSED]) >= 2 or _MASK.search(name) or _face_to_face(readings, name))
        and not _mutual(readings, name)
    }
    split.update(
        {name: tuple(sorted(seen, key=len, reverse=True)) for name, seen in notes.items() if _told_apart(seen)}
    )
    return split


def _told_apart(notes: set[str]) -> bool:
    """Two sexes, or two full birth dates."""
    births = {note[1:] for note in notes if len(note) == 11}
    return len({note[0] for note in notes}) > 1 or len(births) > 1


def _face_to_face(readings: Sequence[Reading], name: str) -> bool:
    """被告人李某…将被害人李某… in one sentence: two people."""
    known = re.escape(name)
    both = re.compile(
        rf"被告人{known}(?![\u4e00-\u9fff]?某)[^。]{{0,120}}被害人{known}|被害人{known}[^。]{{0,120}}被告人{known}"
    )
    return any(both.search(reading.text) for reading in readings)


def _mutual(readings: Sequence[Reading], name: str) -> bool:
    """One person who is both: 被告人（附带民事诉讼原告人）…"""
    both = re.compile(
        rf"(?:被告人（附带民事诉讼原告人|被告人暨附带民事诉讼原告人|被告人（被害人)[^，。]{{0,6}}{re.escape(name)}"
    )
    return any(both.search(reading.text) for reading in readings)


def note_key(reading: Reading, item: Named) -> str | None:
    """Sex and birth date in the brackets behind a name: what tells two people of one masked name apart."""
    match = _NOTE.match(reading.text[item.end : item.end + 64])
    note = (match["note"] or match["bare"] + "，" + match["rest"]) if match else None
    sex = re.search("[男女]", note) if note else None
    if note is None or sex is None:
        return None
    born = find_dates(note)
    return sex.group() + (born[0][2] if born else "")
