"""What a question can be about: an attribute of a victim, or whether a person is a victim at all."""

from __future__ import annotations

from collections.abc import Mapping

from api.store.missed import PERSON
from api.wording import ATTRIBUTES, AttributeWords

QUESTIONS: Mapping[str, AttributeWords] = {**ATTRIBUTES, PERSON: AttributeWords("other", "人", "是否被害人")}
NONE = "不是被害人"
_ASKS = {PERSON: "是不是本案被害人？"}


def question_words(attribute: str) -> str:
    """What is asked, as it stands behind the person's name.

    >>> question_words("injury"), question_words("person")
    ('的伤情：卷内怎样记载？', '是不是本案被害人？')
    """
    return _ASKS.get(attribute, f"的{QUESTIONS[attribute].title}：卷内怎样记载？")
