"""``huying createadmin``: the first administrators of a new installation, one for each of the 三员."""

from enum import StrEnum
from typing import Annotated

import typer

from huying.cli import environment, migrating

app = typer.Typer()


class AdminRole(StrEnum):
    SYSTEM = "system_admin"
    SECURITY = "security_admin"
    AUDIT = "audit_admin"


@app.command()
def createadmin(
    username: Annotated[str, typer.Option(prompt="登录名", help="登录名。")],
    name: Annotated[str, typer.Option(prompt="姓名", help="姓名。")],
    password: Annotated[
        str,
        typer.Option(prompt="密码", confirmation_prompt="再输一次", hide_input=True, envvar="HUYING_ADMIN_PASSWORD"),
    ],
    role: Annotated[AdminRole, typer.Option(help="系统、安全、审计管理员，三员不得由同一人担任。")] = AdminRole.SYSTEM,
) -> None:
    """建立管理员账号（三员之一）。首次登录须绑定二次验证。"""
    environment.ready()
    from huying.base.errors import Problem
    from huying.base.org.actions import create_person
    from huying.base.org.selectors import system_person

    if migrating.pending():
        environment.refuse("数据库表还没有建好，请先运行 huying migrate。")
    try:
        create_person(
            actor=system_person(),
            username=username,
            name=name,
            password=password,
            roles=[role.value],
            must_change_password=False,
        )
    except Problem as problem:
        reasons = [error["message"] for error in problem.extra.get("errors", [])]
        environment.refuse("\n".join([problem.detail, *reasons]))
    environment.out.print(f"已建立账号 {username}。登录后请先绑定二次验证。")
