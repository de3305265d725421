"""The registry of models: versions in a folder, one of them in use.

    <folder>/<version>/manifest.json network.onnx vocab.txt card.md
    <folder>/in_use.json      {"version": …, "before": …}

No model at all is a normal state (patterns read alone); a model that is named but missing or damaged is an error that
the caller reports.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from dossier.errors import ModelUnavailable
from models.manifest import FILE, Manifest, check_files, read_manifest

_IN_USE = "in_use.json"


def shipped_folder() -> Path:
    """Where the models that come with the project lie."""
    return Path(str(files("models"))) / "weights"


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A version whose files are what its manifest says."""

    folder: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class ModelStore:
    """The models in one folder."""

    folder: Path

    def versions(self) -> tuple[str, ...]:
        """Every version that has a manifest, in order of name."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(path.parent.name for path in self.folder.glob(f"*/{FILE}")))

    def in_use(self) -> str | None:
        """The version in use, None when none is chosen.

        Raises:
            ModelUnavailable: `model.damaged` when the choice cannot be read.
        """
        return self._choice().get("version")

    def open(self, version: str | None = None) -> InstalledModel | None:
        """A version with its files checked; the one in use when none is named, None when none is in use.

        Raises:
            ModelUnavailable: `model.missing` or `model.damaged`.
        """
        chosen = version if version is not None else self.in_use()
        if chosen is None:
            return None
        folder = self.folder / chosen
        manifest = read_manifest(folder)
        check_files(manifest, folder)
        return InstalledModel(folder, manifest)

    def use(self, version: str) -> str | None:
        """Make a version the one in use, after checking it; returns the one before.

        Raises:
            ModelUnavailable: `model.missing` or `model.damaged`; then nothing changes.
        """
        self.open(version)
        before = self._choice().get("version")
        fresh = self.folder / f"{_IN_USE}.new"
        fresh.write_text(json.dumps({"version": version, "before": before}) + "\n", encoding="utf-8")
        os.replace(fresh, self.folder / _IN_USE)
        return before

    def before(self) -> str | None:
        """The version that was in use before: what going back returns to."""
        return self._choice().get("before")

    def _choice(self) -> dict[str, str | None]:
        path = self.folder / _IN_USE
        if not path.is_file():
            return {}
        try:
            choice = json.loads(path.read_text(encoding="utf-8"))
            return {name: choice[name] for name in ("version", "before")}
        except (OSError, ValueError, KeyError, TypeError):
            raise ModelUnavailable(
                "model.damaged", f"{_IN_USE} 无法读取，不知道使用哪个模型", "请用 jiuzhu model use 重新指定"
            ) from None
