"""What the recognizer learns from: a text with its people, its labelled spans and whose each span is.

One form for all sources (gold records, written passages, weak labels), kept as JSON Lines. Offsets are code points
into `Example.text`, which is normalized (`nlp.text_view`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dossier.errors import JiuzhuError
from models.person_marks import ROLES, MarkedMention
from nlp.labels import LabelScheme

TOLD = "+told"  # end of a source whose people an annotator named
NOISY = "+noisy"  # end of the source of a copy with other names or bad print (`annotation.noise`)
WEAK = "+weak"  # end of a source whose labels nobody has looked at (`annotation.weak_labels`)
UNLABELLED = "unlabelled"  # source of text that only a teacher can say something of (`models.distill`)
LEARN_ONLY = (TOLD, NOISY, WEAK, UNLABELLED)  # ends of sources to learn from, never to measure on


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """Attributes:
    label: `attribute.id` of the scheme.
    owners: ids of victims among the example's mentions; empty when it is not known whose it is.
    """

    start: int
    end: int
    label: str
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsure:
    """A stretch of which the labels do not tell whether it states a value of this attribute: not learned from."""

    start: int
    end: int
    attribute: str


@dataclass(frozen=True, slots=True)
class Example:
    """Attributes:
    case: what must not be torn apart between training and held-out sets.
    source: where the labels come from (gold, written, weak).
    """

    id: str
    case: str
    source: str
    text: str = field(repr=False)
    mentions: tuple[MarkedMention, ...] = field(repr=False)
    spans: tuple[LabelledSpan, ...] = field(repr=False)
    unsure: tuple[Unsure, ...] = field(default=(), repr=False)

    def check(self, scheme: LabelScheme) -> None:
        """Raises:
        JiuzhuError: `examples.invalid` for an unknown label or role, or an offset outside the text.
        """
        known = {label.name for label in scheme.labels}
        for span in self.spans:
            if span.label not in known:
                raise _invalid(self.id, f"标签 {span.label} 不在标签表中")
        for mention in self.mentions:
            if mention.role not in ROLES:
                raise _invalid(self.id, f"人物角色 {mention.role} 无法识别")
        places = [
            *((span.start, span.end) for span in self.spans),
            *((mention.start, mention.end) for mention in self.mentions),
            *((unsure.start, unsure.end) for unsure in self.unsure),
        ]
        for start, end in places:
            if not 0 <= start < end <= len(self.text):
                raise _invalid(self.id, f"位置 {start}–{end} 超出文本")


def without_overlaps(spans: Iterable[LabelledSpan]) -> tuple[LabelledSpan, ...]:
    """Spans of which no two of one attribute overlap: the earlier given stays; in order of place."""
    kept: list[LabelledSpan] = []
    for span in spans:
        attribute = span.label.split(".")[0]
        if not any(k.start < span.end and span.start < k.end and k.label.split(".")[0] == attribute for k in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda s: (s.start, s.end, s.label)))


def write_examples(path: Path, examples: Iterable[Example]) -> None:
    """One example a line."""
    lines = [json.dumps(asdict(example), ensure_ascii=False, separators=(",", ":")) + "\n" for example in examples]
    path.write_text("".join(lines), encoding="utf-8")


def read_examples(path: Path, scheme: LabelScheme) -> tuple[Example, ...]:
    """Examples that `write_examples` wrote.

    Raises:
        JiuzhuError: `examples.invalid`, naming the line.
    """
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            example = _example(json.loads(line))
        except (ValueError, KeyError, TypeError):
            raise _invalid(f"{path.name} 第{number}行", "无法读取") from None
        example.check(scheme)
        examples.append(example)
    return tuple(examples)


def _example(data: dict[str, Any]) -> Example:
    return Example(
        id=data["id"],
        case=data["case"],
        source=data["source"],
        text=data["text"],
        mentions=tuple(MarkedMention(m["start"], m["end"], m["role"], tuple(m["people"])) for m in data["mentions"]),
        spans=tuple(LabelledSpan(s["start"], s["end"], s["label"], tuple(s["owners"])) for s in data["spans"]),
        unsure=tuple(Unsure(**u) for u in data["unsure"]),
    )


def _invalid(where: str, what: str) -> JiuzhuError:
    return JiuzhuError("examples.invalid", f"训练样本 {where}：{what}", "请用本项目的样本文件")
