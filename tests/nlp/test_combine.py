"""Patterns beside a learned recognizer: what the second may add, and what it may not."""

from __future__ import annotations

from nlp.combine import combined
from nlp.facts import Attribute, Disability, Hardship, Injury, Value
from nlp.mentions import Context, Mention


def mention(
    value: Value,
    start: int,
    *,
    owner: str = "v1",
    learned: bool = False,
    attribute: Attribute = Attribute.INJURY,
    context: Context = Context.AFFIRMED,
    why: str | None = None,
    score: float = 0.9,
) -> Mention:
    return Mention(
        attribute,
        value,
        0,
        start,
        start + 4,
        (owner,),
        context=context,
        score=score,
        recognizer="model" if learned else "patterns",
        why=why,
    )


def test_each_alone_is_left_as_it_is() -> None:
    patterns = (mention(Injury("轻伤一级"), 0), mention(Injury("轻伤二级"), 90))
    learned = (mention(Injury("轻伤一级"), 0, learned=True), mention(Injury("轻伤二级"), 90, learned=True))
    assert combined(patterns) == patterns
    assert combined(learned) == learned


def test_the_model_speaks_of_a_victim_of_whom_patterns_say_nothing() -> None:
    told, new = mention(Injury("轻伤一级"), 0), mention(Injury("受伤"), 50, owner="v2", learned=True)
    assert combined([told, new]) == (told, new)


def test_an_unsure_model_is_silent_beside_patterns_and_heard_alone() -> None:
    told, unsure = mention(Injury("轻伤一级"), 0), mention(Injury("受伤"), 50, owner="v2", learned=True, score=0.6)
    assert combined([told, unsure]) == (told,)
    assert combined([unsure]) == (unsure,)


def test_the_same_words_are_not_said_twice_and_patterns_decide_whose_they_are() -> None:
    told = mention(Injury("轻伤一级"), 0)
    assert combined([told, mention(Injury("轻伤一级"), 1, owner="v2", learned=True)]) == (told,)


def test_what_patterns_set_aside_stays_aside() -> None:
    aside = mention(Injury("轻伤一级"), 0, context=Context.OLD_CASE)
    lookalike = mention(Injury("轻伤一级"), 30, owner="p1", why="那是被告人的伤")
    learned = [mention(Injury("轻伤一级"), at, learned=True) for at in (0, 30)]
    assert combined([aside, lookalike, *learned]) == (aside, lookalike)


def test_another_value_of_one_kind_does_not_stand_beside_that_of_patterns() -> None:
    told = mention(Injury("轻伤一级"), 0)
    assert combined([told, mention(Injury("重伤二级"), 60, learned=True)]) == (told,)


def test_several_hardships_and_disabilities_may_stand_side_by_side() -> None:
    told = mention(Hardship("低保"), 0, attribute=Attribute.HARDSHIP)
    same = mention(Hardship("低保"), 40, attribute=Attribute.HARDSHIP, learned=True)
    other = mention(Hardship("重病"), 60, attribute=Attribute.HARDSHIP, learned=True)
    assert combined([told, same, other]) == (told, other)
    disabled = mention(Disability("preexisting", "视力", None), 0, attribute=Attribute.DISABILITY)
    caused = mention(Disability("caused", None, "九级"), 80, attribute=Attribute.DISABILITY, learned=True)
    assert combined([disabled, caused]) == (disabled, caused)


def test_of_two_victims_only_the_one_without_a_statement_is_credited() -> None:
    told = mention(Injury("轻伤一级"), 0)
    both = Mention(Attribute.INJURY, Injury("受伤"), 0, 50, 54, ("v1", "v2"), recognizer="model")
    (_, kept) = combined([told, both])
    assert kept.owners == ("v2",)
