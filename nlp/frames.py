"""Sentences with people replaced by one placeholder each, so that a pattern can say who did what to whom.

`被害人李某1被张某打伤` becomes `⟨V⟩被⟨A⟩打伤`. Only names and the role words glued to them are replaced;
punctuation stays, so that `[^。；]` still means "in the same sentence". Offsets into the frame say so.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from nlp.name_cues import KIN

V, A, O = "\ue001", "\ue002", "\ue003"  # noqa: E741 - victim, accused, anybody else
P = f"[{V}{A}{O}]"
# a person with what papers put in brackets behind the name: 李某（男，殁年35岁）
NOTE = "(?:（[^（）]{0,60}）)?"
# several people in a row; the next may be called kin or by a calling: 甲及其儿子乙, 其岳父甲、岳母乙, 甲、司机乙
_CALLED = rf"(?:{KIN.pattern}|(?:[\u4e00-\u9fff]{{0,5}}车)?[上内]?的?(?:司机|乘客|乘员|乘车人|乘坐人|同乘人|同车人|驾驶员|驾驶人)|[\u4e00-\u9fff]{{1,4}}车[上内]?的?|店主|老板|店员|员工|工人|[\u4e00-\u9fff]工|服务员|厨师|保安|保洁员?|学生|村民|住户|顾客|邻居|车主|同事|路人|行人)?"
# or kin of the one before, who is named again: 甲及甲母亲乙
LIST = (
    rf"(?:、(?:其)?{_CALLED}|(?:和|及|与|以及)(?:[\u4e00-\u9fff]{{1,5}}的)?(?:其)?(?:的|现任|前任|同居|亲生|年幼的?)?{_CALLED}|"
    rf"(?:和|及|与|以及){P}(?:的|之)?(?:{KIN.pattern})|，)"
)


@dataclass(frozen=True, slots=True)
class PersonMention:
    """One place where people are named or meant; offsets in the view.

    Attributes:
        start, end: what the frame replaces: the name with the role word glued before it.
        name_start: where the name itself begins (equals `start` without a role word).
        people: ids, in order; several for 二被害人.
        by: name | noun | pronoun.
    """

    start: int
    end: int
    name_start: int
    people: tuple[str, ...]
    by: str = "name"


@dataclass(frozen=True, slots=True)
class Frame:
    """Attributes:
    text: the view with placeholders.
    mentions: in order; `mentions[i]` stands at frame offset `places[i]`.
    """

    text: str = field(repr=False)
    mentions: tuple[PersonMention, ...] = field(repr=False)
    places: tuple[int, ...] = field(repr=False)

    def to_view(self, offset_in_frame: int) -> int:
        """View offset of the character at `offset_in_frame` (of a placeholder: the start of its mention)."""
        index = bisect_right(self.places, offset_in_frame) - 1
        if index < 0:
            return offset_in_frame
        mention = self.mentions[index]
        inside = offset_in_frame - self.places[index]
        return mention.start if inside == 0 else mention.end + inside - 1

    def end_to_view(self, end_in_frame: int) -> int:
        """View offset of the end of a frame range that ends before `end_in_frame`."""
        last = end_in_frame - 1
        index = bisect_right(self.places, last) - 1
        if index >= 0 and self.places[index] == last:
            return self.mentions[index].end
        return self.to_view(last) + 1

    def from_view(self, offset_in_view: int) -> int:
        """Frame offset of a view offset (inside a mention: that of its placeholder)."""
        starts = [m.start for m in self.mentions] if len(self.mentions) < 8 else None
        index = (
            bisect_right(starts, offset_in_view)
            if starts is not None
            else bisect_right(self.mentions, offset_in_view, key=lambda m: m.start)
        ) - 1
        if index < 0:
            return offset_in_view
        mention = self.mentions[index]
        return (
            self.places[index]
            if offset_in_view < mention.end
            else self.places[index] + 1 + offset_in_view - mention.end
        )

    def mention_at(self, offset_in_frame: int) -> PersonMention | None:
        """The mention whose placeholder stands at `offset_in_frame`."""
        index = bisect_right(self.places, offset_in_frame) - 1
        return self.mentions[index] if index >= 0 and self.places[index] == offset_in_frame else None

    def mentions_in(self, start_in_frame: int, end_in_frame: int) -> tuple[PersonMention, ...]:
        low = bisect_right(self.places, start_in_frame - 1)
        high = bisect_right(self.places, end_in_frame - 1)
        return self.mentions[low:high]


def build_frame(text: str, mentions: Sequence[PersonMention], placeholder_of: dict[str, str]) -> Frame:
    """Frame of a view text. `placeholder_of` maps a person id to `V`, `A` or `O`; a mention takes that of its first."""
    pieces, places, position, length = [], [], 0, 0
    for mention in mentions:
        pieces.append(text[position : mention.start])
        length += mention.start - position
        places.append(length)
        pieces.append(placeholder_of.get(mention.people[0], O) if mention.people else O)
        length += 1
        position = mention.end
    pieces.append(text[position:])
    return Frame("".join(pieces), tuple(mentions), tuple(places))
