"""Masked-language-model pre-training of the encoder, on CPU or GPU as found; can be stopped and resumed at any time.

A run is a folder: `vocab.txt`, packed windows, `checkpoint.pt`, `log.jsonl` (loss curves as data) and `encoder/` in
the Hugging Face layout. Every random choice is a function of seed and step, so that a run that was interrupted ends
with the weights of one that was not.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from models.corpus import Packed, corpus_files, load_packed, pack, read_texts, save_packed
from models.encoder import load_encoder, new_encoder
from models.masking import Masked, mask
from models.schedule import parameter_groups, rate_at
from models.training_settings import PretrainSettings
from models.vocabulary import FIRST, LAST, MASK, SPECIAL, Ids, Vocabulary, build_vocabulary, read_vocabulary

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands. `loss` is the mean since the last record, `held_out` the loss on held-out windows."""

    step: int
    tokens: int
    seconds: float
    loss: float
    rate: float
    held_out: float | None = None


class MaskedModel(nn.Module):
    """An encoder that guesses hidden characters; its output matrix is the embedding."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        hidden = int(encoder.config.hidden_size)
        self.encoder = encoder
        self.dense = nn.Linear(hidden, hidden)
        self.norm = nn.LayerNorm(hidden)
        self.bias = nn.Parameter(torch.zeros(int(encoder.config.vocab_size)))

    def forward(self, ids: Tensor, places: Tensor, hidden_ids: Tensor) -> Tensor:
        """Mean loss over the characters asked for.

        Args:
            ids: (batch, tokens).
            places: of the characters asked for, in the flattened batch.
            hidden_ids: what stood there.
        """
        hidden = self.encoder(input_ids=ids).last_hidden_state.flatten(0, 1)  # (batch * tokens, hidden)
        guessed = self.norm(nn.functional.gelu(self.dense(hidden.index_select(0, places))))  # (asked, hidden)
        scores = guessed @ self.encoder.get_input_embeddings().weight.T + self.bias  # (asked, vocabulary)
        return nn.functional.cross_entropy(scores.float(), hidden_ids)


def pretrain(
    settings: PretrainSettings,
    corpus: Path,
    run: Path,
    *,
    base: Path | None = None,
    minutes: float | None = None,
    most_steps: int | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Progress:
    """Train, or go on with, the run in folder `run`.

    Args:
        corpus: a folder of corpus files, or one file.
        base: start from this encoder and its vocabulary instead of an empty one.
        minutes: stop after so long (the checkpoint is saved); None to run to `settings.total_tokens`.
        most_steps: stop after this step.

    Returns:
        Where the run stands.
    """
    run.mkdir(parents=True, exist_ok=True)
    vocabulary, packed = _prepared(settings, corpus, run, base)
    trainer = _Trainer(settings, run, vocabulary, packed, base)
    trainer.resume()
    return trainer.train(minutes, most_steps, on_progress)


def _prepared(settings: PretrainSettings, corpus: Path, run: Path, base: Path | None) -> tuple[Vocabulary, Packed]:
    packed = load_packed(run)
    if packed is not None:
        return read_vocabulary(run), packed
    files = corpus_files(corpus)
    if base is not None:
        vocabulary = read_vocabulary(base)
    else:
        texts = chain.from_iterable(read_texts(path) for path in files)
        vocabulary = build_vocabulary(texts, least=settings.encoder.least_count, most=settings.encoder.most_tokens)
    vocabulary.save(run)
    packed = pack(files, vocabulary, window=settings.window, held_out=settings.held_out_share, repeat=settings.repeat)
    save_packed(packed, run)
    return vocabulary, load_packed(run) or packed


class _Trainer:
    """One run in memory."""

    def __init__(
        self, settings: PretrainSettings, run: Path, vocabulary: Vocabulary, packed: Packed, base: Path | None
    ) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self.run, self.vocabulary, self.packed = settings, run, vocabulary, packed
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        encoder = load_encoder(base) if base is not None else new_encoder(settings.encoder, vocabulary)
        self.model = MaskedModel(encoder).to(self.device)
        groups = parameter_groups(self.model, settings.learning_rate, settings.weight_decay)
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=self.device.type == "cuda")
        self.rows = max(1, settings.batch_tokens // settings.window)
        self.step, self.tokens, self.seconds = 0, 0, 0.0

    def resume(self) -> None:
        path = self.run / "checkpoint.pt"
        if not path.is_file():
            return
        saved = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.step, self.tokens, self.seconds = saved["step"], saved["tokens"], saved["seconds"]
        _cut_log(self.run / "log.jsonl", self.step)
        _LOG.info("pre-training goes on at step %d", self.step)

    def train(self, minutes: float | None, most_steps: int | None, on_progress: Callable[[Progress], None]) -> Progress:
        settings = self.settings
        started = last_saved = time.monotonic()
        before = self.seconds
        losses: list[Tensor] = []  # read only when they are recorded: reading one waits for the device
        steps = self._steps()
        progress = Progress(self.step, self.tokens, self.seconds, float("nan"), 0.0)
        try:
            while self.tokens < settings.total_tokens and (most_steps is None or self.step < most_steps):
                if minutes is not None and time.monotonic() - started > minutes * 60:
                    break
                losses.append(self._one_step(next(steps)))
                self.seconds = before + time.monotonic() - started
                if self.step % settings.evaluate_every == 0:
                    progress = self._recorded(losses, self._held_out_loss())
                    losses = []
                    on_progress(progress)
                elif self.step % max(1, settings.evaluate_every // 10) == 0:
                    progress = self._recorded(losses, None)
                    losses = []
                    on_progress(progress)
                if time.monotonic() - last_saved > settings.save_minutes * 60:
                    self.save()
                    last_saved = time.monotonic()
        finally:  # an interrupted run keeps what it has learned
            self.save()
        return progress

    def _steps(self) -> Iterator[list[Tensor]]:
        """The batches from here on; beside a GPU they are made by processes of their own."""
        work = _Steps(self.packed, self.settings, self.vocabulary, self.rows)
        steps = range(self.step, sys.maxsize)
        if self.device.type == "cpu":
            return (work[step] for step in steps)
        workers = max(1, min(8, (os.cpu_count() or 2) - 1))
        return iter(DataLoader(work, None, sampler=steps, num_workers=workers, pin_memory=True, prefetch_factor=8))

    def _one_step(self, batch: list[Tensor]) -> Tensor:
        settings = self.settings
        rate = rate_at(self.tokens / settings.total_tokens, self.step, settings.warmup_steps, settings.learning_rate)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        torch.manual_seed(settings.seed + self.step)
        self.model.train()
        loss = self._loss(batch)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        self.tokens += self.rows * settings.window
        return loss.detach()

    def _loss(self, batch: list[Tensor]) -> Tensor:
        ids, places, hidden_ids = (part.to(self.device, non_blocking=True) for part in batch)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.settings.bf16):
            return self.model(ids, places, hidden_ids)

    def _held_out_loss(self) -> float:
        self.model.eval()
        losses = []
        with torch.inference_mode():
            for number, first in enumerate(range(0, len(self.packed.held_out), self.rows)):
                ids = self.packed.held_out[first : first + self.rows].astype(np.int64)
                generator = np.random.default_rng([self.settings.seed, 1, number])
                losses.append(float(self._loss(_batch(_masked(ids, self.settings, self.vocabulary, generator)))))
        return float(np.mean(losses))

    def _recorded(self, losses: list[Tensor], held_out: float | None) -> Progress:
        rate = self.optimizer.param_groups[0]["lr"]
        loss = float(torch.stack(losses).mean())
        progress = Progress(self.step, self.tokens, round(self.seconds, 1), loss, rate, held_out)
        with (self.run / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(asdict(progress)) + "\n")
        return progress

    def save(self) -> None:
        """Checkpoint and encoder; what was there stays whole until the new one is."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "tokens": self.tokens,
            "seconds": self.seconds,
        }
        torch.save(state, self.run / "checkpoint.new")
        os.replace(self.run / "checkpoint.new", self.run / "checkpoint.pt")
        fresh, place = self.run / "encoder.new", self.run / "encoder"
        shutil.rmtree(fresh, ignore_errors=True)
        self.model.encoder.save_pretrained(fresh)
        self.vocabulary.save(fresh)
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)


