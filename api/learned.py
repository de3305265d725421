"""Which recognizers read the papers: patterns, the learned model, or both; and the word that results carry for it.

A model that is missing or damaged never stops the service: patterns read alone, and every result says why.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from dossier.errors import ModelUnavailable
from nlp.people_hints import PeopleFinder
from nlp.recognize import Recognizer

NO_MODEL = "none"  # no learned recognizer is installed: the papers are read with patterns only
Readers = Literal["both", "patterns", "model"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recognition:
    """Attributes:
    recognizers: what finds stated values; None for the patterns alone.
    finder: the model's second reader of who is harmed; None without one.
    model: what results say of the model: its version, `none`, or `none: <error code>`.
    """

    recognizers: tuple[Recognizer, ...] | None = field(repr=False)
    model: str
    finder: PeopleFinder | None = field(default=None, repr=False)


@lru_cache(maxsize=4)
def choose_recognizers(
    folder: Path | None, readers: Readers = "both", *, version: str | None = None, threads: int | None = None
) -> Recognition:
    """The recognizers for the models in `folder` (those that come with the project when it is None).

    Args:
        readers: `patterns` opens no model; `model` leaves the patterns out, to measure the model alone.
        version: instead of the one in use.

    Raises:
        ModelUnavailable: only with `model` alone or a named version, where nothing else could stand in.
    """
    from models.store import ModelStore, shipped_folder
    from nlp.recognize import pattern_recognizers

    if readers == "patterns":
        return Recognition(None, NO_MODEL)
    store = ModelStore(folder or shipped_folder())
    must = readers == "model" or version is not None
    try:
        if store.in_use() is None and not must:
            return Recognition(None, NO_MODEL)
        from models.recognizer import load_model

        learned = load_model(store, version, beside_patterns=readers == "both", threads=threads)
        if learned is None:
            raise ModelUnavailable("model.missing", "没有正在使用的模型", "请用 jiuzhu model use 指定一个版本")
    except ModelUnavailable as error:
        if must:
            raise
        _LOG.warning("%s: patterns read alone", error.code)
        return Recognition(None, f"{NO_MODEL}: {error.code}")
    patterns = () if readers == "model" else pattern_recognizers()
    recognizer = () if learned.recognizer is None else (learned.recognizer,)
    return Recognition((*patterns, *recognizer), learned.version, learned.finder)
