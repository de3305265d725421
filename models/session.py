"""A network in ONNX Runtime: what serving uses. Neither torch nor transformers nor tokenizers is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from dossier.errors import ModelUnavailable
from models.inputs import Batch
from models.predict import Scores

INPUTS = ("ids", "mask", "marks")
OUTPUTS = ("tags", "query", "key")


class OnnxNetwork:
    """A `models.predict.Network` of an exported tagger.

    Args:
        threads: for one call; None for all cores.
    """

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        try:
            import onnxruntime
        except ImportError:
            raise ModelUnavailable(
                "model.runtime", "没有安装模型运行组件 onnxruntime", "请安装：pip install 'jiuzhu[model]'"
            ) from None
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        if threads is not None:
            options.intra_op_num_threads = threads
        try:
            self._session: Any = onnxruntime.InferenceSession(
                path, sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the runtime raises types of its own that are no part of its promise
            raise ModelUnavailable(
                "model.damaged", f"模型文件 {path.name} 无法载入（{type(error).__name__}）", "请重新安装该模型"
            ) from None

    def score(self, batch: Batch) -> Scores:
        given = dict(zip(INPUTS, (batch.ids, batch.mask, batch.marks), strict=True))
        tags, query, key = (np.asarray(part, dtype=np.float32) for part in self._session.run(list(OUTPUTS), given))
        return Scores(tags, query, key)
