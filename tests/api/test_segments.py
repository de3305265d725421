"""Text cut at the boundaries of its places, whatever overlaps what: joined, it is the text again."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from api.web.places import Place
from api.web.segments import as_html, cut, lines

_TEXT = st.text(st.sampled_from("甲乙1 ０\u200b\U00020bb7\u0301<>&\"'\r\n"), min_size=1, max_size=40)


@st.composite
def _text_and_places(draw: st.DrawFn) -> tuple[str, tuple[Place, ...]]:
    text = draw(_TEXT)
    places = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        places.append(Place(f"e-{number}", "d1", start, end, 1, "injury", "伤①", "甲"))
    return text, tuple(sorted(places, key=lambda place: (place.start, -place.end)))


class _Reader(HTMLParser):
    """Reads the text back, and what of it stands inside each place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.inside: dict[str, str] = {}
        self.ids: list[str] = []
        self._open: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._open.append(found.get("data-e"))
        if found.get("id"):
            self.ids.append(str(found["id"]))

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        for place in self._open:
            if place:
                self.inside[place] = self.inside.get(place, "") + data


@given(_text_and_places())
def test_segments_joined_are_the_text(case: tuple[str, tuple[Place, ...]]) -> None:
    text, places = case
    assert "".join(segment.text for segment in cut(text, 0, len(text), places)) == text


@given(_text_and_places())
def test_markup_read_back_gives_text_and_the_words_of_every_place(case: tuple[str, tuple[Place, ...]]) -> None:
    text, places = case
    reader = _Reader()
    for start, end in lines(text, 0, len(text)):
        reader.feed(str(as_html(cut(text, start, end, places))))
    reader.close()
    assert reader.text == text
    assert reader.inside == {place.id: text[place.start : place.end] for place in places}
    assert sorted(reader.ids) == sorted(place.id for place in places)  # one anchor each


def test_crossing_places_are_nested_never_crossed() -> None:
    first = Place("e-1", "d1", 0, 3, 1, "injury", "伤①", "甲")
    second = Place("e-2", "d1", 2, 5, 1, "hard", "困①", "甲")
    html = str(as_html(cut("甲乙丙丁戊", 0, 5, (first, second))))
    assert html.count("<mark") == html.count("</mark>") == 4  # 甲乙 | 丙 in both | 丁戊
    assert '<mark class="hard in" data-e="e-2" id="e-2"' in html


def test_what_no_html_file_can_hold_is_shown_as_a_sign() -> None:
    assert str(as_html(cut("a\x00b\ud800c", 0, 5, ()))) == "a\u2400b\ufffdc"


def test_lines_keep_their_line_feeds() -> None:
    text = "一\n\n二\r\n三"
    assert [text[start:end] for start, end in lines(text, 0, len(text))] == ["一\n", "\n", "二\r\n", "三"]


def test_the_sign_of_words_close_behind_others_stands_higher() -> None:
    near = (Place("e-1", "d1", 0, 1, 1, "sex", "性①", "甲"), Place("e-2", "d1", 1, 4, 1, "age", "龄①", "甲"))
    far = (near[0], Place("e-2", "d1", 3, 5, 1, "age", "龄①", "甲"))
    assert str(as_html(cut("女23岁许", 0, 5, near))).count('class="tags up"') == 1
    assert 'class="tags up"' not in str(as_html(cut("女，年龄不详", 0, 6, far)))
