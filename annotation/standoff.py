"""Stand-off labels: gold records without a word of the text they speak of, so that labels of a corpus that may not
be copied can be kept and shared.

    python -m annotation.standoff strip   GOLD.jsonl TEXTS.jsonl LABELS.jsonl
    python -m annotation.standoff restore LABELS.jsonl CORPUS... GOLD.jsonl

Names, aliases and quotes become half-open offsets into the text (code points); what is left are values of the
guidelines' vocabulary, numbers and dates. A row carries the SHA-256 of its text: labels meet only the text that they
were made on. `CORPUS` are JSON Lines files with `id` and `text`, also compressed (`.xz`); `restore` writes `GOLD.jsonl`
and `GOLD.texts.jsonl` as `jiuzhu train --gold` and `jiuzhu evaluate` read them.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dossier.errors import JiuzhuError
from models.cases import read_records, read_texts, write_records

_CITED = ("name", "aliases", "quotes")  # whatever the depth, what stands under these keys are words of the text


def strip(record: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The record with offsets in place of words. An alias that does not stand in the text is left out.

    Raises:
        JiuzhuError: `standoff.not_in_text` when a name or a quote does not stand in the text.
    """
    victims = [_stripped(victim, text, record["id"]) for victim in record["victims"]]
    return {"id": record["id"], "sha256": _digest(text), "victims": victims}


def restore(row: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The record again, with the words that stand at the offsets.

    Raises:
        JiuzhuError: `standoff.other_text` when the labels were made on another text.
    """
    if row["sha256"] != _digest(text):
        raise JiuzhuError("standoff.other_text", f"{row['id']}：文本与标注时不同", "请使用标注时的语料版本")
    return {"id": row["id"], "victims": [_restored(victim, text) for victim in row["victims"]]}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _stripped(value: Any, text: str, case: str) -> Any:
    if isinstance(value, list):
        return [_stripped(item, text, case) for item in value]
    if not isinstance(value, dict):
        return value
    stripped: dict[str, Any] = {}
    for key, held in value.items():
        if key not in _CITED:
            stripped[key] = _stripped(held, text, case)
        elif isinstance(held, str):
            stripped[key] = _place(held, text, case)
        else:
            cited = [words for words in held or () if key != "aliases" or words in text]
            stripped[key] = [_place(words, text, case) for words in cited]
    return stripped


def _place(words: str, text: str, case: str) -> list[int]:
    start = text.find(words)
    if start < 0 or not words:
        raise JiuzhuError("standoff.not_in_text", f"{case}：标注引用的文字不在文本中", "请核对姓名与引文")
    return [start, start + len(words)]


def _restored(value: Any, text: str) -> Any:
    if isinstance(value, list):
        return [_restored(item, text) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _words(held, text) if key in _CITED else _restored(held, text) for key, held in value.items()}


def _words(places: Sequence[Any], text: str) -> Any:
    if places and isinstance(places[0], int):
        return text[places[0] : places[1]]
    return [text[start:end] for start, end in places]


def corpus_texts(paths: Iterable[Path], wanted: Iterable[str]) -> dict[str, str]:
    """Texts of the wanted ids out of corpus files."""
    left, texts = set(wanted), {}
    for path in paths:
        for record in _lines(path):
            if record["id"] in left:
                texts[record["id"]] = record["text"]
    return texts


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def main(arguments: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    match words:
        case ["strip", gold, texts, target]:
            by_id = {key: case.documents for key, case in read_texts(Path(texts)).items()}
            rows = [strip(r, "".join(by_id[key].values())) for key, r in read_records(Path(gold)).items()]
            write_records(Path(target), rows)
        case ["restore", labels, *corpus, target] if corpus:
            rows = list(_lines(Path(labels)))
            known = corpus_texts(map(Path, corpus), (row["id"] for row in rows))
            rows = [row for row in rows if row["id"] in known]
            write_records(Path(target), [restore(row, known[row["id"]]) for row in rows])
            beside = Path(target).with_name(f"{Path(target).name.removesuffix('.jsonl')}.texts.jsonl")
            write_records(beside, [{"id": row["id"], "text": known[row["id"]]} for row in rows])
        case _:
            raise SystemExit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
