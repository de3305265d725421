"""Task 2-6 of LawBench (信息抽取): its file of questions, answers in its form, and its soft F1.

The benchmark asks for the entities of ten kinds in a sentence of a theft case and marks what is answered character by
character. Its rules, as its public evaluation code has them (github.com/open-compass/LawBench, Apache-2.0,
`evaluation/utils/comprehension_scores.py` with the scorer of CJRC), told in our words:

- The expected answer is `kind:values` pieces put together by `;`. What stands behind a second colon of a piece is
  lost.
- In an answer, a kind counts as given where its name is followed by a colon and at least two characters more. Its
  value ends at a blank or a line's end; the last mention of a kind counts; 无 and 未提及 are no value.
- Two values are compared as bags of letters and digits in small letters, without punctuation: the F1 of the bags.
- Of a sentence, the F1s of kinds that are given and expected are summed; by the number of given kinds that is the
  precision, by the number of expected ones the recall, and both give the sentence's F1. Where nothing is expected, a
  sentence scores 1 if nothing is given and 0 otherwise.
- The score is the mean over the sentences.

An entity more in a list costs a little and a kind that is missing costs a lot: not to be compared with a strict F1.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from dossier.errors import JiuzhuError
from nlp.labels import LabelScheme

_LEAD = "句子:"  # in front of every sentence of the benchmark
_BETWEEN = "、"  # between the values of one kind
_NO_VALUE = ("无", "未提及")
_TINY = 1e-10  # the benchmark's guard against a division by zero

Place = tuple[int, int, str]  # start, end, label name


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")
    instruction: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the benchmark.

    Attributes:
        asked: the question as it stands in the file; `text` is the sentence in it.
        expected: its answer.
    """

    instruction: str = field(repr=False)
    asked: str = field(repr=False)
    expected: str = field(repr=False)

    @property
    def text(self) -> str:
        return self.asked.removeprefix(_LEAD).removeprefix("句子：")


@dataclass(frozen=True, slots=True)
class SoftScores:
    """Attributes:
    sentences: the F1 of each, 0..1.
    abstained: share of sentences in which nothing was found though something was expected.
    """

    sentences: tuple[float, ...] = field(repr=False)
    abstained: float

    @property
    def f1(self) -> float:
        return sum(self.sentences) / len(self.sentences) if self.sentences else 0.0


def read_questions(path: Path) -> tuple[Question, ...]:
    """The questions of a LawBench file: a JSON array of `{instruction, question, answer}`.

    Raises:
        JiuzhuError: `lawbench.unreadable`.
    """
    try:
        records = TypeAdapter(list[_Record]).validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError):
        records = []
    if not records:
        raise JiuzhuError(
            "lawbench.unreadable",
            f"{path.name} 不是 LawBench 的题目文件",
            "须为 JSON 数组，每题含 instruction、question、answer（data/zero_shot/2-6.json）",
        )
    return tuple(Question(record.instruction, record.question, record.answer) for record in records)


def values_of(text: str, spans: Iterable[Place], scheme: LabelScheme) -> dict[str, str]:
    """Title of each kind that occurs, with its spans' words in order of place, without blanks."""
    found: dict[str, list[str]] = {}
    for start, end, name in sorted(spans):
        words = "".join(text[start:end].split())
        if words:
            found.setdefault(scheme.label(name).title, []).append(words)
    titles = [label.title for label in scheme.labels if label.title in found]
    return {title: _BETWEEN.join(found[title]) for title in titles}


def answer_of(values: Mapping[str, str]) -> str:
    """An answer that the benchmark's scorer reads as meant: a line for each kind, the last one ended too."""
    return "".join(f"{title}:{words}\n" for title, words in values.items())


def expected_of(values: Mapping[str, str]) -> str:
    """The same values as the benchmark writes what it expects.

    >>> expected_of({"犯罪嫌疑人": "仇某", "被盗物品": "铁锅、水壶"})
    '犯罪嫌疑人:仇某;被盗物品:铁锅、水壶'
    """
    return ";".join(f"{title}:{words}" for title, words in values.items())


def soft_scores(answers: Sequence[str], expected: Sequence[str], titles: Sequence[str]) -> SoftScores:
    """Score answers in words against what the benchmark expects.

    Args:
        titles: names of the kinds.
    """
    given = [read_answer(answer, titles) for answer in answers]
    there = [read_expected(reference) for reference in expected]
    silent = sum(bool(t) and not g for g, t in zip(given, there, strict=True))
    sentences = tuple(_sentence_f1(g, t) for g, t in zip(given, there, strict=True))
    return SoftScores(sentences, silent / len(sentences) if sentences else 0.0)


def read_answer(answer: str, titles: Iterable[str]) -> dict[str, str]:
    """What an answer says of each kind.

    >>> read_answer("受害人：岑某\\n作案工具:无\\n", ("受害人", "作案工具"))
    {'受害人': '岑某'}
    """
    values = {}
    for title in titles:
        end = -1
        while (start := answer.find(title, max(end, 0))) >= 0:
            end = start + len(title)
            if end < len(answer) - 2 and answer[end] in ":：":
                words = answer[end + 1 :].strip().replace("\n", " ").split(" ")[0].strip()
                if words not in _NO_VALUE:
                    values[title] = words
    return values


def read_expected(reference: str) -> dict[str, str]:
    """What the benchmark expects of each kind.

    >>> read_expected("受害人:岑某;时间:2021年4月6日21:30许")
    {'受害人': '岑某', '时间': '2021年4月6日21'}
    """
    pieces = (piece.split(":") for piece in reference.split(";"))
    return {piece[0]: piece[1] for piece in pieces if len(piece) > 1}


def _sentence_f1(given: Mapping[str, str], expected: Mapping[str, str]) -> float:
    if not expected:
        return float(not given)
    shared = sum(_overlap(words, expected[title]) for title, words in given.items() if title in expected)
    precision = shared / len(given) if given else 0.0
    recall = shared / len(expected)
    return 2 * precision * recall / (precision + recall + _TINY)


def _overlap(one: str, other: str) -> float:
    """F1 of two bags of letters and digits."""
    bags = [Counter(char for char in words.lower() if char.isdigit() or char.isalpha()) for words in (one, other)]
    if not bags[0] or not bags[1]:
        return float(bags[0] == bags[1])
    common = (bags[0] & bags[1]).total()
    return 2 * common / (bags[0].total() + bags[1].total())


def write_answers(path: Path, questions: Sequence[Question], answers: Sequence[str]) -> None:
    """In the form that the benchmark's own `evaluation/main.py` reads, for a check by its own code."""
    data: dict[str, Any] = {
        str(number): {
            "origin_prompt": f"{question.instruction}\n{question.asked}",
            "prediction": answer,
            "refr": question.expected,
        }
        for number, (question, answer) in enumerate(zip(questions, answers, strict=True))
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