class _Steps(Dataset[list[Tensor]]):
    """What each step reads, a function of seed and step."""

    def __init__(self, packed: Packed, settings: PretrainSettings, vocabulary: Vocabulary, rows: int) -> None:
        self.packed, self.settings, self.vocabulary, self.rows = packed, settings, vocabulary, rows

    def __getitem__(self, step: int) -> list[Tensor]:
        rows = _rows(len(self.packed.train), self.rows, step, self.settings.seed)
        ids = self.packed.train[rows].astype(np.int64)
        return _batch(_masked(ids, self.settings, self.vocabulary, np.random.default_rng([self.settings.seed, step])))


def _batch(hidden: Masked) -> list[Tensor]:
    """What `MaskedModel.forward` is given."""
    targets = hidden.targets.ravel()
    places = np.flatnonzero(targets >= 0)
    return [torch.from_numpy(hidden.ids), torch.from_numpy(places), torch.from_numpy(targets[places])]


def _masked(ids: Ids, settings: PretrainSettings, vocabulary: Vocabulary, generator: np.random.Generator) -> Masked:
    """Windows with characters hidden, between [CLS] and [SEP]."""
    first = np.full((len(ids), 1), vocabulary.id_of(FIRST))
    last = np.full((len(ids), 1), vocabulary.id_of(LAST))
    return mask(
        np.concatenate([first, ids, last], axis=1),
        share=settings.masked_share,
        mean_span=settings.mean_span,
        mask_id=vocabulary.id_of(MASK),
        special=tuple(vocabulary.id_of(token) for token in SPECIAL),
        size=len(vocabulary),
        generator=generator,
    )


def _rows(count: int, size: int, step: int, seed: int) -> Ids:
    """Which windows step number `step` reads: every pass over them in an order of its own."""
    places = np.arange(step * size, (step + 1) * size)
    orders = {int(p): np.random.default_rng([seed, 2, int(p)]).permutation(count) for p in np.unique(places // count)}
    return np.sort(np.array([orders[int(place // count)][place % count] for place in places]))


def _cut_log(path: Path, step: int) -> None:
    """Forget records of steps after the checkpoint: they are taken again."""
    if path.is_file():
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if json.loads(line)["step"] <= step]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
