"""The command line's own words in Chinese: help, and what was wrong with a call.

Typer says these in English and has no catalogue to translate by, so headings of the help are replaced line by line
and errors are worded anew. Names of options and commands stay as they are typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

_HEADINGS: Mapping[str, str] = {
    r"^Usage: ": "用法：",
    r"^Options:$": "选项：",
    r"^Arguments:$": "参数：",
    r"^Commands:$": "命令：",
    r"\[OPTIONS\]": "[选项]",
    r"COMMAND \[ARGS\]\.\.\.": "命令 …",
    r"Show this message and exit\.": "显示本说明",
    r"\[required\]": "［必填］",
    r"\[default:\s+([^;\]]+?)(; x>=\d+)?\]": r"［默认 \1］",
    r"\{路径…\}\.\.\.": "路径…",
}
_TYPES = re.compile(r" <(list\[)?(Path|file|str|path|dir|int range)\]?>")
# What Typer says, with the word that it says it of.
_FAULTS = (
    (r"Missing argument '?([^'.]+)'?", "缺少参数 {0}"),
    (r"Missing option '?([^'.]+)'?", "缺少选项 {0}"),
    (r"No such command '([^']*)'", "没有命令 {0}"),
    (r"No such option:? '?([^' (]+)'?", "没有选项 {0}"),
    (r"Option '?([^' ]+)'? requires an argument", "选项 {0} 后面缺少内容"),
    (r"Got unexpected extra arguments? \(([^)]*)\)", "多出的内容：{0}"),
    (r"'([^']*)' is not one of (.+?)\.?$", "没有 {0} 这个取值，可用：{1}"),
    (r"Invalid value for '?([^':]+)'?: .*does not exist", "{0}：文件不存在"),
    (r"Invalid value for '?([^':]+)'?: .*is a directory", "{0}：应为文件，不是文件夹"),
    (r"Invalid value for '?([^':]+)'?: .*is a file", "{0}：应为文件夹，不是文件"),
    (r"Invalid value for '?([^':]+)'?: .*is not (?:readable|writable)", "{0}：没有权限"),
    (r"Invalid value for '?([^':]+)'?: (.*[\u4e00-\u9fff].*)", "{0}：{1}"),
    (r"Invalid value for '?([^':]+)'?: ", "{0} 的内容无法使用"),
)


def in_chinese(help_text: str) -> str:
    """The help with Typer's own words replaced."""
    for pattern, words in _HEADINGS.items():
        help_text = re.sub(pattern, words, help_text, flags=re.MULTILINE)
    return _TYPES.sub(lambda found: " " * len(found[0]), help_text)  # as many blanks: the columns stay


def wrong_call(message: str) -> str:
    """What was wrong with a call, out of Typer's message.

    >>> wrong_call("No such command 'scren'. Did you mean 'screen'?")
    '没有命令 scren'
    """
    for pattern, words in _FAULTS:
        found = re.search(pattern, message, re.DOTALL)
        if found:
            return words.format(*(group.replace("'", "") for group in found.groups()))
    return "参数无法理解"


class ChineseCommand(TyperCommand):
    """A command whose help is Chinese."""

    def get_help(self, ctx: Any) -> str:
        return in_chinese(super().get_help(ctx))


class ChineseGroup(TyperGroup):
    """The group of all commands, with its help in Chinese and its errors worded by `wrong_call`."""

    def get_help(self, ctx: Any) -> str:
        return in_chinese(super().get_help(ctx))

    def main(self, *args: Any, **extra: Any) -> Any:
        """Like Typer's, but with our words.

        Raises:
            SystemExit: with the status of the call; 2 for a wrong one.
        """
        try:
            status = super().main(*args, **{**extra, "standalone_mode": False})
        except typer.Abort:
            raise SystemExit(130) from None
        except Exception as raised:
            error: Any = raised
            # Typer's errors are of a private module; they are known by what they carry.
            if not hasattr(error, "format_message") or not hasattr(error, "ctx"):
                raise
            if type(error).__name__ == "NoArgsIsHelpError":
                typer.echo(error.format_message(), err=True)
                raise SystemExit(2) from None
            called = error.ctx.command_path if error.ctx else "jiuzhu"
            typer.echo(f"调用有误：{wrong_call(error.format_message())}\n用法见 {called} --help", err=True)
            raise SystemExit(2) from None
        raise SystemExit(status if isinstance(status, int) else 0)
