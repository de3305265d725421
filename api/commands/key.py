"""`jiuzhu key`: a new encryption key for the store."""

from __future__ import annotations

import base64
import secrets

import typer


def key_command() -> None:
    """生成一个加密密钥，写到标准输出；请另行保管。"""
    typer.echo(base64.b64encode(secrets.token_bytes(32)).decode())
