"""`--format table`: what a prosecutor reads in a terminal.

One block for each victim: level, facts with their words and where they stand, articles, contradictions, what is
missing and who can say. All text goes in as plain text: square brackets in a dossier are no markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.export import Export
from api.schemas import FindingPart, ScreeningResult, SpanPart, VictimPart
from api.screened import Failed, Outcome, Screened
from api.wording import (
    ATTRIBUTES,
    LEVELS,
    NOT_A_DECISION,
    STATED_BAR,
    UNSTATED,
    VERDICTS,
    case_title,
    caution_of,
    circled,
    describe,
    kin_words,
    limb_title,
    plain_why,
    short_names,
    values_of,
    versions_words,
)
from screening.texts import BAR_TITLES

_WIDTH = 110  # of text that does not go to a terminal
_COLOURS = {"red": "bold red", "orange": "bold dark_orange", "yellow": "bold yellow", "grey": "bold bright_black"}
_LONGEST_QUOTE = 30


def render(outcome: Outcome) -> str:
    """The table as plain text."""
    console = Console(file=StringIO(), width=_WIDTH, color_system=None, force_terminal=False, legacy_windows=False)
    show(outcome, console)
    file = console.file
    assert isinstance(file, StringIO)
    return "\n".join(line.rstrip() for line in file.getvalue().split("\n"))


def show(outcome: Outcome, console: Console) -> None:
    """The table on a console, in its width and colours."""
    blocks = _failure(outcome) if isinstance(outcome, Failed) else _blocks(outcome)
    for block in blocks:
        console.print(block, highlight=False)


def _failure(failed: Failed) -> Iterator[RenderableType]:
    error = failed.record.error
    yield Text.assemble((failed.name, "bold"), f"　未能筛查：{error.message}（{error.code}）")
    if error.hint:
        yield Padding(Text(error.hint), (0, 0, 0, 4))
    yield Text()


def _blocks(screened: Screened) -> Iterator[RenderableType]:
    result = screened.result
    case = result.dossier.case
    pages = sum(len(document.pages) for document in result.dossier.documents)
    title, name = case_title(result), result.dossier.name
    yield Text.assemble((title, "bold"), "" if name == title else f"　{name}", "　", _level(result.lead.level))
    facts = (case.number or "案号未载明", case.stage or "阶段未载明", f"{len(result.dossier.documents)} 件 {pages} 页")
    yield Text("　".join((*facts, f"规则适用日 {result.as_of.isoformat()}")))
    if result.lead.urgent:
        yield Text("卷内载有伤情急需救治、费用无着的情形，请考虑先行救助。", style="bold")
    for alert in result.alerts:
        yield Text(f"提示：{alert.message}")
    for warning in result.dossier.warnings:
        yield Text(f"未能读取：{warning.message}")
    for document in result.dossier.documents:
        for warning in document.warnings:
            yield Text(f"注意：{document.name}{f' 第 {warning.page} 页' if warning.page else ''}：{warning.message}")
    yield Text()
    if not result.victims:
        yield Text("通卷未识别出被害人。")
    where = _Where(result)
    for number, victim in enumerate(result.victims, 1):
        findings = [finding for finding in result.findings if finding.victim == victim.id]
        kin = "、".join(kin_words(person) for person in result.people if person.of == victim.id)
        yield from _victim(number, victim, result.lead.victims.get(victim.id, "none"), findings, where)
        if kin:
            yield Padding(Text(f"卷内相关人员：{kin}"), (0, 0, 1, 2))
    yield Text(f"{NOT_A_DECISION}{versions_words(result.versions)}", style="dim")
    yield Text()


class _Where:
    """Says where words stand: `起诉书 2 页`."""

    def __init__(self, result: ScreeningResult) -> None:
        titles = short_names(tuple(document.name for document in result.dossier.documents))
        ids = (document.id for document in result.dossier.documents)
        self._titles = dict(zip(ids, titles, strict=True))

    def __call__(self, spans: Sequence[SpanPart]) -> str:
        first = f"{self._titles[spans[0].document]} {spans[0].page} 页"
        return first if len(spans) == 1 else f"{first}，共 {len(spans)} 处"


def _victim(
    number: int, victim: VictimPart, level: str, findings: Sequence[FindingPart], where: _Where
) -> Iterator[RenderableType]:
    kind = {"group": "（群体）", "organization": "（单位）"}.get(victim.type, "")
    aliases = f"　又称 {'、'.join(victim.aliases)}" if victim.aliases else ""
    yield Text.assemble((f"{circled(number)} {victim.name}", "bold"), f"{kind}　", _level(level), aliases)
    if victim.type != "organization":
        yield _facts(victim, where)
    if findings:
        yield _rules(findings, where)
    questions = dict.fromkeys((m.question, m.ask, m.document) for finding in findings for m in finding.missing)
    if questions:
        yield _grid("待查", ("事项", "向谁", "要何"), questions)
    if victim.conflicts:
        yield _grid("记载不一", ("事项", "记载", "取舍"), _conflicts(victim, where))
    if victim.set_aside:
        rows = ((aside.value, where(aside.evidence) if aside.evidence else "", aside.why) for aside in victim.set_aside)
        yield _grid("看过而未计入", ("原文", "出处", "原因"), rows)
    yield Text()


def _facts(victim: VictimPart, where: _Where) -> RenderableType:
    rows: list[tuple[str, str, str, str]] = []
    for attribute, words in ATTRIBUTES.items():
        values = values_of(victim, attribute)
        if not values:
            rows.append((words.title, UNSTATED, "", ""))
        for value in values:
            quote = _quoted(value.evidence[0].text)
            rows.append((words.title, describe(attribute, value), quote, where(value.evidence)))
    return _grid(None, ("事项", "卷内记载", "原文", "出处"), rows)


def _rules(findings: Sequence[FindingPart], where: _Where) -> RenderableType:
    rows: list[tuple[str, str, str, str]] = []
    quiet: list[str] = []
    for finding in findings:
        stated = any(limb.evidence for limb in finding.limbs)
        if finding.kind == "excluding":
            name = f"{finding.citation.article or ''} {BAR_TITLES.get(finding.bar or '', finding.title)}".strip()
            if not stated:
                quiet.append(BAR_TITLES.get(finding.bar or "", finding.title))
                continue
        elif not any(limb.verdict == "met" for limb in finding.limbs):
            continue
        else:
            source = finding.citation.article or finding.citation.instrument
            name = f"{source}{caution_of(finding.citation)}\n{finding.title}"
        for index, limb in enumerate(finding.limbs):
            mark, words = VERDICTS[limb.verdict]
            says = STATED_BAR[limb.verdict] if finding.kind == "excluding" else words
            place = f"{_quoted(limb.evidence[0].text)} {where(limb.evidence)}" if limb.evidence else plain_why(limb.why)
            rows.append((name if index == 0 else "", f"{mark} {limb_title(limb.name)}", says, place))
    if quiet:
        rows.append(("一般不予救助的情形", "、".join(quiet), "通卷未见记载", ""))
    sources = dict.fromkeys(
        f"{finding.citation.instrument}，{finding.citation.effective_from} 起"
        for finding in findings
        if finding.kind == "qualifying" and finding.citation.effective_from
    )
    return _grid(f"条文　{'；'.join(sources)}".strip(), ("条文", "要件", "", "依据"), rows)


def _conflicts(victim: VictimPart, where: _Where) -> Iterator[tuple[str, str, str]]:
    for conflict in victim.conflicts:
        title = ATTRIBUTES[conflict.attribute].title
        for index, statement in enumerate(conflict.values):
            text = f"{describe(conflict.attribute, statement.value)}（{where(statement.evidence)}）"
            yield title if index == 0 else "", text, f"暂用：{conflict.why}" if index == conflict.preferred else ""


def _grid(title: str | None, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, expand=False)
    for index, head in enumerate(heads):
        table.add_column(Text(head, style="dim"), overflow="fold", no_wrap=index == 0 and title is None)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    if title is None:
        return Padding(table, (0, 0, 0, 2))
    outer = Table.grid()
    head, _, rest = title.partition("　")
    outer.add_row(Text.assemble((head, "bold"), (f"　{rest}" if rest else "", "dim")))
    outer.add_row(table)
    return Padding(outer, (1, 0, 0, 2))


def _level(level: str) -> tuple[str, str]:
    words = LEVELS[level]
    return f"{words.mark} {words.colour} {words.says}", _COLOURS.get(level, "")


def _quoted(words: str) -> str:
    line = " ".join(words.split())
    return f"“{line}”" if len(line) <= _LONGEST_QUOTE else f"“{line[: _LONGEST_QUOTE - 1]}…”"


EXPORT = Export("table", ".txt", render)
