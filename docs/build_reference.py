"""Writes `docs/reference.md` out of the code: commands, settings, error codes, rules, values.

    python docs/build_reference.py            # writes it
    python docs/build_reference.py --check    # exit status 1 when the file is not what the code says

A test runs the check, so that nothing a user can name stays undocumented.
"""

# ruff: noqa: T201 - a program for the terminal

from __future__ import annotations

import ast
import dataclasses
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
import yaml

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "reference.md"
PACKAGES = ("dossier", "nlp", "models", "screening", "annotation", "api")

sys.path.insert(0, str(ROOT))

_CODE = re.compile(r"[a-z]+\.[a-z_]+")
_NOT_CODES = re.compile(r"\.(py|txt|md|json|jsonl|yaml|yml|tsv|csv|html|htm|css|js|pdf|docx|zip|ofd|xml|toml)$")
_RAISERS = re.compile(
    r"(Error|Upload|Format|Exceeded|Unavailable|Notice|Refusal|Failed|Setting|Allowed|Needed|Refused|failure_of)$"
)


def reference() -> str:
    """The whole page."""
    sections = [
        "# Reference",
        "Written by `docs/build_reference.py` out of the code; do not edit by hand.",
        "## Commands",
        *commands(),
        "## Settings",
        *settings(),
        "## Error and warning codes",
        "Codes are stable. `…` stands for what differs from case to case.",
        error_codes(),
        "## Rules",
        *rules(),
        "## Parameters",
        *parameters(),
        "## Attributes and their values",
        *attributes(),
        "## Kinds of documents",
        "、".join(document_kinds()),
        "## Files of an evaluation",
        EVALUATION,
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


EVALUATION = """`GOLD`: JSON Lines, one case a line: `id` and `victims`, each with `name`, `aliases`, `type` and the
seven attributes in the form of the screening result; every value carries `quotes`, exact words of the text, in place of
`evidence`. `TEXTS`: JSON Lines, `{"id", "text"}` or, for a dossier of several papers, `{"id", "documents": {name:
text}}`. `--predictions` writes records of the same form with `evidence` as spans. Counted is one value of one
attribute of one victim; victims are paired by name, then alias, then, for groups, by contained names. Of a gold record
with `"partial": true`, as `jiuzhu annotations export` writes them, only the attributes that its victims have are
counted, and of its victims those that have `person` (null: the machine mistook somebody for a victim). Intervals are
95 % bootstrap intervals over whole cases."""


def commands() -> Iterator[str]:
    """One block for each command of `jiuzhu`, with every argument and option; a group's commands follow it."""
    from api.cli import app

    yield from _commands(typer.main.get_command(app), "jiuzhu")


def _commands(group: Any, path: str) -> Iterator[str]:
    for name, command in sorted((getattr(group, "commands", {}) or {"": group}).items()):
        title = f"{path} {name}".strip()
        yield f"### `{title}`"
        yield " ".join((command.help or "").split())
        if getattr(command, "commands", {}):
            yield from _commands(command, title)
            continue
        yield "\n".join(["| | |", "|---|---|", *(_parameter(p) for p in command.params if not _is_help(p))])


def _is_help(parameter: Any) -> bool:
    return "--help" in parameter.opts


def _parameter(parameter: Any) -> str:
    """One row. Typer brings a click of its own, older versions use the package; both have these members."""
    if parameter.param_type_name == "argument":
        names = f"`{parameter.metavar or str(parameter.name).upper()}`"
    else:
        names = ", ".join(f"`{name}`" for name in [*parameter.opts, *parameter.secondary_opts])
    text = getattr(parameter, "help", None) or ""
    default = parameter.default
    if isinstance(default, str | int) and not isinstance(default, bool):
        text += f" [{default}]"
    return f"| {names} | {_cell(text)} |"


def settings() -> Iterator[str]:
    """Every `JIUZHU_*` variable with its default."""
    from api.settings import Settings

    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, default, meaning in _fields_of(Settings):
        rows.append(f"| `JIUZHU_{name.upper()}` | `{default}` | {_cell(meaning)} |")
    yield "\n".join(rows)


def _fields_of(settings_class: Any) -> Iterator[tuple[str, str, str]]:
    described = _described_attributes(settings_class.__doc__ or "")
    if dataclasses.is_dataclass(settings_class):
        for item in dataclasses.fields(settings_class):
            yield item.name, _shown(item.default), described.get(item.name, "")
    else:  # a pydantic model
        for name, item in settings_class.model_fields.items():
            yield name, _shown(item.default), item.description or described.get(name, "")


def _shown(default: object) -> str:
    return "—" if default in (None, dataclasses.MISSING) or "Undefined" in str(default) else str(default)


def _described_attributes(docstring: str) -> dict[str, str]:
    """`name: meaning` lines under `Attributes:` of a Google docstring."""
    _, _, block = docstring.partition("Attributes:")
    described: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        match = re.match(r"\s*(\w+(?:, \w+)*): (.+)", line)
        if match:
            name = match[1]
            described[name] = match[2].strip()
        elif line.strip() and name:
            described[name] += f" {line.strip()}"
    return described


def error_codes() -> str:
    """Every code with the messages and hints that come with it, out of the calls that make them."""
    found: dict[str, dict[str, None]] = {}
    for call in _coded_calls():
        words = [_words(argument) for argument in [*call.args, *(k.value for k in call.keywords)]]
        for index, word in enumerate(words):
            if word and _CODE.fullmatch(word) and not _NOT_CODES.search(word):
                rest = [
                    other for other in words[index + 1 : index + 3] if other and re.search("[\u4e00-\u9fff]", other)
                ]
                found.setdefault(word, {})[" — ".join(rest)] = None
    for code in _bare_codes({code.split(".", 1)[0] for code in found}):
        found.setdefault(code, {})
    rows = ["| code | message — hint |", "|---|---|"]
    for code, texts in sorted(found.items()):
        rows.append(f"| `{code}` | {_cell('；'.join(text for text in texts if text))} |")
    return "\n".join(rows)


def _trees() -> Iterator[ast.Module]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def _coded_calls() -> Iterator[ast.Call]:
    """Calls that make an error or a notice, and those that hand a code on to one (`self.notice(code, …)`)."""
    for tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                named = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if _RAISERS.search(named) or named in ("notice", "warn", "warning", "error"):
                    yield node


def _bare_codes(prefixes: set[str]) -> Iterator[str]:
    """Constants that look like a code of a known family, wherever they stand."""
    for tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                value = node.value
                if _CODE.fullmatch(value) and value.split(".")[0] in prefixes and not _NOT_CODES.search(value):
                    yield value


def _words(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return None


def rules() -> Iterator[str]:
    """Every rule, a row for each version with its days, and the decision list of levels."""
    rows = ["| rule | title | kind | citation | in force | sources |", "|---|---|---|---|---|---|"]
    levels: list[Mapping[str, Any]] = []
    for record in _yaml_files("screening/rules"):
        if "lines" in record:
            levels.extend(record["lines"])
            continue
        for version in record.get("versions") or [record]:
            citation = version.get("citation") or {}
            cited = " ".join(str(citation.get(key) or "") for key in ("instrument", "article")).strip()
            cells = (record.get("title"), record.get("kind"), cited, _in_force(version), citation.get("sure"))
            rows.append(f"| `{record['id']}` | " + " | ".join(_cell(cell) for cell in cells) + " |")
    yield "\n".join(rows)
    yield "Levels: the first line that fits (`screening/rules/levels.yaml`; an office's policy, not law)."
    yield "\n".join(
        [
            "| line | level | what it says |",
            "|---|---|---|",
            *(f"| `{line['id']}` | {line['level']} | {_cell(line.get('says'))} |" for line in levels),
        ]
    )


def _in_force(version: Mapping[str, Any]) -> str:
    effective = version.get("effective") or {}
    return f"{effective.get('from') or '…'} – {effective.get('to') or '…'}"


def parameters() -> Iterator[str]:
    rows = ["| parameter | meaning | unit | value | in force | citation |", "|---|---|---|---|---|---|"]
    for record in _yaml_files("screening/parameters"):
        for value in record.get("values") or []:
            citation = value.get("citation") or {}
            cited = " ".join(str(citation.get(key) or "") for key in ("instrument", "article")).strip()
            cells = (record.get("title"), record.get("unit"), value.get("value"), _in_force(value), cited)
            rows.append(f"| `{record['id']}` | " + " | ".join(_cell(cell) for cell in cells) + " |")
    yield "\n".join(rows)


def _yaml_files(folder: str) -> Iterator[Mapping[str, Any]]:
    for path in sorted((ROOT / folder).rglob("*.yaml")):
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        for record in loaded if isinstance(loaded, list) else [loaded]:
            if isinstance(record, dict):
                yield {"id": path.stem, **record}


def attributes() -> Iterator[str]:
    from nlp.facts import COMPENSATION_STATUSES, HARDSHIP_CATEGORIES, INJURY_GRADES, Attribute

    values = {
        Attribute.GENDER: "男, 女",
        Attribute.AGE: "years at the time of harm, birth date, group: minor (<18), adult, elder (≥60)",
        Attribute.DISABILITY: "preexisting, caused; kind; grade 一级 … 十级",
        Attribute.HARDSHIP: ", ".join(HARDSHIP_CATEGORIES),
        Attribute.INJURY: ", ".join(INJURY_GRADES),
        Attribute.COMPENSATION: f"{', '.join(COMPENSATION_STATUSES)}, null (only 谅解 or an unpaid agreement stated)",
        Attribute.LOSS: "yuan, gross, at the time of the offence",
    }
    yield "\n".join(["| attribute | values |", "|---|---|", *(f"| `{a}` | {values[a]} |" for a in Attribute)])


def document_kinds() -> list[str]:
    from nlp.kinds import KINDS

    return list(dict.fromkeys(kind.name for kind in KINDS))


def _cell(text: object) -> str:
    return " ".join(str("" if text is None else text).split()).replace("|", "\\|")


def main() -> int:
    page = reference()
    if "--check" in sys.argv[1:]:
        if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != page:
            print("docs/reference.md is not what the code says: run python docs/build_reference.py", file=sys.stderr)
            return 1
        return 0
    TARGET.write_text(page, encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
