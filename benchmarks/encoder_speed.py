"""How fast the shipped networks read beside a token classifier of BERT-base shape, in one run and one runtime.

    python -m benchmarks.encoder_speed [--models DIR] [--version V]

The BERT (12 layers of 768, transformers, random weights: speed does not depend on them) is exported to ONNX and
quantized exactly as ours are, and reads the same windows of invented text on the same number of threads. Each figure
is the median of three. Needs the extra `[train]`, for making the BERT.
"""

# ruff: noqa: T201 - a program for the terminal

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.invented_dossier import invented_papers
from benchmarks.machine import describe_machine
from models.inputs import Batch, batch_of, encode
from models.manifest import NETWORK, PEOPLE
from models.predict import BATCH_CHARACTERS
from models.session import OnnxNetwork
from models.store import ModelStore, shipped_folder
from models.vocabulary import Vocabulary, read_vocabulary
from models.windows import batches, cut
from nlp.labels import label_scheme
from nlp.text_view import normal

ROOT = Path(__file__).resolve().parents[1]
THREADS = 2
BERT_LAYERS, BERT_HIDDEN, BERT_HEADS = 12, 768, 12


def write_bert(path: Path, vocabulary: int, labels: int) -> None:
    """A BERT token classifier as ONNX, for any number and length of windows."""
    import torch
    from torch.export import Dim
    from transformers import BertConfig, BertForTokenClassification

    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=BERT_HIDDEN,
        num_hidden_layers=BERT_LAYERS,
        num_attention_heads=BERT_HEADS,
        intermediate_size=4 * BERT_HIDDEN,
        num_labels=labels,
        attn_implementation="eager",
    )
    model = BertForTokenClassification(config).eval()
    ids = torch.randint(5, 10, (2, 12))
    shape = {0: Dim("rows", min=1, max=65536), 1: Dim("tokens", min=3, max=512)}
    program = torch.onnx.export(
        model,
        (ids, torch.ones_like(ids)),
        input_names=["ids", "mask"],
        output_names=["tags"],
        dynamic_shapes=(shape, shape),
        dynamo=True,
        verbose=False,
    )
    program.save(path, external_data=False)


def bert_reader(path: Path) -> Callable[[Batch], object]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = onnxruntime.InferenceSession(path, sess_options=options, providers=["CPUExecutionProvider"])
    return lambda batch: session.run(["tags"], {"ids": batch.ids, "mask": batch.mask})


def batches_of(text: str, vocabulary: Vocabulary, window: int, overlap: int) -> list[Batch]:
    """The windows of a text, batched as serving batches them."""
    given = encode(text, (), vocabulary)
    windows = cut(len(text), size=window, overlap=overlap)
    groups = batches([len(w) for w in windows], most=BATCH_CHARACTERS)
    return [batch_of([(given, windows[index]) for index in group], vocabulary) for group in groups]


def rate(read: Callable[[Batch], object], given: Sequence[Batch], characters: int, times: int = 3) -> float:
    """Code points of text a second, windows' overlap not counted twice; the first batch is read once unmeasured."""
    read(given[0])
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        for batch in given:
            read(batch)
        seconds.append(time.perf_counter() - started)
    return characters / statistics.median(seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=shipped_folder())
    parser.add_argument("--version")
    parser.add_argument("--pages", type=int, default=40)
    chosen = parser.parse_args(arguments)
    from models.export import quantize

    installed = ModelStore(chosen.models).open(chosen.version)
    if installed is None:
        print("encoder_speed: no model is in use; name one with --version", file=sys.stderr)
        return 2
    manifest, vocabulary = installed.manifest, read_vocabulary(installed.folder)
    text = normal("".join(invented_papers(chosen.pages).values()))
    given = batches_of(text, vocabulary, manifest.window, manifest.overlap)
    few = given[:16]
    part = sum(int(batch.mask.sum()) for batch in few) / sum(int(batch.mask.sum()) for batch in given)
    names = {"recognizer": NETWORK} | ({"people finder": PEOPLE} if manifest.person_scheme else {})
    rates: dict[str, float] = {}
    for name, file in names.items():
        network = OnnxNetwork(installed.folder / file, threads=THREADS)
        rates[f"{name}, {manifest.precision}"] = rate(network.score, given, len(text))
    with tempfile.TemporaryDirectory() as folder:
        full, small = Path(folder) / "fp32.onnx", Path(folder) / "int8.onnx"
        write_bert(full, len(vocabulary), label_scheme().width)
        quantize(full, small)
        for path in (full, small):
            rates[f"BERT {BERT_LAYERS}×{BERT_HIDDEN}, {path.stem}"] = rate(
                bert_reader(path), few, round(len(text) * part)
            )
    ours = float(1 / np.sum([1 / value for name, value in rates.items() if not name.startswith("BERT")]))
    rates["both networks, one behind the other"] = ours
    print("| network | code points a second | times as fast as BERT int8 |\n|---|---:|---:|")
    bert = rates[f"BERT {BERT_LAYERS}×{BERT_HIDDEN}, int8"]
    for name, value in rates.items():
        print(f"| {name} | {value:,.0f} | {value / bert:.1f} |")
    result = {"machine": describe_machine(), "threads": THREADS, "model": manifest.version, "rates": rates}
    target = ROOT / "benchmarks" / "results" / "encoder_speed.json"
    target.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
