"""How well a theft tagger reads sentences it did not learn from: entities strictly, and answers as LawBench does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from models.bootstrap import Interval, ratio_interval
from models.entity_scores import EntityScores, entity_scores
from models.predict import Prediction
from models.span_scores import Counts, score_spans, total
from models.theft import TheftSentence, share_seen, theft_scheme
from models.theft_answers import Place, SoftScores, answer_of, expected_of, soft_scores, values_of

_MOSTLY_NEW = 0.5  # a sentence counts as new when less of it stands in learned sentences too


@dataclass(frozen=True, slots=True)
class TheftScores:
    """Attributes:
    strict: micro-F1 of place and kind; `strict_interval` is over redrawn sentences.
    soft: as task 2-6 of LawBench scores answers.
    new: strict counts over the sentences that are mostly unlike every learned one, and how many those are.
    """

    sentences: int
    entities: EntityScores = field(repr=False)
    strict: Counts
    strict_interval: Interval | None
    soft: SoftScores
    soft_interval: Interval | None
    new: Counts
    new_sentences: int

    def as_data(self) -> dict[str, Any]:
        """For a report: rounded figures."""
        return {
            "sentences": self.sentences,
            "strict_f1": round(self.strict.f1, 4),
            "strict_precision": round(self.strict.precision, 4),
            "strict_recall": round(self.strict.recall, 4),
            "strict_interval": self.strict_interval,
            "soft_f1": round(self.soft.f1, 4),
            "soft_interval": self.soft_interval,
            "abstained": round(self.soft.abstained, 4),
            "new_sentences": self.new_sentences,
            "new_strict_f1": round(self.new.f1, 4),
            "entities": self.entities.as_data(),
        }


def score_theft(
    held_out: Sequence[TheftSentence],
    predictions: Sequence[Sequence[Prediction]],
    learned: Sequence[TheftSentence],
    *,
    rounds: int = 1000,
) -> TheftScores:
    """Score predictions on held-out sentences.

    Args:
        learned: the sentences that the tagger was trained on.
        rounds: redrawn sets for the intervals; 0 gives none.
    """
    scheme = theft_scheme()
    examples = [sentence.example() for sentence in held_out]
    each = [total(score_spans([e], [p]).strict) for e, p in zip(examples, predictions, strict=True)]
    new = [c for c, seen in zip(each, share_seen(held_out, learned), strict=True) if seen < _MOSTLY_NEW]
    answers, expected = [], []
    for sentence, found in zip(held_out, predictions, strict=True):
        said: list[Place] = [(p.start, p.end, p.label.name) for p in found]
        there: list[Place] = [(s.start, s.end, s.label) for s in sentence.spans]
        answers.append(answer_of(values_of(sentence.text, said, scheme)))
        expected.append(expected_of(values_of(sentence.text, there, scheme)))
    soft = soft_scores(answers, expected, [label.title for label in scheme.labels])
    return TheftScores(
        sentences=len(held_out),
        entities=entity_scores(examples, predictions),
        strict=_sum(each),
        strict_interval=ratio_interval([2 * c.right for c in each], [c.found + c.there for c in each], rounds=rounds),
        soft=soft,
        soft_interval=ratio_interval(soft.sentences, [1.0] * len(soft.sentences), rounds=rounds),
        new=_sum(new),
        new_sentences=len(new),
    )


def _sum(counts: Sequence[Counts]) -> Counts:
    return Counts(sum(c.right for c in counts), sum(c.found for c in counts), sum(c.there for c in counts))
