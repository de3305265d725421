"""Training of a theft tagger on the public sentences, and its score on the held-out tenth. Needs PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from dossier.errors import JiuzhuError
from models.finetune import Epoch, finetune
from models.theft import TheftSentence, split, theft_scheme
from models.theft_model import FOLDER, load_tagger, save_tagger
from models.theft_scores import TheftScores, score_theft
from models.training_settings import FinetuneSettings


def train_theft(
    settings: FinetuneSettings,
    sentences: Sequence[TheftSentence],
    base: Path,
    run: Path,
    *,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
) -> TheftScores:
    """Train on nine tenths, keep the tagger in `run/model`, and score it on the tenth.

    The epoch is chosen on a share of the nine tenths (`settings.held_out_share`): the tenth decides nothing.

    Raises:
        JiuzhuError: `theft.too_few`.
    """
    learned, held_out = split(sentences)
    if not learned or not held_out:
        raise JiuzhuError(
            "theft.too_few", f"只有 {len(sentences)} 句，不足以训练并留出十分之一", "请给出完整的训练文件"
        )
    tuned = finetune(settings, [s.example() for s in learned], base, run, theft_scheme(), on_epoch=on_epoch)
    made_from = {
        "settings": settings.model_dump(),
        "base": base.name,
        "sentences": len(learned),
        "epochs": len(tuned.epochs),
    }
    save_tagger(tuned, run / FOLDER, made_from)
    return score_theft(held_out, load_tagger(run).tag_sentences(held_out), learned)
