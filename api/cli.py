"""The command `jiuzhu`. Every module of `api/commands/` with a `<name>_command` function is the sub-command `<name>`;
one with a `<name>_app` is a group of commands.

Standard output carries results only. Whatever goes wrong unexpectedly is told with a reference, never with a
traceback: a traceback may quote dossier text.
"""

from __future__ import annotations

import importlib
import io
import logging
import os
import pkgutil
import sys
import warnings
from importlib.metadata import version
from typing import Annotated

import typer

from api import commands
from api.chinese import ChineseCommand, ChineseGroup
from api.errors import error_of
from api.settings import InvalidSetting, read_settings
from dossier.errors import JiuzhuError

_OURS = ("dossier", "nlp", "models", "screening", "annotation", "api")

app = typer.Typer(
    name="jiuzhu",
    cls=ChineseGroup,
    help="救助：阅读刑事卷宗，找出可能需要国家司法救助的被害人，并指明依据所在。只作提示，不作决定。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # their frames show local variables, which hold dossier text
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"jiuzhu {version('jiuzhu')}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", help="显示版本", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    pass


def _register() -> None:
    for module_info in sorted(pkgutil.iter_modules(commands.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{commands.__name__}.{module_info.name}")
        command = getattr(module, f"{module_info.name}_command", None)
        if command is not None:
            app.command(module_info.name, cls=ChineseCommand)(command)
        group = getattr(module, f"{module_info.name}_app", None)
        if group is not None:
            app.add_typer(group, name=module_info.name)


_register()


def main() -> None:
    """Entry point of the installed command."""
    _prepare_streams()
    try:
        _prepare_logging()
        app()
    except BrokenPipeError:  # `jiuzhu … | head`: the reader has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except JiuzhuError as error:
        sys.stderr.write(f"{error.message}（{error.code}）。{error.hint}\n")
        sys.exit(2)
    except Exception as error:
        part = error_of(error)
        sys.stderr.write(f"{part.message}（{part.code}）。{part.hint}\n")
        sys.exit(1)


def _prepare_streams() -> None:
    """UTF-8 into files and pipes whatever the system's code page; a console keeps its own and never fails on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="replace")


def _prepare_logging() -> None:
    """Our loggers to the log file or, errors only, to standard error; other packages' nowhere, as they may quote."""
    log_file = read_settings().log_file
    handler: logging.Handler = logging.StreamHandler()
    if log_file is not None:
        try:
            handler = logging.FileHandler(log_file, encoding="utf-8")
        except OSError:
            raise InvalidSetting("settings.invalid", "JIUZHU_LOG_FILE 的文件无法写入", "请核对路径和权限") from None
    if not sys.warnoptions:  # `-X dev` and `-W` still show them
        warnings.simplefilter("ignore")  # a library's warning means nothing to a user and may quote a paper
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(logging.NullHandler())
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(logging.ERROR if log_file is None else logging.INFO)
        logger.propagate = False


if __name__ == "__main__":
    main()
