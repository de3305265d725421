"""Words of a text: spaCy's blank Chinese pipeline over jieba (or rjieba, its faster twin).

The only module that touches spaCy and the segmenters. Tokens come back as plain offsets.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp.lexicon import words

_log = logging.getLogger(__name__)


@cache
def _tagger() -> Callable[[str], list[tuple[str, str]]]:
    """A function that cuts a text into (word, part-of-speech tag)."""
    try:
        import rjieba

        tagger = rjieba.Jieba()
        for word in words("legal"):
            tagger.add_word(word, 10_000, "n")
        return tagger.tag
    except ImportError:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import jieba
            import jieba.posseg

        jieba.setLogLevel(logging.WARNING)
        for word in words("legal"):
            jieba.add_word(word)
        _log.info("rjieba is not installed, segmenting with jieba")
        return lambda text: [(pair.word, pair.flag) for pair in jieba.posseg.cut(text)]


class JiebaTokenizer:
    """spaCy tokenizer over jieba: every character of the text is in exactly one token."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        pairs = _tagger()(text) if text else []
        words, tags = [word for word, _ in pairs], [tag for _, tag in pairs]
        return Doc(self.vocab, words=words, spaces=[False] * len(pairs), tags=tags)


@cache
def chinese() -> Language:
    """The shared blank pipeline, called `zh` everywhere."""
    zh: Any = spacy.blank("zh")
    zh.tokenizer = JiebaTokenizer(zh.vocab)
    zh.max_length = 50_000_000
    return zh  # type: ignore[no-any-return]


def is_word(text: str) -> bool:
    """Whether the segmenter reads `text` as one common word (no name)."""
    pairs = _tagger()(text)
    return len(pairs) == 1 and not pairs[0][1].startswith("nr") and _known(text)


def is_everyday(char: str) -> bool:
    """Whether the segmenter takes a single character for a verb or another common word, not for a surname."""
    return not _tagger()(char)[0][1].startswith("nr")


@cache
def _known(word: str) -> bool:
    try:
        import rjieba
    except ImportError:
        return True
    return bool(rjieba.has_word(word))


def tokens(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, tag) of each word of `text`, in its offsets."""
    doc = chinese().make_doc(text)
    table = doc.to_array(["LENGTH", "TAG"])  # (words, 2): faster than a Python object a word
    names = {code: doc.vocab.strings[code] for code in set(table[:, 1].tolist())}
    start = 0
    for length, code in table.tolist():
        yield start, start + length, names[code]
        start += length
