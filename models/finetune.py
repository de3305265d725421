"""Fine-tuning: from labelled examples and an encoder to a tagger, with early stopping on held-out cases.

A run is a folder: `checkpoint.pt` (resumes an interrupted run), `best.pt` (weights of the best epoch), `log.jsonl`.
Cases are held out whole. Random choices are functions of seed and step, as in pre-training.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from models.distill import Said, owner_distance, tag_distance
from models.encoder import load_encoder
from models.examples import LEARN_ONLY, Example
from models.inputs import batch_of
from models.masking import NOT_ASKED
from models.predict import BATCH_CHARACTERS, MarkedText, Prediction, Predictor
from models.schedule import parameter_groups, rate_at
from models.span_scores import SpanScores, score_spans
from models.tagger import Tagger, TorchNetwork
from models.targets import TrainingWindow, training_windows
from models.training_settings import FinetuneSettings
from models.vocabulary import Vocabulary, read_vocabulary
from models.windows import batches
from nlp.labels import LabelScheme

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training windows; F1s are on held-out cases, the last decides which epoch is kept."""

    epoch: int
    loss: float
    strict_f1: float
    touching_f1: float
    credited_f1: float


@dataclass(frozen=True, slots=True)
class Finetuned:
    """Attributes:
    held_out: the examples that were not trained on.
    predictions: what the best epoch says of them.
    """

    tagger: Tagger = field(repr=False)
    vocabulary: Vocabulary = field(repr=False)
    scheme: LabelScheme = field(repr=False)
    settings: FinetuneSettings = field(repr=False)
    held_out: tuple[Example, ...] = field(repr=False)
    predictions: list[list[Prediction]] = field(repr=False)
    scores: SpanScores = field(repr=False)
    epochs: tuple[Epoch, ...]

    def predictor(self) -> Predictor:
        """Predicts with the best weights, in full precision."""
        network = TorchNetwork(self.tagger, next(self.tagger.parameters()).device)
        return Predictor(network, self.vocabulary, self.scheme, self.settings.window, self.settings.overlap)


def held_out_cases(examples: Sequence[Example], share: float, seed: int) -> frozenset[str]:
    """About `share` of the cases, the same ones for the same seed whatever else is in the set."""
    return frozenset(e.case for e in examples if _place(e.case, seed) < share)


def _place(case: str, seed: int) -> float:
    return int(hashlib.sha256(f"{seed}:{case}".encode()).hexdigest()[:12], 16) / 16**12


def finetune(
    settings: FinetuneSettings,
    examples: Sequence[Example],
    base: Path,
    run: Path,
    scheme: LabelScheme,
    *,
    held_out: frozenset[str] | None = None,
    teacher: Tagger | None = None,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
) -> Finetuned:
    """Train a tagger on top of the encoder in folder `base`, or go on with the run in folder `run`.

    Args:
        held_out: cases not trained on; None to draw `settings.held_out_share` of them.
        teacher: a tagger of the same scheme and vocabulary to learn from too; examples may then be unlabelled.
    """
    run.mkdir(parents=True, exist_ok=True)
    vocabulary = read_vocabulary(base)
    if held_out is None:
        held_out = held_out_cases(examples, settings.held_out_share, settings.seed)
    kept = tuple(e for e in examples if e.case in held_out and not e.source.endswith(LEARN_ONLY))
    trained = [example for example in examples if example.case not in held_out]
    torch.manual_seed(settings.seed)
    tagger = Tagger(load_encoder(base), scheme.width, owner_size=settings.owner_size, dropout=settings.dropout)
    windows = training_windows(trained, scheme, vocabulary, window=settings.window, overlap=settings.overlap)
    training = _Training(settings, tagger, vocabulary, scheme, windows, kept, run, teacher)
    epochs = training.run_epochs(on_epoch)
    tagger.load_state_dict(torch.load(run / "best.pt", map_location=training.device, weights_only=True))
    predictions = training.predict(bf16=False)
    return Finetuned(
        tagger, vocabulary, scheme, settings, kept, predictions, score_spans(kept, predictions), tuple(epochs)
    )


