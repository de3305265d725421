"""What a student is asked to say beside its labels."""

from __future__ import annotations

import pytest

from models.person_marks import MarkedMention, marks_of
from nlp.labels import label_scheme

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from models.distill import Said, owner_distance, tag_distance  # noqa: E402 - needs torch
from models.finetune import owner_loss  # noqa: E402
from models.inputs import TextInput  # noqa: E402
from models.targets import OwnerQuestion, TrainingWindow  # noqa: E402
from models.windows import Window  # noqa: E402

SCHEME = label_scheme()
TOKENS = 9


def said(seed: int) -> Said:
    generator = torch.Generator().manual_seed(seed)
    return Said(*(3 * torch.randn(2, TOKENS, size, generator=generator) for size in (SCHEME.width, 4, 4)))


def test_who_says_what_the_teacher_says_is_at_no_distance() -> None:
    mask = torch.ones(2, TOKENS)
    assert float(tag_distance(said(1), said(1), mask, SCHEME)) == pytest.approx(0.0, abs=1e-6)
    assert float(tag_distance(said(1), said(2), mask, SCHEME)) > 0.1


def test_padding_is_not_compared() -> None:
    mask = torch.ones(2, TOKENS)
    mask[:, 5:] = 0
    other = said(1)
    other.tags[:, 5:] = 0.0
    assert float(tag_distance(other, said(1), mask, SCHEME)) == pytest.approx(0.0, abs=1e-6)


def test_owners_are_compared_only_where_a_victim_is_mentioned() -> None:
    nobody = torch.zeros(2, TOKENS, dtype=torch.long)
    assert float(owner_distance(said(1), said(2), nobody, SCHEME)) == 0.0
    marks = torch.from_numpy(marks_of(TOKENS, [MarkedMention(1, 3, "victim", ("v1",))])).repeat(2, 1)
    same, other = (float(owner_distance(said(seed), said(2), marks, SCHEME)) for seed in (2, 1))
    assert 0 < same < other  # same odds: what is left is the teacher's own doubt


def test_of_several_mentions_the_likeliest_is_asked_for() -> None:
    """The vectorized loss against the plain reading of its definition."""
    given = said(3)
    question = OwnerQuestion(7, {"v1": (1, 4), "v2": (2,)}, frozenset({"v1"}))
    window = TrainingWindow(TextInput(None, None), Window(0, 7, 0, 7), None, (question,))  # type: ignore[arg-type]
    odds = {
        person: max(float(given.key[0, place] @ given.query[0, 7]) for place in places)
        for person, places in question.mentions.items()
    }
    wanted = -(torch.tensor(odds["v1"]).sigmoid().log() + (-torch.tensor(odds["v2"])).sigmoid().log()) / 2
    assert float(owner_loss(given.query, given.key, [window])) == pytest.approx(float(wanted), rel=1e-4)
