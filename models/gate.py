"""Which version may become the default: one that a kept comparison shows to be better than what reads now.

Not worse on any attribute by more than 0.01 F1 and better in total, measured as served. What reads now is the version
in use, or the patterns where none is in use or the one that is named cannot be opened. Going back needs no comparison.
"""

from __future__ import annotations

from dossier.errors import ModelUnavailable
from models.comparison import AS_SERVED, PATTERNS, kept_comparisons, manifest_sha256
from models.store import InstalledModel, ModelStore


def reading_now(store: ModelStore) -> InstalledModel | None:
    """The model that reads now, None where the patterns read alone."""
    try:
        return store.open()
    except ModelUnavailable:
        return None


def choose(store: ModelStore, version: str, *, anyway: bool = False) -> str | None:
    """Make a version the default; returns the one before.

    Args:
        anyway: without a comparison that lets it in; kept beside the choice.

    Raises:
        ModelUnavailable: `model.missing` or `model.damaged`; `model.not_compared` when no comparison lets it in.
    """
    candidate = store.open(version)
    now = reading_now(store)
    if candidate is None or (now is not None and now.manifest.version == version):
        return version  # it reads already: nothing to compare, and what was before must stay reachable
    admitted = _admitting(candidate, now)
    if admitted is not None:
        return store.use(version, how="compared", comparison=admitted)
    if anyway:
        return store.use(version, how="anyway")
    against = PATTERNS if now is None else now.manifest.version
    raise ModelUnavailable(
        "model.not_compared",
        f"没有表明 {version} 优于 {against} 的对比结果，未换用",
        f"请先运行 jiuzhu model compare {against} {version} --gold 标注文件；"
        f"对比通过后再换用，或加 --anyway 不经对比换用（会留下记录）",
    )


def go_back(store: ModelStore) -> tuple[str | None, str]:
    """Return to the version before; gives the one left and the one that reads now.

    Raises:
        ModelUnavailable: `model.missing` when there was none before, or when it is gone; `model.damaged`.
    """
    before = store.before()
    if before is None:
        raise ModelUnavailable("model.missing", "没有可以换回的上一个版本", "请用 jiuzhu model list 查看已有的模型")
    return store.use(before, how="back"), before


def _admitting(candidate: InstalledModel, now: InstalledModel | None) -> str | None:
    """File name of a kept comparison of exactly these two that lets the candidate in."""
    wanted = (manifest_sha256(now), manifest_sha256(candidate))
    for name, kept in kept_comparisons(candidate):
        same = (kept.first_manifest, kept.second_manifest) == wanted and kept.readers == AS_SERVED
        if same and kept.passed:
            return name
    return None
