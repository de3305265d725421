"""Characters as numbers: the vocabulary of an encoder, built from a corpus or read from any checkpoint's folder.

One token a character. Line breaks and blanks have names of their own, because `vocab.txt` (one token a line, the
form that Hugging Face tokenizers read too) cannot hold them. Nothing here needs a tokenizer library.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dossier.errors import ModelUnavailable

PAD, UNKNOWN, FIRST, LAST, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIAL = (PAD, UNKNOWN, FIRST, LAST, MASK)
_NAMED = {"\n": "[LINE]", " ": "[BLANK]", "\f": "[PAGE]"}
_CODE_POINTS = 0x110000
FILE = "vocab.txt"

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Attributes:
    tokens: by id; `SPECIAL` are among them.
    """

    tokens: tuple[str, ...] = field(repr=False)
    _ids: dict[str, int] = field(init=False, repr=False, compare=False)
    _table: npt.NDArray[np.int32] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ids = {token: number for number, token in enumerate(self.tokens)}
        lacking = [token for token in SPECIAL if token not in ids]
        if lacking:
            raise ModelUnavailable("model.vocabulary", f"词表缺少 {lacking[0]}", "词表须含 " + " ".join(SPECIAL))
        table = np.full(_CODE_POINTS, ids[UNKNOWN], dtype=np.int32)
        for token, number in ids.items():
            if len(token) == 1:
                table[ord(token)] = number
        for char, name in _NAMED.items():
            if name in ids:
                table[ord(char)] = ids[name]
        object.__setattr__(self, "_ids", ids)
        object.__setattr__(self, "_table", table)

    def __len__(self) -> int:
        return len(self.tokens)

    def id_of(self, token: str) -> int:
        return self._ids.get(token, self._ids[UNKNOWN])

    def encode(self, text: str) -> Ids:
        """Id of every code point, in order."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        return self._table[codes].astype(np.int64)

    def save(self, folder: Path) -> None:
        (folder / FILE).write_text("".join(f"{token}\n" for token in self.tokens), encoding="utf-8")


def build_vocabulary(texts: Iterable[str], *, least: int, most: int) -> Vocabulary:
    """The characters that occur at least `least` times, the frequent ones first, at most `most` tokens in all."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    for char in _NAMED:
        counts.pop(char, None)
    room = most - len(SPECIAL) - len(_NAMED)
    usual = sorted((c for c, n in counts.items() if n >= least and not c.isspace()), key=lambda c: (-counts[c], c))
    return Vocabulary((*SPECIAL, *_NAMED.values(), *usual[:room]))


def read_vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary in a checkpoint's folder: `vocab.txt`, else `tokenizer.json`.

    Raises:
        ModelUnavailable: `model.vocabulary`.
    """
    try:
        if (folder / FILE).is_file():
            return Vocabulary(tuple((folder / FILE).read_text(encoding="utf-8").split("\n")[:-1]))
        ids = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
        return Vocabulary(tuple(sorted(ids, key=ids.__getitem__)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ModelUnavailable(
            "model.vocabulary", f"{folder.name} 中没有可用的词表", "须有 vocab.txt 或 WordPiece 的 tokenizer.json"
        ) from None
