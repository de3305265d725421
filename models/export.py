"""From a trained tagger to the file that serving runs: ONNX in full precision, and quantized to int8."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch.export import Dim

from models.session import INPUTS, OUTPUTS
from models.tagger import Tagger

MOST_LOST = 0.003  # F1 that quantization may cost; above, full precision ships


def export_full(tagger: Tagger, path: Path) -> None:
    """Write the network for any number and length of windows."""
    tagger = tagger.to("cpu").float().eval()
    tagger.encoder.set_attn_implementation("eager")  # the fused one exports with tests for NaN: a fifth of the time
    ids = torch.randint(5, 10, (2, 12))  # two rows and no special length, so that nothing is taken for constant
    given = (ids, torch.ones_like(ids), torch.zeros_like(ids))
    rows, tokens = Dim("rows", min=1, max=65536), Dim("tokens", min=3, max=65536)
    shape = {0: rows, 1: tokens}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own workings
        program = torch.onnx.export(
            tagger,
            given,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_shapes=(shape, shape, shape),
            dynamo=True,
            verbose=False,
        )
        program.save(path, external_data=False)


def quantize(full: Path, path: Path) -> None:
    """The same network with weights of matrix products and embeddings as int8."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quantize_dynamic(
            full,
            path,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,  # 7 bits: products of 8 bits overflow on processors without VNNI, at 0.005 of F1
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            extra_options={"MatMulConstBOnly": True},
        )


def precision_to_ship(full_f1: float, int8_f1: float) -> str:
    """`int8` unless it costs more than `MOST_LOST`.

    >>> precision_to_ship(0.9, 0.898), precision_to_ship(0.9, 0.89)
    ('int8', 'fp32')
    """
    return "int8" if int8_f1 >= full_f1 - MOST_LOST else "fp32"
