"""Fault of the victim: the responsibility in a traffic accident, and fault in causing the case.

Only the main or whole responsibility and a fault called grave are a bar; no or minor responsibility is stated as
the contrary. 同等责任 and 一定过错 are neither, so they leave the question open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.facts import Circumstance, CircumstanceKind, Role, VictimFacts
from nlp.frames import LIST, NOTE, A, P, V
from nlp.people import Cast
from nlp.reading import Zone
from nlp.remarks import Remark, find_remarks, is_object, mentions_between, merge, persons, sentences_with

_FAULT = CircumstanceKind.GROSS_FAULT

# matches 承担主要责任, 负事故的全部责任, 负次要责任; near: 负刑事责任, 责任田
_SHARE = re.compile(r"(?P<share>全部|主要|次要|同等)(?:的)?(?:事故)?责任")
# matches 无责任, 不负责任, 不承担事故责任, 无事故责任; near: 没有责任心
_NO_SHARE = re.compile(
    r"(?:无|没有|不负|不承担)(?:此|本|该)?(?:次)?(?:道路)?(?:交通)?(?:事故)?(?:的)?(?:任何)?责任(?!心|感|能力|田|人)"
)
# matches 由⟨V⟩承担此事故的主要责任: the person behind 由 is the one who bears it
_BY = re.compile(rf"由(?P<who>{P})[^，。；]{{0,14}}$")
_ROW = re.compile(rf"(?P<row>{P}{NOTE}(?:{LIST}{P}{NOTE})*)(?:均|都|各|二人|两人)?[^，。；{V}{A}]{{0,16}}$")
_OTHER_BEARER = re.compile("驾驶人|肇事|对方|司机|车主|一方")
# 认定郎新负: two to four characters that are no known person, yet bear it
_SOMEBODY = re.compile(
    r"(?:[，：；、及和而]|认定|^)(?!(?:是|其|应|故|均|并|且|也|共|即))[\u4e00-\u9fffA-Za-z0-9×*]{2,5}"
    r"(?:负|承担|应负|应承担)[^，。；]{0,10}$"
)
_NO_SUBJECT = re.compile(r"\s*(?:[三四五六]、)?(?:其|故|应当?|并|因此)?(?:负|承担|是造成)")
_TRAFFIC = re.compile("事故|交警|交通|车")
# matches 被害人存在重大过错, ⟨V⟩对引发本案负有主要责任; near: 存在一定过错, 医院存在过错
_GRAVE = re.compile(
    r"(?:存在|具有|有|负有|系|属)(?:明显|重大|严重|较大|主要|严重的|重大的)(?:的)?(?:过错|过失)|"
    r"(?:对|就)[^，。；]{0,16}(?:发生|引发|起因|激化|升级)[^，。；]{0,8}(?:负有|存在|具有|有|应负)(?:主要|重大|直接|全部)(?:的)?(?:责任|过错)"
)
_NO_FAULT = re.compile(
    r"(?:没有|无|并无|不存在|不具有|未发现|未见)(?:明显|重大|任何|法律意义上的|刑法意义上的)?(?:的)?过错"
)
# matches ⟨V⟩率先动手, ⟨V⟩首先持刀; near: 没有先动手, 先动手的是⟨A⟩
_BEGAN = re.compile(
    r"(?:率先|首先|先)(?:动手|挑衅|持[刀械棍砖][^，。；]{0,6}|殴打|出手)|主动(?:滋事|挑衅|寻衅)|挑起(?:事端|争斗|打斗)"
)
_REJECTED = re.compile(
    r"不(?:予)?采纳|不能成立|不成立|没有(?:事实)?(?:和法律)?(?:依据|根据)|与(?:查明的)?事实不符|予以驳回|不予支持|无证据"
)
_PLEA_AFTER = re.compile(r"\s*(?:建议|请求|恳请|希望|综上，建议)[^。；]{0,12}(?:从轻|减轻|缓刑|法[庭院]|合议庭)")
_ADOPTED = re.compile(r"(?<!不)(?:予以|应予|可予)采纳|意见成立")
_OFFICIAL = frozenset(
    {"起诉书", "判决书", "裁定书", "不起诉决定书", "起诉意见书", "审查报告", "调解书", "司法救助决定书"}
)


def find(cast: Cast, victims: Sequence[VictimFacts]) -> Iterable[Circumstance]:
    return merge((*_traffic(cast), *_grave(cast), *_none(cast), *_began(cast)))


def _traffic(cast: Cast) -> Iterator[Circumstance]:
    for paper in cast.papers:
        if not _TRAFFIC.search(paper.reading.text):
            continue
        for sentence in sentences_with(paper, ("责任",)):
            for pattern in (_NO_SHARE, _SHARE):
                for match in pattern.finditer(paper.reading.text, sentence.start, sentence.end):
                    remark = Remark(cast, paper, sentence, match, match.start(), match.end())
                    if remark.supposed or remark.claimed or (pattern is _SHARE and remark.denied):
                        continue
                    share = match["share"] if pattern is _SHARE else "无"
                    yield from _shares(remark, share)


def _shares(remark: Remark, share: str) -> Iterator[Circumstance]:
    if share == "同等":
        return
    stated = share in ("全部", "主要")
    for victim in _bearers(remark):
        yield remark.circumstance(_FAULT, victim, stated=stated, value=f"{share}责任", confidence=0.95)


def _bearers(remark: Remark) -> tuple[str, ...]:
    """Whose the share is: the row of people before it, or the one behind 由."""
    frame = remark.paper.frame
    low, place = frame.from_view(remark.sentence.start), frame.from_view(remark.start)
    before = frame.text[low:place]
    by = _BY.search(before)
    row = _ROW.search(before)
    if by:
        mention = frame.mention_at(low + by.start("who"))
        return persons(remark.cast, mention.people) if mention else ()
    if row:
        mentions = frame.mentions_in(low + row.start("row"), low + row.end("row"))
        return persons(remark.cast, (i for mention in mentions for i in mention.people))
    if _OTHER_BEARER.search(remark.before) or _SOMEBODY.search(before):
        return ()
    return _last_named(remark)


def _last_named(remark: Remark) -> tuple[str, ...]:
    """The last person of this sentence, or of the one before when this one has no subject, if that is a victim."""
    sentences = remark.paper.reading.sentences
    earlier = mentions_between(remark.paper, remark.sentence.start, remark.start)
    if not earlier and _NO_SUBJECT.match(remark.before):
        earlier = mentions_between(remark.paper, sentences[max(0, remark.sentence.index - 1)].start, remark.start)
    return persons(remark.cast, earlier[-1].people) if earlier and len(earlier[-1].people) == 1 else ()


def _grave(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, ("过错", "过失", "责任"), _GRAVE):
        if remark.supposed or remark.denied or remark.kind == "讯问笔录":
            continue
        rejected = _REJECTED.search(remark.after) or _rejected_next(remark)
        if not remark.claimed and _PLEA_AFTER.match(_next(remark)):
            continue
        if remark.claimed and not rejected and not _ADOPTED.search(remark.after):
            continue
        for victim in _at_fault(remark):
            yield remark.circumstance(_FAULT, victim, stated=not rejected, value="过错", confidence=0.9)


def _next(remark: Remark) -> str:
    """The sentence after this one."""
    sentences = remark.paper.reading.sentences
    index = remark.sentence.index + 1
    return remark.text[sentences[index].start : sentences[index].end] if index < len(sentences) else ""


def _rejected_next(remark: Remark) -> bool:
    """辩护人提出…。经查，…不予采纳。 in the sentence after the plea."""
    following = _next(remark)
    return remark.claimed and following.startswith("经查") and _REJECTED.search(following) is not None


def _at_fault(remark: Remark) -> tuple[str, ...]:
    for mention in reversed(mentions_between(remark.paper, remark.sentence.start, remark.start)):
        owners = persons(remark.cast, mention.people)
        if owners:
            return owners
        if remark.cast.person(mention.people[0]).role is Role.ACCUSED:
            return ()
    return ()


def _none(cast: Cast) -> Iterator[Circumstance]:
    for remark in find_remarks(cast, ("过错",), _NO_FAULT):
        if not remark.supposed and not remark.claimed:
            for victim in _at_fault(remark):
                yield remark.circumstance(_FAULT, victim, stated=False, value="无过错")


def _began(cast: Cast) -> Iterator[Circumstance]:
    """Who began a fight, where an authority finds it; a party's word is not enough."""
    for remark in find_remarks(cast, ("先", "主动", "挑起"), _BEGAN):
        found = remark.kind in _OFFICIAL or remark.sentence.zone in (Zone.FOUND, Zone.HELD, Zone.CHARGE)
        if not found or remark.supposed or remark.denied or remark.claimed:
            continue
        near = mentions_between(remark.paper, remark.sentence.start, remark.start)
        if (
            near
            and not is_object(remark, near[-1])
            and re.match(r"[^，。；]{0,8}$", remark.text[near[-1].end : remark.start])
        ):
            for victim in persons(cast, near[-1].people):
                yield remark.circumstance(_FAULT, victim, value="引发争斗", confidence=0.7)


TOPIC = find
