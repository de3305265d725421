"""Examples for the people finder out of written passages: the annotator's people, as names or nouns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from annotation.markup import Label, Passage, by_case
from annotation.written_examples import marked_people, readings_of
from models.examples import Example, Unsure
from models.gold_examples import in_view
from models.person_examples import NOMINAL, PERSON, labelled_text
from nlp.names import find_names
from nlp.reading import Reading

_LABELS = {"v": "person.victim", "a": "person.accused"}
# words that mean somebody only in their sentence: no name to learn
_DEICTIC = re.compile(
    r"我们?|他们?|她们?|你|您|本人|自己|其|该.{1,3}|被告人?|犯罪嫌疑人|被执行人|申请执行人|申请人|被鉴定人|患者"
)


def written_person_examples(passages: Iterable[Passage]) -> Iterator[Example]:
    """One example for each passage."""
    for papers in by_case(passages):
        named = frozenset(owner for passage in papers for owner in _named_owners(passage))
        for passage, reading in zip(papers, readings_of(papers), strict=True):
            yield _example(passage, reading, named)


def _example(passage: Passage, reading: Reading, named: frozenset[str]) -> Example:
    places: list[tuple[int, int, str]] = []
    unsure: list[Unsure] = []
    for label in passage.labels:
        place = in_view(reading, label.start, label.end) if label.kind == "P" else None
        kind = _LABELS.get(label.owners[0][0])
        if place is None or kind is None:
            continue
        if _is_noun(reading, place) and (label.owners[0] in named or _is_deictic(reading, place)):
            unsure.append(Unsure(*place, PERSON))
        else:
            places.append((*place, kind))
    mentions = marked_people(passage, reading)
    return labelled_text(passage.id, passage.case, "written", reading.text, places, mentions=mentions, unsure=unsure)


def _named_owners(passage: Passage) -> frozenset[str]:
    """People who bear a name somewhere in the passage."""
    names = {mention.name for found in find_names([passage.text]) for mention in found}

    def is_name(label: Label) -> bool:
        return passage.text[label.start : label.end] in names

    return frozenset(label.owners[0] for label in passage.labels if label.kind == "P" and is_name(label))


def _is_noun(reading: Reading, place: tuple[int, int]) -> bool:
    words = reading.text[slice(*place)]
    return bool(_DEICTIC.fullmatch(words) or NOMINAL.fullmatch(words) or not _LIKE_A_NAME.fullmatch(words))


def _is_deictic(reading: Reading, place: tuple[int, int]) -> bool:
    words = reading.text[slice(*place)]
    return bool(_DEICTIC.fullmatch(words) or NOMINAL.fullmatch(words))


_KIN = "父母爸妈爹娘爷奶公婆哥弟姐妹嫂叔伯姑姨舅妻夫儿女孙侄甥媳婿"
# 沈玉梅, 欧阳秀菊, 王某甲, 赵×2; near miss: 老伴, 二女儿, 那个收废品的
_LIKE_A_NAME = re.compile(rf"[\u4e00-\u9fff][\u4e00-\u9fff某×xX*]{{1,3}}\d?(?<![{_KIN}])")
