"""A bodily state of which the words alone do not tell whether the harm left it: 双目失明, 瘫痪, 截肢."""

from __future__ import annotations

import re

LASTING = re.compile("(?:双目|双眼|[左右]眼|一目|单眼)?失明|瘫痪|截肢|缺损|离断")
# matches 自幼双目失明, 小时候发烧，双目失明; near miss: 自幼习武，被打致失明 has a cause
_SINCE = re.compile("(?:自幼|先天|从小|自小|打小|小时候|生来|生下来|早年|多年前|原本|本来)[^。；]{0,16}$")
# matches 失明多年, 失明二十年, 失明的被害人; near miss: 失明的后果
_FOR_LONG = re.compile("多年|已久|[0-9一二三四五六七八九十几]{1,3}年|的(?!后果|损|伤|程度|结果)")
# the heading of a paper presents a person: matches 男，1980年12月5日出生，个体工商户
_PRESENTED = re.compile("身份证|出生|民族|(?:汉|[^，。；]{1,3})族，|文化|[男女]，")
_CAUSED = re.compile("致|造成|导致|被(?!害|告|询|讯)|遭|打|砍|刺|炸|泼|烧伤|灼|砸|击|伤|治|鉴定|诊断|评定|案发")


def from_before(text: str, start: int, end: int) -> bool:
    """Whether a lasting state at text[start:end] is told as one that the person had before the harm."""
    begin = max(text.rfind(mark, 0, start) for mark in "。；？\n") + 1
    before = text[begin:start]
    if _CAUSED.search(before):
        return False
    if _SINCE.search(before) or _FOR_LONG.match(text, end):
        return True
    in_brackets = before.endswith(("（", "（系")) and text[end : end + 1] == "）"
    return in_brackets or _PRESENTED.search(before) is not None
