"""What was paid to each victim: payments, returned goods, orders, agreements, forgiveness, and that nothing came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from nlp.facts import Attribute, Compensation
from nlp.mentions import Context, Mention
from nlp.payments.deed import FULL, Deed
from nlp.payments.passage import Placed, payments
from nlp.payments.payee import Story, row_at, story_of
from nlp.people import Cast, Paper

_LONGEST = 80
# papers that tell of rights or of public aid, never of a payment by the offender's side
_NO_PAYMENTS = frozenset({"告知书"})
_AID_ONLY = frozenset({"司法救助决定书"})
# a settlement before a court or a mediation board binds like an order
_BEFORE_COURT = re.compile("(?:主持|组织|调解委员会)[^。]{0,60}(?:调解|协议)|调解协议|经[^，。]{0,8}调解")
_ASIDE = {Deed.WAIVED: "放弃赔偿不等于已获赔偿", Deed.AID: "救助、医保或捐助不是赔偿"}


# who bribes or is bribed, and who embezzles, harms nobody who could be paid: matches 收受好处费, 受贿罪; not 诈骗罪
_NOBODY_HARMED = re.compile("受贿|行贿|贪污")
_SOMEBODY_HARMED = re.compile(
    "诈骗|抢劫|抢夺|盗窃|伤害|勒索|强奸|猥亵|杀人|肇事|拘禁|侵占|集资|存款罪|寻衅|放火|毁坏|轻伤|重伤|劳动报酬|绑架|虐待"
)


def _payer_sues(cast: Cast, paper: Paper) -> bool:
    """Whether a suit is about what its plaintiff paid to the victim (an owner against an insurer): what is claimed
    there is not the victim's."""
    text = paper.reading.text
    victims = "|".join(re.escape(victim.name) for victim in cast.victims)
    if re.search(f"原告人?(?:{victims})", text):
        return False
    paid = rf"原告[^。；被]{{0,24}}?(?:赔偿|支付|赔付|给付|垫付)(?:了|给)?[^。；，]{{0,6}}(?:死者|伤者|受害|第三者|家属|{victims})"
    return re.search(f"{paid}|追偿", text) is not None


def _suing(cast: Cast, paper: Paper) -> frozenset[str]:
    """Victims who sue for more in a civil paper: what was paid before the suit is a part."""
    text = paper.reading.text
    if re.search("被告人|公诉", text):
        return frozenset()
    return frozenset(v.id for v in cast.victims if re.search(f"原告人?{re.escape(v.name)}", text))


class _Compensation:
    name = "compensation-patterns"
    version = "1"

    def find(self, cast: Cast) -> Iterator[Mention]:
        if not cast.victims:
            return
        for number, paper in enumerate(cast.papers):
            kind = paper.reading.kind
            text = paper.reading.text
            if kind in _NO_PAYMENTS or (_NOBODY_HARMED.search(text) and not _SOMEBODY_HARMED.search(text)):
                continue
            story = story_of(cast, paper)
            foreign, suing = _payer_sues(cast, paper), _suing(cast, paper)
            for item in payments(story):
                if foreign and item.clause.deed is Deed.CLAIMED:
                    continue
                before_suit = item.clause.deed is Deed.PAID and not item.clause.full and item.owners
                if before_suit and suing.issuperset(item.owners):
                    item = replace(item, clause=replace(item.clause, deed=Deed.PART))
                if kind not in _AID_ONLY or item.clause.deed is Deed.AID:
                    yield from _mentions(story, number, item)


def _mentions(story: Story, number: int, item: Placed) -> Iterator[Mention]:
    clause = item.clause
    if len(clause.payees) > 1:
        for payee in clause.payees:
            people, _ = row_at(story, item.offset + payee.place)
            if payee.each:
                people = people[:1]
            yield from _one(story, number, item, people, payee.amount if len(people) == 1 else None)
        return
    each = any(payee.each for payee in clause.payees)
    yield from _one(story, number, item, item.owners, clause.sum if each or len(item.owners) == 1 else None)


def _one(story: Story, number: int, item: Placed, owners: tuple[str, ...], amount: float | None) -> Iterator[Mention]:
    clause, frame = item.clause, story.paper.frame
    settlement = clause.deed is Deed.AGREED and amount and story.paper.reading.kind != "赔偿协议"
    place = item.offset + clause.start
    if settlement and _BEFORE_COURT.search(frame.text, max(0, place - 120), place):
        ordered = replace(item, clause=replace(clause, deed=Deed.ORDERED))
        yield from _one(story, number, ordered, owners, amount)
    if clause.deed is Deed.FORGIVEN and clause.weak and not clause.payees and len(story.victims) > 1:
        return  # 谅解书 in a list of evidence: nobody knows whose
    why = _ASIDE.get(clause.deed)
    if not owners and why is None:
        return
    end = frame.end_to_view(item.offset + clause.end)
    start = frame.to_view(item.offset + clause.start)
    yield Mention(
        Attribute.COMPENSATION,
        _value(clause.deed, amount),
        number,
        start,
        min(end, start + _LONGEST),
        owners=owners,
        context=Context.ALLEGED if clause.deed is Deed.CLAIMED else Context.AFFIRMED,
        score=FULL if clause.full else 0.5 if clause.weak else 0.9 if item.named else 0.8,
        recognizer=_Compensation.name,
        why=why,
    )


def _value(deed: Deed, amount: float | None) -> Compensation:
    match deed:
        case Deed.PAID | Deed.DONE | Deed.RETURNED:
            return Compensation("settled", amount, performed=True)
        case Deed.PART:
            return Compensation("partial", amount, performed=True)
        case Deed.OPEN:
            return Compensation("partial")
        case Deed.UNPAID:
            return Compensation("none", performed=False)
        case Deed.ORDERED:
            return Compensation("ordered", owed=amount)
        case Deed.FORGIVEN:
            return Compensation(None, forgiven=True)
        case Deed.AID:
            return Compensation("settled", amount)
        case Deed.AGREED | Deed.CLAIMED | Deed.WAIVED:
            return Compensation(None, owed=amount)


RECOGNIZER = _Compensation()
