"""Raw text for pre-training: documents of JSON Lines files (plain, gzip or xz), normalized, packed into one array.

Packed once and kept beside the run, so that a resumed run reads exactly the same windows in the same order.
"""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from dossier.errors import JiuzhuError
from models.vocabulary import Ids, Vocabulary
from nlp.text_view import normal


def open_lines(path: Path) -> IO[str]:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def corpus_files(path: Path) -> list[Path]:
    """The corpus files of a folder, or the file itself.

    Raises:
        JiuzhuError: `corpus.empty`.
    """
    found = [path] if path.is_file() else sorted(p for p in path.glob("*.jsonl*") if p.is_file())
    if not found:
        raise JiuzhuError("corpus.empty", f"{path.name} 中没有语料", "须有 *.jsonl、*.jsonl.xz 或 *.jsonl.gz 文件")
    return found


def read_texts(path: Path) -> Iterator[str]:
    """Normalized text of every document of one file.

    Raises:
        JiuzhuError: `corpus.unreadable`, naming file and line.
    """
    return (normal(text) for _, text in read_documents(path))


def read_documents(path: Path) -> Iterator[tuple[str, str]]:
    """Id (its line, where none is given) and text, as written, of every document of one file.

    Raises:
        JiuzhuError: `corpus.unreadable`, naming file and line.
    """
    with open_lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                text = record["text"]
            except (ValueError, KeyError, TypeError):
                raise JiuzhuError(
                    "corpus.unreadable", f"{path.name} 第{number}行没有 text", "每行须为含 text 的 JSON 对象"
                ) from None
            yield str(record.get("id", f"{path.name}-{number}")), text


@dataclass(frozen=True, slots=True)
class Packed:
    """Windows of ids, documents one behind the other.

    Attributes:
        train, held_out: (windows, window), without [CLS] and [SEP].
    """

    train: npt.NDArray[np.uint16] = field(repr=False)
    held_out: npt.NDArray[np.uint16] = field(repr=False)


def pack(
    files: Iterable[Path], vocabulary: Vocabulary, *, window: int, held_out: float, repeat: Mapping[str, float]
) -> Packed:
    """Every document of `files`; each n-th goes to the held-out windows as a whole.

    Args:
        repeat: file name -> how often its training documents are read, 1 when not named; 0.25 reads each fourth once.
    """
    train: list[Ids] = []
    held: list[Ids] = []
    every = max(2, round(1 / held_out))
    end = vocabulary.encode("\n")
    for path in files:
        own = [np.concatenate([vocabulary.encode(text), end]) for text in read_texts(path)]
        held += own[::every]
        kept = [ids for number, ids in enumerate(own) if number % every]
        whole, part = divmod(repeat.get(path.name, 1.0), 1)
        train += kept * int(whole) + (kept[:: round(1 / part)] if part else [])
    return Packed(_windows(train, window), _windows(held, window))


def _windows(documents: list[Ids], window: int) -> npt.NDArray[np.uint16]:
    flat = np.concatenate(documents) if documents else np.zeros(0, dtype=np.int64)
    whole = len(flat) // window * window
    if not whole:
        raise JiuzhuError("corpus.small", f"语料不足一个窗口（{window} 字）", "请给出更多语料")
    return flat[:whole].reshape(-1, window).astype(np.uint16)


def save_packed(packed: Packed, folder: Path) -> None:
    np.save(folder / "train.npy", packed.train)
    np.save(folder / "held_out.npy", packed.held_out)


def load_packed(folder: Path) -> Packed | None:
    """What `save_packed` wrote, None when it is not there. Training windows stay on the disk until they are read."""
    if not ((folder / "train.npy").is_file() and (folder / "held_out.npy").is_file()):
        return None
    return Packed(np.load(folder / "train.npy", mmap_mode="r"), np.load(folder / "held_out.npy"))