def tuned_tagger(settings: FinetuneSettings, base: Path, run: Path, scheme: LabelScheme) -> Tagger:
    """The tagger of the best epoch of a run, made on the encoder in folder `base`."""
    tagger = Tagger(load_encoder(base), scheme.width, owner_size=settings.owner_size, dropout=settings.dropout)
    tagger.load_state_dict(torch.load(run / "best.pt", map_location="cpu", weights_only=True))
    return tagger


class _Training:
    """One run in memory."""

    def __init__(
        self,
        settings: FinetuneSettings,
        tagger: Tagger,
        vocabulary: Vocabulary,
        scheme: LabelScheme,
        windows: Sequence[TrainingWindow],
        held_out: Sequence[Example],
        run: Path,
        teacher: Tagger | None = None,
    ) -> None:
        self.settings, self.vocabulary, self.scheme = settings, vocabulary, scheme
        self.windows, self.held_out, self.run = windows, held_out, run
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.tagger = tagger.to(self.device)
        self.teacher = teacher.to(self.device).eval() if teacher is not None else None
        encoder = {id(p) for p in tagger.encoder.parameters()}
        heads = nn.ParameterList([p for p in tagger.parameters() if id(p) not in encoder])
        self.optimizer = torch.optim.AdamW(
            [
                *parameter_groups(tagger.encoder, settings.learning_rate, settings.weight_decay),
                *parameter_groups(heads, settings.head_learning_rate, settings.weight_decay),
            ]
        )
        self.peaks = [float(group["lr"]) for group in self.optimizer.param_groups]
        self.step = 0
        self.epochs: list[Epoch] = []

    def run_epochs(self, on_epoch: Callable[[Epoch], None]) -> list[Epoch]:
        self._resume()
        while len(self.epochs) < self.settings.epochs and not self._is_stuck():
            loss = self._one_epoch(len(self.epochs))
            scores = score_spans(self.held_out, self.predict(bf16=self.settings.bf16))
            best = max((e.credited_f1 for e in self.epochs), default=-1.0)
            epoch = Epoch(len(self.epochs) + 1, loss, scores.strict_f1, scores.touching_f1, scores.credited_f1)
            self.epochs.append(epoch)
            if epoch.credited_f1 > best:
                _save(self.tagger.state_dict(), self.run / "best.pt")
            self._save_run()
            on_epoch(epoch)
        return self.epochs

    def _is_stuck(self) -> bool:
        if not self.epochs:
            return False
        best = max(range(len(self.epochs)), key=lambda i: self.epochs[i].credited_f1)
        return len(self.epochs) - 1 - best >= self.settings.patience

    def _one_epoch(self, number: int) -> float:
        generator = np.random.default_rng([self.settings.seed, number])
        groups = batches([len(w.window) for w in self.windows], most=self.settings.batch_tokens)
        steps = self.settings.epochs * len(groups)
        warmup = max(1, round(self.settings.warmup_share * steps))
        losses = []
        for place in generator.permutation(len(groups)):
            for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=True):
                group["lr"] = rate_at(self.step / steps, self.step, warmup, peak)
            torch.manual_seed(self.settings.seed + self.step)
            loss = self._loss([self.windows[index] for index in groups[place]], generator)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(self.tagger.parameters(), 1.0)
            self.optimizer.step()
            self.step += 1
            losses.append(float(loss.detach()))
        return float(np.mean(losses))

    def _loss(self, windows: Sequence[TrainingWindow], generator: np.random.Generator) -> Tensor:
        self.tagger.train()
        batch = batch_of([(w.given, w.window) for w in windows], self.vocabulary)
        hidden = generator.random(batch.marks.shape) < self.settings.mark_dropout
        ids, mask, marks = (torch.from_numpy(array).to(self.device) for array in (batch.ids, batch.mask, batch.marks))
        seen = marks.masked_fill(torch.from_numpy(hidden).to(self.device), 0)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.settings.bf16):
            said = Said(*(part.float() for part in self.tagger(ids, mask, seen)))
        loss = self._loss_of_labels(said, windows)
        if self.teacher is not None:
            with torch.no_grad(), torch.autocast(self.device.type, torch.bfloat16, enabled=self.settings.bf16):
                told = Said(*(part.float() for part in self.teacher(ids, mask, marks)))
            owners = self.settings.owner_weight * owner_distance(said, told, marks, self.scheme)
            loss = loss + self.settings.teacher_weight * (tag_distance(said, told, mask, self.scheme) + owners)
        return loss

    def _loss_of_labels(self, said: Said, windows: Sequence[TrainingWindow]) -> Tensor:
        wanted = np.full((len(windows), said.tags.shape[1], len(self.scheme.layers)), NOT_ASKED, dtype=np.int64)
        for row, window in enumerate(windows):
            wanted[row, : len(window.tags)] = window.tags
        loss = tag_loss(said.tags, torch.from_numpy(wanted).to(self.device), self.scheme, self.settings)
        return loss + self.settings.owner_weight * owner_loss(said.query, said.key, windows)

    def predict(self, *, bf16: bool) -> list[list[Prediction]]:
        network = TorchNetwork(self.tagger, self.device, bf16)
        many = BATCH_CHARACTERS if self.device.type == "cpu" else 16 * BATCH_CHARACTERS
        predictor = Predictor(network, self.vocabulary, self.scheme, self.settings.window, self.settings.overlap, many)
        return predictor.predict([MarkedText(example.text, example.mentions) for example in self.held_out])

    def _resume(self) -> None:
        path = self.run / "checkpoint.pt"
        if path.is_file():
            saved = torch.load(path, map_location=self.device, weights_only=True)
            self.tagger.load_state_dict(saved["tagger"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.step = saved["step"]
            self.epochs = [Epoch(**epoch) for epoch in saved["epochs"]]
            _LOG.info("fine-tuning goes on after epoch %d", len(self.epochs))

    def _save_run(self) -> None:
        state = {
            "tagger": self.tagger.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "epochs": [asdict(epoch) for epoch in self.epochs],
        }
        _save(state, self.run / "checkpoint.pt")
        lines = "".join(json.dumps(asdict(epoch)) + "\n" for epoch in self.epochs)
        (self.run / "log.jsonl").write_text(lines, encoding="utf-8")


def tag_loss(tags: Tensor, wanted: Tensor, scheme: LabelScheme, settings: FinetuneSettings) -> Tensor:
    """Sum over the layers of the mean cross entropy.

    Args:
        tags: (windows, tokens, scheme width).
        wanted: (windows, tokens, layers).
    """
    losses = []
    for number, layer in enumerate(scheme.layers):
        weight = torch.ones(layer.width, device=tags.device)
        weight[0] = settings.outside_weight
        of_layer = tags[..., layer.columns].flatten(0, 1)  # (windows * tokens, classes)
        asked = wanted[..., number].flatten()
        total = nn.functional.cross_entropy(of_layer, asked, weight, ignore_index=NOT_ASKED, reduction="sum")
        losses.append(total / weight[asked.clamp(min=0)].where(asked >= 0, 0).sum().clamp(min=1))  # 0 without labels
    return torch.stack(losses).sum()


def owner_loss(query: Tensor, key: Tensor, windows: Sequence[TrainingWindow]) -> Tensor:
    """Binary cross entropy over all (span, victim) pairs; of a victim's mentions the likeliest one counts.

    Args:
        query, key: (windows, tokens, owner size).
    """
    pairs: list[tuple[int, int, int, int]] = []  # window, token of the span, token of the mention, number of the pair
    truth: list[float] = []
    for row, window in enumerate(windows):
        for question in window.questions:
            for person, places in question.mentions.items():
                pairs += [(row, question.at, place, len(truth)) for place in places]
                truth.append(float(person in question.owners))
    if not pairs:
        return query.sum() * 0.0
    rows, spans, mentions, numbers = torch.tensor(pairs, device=query.device).T
    odds = (key[rows, mentions] * query[rows, spans]).sum(-1)
    best = odds.new_full((len(truth),), -torch.inf).scatter_reduce(0, numbers, odds, "amax")
    return nn.functional.binary_cross_entropy_with_logits(best, torch.tensor(truth, device=query.device))


def _save(state: object, path: Path) -> None:
    fresh = path.with_suffix(".new")
    torch.save(state, fresh)
    os.replace(fresh, path)
