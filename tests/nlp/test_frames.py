"""Frames: placeholders and the way between frame and view."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlp.frames import A, PersonMention, V, build_frame
from tests.nlp.papers import cast


def test_roles_become_placeholders_with_their_cue() -> None:
    frame = cast("经审理查明，被告人屈某将被害人黎某打伤。").papers[0].frame
    assert f"{A}将{V}打伤" in frame.text


def test_agent_and_patient_keep_their_places() -> None:
    frame = cast("经审理查明，被害人黎某被被告人屈某打成轻伤二级。").papers[0].frame
    assert f"{V}被{A}打成轻伤二级" in frame.text


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), max_size=12), st.text("甲乙丙，。", max_size=40))
def test_offsets_go_back_and_forth(gaps: list[tuple[int, int]], filler: str) -> None:
    text, mentions = "", []
    for gap, length in gaps:
        text += "文" * gap
        mentions.append(PersonMention(len(text), len(text) + length, len(text), ("v1",)))
        text += "名" * length
    text += filler
    frame = build_frame(text, mentions, {"v1": V})
    assert len(frame.text) == len(text) - sum(m.end - m.start - 1 for m in mentions)
    for offset, char in enumerate(frame.text):
        back = frame.to_view(offset)
        assert frame.from_view(back) == offset
        if char == V:
            assert frame.mention_at(offset) in mentions
            assert frame.end_to_view(offset + 1) == next(m.end for m in mentions if m.start == back)
        else:
            assert text[back] == char
            assert frame.mention_at(offset) is None


def test_mentions_in_range() -> None:
    mentions = [PersonMention(0, 2, 0, ("v1",)), PersonMention(5, 7, 5, ("p1",))]
    frame = build_frame("黎某将常和屈某打", mentions, {"v1": V})
    assert frame.mentions_in(0, 1) == (mentions[0],)
    assert frame.mentions_in(1, len(frame.text)) == (mentions[1],)
