"""The registry of models: versions in a folder, one of them in use.

    <folder>/<version>/manifest.json network.onnx vocab.txt card.md comparisons/
    <folder>/in_use.json      {"version": …, "before": …, "how": …, "comparison": …}

No model at all is a normal state (patterns read alone); a model that is named but missing or damaged is an error that
the caller reports. Whether a version may be chosen is decided in `models.gate`; here it is done.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

from dossier.errors import ModelUnavailable
from models.manifest import FILE, Manifest, check_files, read_manifest

_IN_USE = "in_use.json"

How = Literal["compared", "anyway", "back"]  # why a version is in use: a comparison passed, in spite of none, return


def shipped_folder() -> Path:
    """Where the models that come with the project lie."""
    return Path(str(files("models"))) / "weights"


def shipped_encoder() -> Path:
    """The pre-trained encoder that comes with the project: what fine-tuning starts from."""
    return shipped_folder() / "encoder"


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
        """Every version that has a manifest, in order of name; what is still being built starts with a dot."""
        if not self.folder.is_dir():
            return ()
        names = (path.parent.name for path in self.folder.glob(f"*/{FILE}"))
        return tuple(sorted(name for name in names if not name.startswith(".")))

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

    def use(self, version: str, *, how: How | None = None, comparison: str | None = None) -> str | None:
        """Make a version the one in use, after checking it; returns the one before.

        Args:
            how: kept beside the choice, as is `comparison`, the file name of the one that let it in.

        Raises:
            ModelUnavailable: `model.missing` or `model.damaged`; then nothing changes.
        """
        self.open(version)
        try:
            before = self.in_use()
        except ModelUnavailable:  # the way out of an unreadable choice is to choose
            before = None
        choice = {"version": version, "before": before, "how": how, "comparison": comparison}
        fresh = self.folder / f"{_IN_USE}.new"
        fresh.write_text(json.dumps(choice) + "\n", encoding="utf-8")
        os.replace(fresh, self.folder / _IN_USE)
        return before

    def before(self) -> str | None:
        """The version that was in use before: what going back returns to."""
        return self._choice().get("before")

    def how(self) -> str | None:
        """Why the version in use is in use; see `How`."""
        return self._choice().get("how")

    def _choice(self) -> dict[str, str | None]:
        path = self.folder / _IN_USE
        if not path.is_file():
            return {}
        try:
            choice = json.loads(path.read_text(encoding="utf-8"))
            return {"version": choice["version"], "before": choice["before"], "how": choice.get("how")}
        except (OSError, ValueError, KeyError, TypeError):
            raise ModelUnavailable(
                "model.damaged", f"{_IN_USE} 无法读取，不知道使用哪个模型", "请用 jiuzhu model use 重新指定"
            ) from None
