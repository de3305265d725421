"""Settings of this installation: the only place that reads the environment.

Every setting is an environment variable `JIUZHU_<NAME>`. All other code receives what it needs as arguments. A value
that cannot be understood stops the program with a message; it is never replaced by the default.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from api.addresses import is_protected
from dossier.errors import JiuzhuError
from dossier.upload import MIB, Limits

PREFIX = "JIUZHU_"


class InvalidSetting(JiuzhuError):
    """An environment variable of ours has a value that cannot be used."""


class Settings(BaseModel):
    """All settings; each field is described for people in `docs/reference.md`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cache_dir: Path | None = Field(default=None, description="文字识别结果的缓存目录；设为空则不缓存")
    ocr: Literal["auto", "off"] = Field(default="auto", description="auto：装有识别组件时识别扫描件；off：不识别")
    ocr_threads: int | None = Field(default=None, ge=1, description="识别一页所用的线程数；不设则用全部核心")
    rules_dir: Path | None = Field(
        default=None, description="本院规则目录（内含 rules/ 与 parameters/）；不设则用随附规则"
    )
    model: Literal["auto", "off"] = Field(
        default="auto", description="auto：有可用的模型时与规则一并识别；off：只用规则识别"
    )
    models_dir: Path | None = Field(default=None, description="模型目录；不设则用随附的模型")
    max_file_mib: int = Field(default=Limits().file_bytes // MIB, ge=1, description="单份文书的大小上限（MiB）")
    max_dossier_mib: int = Field(
        default=Limits().dossier_bytes // MIB, ge=1, description="一件卷宗解包后的大小上限（MiB）"
    )
    max_pages: int = Field(default=Limits().pages, ge=1, description="单份文书读取的页数上限")
    max_archive_members: int = Field(default=Limits().archive_members, ge=1, description="压缩包内的文件数上限")
    data_dir: Path | None = Field(default=None, description="服务的数据目录；不设则用用户数据目录下的 jiuzhu")
    database_url: str | None = Field(
        default=None, description="数据库地址；不设则用数据目录中的 SQLite，可为 postgresql://…"
    )
    key: str | None = Field(default=None, description="加密密钥：32 字节的 base64 或十六进制", repr=False)
    key_file: Path | None = Field(default=None, description="存有加密密钥的文件；都不设则在数据目录中生成")
    new_key: str | None = Field(default=None, description="更换密钥时的新密钥；只有 jiuzhu key rotate 使用", repr=False)
    new_key_file: Path | None = Field(
        default=None,
        description="存有新密钥的文件，不存在则生成；只有 jiuzhu key rotate 使用，都不设则在数据目录中生成",
    )
    keep_days: int | None = Field(default=None, ge=1, description="卷宗保存天数；不设则不自动删除")
    search_index: Literal["on", "off"] = Field(
        default="on", description="on：建立全文检索索引（索引中的两字词不加密）；off：不建立"
    )
    letters_dir: Path | None = Field(default=None, description="本院文书模板目录；同名模板优先于随附模板")
    public_url: str | None = Field(
        default=None,
        description="本服务的对外地址（如 https://jiuzhu.example），统一身份认证完成后回到这里；不设则按请求",
    )
    oidc_issuer: str | None = Field(
        default=None, description="统一身份认证（OpenID Connect）的签发者地址，须为 https；不设则不启用"
    )
    oidc_client_id: str | None = Field(
        default=None, validate_default=True, description="在统一身份认证处登记的客户端标识；与签发者一并设置"
    )
    oidc_client_secret: str | None = Field(default=None, description="客户端密钥", repr=False)
    oidc_client_secret_file: Path | None = Field(default=None, description="存有客户端密钥的文件")
    oidc_label: str = Field(default="统一身份认证", description="登录页上按钮的名称")
    oidc_scopes: str = Field(default="openid profile", description="向统一身份认证请求的范围")
    oidc_login_claim: str = Field(default="preferred_username", description="哪一项声明是本系统的登录名")
    oidc_sign_out: Literal["on", "off"] = Field(
        default="on", description="on：退出时一并在统一身份认证处退出（其支持时）；off：只退出本系统"
    )
    log_file: Path | None = Field(default=None, description="日志文件；不设则只把错误写到标准错误")

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer_is_protected(cls, issuer: str | None) -> str | None:
        if issuer is not None and not is_protected(issuer):
            raise PydanticCustomError("oidc_issuer", "须为 https 地址；只有本机可用 http")
        return issuer

    @field_validator("oidc_client_id")
    @classmethod
    def _issuer_and_client_together(cls, client: str | None, info: ValidationInfo) -> str | None:
        if "oidc_issuer" not in info.data:
            return client  # refused already
        if (client is None) != (info.data["oidc_issuer"] is None):
            raise PydanticCustomError("oidc_client_id", "须与 JIUZHU_OIDC_ISSUER 一并设置，缺一不可")
        return client

    @field_validator("oidc_scopes")
    @classmethod
    def _openid_is_asked_for(cls, scopes: str) -> str:
        if "openid" not in scopes.split():
            raise PydanticCustomError("oidc_scopes", "须包含 openid")
        return scopes

    def data_folder(self) -> Path:
        """Where the service keeps its database and files."""
        if self.data_dir is not None:
            return self.data_dir
        return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "jiuzhu"

    def oidc_secret(self) -> str | None:
        """The client's secret, from its file where there is one.

        Raises:
            InvalidSetting: `settings.invalid` when the file cannot be read.
        """
        if self.oidc_client_secret_file is None:
            return self.oidc_client_secret
        try:
            return self.oidc_client_secret_file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            name = f"{PREFIX}OIDC_CLIENT_SECRET_FILE"
            raise InvalidSetting(
                "settings.invalid", f"设置 {name} 的值无法使用", "原因：文件不存在、无权读取或不是文本"
            ) from None

    def limits(self) -> Limits:
        return Limits(
            file_bytes=self.max_file_mib * MIB,
            dossier_bytes=self.max_dossier_mib * MIB,
            pages=self.max_pages,
            archive_members=self.max_archive_members,
        )


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Args:
        environment: to read instead of the process's own.

    Raises:
        InvalidSetting: `settings.invalid`, naming the variable; `settings.unknown` for a misspelt one.
    """
    found = os.environ if environment is None else environment
    given = {
        name.removeprefix(PREFIX).lower(): value or None for name, value in found.items() if name.startswith(PREFIX)
    }
    if "cache_dir" not in given:
        base = found.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        given["cache_dir"] = str(Path(base) / "jiuzhu")
    unset = [name for name, value in given.items() if value is None and name != "cache_dir"]
    try:
        return Settings.model_validate({name: value for name, value in given.items() if name not in unset})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        variable = PREFIX + str(first["loc"][0]).upper()
        if first["type"] == "extra_forbidden":
            known = "、".join(PREFIX + name.upper() for name in Settings.model_fields)
            raise InvalidSetting("settings.unknown", f"没有名为 {variable} 的设置", f"可用的设置：{known}") from None
        raise InvalidSetting("settings.invalid", f"设置 {variable} 的值无法使用", f"原因：{first['msg']}") from None
