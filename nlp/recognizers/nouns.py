"""Sex and age that the noun itself tells of a victim without a name: 一名13岁幼女, 其妻, 该老汉."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nlp.facts import Age, Attribute, Gender, VictimType
from nlp.mentions import Mention
from nlp.nameless import is_nameless
from nlp.numerals import CHINESE_NUMBER, number_of
from nlp.people import Cast, Paper
from nlp.recognizers.age import group_of
from nlp.sex_words import FEMALE_KIN, FEMALE_NOUN, MALE_KIN, MALE_NOUN

# matches 一名女[乘客], 其[妻], 一名[老汉]; near miss: 其子女
_SEX = re.compile(
    rf"(?P<f>女(?=[\u4e00-\u9fff]{{1,4}}$)|(?:{FEMALE_NOUN}|{FEMALE_KIN})$)|(?P<m>男(?=[\u4e00-\u9fff]{{1,4}}$)|(?:{MALE_NOUN}|(?<!妻)(?<!孩)(?<!女)(?:{MALE_KIN}))$)"
)
_YEARS = re.compile(rf"(?P<n>\d{{1,3}}|{CHINESE_NUMBER})(?:多|余)?(?:周|虚)?岁(?!以)")
_AGE_GROUP = re.compile(
    "(?P<minor>未成年|幼女|[男女]婴|婴儿|弃婴|女童|男童|儿童|幼童|幼儿|小孩|小女孩|小男孩|小学生|初中生|少女|少年)|(?P<elder>老年|老人|老汉|老太|老妇|老大爷|老奶奶|老头)"
)


@dataclass(frozen=True, slots=True)
class NounPatterns:
    """See module."""

    name: str = "noun-patterns"
    version: str = "1"

    def find(self, cast: Cast) -> Iterable[Mention]:
        persons = {person.id for person in cast.victims if person.type is VictimType.PERSON}
        for index, paper in enumerate(cast.papers):
            yield from _of_nouns(index, paper, persons)


def _of_nouns(index: int, paper: Paper, persons: set[str]) -> Iterator[Mention]:
    for mention in paper.frame.mentions:
        words = paper.reading.text[mention.name_start : mention.end]
        if len(mention.people) != 1 or mention.people[0] not in persons or not is_nameless(words):
            continue
        for attribute, value, span in _told(words):
            start, end = mention.name_start + span[0], mention.name_start + span[1]
            yield Mention(attribute, value, index, start, end, mention.people, recognizer="noun-patterns")


def _told(words: str) -> Iterator[tuple[Attribute, Gender | Age, tuple[int, int]]]:
    sex = _SEX.search(words)
    if sex:
        yield Attribute.GENDER, Gender("女" if sex["f"] else "男"), sex.span()
    years = _YEARS.search(words)
    value = number_of(years["n"]) if years else None
    if years and value is not None and value < 120:
        yield Attribute.AGE, Age(int(value), None, group_of(int(value))), years.span()
    elif group := _AGE_GROUP.search(words):
        yield Attribute.AGE, Age(None, None, "minor" if group["minor"] else "elder"), group.span()


RECOGNIZER = NounPatterns()
