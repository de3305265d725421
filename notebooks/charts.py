"""Charts of the notebooks: a font of this machine that draws Chinese, and the curves of a training run."""

from __future__ import annotations

import matplotlib
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes

# Of a collection matplotlib reads the first face only: JP of Noto CJK, which holds the simplified characters too.
_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Serif CJK SC",
    "Noto Serif CJK JP",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Heiti SC",
)


def use_chinese_font() -> str | None:
    """Make charts use a Chinese font of this machine; its family, None when there is none of the usual ones."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    family = next((name for name in _FAMILIES if name in installed), None)
    if family is not None:
        matplotlib.rcParams["font.sans-serif"] = [family, *matplotlib.rcParams["font.sans-serif"]]
        matplotlib.rcParams["axes.unicode_minus"] = False  # many of these fonts lack U+2212
    return family


def draw_log(log: pd.DataFrame, axes: Axes, title: str) -> None:
    """Draw the loss over a run, and beside it what was measured on held-out text.

    Args:
        log: lines of a run's `log.jsonl`: of pre-training (`tokens`, `loss`, `held_out`) or of fine-tuning (`epoch`,
            `loss`, `credited_f1`).
    """
    along = "tokens" if "tokens" in log else "epoch"
    lines = axes.plot(log[along], log["loss"], color="#4c72b0", label="训练损失")
    axes.set(title=title, xlabel={"tokens": "读过的字", "epoch": "轮"}[along], ylabel="损失")
    if "held_out" in log:
        measured = log.dropna(subset=["held_out"])
        lines += axes.plot(measured[along], measured["held_out"], color="#c44e52", marker=".", label="留出损失")
    if "credited_f1" in log:
        right = axes.twinx()
        lines += right.plot(log[along], log["credited_f1"], color="#55a868", label="留出 F1")
        right.set(ylabel="留出 F1", ylim=(0, 1))
    axes.legend(handles=lines, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, frameon=False)
