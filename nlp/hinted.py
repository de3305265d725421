"""What a learned people finder adds to the people that cues and deeds give: names nobody announced, and doubts.

A role word at the name itself stands whatever the finder says. Where only the story told who was harmed, a sure
finder may add a victim or take one away; it can name a victim without a name, and a firm or a crowd that was harmed.
The bounds were chosen on cases that neither patterns nor finder had seen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from nlp.candidates import OUT_OF_CASE, Candidate, Hint, Named
from nlp.facts import Role
from nlp.names import like_a_name
from nlp.people_hints import PaperHints
from nlp.reading import Reading

NAME_FROM = 0.8  # score from which a stretch is taken for a name that cues missed
NOUN_FROM = 0.8
_TELLING = 3  # mentions that decide: elsewhere the same name stands among people of whom nothing is told
# nouns that mean a victim known by another word
_KNOWN_OTHERWISE = re.compile("被害人|受害人|被害者|受害者|死者|伤者|失主|事主|被害单位|原告|我|他|她|本人|其|该")


def hinted_names(readings: Sequence[Reading], hints: Sequence[PaperHints]) -> frozenset[str]:
    """Names that the finder is sure of, of victims and accused."""
    return frozenset(
        reading.text[hint.start : hint.end]
        for reading, paper in zip(readings, hints, strict=True)
        for hint in paper.hints
        if hint.role in ("victim", "accused")
        and hint.score >= NAME_FROM
        and like_a_name(reading.text[hint.start : hint.end])
    )


def weigh_hints(
    names: Sequence[Sequence[Named]], candidates: dict[str, Candidate], hints: Sequence[PaperHints]
) -> None:
    """Give every candidate what the finder says of its most telling mentions."""
    said: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for found, paper in zip(names, hints, strict=True):
        for item in found:
            if item.zone not in OUT_OF_CASE:
                said[item.key].append(paper.of(item.name_start, item.end))
    for key, pairs in said.items():
        candidates[key].hint = Hint(_top(v for v, _ in pairs), _top(a for _, a in pairs))


def _top(shares: Iterable[float]) -> float:
    best = sorted(shares, reverse=True)[:_TELLING]
    return sum(best) / len(best)


def add_hinted_nouns(
    readings: Sequence[Reading],
    names: list[list[Named]],
    candidates: dict[str, Candidate],
    hints: Sequence[PaperHints],
) -> None:
    """Where nobody is known to be harmed: those whom the finder sees harmed under a noun (一名路人)."""
    if any(c.role() is Role.VICTIM for c in candidates.values()):
        return
    for number, (reading, found, paper) in enumerate(zip(readings, names, hints, strict=True)):
        for hint in paper.hints:
            noun = reading.text[hint.start : hint.end]
            zone = reading.sentence_at(hint.start).zone
            if (
                hint.role != "victim"
                or hint.score < NOUN_FROM
                or len(noun) < 2
                or zone in OUT_OF_CASE
                or _KNOWN_OTHERWISE.match(noun)
                or any(item.start < hint.end and hint.start < item.end for item in found)
            ):
                continue
            candidate = candidates.setdefault(noun, Candidate(noun, (number, hint.start)))
            candidate.votes[Role.VICTIM] += 1
            found.append(Named(hint.start, hint.end, hint.start, noun, Role.VICTIM, False, zone, "", noun))
        found.sort(key=lambda item: item.start)
