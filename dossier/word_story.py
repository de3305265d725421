"""One part of a Word document (body, header, footnote) as the text that Word would print.

Walks WordprocessingML in reading order. Insertions stand, deletions and moved-away text are gone, text boxes are
told once although the file keeps them twice, hidden text stays out and is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"

PAGE_BREAK = "\f"
"""Stands in a story where a page begins; Word files cannot hold this character themselves."""

PICTURE = "\x0e"
"""Stands in a story at the end of a paragraph with a picture, just as impossible in a Word file."""

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

# Printed signs of the dingbat fonts in which forms draw their boxes and ticks (font, code → character).
_DINGBATS = {
    ("wingdings", 0xA8): "□",
    ("wingdings", 0x6F): "□",
    ("wingdings", 0x71): "□",
    ("wingdings", 0xFE): "☑",
    ("wingdings", 0xFD): "☒",
    ("wingdings", 0xFC): "√",
    ("wingdings", 0xFB): "×",
    ("wingdings", 0x6C): "●",
    ("wingdings", 0x6E): "■",
    ("wingdings 2", 0x52): "☑",
    ("wingdings 2", 0x53): "☒",
    ("wingdings 2", 0x54): "☒",
    ("wingdings 2", 0x50): "√",
    ("wingdings 2", 0x4F): "×",
    ("wingdings 2", 0xA3): "□",
    ("wingdings 2", 0x2A): "□",
}
_GONE = frozenset({f"{W}del", f"{W}moveFrom", f"{W}delText", f"{W}instrText", f"{W}delInstrText", f"{W}rt"})
_SKIPPED = frozenset(
    {f"{W}pPr", f"{W}rPr", f"{W}tblPr", f"{W}trPr", f"{W}tcPr", f"{W}tblGrid", f"{W}sdtPr", f"{W}sectPr"}
)
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True, slots=True)
class Story:
    """Attributes:
    text: paragraphs end with `\\n`, cells of a row are parted by tabs, pages begin after `PAGE_BREAK`.
    tracked: whether changes were tracked.
    hidden: whether hidden text was left out.
    pictures: relationship ids of the pictures, in the order of the marks `PICTURE` in `text`.
    """

    text: str = field(repr=False)
    tracked: bool
    hidden: bool
    pictures: tuple[str, ...]


class WordPart:
    """Footnotes or endnotes by their id."""

    def __init__(self, root: etree._Element) -> None:
        self._notes = {note.get(f"{W}id"): note for note in root if note.get(f"{W}type") in (None, "normal")}

    def note(self, note_id: str | None) -> etree._Element | None:
        return self._notes.get(note_id)


def tell(root: etree._Element, notes: Mapping[str, WordPart]) -> Story:
    """The text of everything below `root`; `notes` by kind (`footnotes`, `endnotes`)."""
    teller = _Teller(notes, drawn_pages=next(root.iter(f"{W}lastRenderedPageBreak"), None) is not None)
    teller.blocks(root)
    return Story(teller.finish(), teller.tracked, teller.hidden, tuple(teller.pictures))


class _Teller:
    def __init__(self, notes: Mapping[str, WordPart], *, drawn_pages: bool) -> None:
        self._notes = notes
        self._drawn_pages = drawn_pages  # Word noted its own page ends: explicit breaks would count twice
        self._out: list[str] = []
        self._after: list[etree._Element] = []  # text boxes and notes waiting for their paragraph to end
        self.tracked = False
        self.hidden = False
        self.pictures: list[str] = []
        self._seen_pictures: list[str] = []  # in the paragraph being told

    def finish(self) -> str:
        text = "".join(self._out)
        return text.removeprefix(PAGE_BREAK)

    def blocks(self, parent: etree._Element) -> None:
        """Paragraphs and tables below `parent`, through whatever wraps them."""
        for child in parent:
            tag = child.tag
            if tag == f"{W}p":
                self._paragraph(child)
            elif tag == f"{W}tbl":
                self._table(child)
            elif tag in _GONE:
                self.tracked = True
            elif tag == f"{_MC}AlternateContent":
                self.blocks(_chosen(child))
            elif tag not in _SKIPPED and isinstance(tag, str):
                self.blocks(child)

    def _paragraph(self, paragraph: etree._Element) -> None:
        properties = paragraph.find(f"{W}pPr")
        if properties is not None and _on(properties.find(f"{W}pageBreakBefore")):
            self._break_page(drawn=False)
        self._inline(paragraph)
        # After the words: a seal or a signature may stand in the middle of a sentence.
        self._out.append(PICTURE * len(self._seen_pictures))
        self.pictures += self._seen_pictures
        self._seen_pictures = []
        mark = properties.find(f"{W}rPr/{W}del") if properties is not None else None
        section = properties.find(f"{W}sectPr") if properties is not None else None
        if mark is not None:  # the paragraph's end was deleted: it runs on into the next one
            self.tracked = True
            return
        self._out.append("\n")
        self._tell_after()
        if section is not None:
            kind = section.find(f"{W}type")
            if kind is None or kind.get(f"{W}val") != "continuous":
                self._break_page(drawn=False)

    def _tell_after(self) -> None:
        while self._after:
            waiting, self._after = self._after, []
            for story in waiting:
                self.blocks(story)

    def _table(self, table: etree._Element) -> None:
        for row in _through(table, f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                self.tracked = True
                continue
            self._row(row)

    def _row(self, row: etree._Element) -> None:
        cells = []
        before = self._out
        for cell in _through(row, f"{W}tc"):
            if cell.find(f"{W}tcPr/{W}cellDel") is not None:
                self.tracked = True
                continue
            self._out = []
            self.blocks(cell)
            cells.append("".join(self._out).removesuffix("\n"))
        self._out = before
        # A row that Word broke over two pages begins a page once, before the row.
        line = "\t".join(cells)
        if PAGE_BREAK in line:
            line = line.replace(PAGE_BREAK, "")
            self._out.append(PAGE_BREAK)
        self._out.append(line + "\n")

    def _inline(self, parent: etree._Element) -> None:
        for child in parent:
            self._piece(child)

    def _piece(self, node: etree._Element) -> None:
        tag = node.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return
        if tag in _GONE:
            self.tracked = self.tracked or tag in (f"{W}del", f"{W}moveFrom")
        elif tag == f"{W}r":
            self._run(node)
        elif tag in (f"{W}t", f"{_M}t"):
            self._out.append((node.text or "").replace(PAGE_BREAK, ""))
        elif tag in (f"{W}tab", f"{W}ptab"):
            self._out.append("\t")
        elif tag == f"{W}br":
            self._line_break(node)
        elif tag == f"{W}cr":
            self._out.append("\n")
        elif tag == f"{W}lastRenderedPageBreak":
            self._break_page(drawn=True)
        elif tag == f"{W}noBreakHyphen":
            self._out.append("-")
        elif tag == f"{W}sym":
            self._out.append(_symbol(node))
        elif tag == f"{W}checkBox":
            self._out.append(_check_box(node))
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            self._reference(node)
        elif tag == f"{W}txbxContent":
            self._after.append(node)
        elif tag == f"{_MC}AlternateContent":
            self._inline(_chosen(node))
        else:
            if tag in (f"{_A}blip", f"{_V}imagedata"):
                self._seen_pictures.append(node.get(f"{_R}embed") or node.get(f"{_R}id") or "")
            self.tracked = self.tracked or tag in (f"{W}ins", f"{W}moveTo")
            self._inline(node)

    def _run(self, run: etree._Element) -> None:
        if _on(run.find(f"{W}rPr/{W}vanish")):
            self.hidden = self.hidden or any((text.text or "").strip() for text in run.iter(f"{W}t"))
            return
        self._inline(run)

    def _line_break(self, node: etree._Element) -> None:
        if node.get(f"{W}type") == "page":
            self._break_page(drawn=False)
        else:
            self._out.append("\n")

    def _break_page(self, *, drawn: bool) -> None:
        if drawn == self._drawn_pages:
            self._out.append(PAGE_BREAK)

    def _reference(self, node: etree._Element) -> None:
        kind = "footnotes" if node.tag == f"{W}footnoteReference" else "endnotes"
        note = self._notes[kind].note(node.get(f"{W}id")) if kind in self._notes else None
        if note is not None:
            self._after.append(note)


def _through(parent: etree._Element, tag: str) -> list[etree._Element]:
    """Rows of a table or cells of a row, also where content controls or tracked insertions wrap them."""
    found: list[etree._Element] = []
    for child in parent:
        if child.tag == tag:
            found.append(child)
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED | _GONE:
            found.extend(_through(child, tag))
    return found


def _chosen(alternatives: etree._Element) -> etree._Element:
    """Of the two writings of one thing (new drawing, old drawing) the first that a reader of today takes."""
    choice = alternatives.find(f"{_MC}Choice")
    fallback = alternatives.find(f"{_MC}Fallback")
    if choice is not None:
        return choice
    return fallback if fallback is not None else alternatives


def _on(switch: etree._Element | None) -> bool:
    return switch is not None and switch.get(f"{W}val", "1").lower() not in _OFF


def _symbol(node: etree._Element) -> str:
    try:
        code = int(node.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    font = node.get(f"{W}font", "").lower()
    if 0xF000 <= code <= 0xF0FF:  # symbol fonts sit in the private use area
        return _DINGBATS.get((font, code - 0xF000), chr(code))
    return _DINGBATS.get((font, code), chr(code)) if 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0x10FFFF else ""


def _check_box(node: etree._Element) -> str:
    state = node.find(f"{W}checked")
    if state is None:
        state = node.find(f"{W}default")
    return "☑" if _on(state) else "□"
