"""The only place that chooses concrete parts: readers, recognition, understanding, rules. Command line and service
both screen through it, so they cannot disagree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from api.learned import NO_MODEL, choose_recognizers
from api.result import result_of
from api.schemas import Versions
from api.screened import Screened
from api.settings import Settings
from dossier.document import Dossier
from dossier.ocr import Ocr, RapidOcr, ocr_available
from dossier.opening import ProgressCallback, open_bytes, open_dossier
from dossier.page_cache import PageCache
from dossier.upload import Limits
from nlp.people_hints import PeopleFinder
from nlp.recognize import Recognizer
from screening.evaluate import screen
from screening.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Screener:
    """Screens dossiers with one choice of parts. Build it with `build_screener`."""

    rules: RuleSet = field(repr=False)
    limits: Limits
    ocr: Ocr | None = field(repr=False)
    cache: PageCache | None = field(repr=False)
    model: str = NO_MODEL
    recognizers: tuple[Recognizer, ...] | None = field(default=None, repr=False)
    finder: PeopleFinder | None = field(default=None, repr=False)

    def screen_path(self, path: Path, *, as_of: date, progress: ProgressCallback | None = None) -> Screened:
        """Screens a file, a folder or an archive as one dossier.

        Args:
            as_of: the day for which the rules are applied.
            progress: called after each page read.

        Raises:
            JiuzhuError: when it could not be read, or no rules are in force on that day.
        """
        dossier = open_dossier(path, limits=self.limits, ocr=self.ocr, progress=progress, cache=self.cache)
        return self.screen_dossier(dossier, as_of=as_of)

    def screen_bytes(
        self,
        name: str,
        data: bytes,
        *,
        as_of: date,
        progress: ProgressCallback | None = None,
        rename: Callable[[Dossier], Dossier] | None = None,
    ) -> Screened:
        """Screens the bytes of one file or archive; otherwise like `screen_path`.

        Args:
            rename: gives the papers, as they were read, the names under which they are shown.
        """
        dossier = open_bytes(name, data, limits=self.limits, ocr=self.ocr, progress=progress, cache=self.cache)
        return self.screen_dossier(rename(dossier) if rename is not None else dossier, as_of=as_of)

    def screen_dossier(self, dossier: Dossier, *, as_of: date) -> Screened:
        """Understands and judges a dossier that has been read."""
        from nlp.pipeline import understand  # loading lexicons takes a while; `--help` should not wait for it

        facts = understand(dossier, self.recognizers, self.finder)
        screening = screen(facts, as_of=as_of, rules=self.rules)
        versions = Versions(pipeline=pipeline_version(), model=self.model, rules=screening.rules_hash)
        return Screened(result_of(dossier, facts, screening, as_of=as_of, versions=versions), dossier)


def build_screener(settings: Settings) -> Screener:
    """Chooses the parts that the settings and the installed extras allow.

    Raises:
        RuleFileError: when the rule files cannot be used.
    """
    recognition = choose_recognizers(settings.models_dir, "both" if settings.model == "auto" else "patterns")
    use_ocr = settings.ocr == "auto" and ocr_available()
    return Screener(
        rules=load_rules(settings),
        limits=settings.limits(),
        ocr=RapidOcr(threads=settings.ocr_threads) if use_ocr else None,
        cache=PageCache(settings.cache_dir / "pages") if settings.cache_dir else None,
        model=recognition.model,
        recognizers=recognition.recognizers,
        finder=recognition.finder,
    )


def load_rules(settings: Settings) -> RuleSet:
    """The office's own rules, or those that ship with the product.

    Raises:
        RuleFileError: when the rule files cannot be used.
    """
    folder = settings.rules_dir
    return RuleSet.load() if folder is None else RuleSet.load(folder / "rules", folder / "parameters")


@cache
def pipeline_version() -> str:
    """Package version with a fingerprint of the code and lexicons that read the papers, `0.1.0+5f2a9c01d3e4`.

    Two results can be compared only when the same text was read by the same code; the version alone does not tell
    while an office keeps lexicons of its own.
    """
    digest = hashlib.sha256()
    for package in ("dossier", "nlp"):
        for name, content in sorted(_contents(files(package), package)):
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    return f"{version('jiuzhu')}+{digest.hexdigest()[:12]}"


def _contents(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            yield from _contents(entry, path)
        elif entry.name.endswith((".py", ".tsv", ".yaml")):
            yield path, entry.read_bytes().replace(b"\r\n", b"\n")
