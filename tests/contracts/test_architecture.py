"""The layers, the homes of libraries and the few rules that keep every file small and free of hidden state.

Each rule is a function from modules to violations; beside the check of the tree stands an invented module
that breaks the rule, so that no rule can pass by looking at nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.contracts.source_tree import PACKAGES, ROOT, Module, attributes, calls, imports, modules, parse

LONGEST_MODULE = 400  # lines

# What each package may import of ours. Of nlp, screening sees the facts and nothing else.
ALLOWED: dict[str, tuple[str, ...]] = {
    "dossier": ("dossier",),
    "nlp": ("dossier", "nlp"),
    "models": ("dossier", "nlp", "models"),
    "annotation": ("dossier", "nlp", "models", "annotation"),
    "screening": ("nlp.facts", "dossier.span", "dossier.errors", "screening"),
    "api": PACKAGES,
}

HOMES: dict[str, tuple[str, ...]] = {
    "jieba": ("nlp",),
    "rjieba": ("nlp",),
    "spacy": ("nlp",),
    "zhconv": ("nlp",),
    "pypdfium2": ("dossier",),
    "rapidocr": ("dossier",),
    "docx": ("dossier", "api"),  # read there, letters written here
    "lxml": ("dossier",),
    "charset_normalizer": ("dossier",),
    "onnxruntime": ("models", "dossier"),  # RapidOCR runs on it too
    "tokenizers": ("models",),
    "torch": ("models",),
    "transformers": ("models",),
    "nervaluate": ("models",),
    "fastapi": ("api",),
    "sqlalchemy": ("api",),
    "jinja2": ("api",),
    "alembic": ("api",),
    "argon2": ("api",),
    "authlib": ("api",),
    "joserfc": ("api",),
    "cryptography": ("api",),
    "docxtpl": ("api",),
    "httpx": ("api",),
    "openpyxl": ("api",),
    "prometheus_client": ("api",),
    "starlette": ("api",),
    "uvicorn": ("api",),
    "typer": ("api",),
    "rich": ("api",),
    "fitz": (),  # PyMuPDF is AGPL
    "pymupdf": (),
}

Rule = Callable[[Iterable[Module]], Iterator[str]]


def _under(name: str, root: str) -> bool:
    return name == root or name.startswith(f"{root}.")


def layer_violations(files: Iterable[Module]) -> Iterator[str]:
    for module in files:
        for line, name in imports(module):
            ours = name.split(".", 1)[0] in PACKAGES
            if ours and not any(_under(name, root) for root in ALLOWED[module.package]):
                yield f"{module.path}:{line} imports {name}"


def workshop_violations(files: Iterable[Module]) -> Iterator[str]:
    """What is installed never needs what is not: tests, benchmarks, notebooks, documents."""
    for module in files:
        for line, name in imports(module):
            if name.split(".", 1)[0] in ("tests", "benchmarks", "notebooks", "docs"):
                yield f"{module.path}:{line} imports {name}"


def home_violations(files: Iterable[Module]) -> Iterator[str]:
    for module in files:
        for line, name in imports(module):
            library = name.split(".", 1)[0]
            if library in HOMES and module.package not in HOMES[library]:
                yield f"{module.path}:{line} imports {library}, whose home is {HOMES[library] or 'nowhere'}"


def name_violations(files: Iterable[Module]) -> Iterator[str]:
    for module in files:
        if re.search(r"(^|/)(utils?|helpers?|common|misc)(\.py$|/)", module.path):
            yield f"{module.path}: name the file by its concept"


def size_violations(files: Iterable[Module]) -> Iterator[str]:
    for module in files:
        if module.lines > LONGEST_MODULE:
            yield f"{module.path}: {module.lines} lines, split by concept above {LONGEST_MODULE}"


def environment_violations(files: Iterable[Module]) -> Iterator[str]:
    for module in files:
        if module.path == "api/settings.py":
            continue
        named = {"os.environ", "os.environb", "os.getenv", "os.putenv"}
        for line, name in [*attributes(module), *imports(module)]:
            if name in named:
                yield f"{module.path}:{line} reads the environment; settings live in api/settings.py"


def print_violations(files: Iterable[Module]) -> Iterator[str]:
    for module in files:
        if module.package == "api":
            continue
        for line, name in calls(module):
            if name in ("print", "pprint", "pprint.pprint", "sys.stdout.write", "sys.stderr.write"):
                yield f"{module.path}:{line} calls {name}"


def clock_violations(files: Iterable[Module]) -> Iterator[str]:
    """Below `api` nothing asks for today: `as_of` is given."""
    clocks = re.compile(r"(^|\.)(date\.today|datetime\.(now|today|utcnow))$")
    for module in files:
        if module.package == "api":
            continue
        for line, name in attributes(module):
            if clocks.search(name) or name in ("time.time", "time.localtime", "time.gmtime"):
                yield f"{module.path}:{line} asks for the time with {name}"


def paddle_violations(files: Iterable[Module]) -> Iterator[str]:
    """`jieba.enable_paddle` runs pip."""
    for module in files:
        for line, name in [*attributes(module), *imports(module)]:
            if name.endswith("enable_paddle"):
                yield f"{module.path}:{line} calls enable_paddle"


BREAKS: list[tuple[Rule, Module]] = [
    (layer_violations, parse("from screening.rule import Rule", "nlp/x.py")),
    (layer_violations, parse("def f():\n    import nlp.pipeline", "dossier/x.py")),
    (layer_violations, parse("from nlp import pipeline", "screening/x.py")),
    (layer_violations, parse("from dossier.document import Document", "screening/x.py")),
    (layer_violations, parse("import api.cli", "models/x.py")),
    (workshop_violations, parse("from tests.builder import people", "nlp/x.py")),
    (home_violations, parse("import jieba.posseg", "models/x.py")),
    (home_violations, parse("import fitz", "dossier/x.py")),
    (name_violations, parse("", "nlp/utils.py")),
    (name_violations, parse("", "nlp/helpers/dates.py")),
    (size_violations, parse("\n" * 401, "nlp/x.py")),
    (environment_violations, parse("import os\nX = os.environ['A']", "nlp/x.py")),
    (environment_violations, parse("from os import getenv", "api/cli.py")),
    (print_violations, parse("print('x')", "nlp/x.py")),
    (clock_violations, parse("from datetime import date\nX = date.today()", "screening/x.py")),
    (clock_violations, parse("import datetime\nX = datetime.datetime.now()", "screening/x.py")),
    (paddle_violations, parse("import jieba\njieba.enable_paddle()", "nlp/x.py")),
]

RULES: list[Rule] = list(dict.fromkeys(rule for rule, _ in BREAKS))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_tree_keeps_rule(rule: Rule) -> None:
    assert list(rule(modules())) == []


@pytest.mark.parametrize(("rule", "module"), BREAKS)
def test_rule_finds_what_breaks_it(rule: Rule, module: Module) -> None:
    assert len(list(rule([module]))) >= 1


@pytest.mark.parametrize(
    ("rule", "module"),
    [
        (layer_violations, parse("from nlp.facts import Fact\nfrom dossier.span import Span", "screening/x.py")),
        (layer_violations, parse("from . import mentions", "nlp/x.py")),
        (home_violations, parse("import onnxruntime", "dossier/x.py")),
        (name_violations, parse("", "nlp/commons_rights.py")),
        (size_violations, parse("\n" * 400, "nlp/x.py")),
        (environment_violations, parse("import os\nX = os.environ['A']", "api/settings.py")),
        (clock_violations, parse("import time\nX = time.monotonic()", "nlp/x.py")),
    ],
)
def test_rule_lets_pass_what_is_allowed(rule: Rule, module: Module) -> None:
    assert list(rule([module])) == []


def test_one_module_speaks_with_the_identity_provider() -> None:
    speaks = {m.path for m in modules() for _, name in imports(m) if name.split(".")[0] in ("authlib", "joserfc")}
    assert speaks == {"api/accounts/oidc.py"}


def test_every_package_is_packaged() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    present = {
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
    }
    assert set(declared) == present
    assert all((ROOT / name.replace(".", "/") / "__init__.py").is_file() for name in declared)


def test_the_tree_was_really_read() -> None:
    assert {"dossier/span.py", "nlp/facts.py", "models/scoring.py"} <= {module.path for module in modules()}
