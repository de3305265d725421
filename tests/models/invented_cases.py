"""Invented texts with labels for tests of training: short, endless in number, learnable by a toy network."""

from __future__ import annotations

import json
import lzma
import random
from pathlib import Path

from models.examples import Example, LabelledSpan
from models.person_marks import MarkedMention

SURNAMES = "沈郗鄢柳仇卜蒙施汤孔"
GRADES = {"轻伤一级": "injury.light", "重伤二级": "injury.serious", "轻微伤": "injury.slight"}


def example(number: int) -> Example:
    """`被害人沈某七被鄢某打伤，构成轻伤一级。…`: two victims, one grade each, one look-alike of the accused."""
    choice = random.Random(number)
    first, second, accused = (f"{name}某" for name in choice.sample(SURNAMES, 3))
    text, mentions, spans = "", [], []

    def person(name: str, role: str, key: str) -> None:
        nonlocal text
        mentions.append(MarkedMention(len(text), len(text) + len(name), role, (key,)))
        text += name

    def span(words: str, label: str, owner: str) -> None:
        nonlocal text
        spans.append(LabelledSpan(len(text), len(text) + len(words), label, (owner,)))
        text += words

    for victim, key in ((first, "v1"), (second, "v2")):
        person(accused, "accused", "p1")
        text += choice.choice(("当晚打了", "持棍打", "在路口打"))
        person(victim, "victim", key)
        text += "，经鉴定"
        person(victim, "victim", key)
        text += choice.choice(("构成", "属", "系"))
        words = choice.choice(tuple(GRADES))
        span(words, GRADES[words], key)
        text += "。"
    person(accused, "accused", "p1")
    text += "此前曾致人" + choice.choice(tuple(GRADES)) + "被判刑。"
    return Example(f"e{number}", f"c{number}", "written", text, tuple(mentions), tuple(spans))


def write_corpus(folder: Path, documents: int = 60) -> Path:
    """A corpus file such as pre-training reads."""
    folder.mkdir(parents=True, exist_ok=True)
    with lzma.open(folder / "invented.jsonl.xz", "wt", encoding="utf-8") as lines:
        for number in range(documents):
            lines.write(json.dumps({"id": number, "text": example(number).text}, ensure_ascii=False) + "\n")
    return folder
