"""Examples in the OpenAPI document: of every body and main answer, from `routes/examples.yaml`.

They stand beside the routes and not in them, so that one can be read as a whole and used in several places.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_PREFIX = "/api/v1"


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """The document with its examples; it is changed in place and handed back."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            told = _examples().get(f"{method.upper()} {path.removeprefix(_PREFIX)}", {})
            if "body" in told:
                for content in operation["requestBody"]["content"].values():
                    content["example"] = told["body"]
            for content in main_answers(operation) if "answer" in told else ():
                content["example"] = told["answer"]
    return document


def main_answers(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """What an operation answers in JSON when all is well; none for files, streams and empty answers."""
    good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    found = (answer.get("content", {}).get("application/json") for answer in good)
    return [content for content in found if content is not None]


@cache
def _examples() -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = yaml.safe_load((files("api.routes") / "examples.yaml").read_text("utf-8"))
    return read
