"""One malformed file per mistake in `tests/rules/broken/`; its head says which words the error must have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dossier.errors import RuleFileError
from screening.levels import parse_levels
from screening.parameter import parse_parameter
from screening.rule import parse_rule
from screening.yaml_edge import read_yaml

BROKEN = sorted((Path(__file__).parent.parent / "rules" / "broken").glob("*.yaml"))
PARSERS = {"rule": parse_rule, "parameter": parse_parameter, "levels": parse_levels}


@pytest.mark.parametrize("path", BROKEN, ids=[path.stem for path in BROKEN])
def test_error_names_file_place_value_and_choices(path: Path) -> None:
    head = path.read_text(encoding="utf-8")
    role = re.search(r"^# role: (.+)$", head, re.MULTILINE)
    words = re.findall(r"^# says: (.+)$", head, re.MULTILINE)
    assert role and words
    with pytest.raises(RuleFileError) as caught:
        PARSERS[role[1]](read_yaml(path), path)
    assert caught.value.code == "rules.malformed"
    assert caught.value.hint
    assert path.name in caught.value.message
    assert [word for word in words if word not in caught.value.message] == [], caught.value.message


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("title: 重伤".encode("gb18030"))
    with pytest.raises(RuleFileError, match="UTF-8"):
        read_yaml(path)
