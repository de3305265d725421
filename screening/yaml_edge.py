"""The edge where rule and parameter files enter: strict YAML, and errors that say where and what.

Every failure names the file, the path of keys to the value, the value found and the values allowed.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from dossier.errors import RuleFileError

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Place:
    """A value's place in a file: for `limbs[0].when.all[1]` of a rule file."""

    file: str
    path: str = ""

    def at(self, key: str | int) -> Place:
        if isinstance(key, int):
            return Place(self.file, f"{self.path}[{key}]")
        return Place(self.file, f"{self.path}.{key}" if self.path else key)

    def error(self, value: object, expected: str, allowed: Sequence[str] = ()) -> RuleFileError:
        choices = f"；可用：{'、'.join(allowed)}" if allowed else ""
        where = f"{self.file} 的 {self.path}" if self.path else self.file
        return RuleFileError(
            "rules.malformed",
            f"{where}：读到 {value!r}，应为{expected}{choices}",
            "请按 docs/adding.md 修改该文件后重新载入。",
        )

    def choice(self, value: object, allowed: Sequence[str]) -> str:
        """The value, when it is one of those allowed.

        Raises:
            RuleFileError: otherwise.
        """
        if not isinstance(value, str) or value not in allowed:
            raise self.error(value, "可用值之一", tuple(str(item) for item in allowed))
        return value


class _StrictLoader(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys in silence; a rule file must not lose a limb that way.

    Dates stay text: the source may give only a month, and PyYAML dies of a thirteenth one.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in keys:
                raise yaml.constructor.ConstructorError(None, None, f"重复的键 {key!r}", key_node.start_mark)
            keys.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> dict[str, Any]:
    """The top-level mapping of a file.

    Raises:
        RuleFileError: when the file is no YAML, repeats a key, or holds no mapping.
    """
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)
    except UnicodeDecodeError as error:
        raise Place(path.name).error("非 UTF-8 字节", "UTF-8 编码的文本") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {mark.line + 1} 行" if mark else "全文"
        problem = getattr(error, "problem", None) or "无法解析"
        raise Place(path.name, line).error(problem, "合法的 YAML") from error
    if not isinstance(raw, dict):
        raise Place(path.name).error(raw, "键值对")
    return raw


def validate(model: type[_Model], raw: object, place: Place) -> _Model:
    """The raw mapping as a pydantic model of the edge.

    Raises:
        RuleFileError: for the first thing wrong with it.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as invalid:
        first = invalid.errors()[0]
        for part in first["loc"]:
            place = place.at(part)
        if first["type"] == "extra_forbidden":
            raise place.error(first["loc"][-1], "此处可用的键", _keys_beside(model, first["loc"])) from invalid
        if first["type"] == "missing":
            raise place.error(None, "必填的值") from invalid
        expected = str(first.get("ctx", {}).get("expected") or first["msg"])
        raise place.error(first["input"], f"：{expected}") from invalid


def _keys_beside(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[str, ...]:
    """The keys allowed where an unknown one stood; walks nested models by field name."""
    current: type[BaseModel] = model
    for part in location[:-1]:
        field = current.model_fields.get(str(part)) if isinstance(part, str) else None
        inner = _model_in(field.annotation) if field else None
        current = inner or current
    return tuple(field.alias or name for name, field in current.model_fields.items())


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((inner for part in getattr(annotation, "__args__", ()) if (inner := _model_in(part))), None)
