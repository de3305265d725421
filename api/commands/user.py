"""`jiuzhu user`: the first accounts, and a way back in when nobody can sign in any more."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.settings import read_settings

user_app = typer.Typer(help="账号：新增、列出、重设口令", no_args_is_help=True)
_ROLES = "case_handler、aid_officer、leader、annotator、auditor、administrator"


@user_app.command("add")
def add(
    login: Annotated[str, typer.Argument(help="登录名：小写字母、数字、._@-")],
    name: Annotated[str, typer.Option(help="姓名")],
    office: Annotated[str, typer.Option(help="单位；没有的自动建立")],
    role: Annotated[list[str], typer.Option(help=f"角色，可重复：{_ROLES}")],
    sealed: Annotated[bool, typer.Option("--sealed", help="可查阅未成年人封存案件")] = False,
    openid: Annotated[bool, typer.Option("--openid", help="只经统一身份认证登录，没有口令")] = False,
) -> None:
    """新增账号；口令随机生成，只显示这一次。"""
    from api.accounts.directory import make_office, make_openid_user, make_user
    from api.accounts.rights import Role
    from api.store.opening import open_store
    from dossier.errors import JiuzhuError

    try:
        roles = tuple(Role(word) for word in role)
    except ValueError:
        raise JiuzhuError("user.role", "没有这种角色", f"可用：{_ROLES}") from None
    with open_store(read_settings()).begin() as session:
        about: dict[str, Any] = {
            "login": login,
            "name": name,
            "office": make_office(session, office),
            "roles": roles,
            "sealed_cases": sealed,
            "by": "system",
        }
        if openid:
            make_openid_user(session, **about)
            told = "只经统一身份认证登录，首次登录时与其身份绑定"
        else:
            _, password = make_user(session, **about)
            told = f"口令：{password}"
    typer.echo(f"账号 {login.lower()} 已建立，{told}")


@user_app.command("openid")
def openid(
    login: Annotated[str, typer.Argument(help="登录名，须与统一身份中的一致")],
    off: Annotated[bool, typer.Option("--off", help="关闭；已绑定的一并解除，会话随即结束")] = False,
) -> None:
    """允许账号经统一身份认证登录；首次登录时与其身份绑定，再次运行则重新绑定。"""
    from api.accounts.directory import find_user
    from api.accounts.openid import allow_openid
    from api.store.opening import open_store
    from dossier.errors import JiuzhuError

    with open_store(read_settings()).begin() as session:
        user = find_user(session, login)
        if user is None:
            raise JiuzhuError("user.not_found", "没有这个账号", "jiuzhu user list 列出全部账号")
        allow_openid(session, user, not off, by="system")
    typer.echo(f"账号 {login.lower()} {'不再' if off else '可以'}经统一身份认证登录")


@user_app.command("list")
def list_users() -> None:
    """列出账号：登录名、姓名、角色、状态、登录方式。"""
    from sqlalchemy import select

    from api.accounts.openid import ways_in
    from api.store.opening import open_store
    from api.store.tables import User

    with open_store(read_settings()).read() as session:
        for user in session.scalars(select(User).order_by(User.login)):
            state = "在用" if user.active else "停用"
            typer.echo(f"{user.login}\t{user.name}\t{','.join(user.roles)}\t{state}\t{ways_in(user)}")


@user_app.command("password")
def password(login: Annotated[str, typer.Argument(help="登录名")]) -> None:
    """重设口令，并解除锁定。"""
    from api.accounts.directory import change_user, find_user
    from api.store.opening import open_store
    from dossier.errors import JiuzhuError

    with open_store(read_settings()).begin() as session:
        user = find_user(session, login)
        if user is None:
            raise JiuzhuError("user.not_found", "没有这个账号", "jiuzhu user list 列出全部账号")
        fresh = change_user(session, user, active=True, new_password=True, by="system")
    typer.echo(f"账号 {login.lower()} 的新口令：{fresh}")
