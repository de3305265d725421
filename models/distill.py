"""What a student learns from a teacher: to say of each character what the teacher says, with the same doubts.

A teacher is a tagger of the same scheme on a larger encoder. It needs no labels, so that a student reads far more text
than anybody has labelled, and of labelled text it learns which mistakes are close ones. Hinton, Vinyals and Dean,
"Distilling the Knowledge in a Neural Network" (2015); temperature 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from models.person_marks import ROLES
from nlp.labels import LabelScheme

_VICTIM = 1 + 2 * ROLES.index("victim")  # mark of the first character of a victim's mention


@dataclass(frozen=True, slots=True)
class Said:
    """What a tagger gives for a batch, in full precision; see `models.predict.Scores`."""

    tags: Tensor = field(repr=False)
    query: Tensor = field(repr=False)
    key: Tensor = field(repr=False)

    def odds(self) -> Tensor:
        """Log odds that what stands at one token is said of whom another token names, (windows, tokens, tokens)."""
        return self.query @ self.key.transpose(1, 2)


def tag_distance(student: Said, teacher: Said, mask: Tensor, scheme: LabelScheme) -> Tensor:
    """Sum over the layers of the mean Kullback-Leibler divergence of a character's classes.

    Args:
        mask: (windows, tokens), 0 at padding.
    """
    here = mask.bool()
    losses = []
    for layer in scheme.layers:
        guessed = student.tags[..., layer.columns][here].log_softmax(-1)  # (characters, classes)
        wanted = teacher.tags[..., layer.columns][here].log_softmax(-1)
        losses.append(nn.functional.kl_div(guessed, wanted, reduction="batchmean", log_target=True))
    return torch.stack(losses).sum()


def owner_distance(student: Said, teacher: Said, marks: Tensor, scheme: LabelScheme) -> Tensor:
    """Binary cross entropy against the teacher's odds, over spans that the teacher sees and mentions of victims.

    Args:
        marks: (windows, tokens), see `models.person_marks`.
    """
    begins = torch.zeros_like(marks, dtype=torch.bool)
    for layer in scheme.layers:  # within a layer the classes are nothing, then begin and inside in turn
        begins |= teacher.tags[..., layer.columns].argmax(-1) % 2 == 1
    asked = begins.unsqueeze(2) & (marks == _VICTIM).unsqueeze(1)  # (windows, tokens, tokens)
    guessed, wanted = student.odds()[asked], teacher.odds()[asked].sigmoid()
    if not len(guessed):
        return student.query.sum() * 0.0
    return nn.functional.binary_cross_entropy_with_logits(guessed, wanted)
