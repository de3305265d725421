"""Patterns and a learned recognizer read the same papers: what the second adds, and whose word counts where they differ.

Patterns explain themselves (they say why a look-alike is set aside), so where both speak of the same words theirs
stands. The learned recognizer adds what patterns have no wording for: a value of a victim of whom they say nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nlp.facts import Attribute, Disability, Hardship, Value
from nlp.mentions import Context, Mention

LEARNED = "model"
FILLS_FROM = 0.8  # confidence from which the learned recognizer speaks beside patterns
_ASSERTED = (Context.AFFIRMED, Context.ALLEGED)


def combined(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Mentions without the learned ones that are unsure or that patterns contradict or already make, in order."""
    told = [mention for mention in mentions if mention.recognizer != LEARNED]
    if not told or len(told) == len(mentions):
        return tuple(mentions)
    places: dict[tuple[Attribute, int], list[Mention]] = defaultdict(list)
    stated: dict[tuple[str, Attribute], list[Value]] = defaultdict(list)
    for mention in told:
        places[mention.attribute, mention.paper].append(mention)
        if mention.context in _ASSERTED and mention.why is None:
            for owner in mention.owners:
                stated[owner, mention.attribute].append(mention.value)
    return tuple(_kept(mentions, places, stated))


def _kept(
    mentions: Sequence[Mention],
    places: dict[tuple[Attribute, int], list[Mention]],
    stated: dict[tuple[str, Attribute], list[Value]],
) -> Iterable[Mention]:
    for mention in mentions:
        if mention.recognizer != LEARNED:
            yield mention
            continue
        if mention.score < FILLS_FROM:
            continue
        beside = places[mention.attribute, mention.paper]
        if any(t.start < mention.end and mention.start < t.end for t in beside):
            continue
        owners = tuple(o for o in mention.owners if _is_new(mention.value, stated[o, mention.attribute]))
        if owners:
            yield replace(mention, owners=owners)


def _is_new(value: Value, known: Sequence[Value]) -> bool:
    """Whether a value may stand beside those that patterns state of a victim: nothing yet, or another of several."""
    match value:
        case Hardship(category):
            return all(not isinstance(k, Hardship) or k.category != category for k in known)
        case Disability(status):
            return all(not isinstance(k, Disability) or k.status != status for k in known)
    return not known
