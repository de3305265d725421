"""Invented sentences of theft cases in the form of the public set: endless in number, learnable by a toy network."""

from __future__ import annotations

import json
import lzma
import random
from pathlib import Path
from typing import Any

from models.theft import theft_scheme

SURNAMES = "仇岑鄢柳卜蒙施汤孔沈"
GOODS = ("割草机", "铁锅", "电缆", "自行车", "水泵", "手机")
PLACES = ("云溪镇", "渡口村", "柳林巷", "石桥乡")


def theft(number: int) -> dict[str, Any]:
    """`2021年4月，被告人仇某在岑某家盗走割草机，价值180元。`: the victim stands inside the place."""
    choice = random.Random(number)
    suspect, victim = (f"{name}某" for name in choice.sample(SURNAMES, 2))
    text = ""
    spans: dict[str, list[str]] = {label.id.upper(): [] for label in theft_scheme().labels}

    def say(words: str, *codes: str) -> None:
        nonlocal text
        for code in codes:
            spans[code].append(f"{len(text)};{len(text) + len(words)}")
        text += words

    say(f"{choice.randrange(2010, 2024)}年{choice.randrange(1, 13)}月", "NT")
    say("，被告人")
    say(suspect, "NHCS")
    say("在")
    where = choice.choice(PLACES)
    say(where)
    say(victim, "NHVI")
    say("家")
    home = len(where) + len(victim) + 1
    spans["NS"].append(f"{len(text) - home};{len(text)}")
    say("盗走")
    say(choice.choice(GOODS), "NASI")
    say("，价值")
    say(f"{choice.randrange(1, 90) * 10}元", "NCGV")
    say("。")
    entities = [{"label": code, "span": places} for code, places in spans.items()]
    return {"id": f"s{number}", "context": text, "entities": entities}


def write_thefts(path: Path, sentences: int) -> Path:
    """A file such as the public one."""
    with lzma.open(path, "wt", encoding="utf-8") as lines:
        for number in range(sentences):
            lines.write(json.dumps(theft(number), ensure_ascii=False) + "\n")
    return path
