"""Everything that one sentence of a frame says about paying a victim.

All offsets are in the sentence. Whose a deed is, `nlp.payments.payee` decides; how deeds combine, the attribute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from nlp.frames import A, O, V
from nlp.numerals import number_of
from nlp.payments import cues as cue
from nlp.payments.deed import Clause, Deed, clause_end, clause_start
from nlp.payments.sums import Payee, sums_in
from nlp.payments.verbs import verb_clauses
from nlp.reading import Zone


def clauses(words: str, zone: Zone, kind: str | None) -> list[Clause]:
    """Every deed of one sentence, in order."""
    if A not in words and cue.RULE.search(words):
        return []
    instalments = [
        Clause(Deed.PART, m.start(), m.end(), (), number_of(m["sum"] or m["done"]), made=True)
        for m in cue.INSTALMENT.finditer(words)
        if not (m["done"] and words.count(f"{m['done']}元", 0, m.start()))  # 约定赔偿6万元，已履行6万元
    ]
    insured = [
        Clause(Deed.PAID, m.start(), m.end(), (), number_of(m["sum"]), made=True)
        for m in cue.INSURED.finditer(words)
        if not cue.WISH.search(words[: m.start()]) and not cue.DEMANDED.search(words[: m.start()])
    ]
    found = list(_promises_apart(words, [*verb_clauses(words, zone, kind), *instalments, *insured]))
    found += _nothing(words, found)
    done = [] if kind in _HOSPITAL else list(_done(words, zone))
    done = [c for c in done if not any(p.start < c.end and c.start < p.end for p in instalments)]
    if done and kind != "赔偿协议":  # 由甲赔偿…元，并已履行: the promise was kept
        found = [
            replace(c, deed=Deed.PAID, made=True) if c.deed is Deed.AGREED and c.sum and c.end <= done[-1].start else c
            for c in found
        ]
    found += done
    found += [Clause(Deed.OPEN, m.start(), _with_verb(words, m)) for m in cue.OPEN.finditer(words)]
    found += [
        Clause(Deed.PART, m.start(), m.end(), made=True)
        for m in cue.PARTLY.finditer(words)
        if not cue.WISH.search(words[: m.start()])
    ]
    found += [Clause(Deed.AID, m.start(), m.end(), (), number_of(m["sum"])) for m in cue.AID_SUM.finditer(words)]
    found += [
        Clause(Deed.PART, m.start(), m.end(), made=True)
        for m in cue.BORNE.finditer(words)
        if not re.search(f"自行|自己|自费|[由为](?:原告|{V})|{V}已", m.group())
        and zone not in (Zone.ORDER, Zone.CLAIM)
        and kind != "赔偿协议"
        and not _overlaps(found, m)
    ]
    found += _agreed(words, kind)
    found += _forgiven(words, zone, kind)
    found += [Clause(Deed.WAIVED, m.start(), m.end()) for m in cue.WAIVED.finditer(words)]
    found = [replace(c, full=_says_all(words, c)) if c.deed in (Deed.PAID, Deed.RETURNED) else c for c in found]
    return sorted(found, key=lambda c: (c.start, c.end))


# a pattern that stops at its negation: matches 其余损失未(赔偿), 余款双方没(谈拢); not 余款未付清
_CUT_SHORT = re.compile("(?:[未没不尚再待]|没有|分期)$")


def _with_verb(words: str, match: re.Match[str]) -> int:
    """The end of `match` with what is denied: 其余款项未能追回."""
    return clause_end(words, match.end(), 8) if _CUT_SHORT.search(match.group()) else match.end()


# papers of a hospital, where 已结清 closes a bill
_HOSPITAL = ("费用清单", "出院小结", "病历", "诊断证明")
# the patient's bill: matches 总费用…个人支付…已结清, 住院费我自己结清; not 住院费被告人已结清
_BILL = re.compile(
    f"(?:统筹|个人(?:支付|自付)|自付|医院的?账|费用结算|住院押金)[^。{A}]*$|(?:我|自己|家里|{V})(?![^，。；]{{0,8}}的(?:工资|劳动报酬))[^，。；]{{0,10}}结清$"
)


def _overlaps(found: list[Clause], match: re.Match[str]) -> bool:
    return any(c.start < match.end() and match.start() < c.end for c in found)


def _says_all(words: str, clause: Clause) -> bool:
    near = words[clause_start(words, clause.start) : clause_end(words, clause.end, 8)]
    return bool(re.search("全部|全额|足额|如数|付清|结清|交清|完毕|悉数", near)) and "部分" not in near


def _promises_apart(words: str, found: list[Clause]) -> Iterator[Clause]:
    """A sum of which a smaller one is said to be paid so far is what was agreed: 共赔十五万元，现已给付十万元."""
    for index, clause in enumerate(found):
        later = [c for c in found[index + 1 :] if c.deed in (Deed.PAID, Deed.PART) and c.made and c.sum]
        promised = clause.deed in (Deed.PAID, Deed.AGREED) and not clause.made and clause.sum
        if promised and any(
            c.sum and clause.sum and c.sum < clause.sum and re.search("现|先|目前|已|期", words[clause.end : c.start])
            for c in later
        ):
            yield replace(clause, deed=Deed.AGREED)
        else:
            yield clause


def _nothing(words: str, found: list[Clause]) -> Iterator[Clause]:
    for match in cue.NOTHING.finditer(words):
        if any(c.deed is Deed.UNPAID and c.start < match.end() and match.start() < c.end for c in found):
            continue
        if re.search(f"(?:{V}|原告|自己|本人|我)[^，。；]{{0,4}}$", words[: match.start()]) and "费" in match.group():
            continue  # the victim's side did not pay the hospital
        if "拒绝" in match.group() and re.search(f"{V}[^，。；]{{0,2}}$", words[: match.start()]):
            continue  # it is the victim who refuses
        if cue.LENT_BY_OTHERS.search(words[clause_start(words, match.start()) : match.start()]):
            continue
        if cue.REST.search(words[clause_start(words, match.start()) : match.start() + 4]):
            continue  # 余款至今未付: see OPEN
        if cue.CHARGED.search(words[match.end() :]) and cue.WEAK_NOTHING.search(match.group()):
            continue
        if not cue.QUESTIONED.search(words[max(0, match.start() - 10) : match.start()]):
            yield Clause(Deed.UNPAID, match.start(), match.end(), weak=bool(cue.WEAK_NOTHING.search(match.group())))


def _done(words: str, zone: Zone) -> Iterator[Clause]:
    for match in cue.DONE.finditer(words):
        if (
            zone is not Zone.ORDER
            and not _BILL.search(words[: match.end()])
            and not cue.NOT_DONE.search(words[max(0, match.start() - 14) : match.start()])
            and not re.search("未|没|不|[日月年]内|生效后|当日|当天|到期|之日|前", match.group())
        ):
            yield Clause(Deed.DONE, match.start(), match.end(), made=True, full=True)


def _agreed(words: str, kind: str | None) -> Iterator[Clause]:
    for match in cue.AGREED.finditer(words):
        if cue.NO_AGREEMENT.search(words[max(0, match.start() - 12) : match.start()]):
            continue
        rows = [
            m.start("row")
            for m in cue.ROW_LEFT.finditer(words, max(0, match.start() - 60), min(len(words), match.end() + 4))
        ]
        sums = sums_in(words, match.start(), match.end())
        near = words[clause_start(words, match.start()) : clause_end(words, match.end(), 16)]
        if (
            not sums
            and not re.search("赔|补偿|调解|经济损失|款", near)
            and not re.search("履行|支付", words[match.end() :])
        ):
            continue  # 和解 with no word of payment
        yield Clause(
            Deed.AGREED, match.start(), match.end(), (Payee(rows[-1]),) if rows else (), sums[0].yuan if sums else None
        )


def _forgiven(words: str, zone: Zone, kind: str | None) -> Iterator[Clause]:
    for match in cue.FORGIVEN.finditer(words):
        begin = clause_start(words, match.start())
        before = words[begin : match.start()]
        paper = words[match.end() : match.end() + 1] == "书"
        if cue.NOT_FORGIVEN.search(before) or re.match("(?:书)?(?:的)?(?:前提|条件|后果|与否)", words[match.end() :]):
            continue
        if zone in (Zone.DEFENCE, Zone.CLAIM) and re.search("愿意?[^。；已]{0,40}$", words[: match.start()]):
            continue
        if re.match("书?[^，。；]{0,8}(?:没|未|不(?!再))", words[match.end() :]):
            continue
        if zone is Zone.ANSWER and paper and not re.search("(?:写|签|出具|给|交)(?:了|过)|已", before):
            continue
        if kind == "赔偿协议" and re.search("后|之日|到账|如|否则", words):
            continue  # forgiveness that an agreement promises
        row = cue.ROW.search(words, begin, match.end())
        place = row.start() if row else begin + before.rindex(O) if O in before else None
        taken = re.search("(?:取得|获得|得到|征得|表示|予以|出具|获|给予)[^，。；]{0,24}$", before)
        start = begin + taken.start() if taken else match.start() if paper else max(begin, match.start() - 24)
        yield Clause(
            Deed.FORGIVEN,
            start,
            match.end() + paper,
            (Payee(place),) if place is not None else (),
            weak=paper and not taken,
        )
