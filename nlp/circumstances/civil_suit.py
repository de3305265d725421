"""Whether a civil suit for compensation was brought. That none was brought is no waiver.

A suit brought later makes an earlier 未提起 stale, so what is stated stands over what is denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.facts import Circumstance, CircumstanceKind, VictimFacts
from nlp.people import Cast
from nlp.remarks import Remark, about, either, find_remarks, mentions_between, merge, persons

_SUIT = CircumstanceKind.CIVIL_SUIT

# matches 提起附带民事诉讼, 附带民事诉讼原告人, 向法院起诉要求赔偿; near: 有权提起, 未提起
_BROUGHT = either(
    r"(?:提起|提出)(?:了)?(?:刑事)?附带民事(?:诉讼|起诉|赔偿)|附带民事诉讼原告人|(?:刑事)?附带民事(?:起诉状|判决书|调解书)",
    r"(?:向)?[^，。；]{0,10}(?:人民)?法院(?:提起|起诉)[^，。；]{0,10}(?:民事|赔偿)|具状人",
)
# matches 未提起附带民事诉讼, 尚未起诉; near: 未提起公诉
_NOT_BROUGHT = either(
    r"(?:未|没有?|尚未|均未|没想好)(?:就[^，。；]{0,8})?(?:提起|提出|提|告)(?:刑事)?(?:附带)?民事(?:诉讼|赔偿诉讼|起诉)?|附带民事诉讼(?:情况)?[：:]?(?:无|未提起)",
    r"(?:未|没有|尚未)(?:向[^，。；]{0,8}法院)?(?:单独)?(?:提起|提出)(?:单独|任何)?(?:的)?民事(?:赔偿)?诉讼",
)
_NOT = re.compile(
    r"(?:未|没有?|尚未|均未|有权|可以?|可|告知|是否|要否|不|撤回|要求|准备|打算|想)(?:依法)?[^，。；]{0,8}$"
)


def find(cast: Cast, victims: Sequence[VictimFacts]) -> Iterable[Circumstance]:
    brought = tuple(_brought(cast))
    sued = {one.victim for one in brought}
    return merge((*brought, *(one for one in _none(cast) if one.victim not in sued and None not in sued)))


def _brought(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, ("附带民事", "法院", "具状人"), _BROUGHT):
        if remark.supposed or _NOT.search(remark.clause_before) or "不予受理" in remark.words:
            continue
        for victim in _plaintiffs(remark):
            yield remark.circumstance(_SUIT, victim)


def _plaintiffs(remark: Remark) -> tuple[str | None, ...]:
    """Those named behind 原告人 or before 提起; the whole case when nobody is."""
    behind = mentions_between(remark.paper, remark.start, min(remark.end + 12, remark.sentence.end))
    named = persons(remark.cast, (i for mention in behind[:1] for i in mention.people))
    return named or about(remark, household=True) or (None,)


def _none(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, ("民事",), _NOT_BROUGHT):
        if not remark.supposed:
            owners: tuple[str | None, ...] = about(remark, household=True, back=0) or (None,)
            for victim in owners:
                yield remark.circumstance(_SUIT, victim, stated=False)


TOPIC = find
