"""``huying demo``: a made-up city to learn every page with, made in about a minute, then served."""

import os
import time
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from huying.cli import environment

app = typer.Typer(help="演示中心。")


class Size(StrEnum):
    """How large the made-up city is."""

    TOWN = "town"
    CITY = "city"


@app.callback(invoke_without_command=True)
def demo(
    ctx: typer.Context,
    seed: Annotated[int, typer.Option(help="随机种子；同一种子同一天，演示数据相同。")] = 12345,
    size: Annotated[
        Size, typer.Option(help="town：县级市，一年约 4.5 万件来话来件；city：六区的市，约 40 万件。")
    ] = Size.TOWN,
    days: Annotated[int, typer.Option(help="造多少天的来话和工单，止于现在。", min=2, max=366)] = 365,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="只造数据，不启动服务。")] = False,
    port: Annotated[int, typer.Option(help="监听的端口。", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="监听的地址。")] = "127.0.0.1",
) -> None:
    """建一个虚构的市（默认县级市，约 48 万人，一年来话来件约 4.5 万件），训练派单模型并启动。再次运行直接启动。"""
    if ctx.invoked_subcommand is not None:
        return
    os.environ["HUYING_DEMO"] = "true"
    os.environ.setdefault("HUYING_LOG_LEVEL", "WARNING")
    _start_over_if_cut_off()
    environment.ready()
    from django.conf import settings

    from huying.cli import migrating, serving
    from huying.demo import marker

    migrating.bring_up()
    if marker.read(settings.DATA) is None:
        _refuse_others_data()
        _make(seed, days, size)
    _tell(settings.DATA)
    if not no_serve:
        serving.run(host, port)


@app.command()
def code(username: Annotated[str, typer.Argument(help="管理员登录名，如 system_admin1。")]) -> None:
    """显示演示管理员的动态口令（相当于手机上的验证器）；刚用过的不能再用，至多等 30 秒到下一个。"""
    environment.ready()
    from django.conf import settings

    from huying.demo import accounts, marker

    if marker.read(settings.DATA) is None:
        environment.refuse("这里不是演示中心，请在手机验证器上查看动态口令。")
    telephone = accounts.telephone(username)
    if telephone is None:
        environment.refuse(f"{username} 没有登记二次验证。")
    while telephone.spent:  # making the demo spends one: it may be run again at once
        time.sleep(1)
    environment.out.print(telephone.shown())


def _made():
    """What the marker says of the demo here; refuses where there is none."""
    environment.ready()
    from django.conf import settings

    from huying.demo import marker

    found = marker.read(settings.DATA)
    if found is None or not found.finished:
        environment.refuse("这里没有造好的演示中心，请先运行 huying demo --no-serve。")
    return found


@app.command()
def figures() -> None:
    """从演示库里重新算出各项数字，与应有的数字对照；有不符的，退出码为 1。"""
    made = _made()
    from huying.demo.measures import Measures

    table = Table(title="演示数据应有的数字（出处：report 为某市公开报告，estimate 为从业者估计）")
    for column in ("数字", "应为", "实为", "允许相差", "出处", "符合"):
        table.add_column(column, overflow="fold")
    rows = list(Measures(made).all())
    for row in rows:
        values = (f"{row.wanted:g} {row.unit}", f"{row.found:.1f} {row.unit}", f"{row.tolerance:g}", row.source)
        table.add_row(row.name, *values, "是" if row.met else "[red]否[/]")
    environment.out.print(table)
    missed = sum(not row.met for row in rows)
    if missed:
        environment.refuse(f"{missed} 项不符。")


@app.command()
def situations() -> None:
    """列出可按名查找的情形：说的什么、第一件工单的编号、搜什么词。"""
    _made()
    from huying.demo.situations.telling import listed

    table = Table(title="可按名查找的情形（数据均为虚构）")
    for column in ("情形", "第一件工单", "工单", "搜索", "来源编号"):
        table.add_column(column, overflow="fold")
    for name, first, count, look, number in listed():
        table.add_row(name, first, str(count), look, number)
    environment.out.print(table)


def _start_over_if_cut_off() -> None:
    from huying.config.options import options
    from huying.demo import marker

    chosen = options()
    found = marker.read(chosen.data)
    if found is None or found.finished:
        return
    if chosen.database_url:
        environment.refuse("上次造演示数据时中断了。请清空演示用的数据库后再运行 huying demo。")
    marker.clear_unfinished(chosen.data)
    environment.out.print("上次造演示数据时中断了，现在重新开始。")


def _refuse_others_data() -> None:
    """Never mix a demo into a centre's own data."""
    from huying.base.org.models import Person, Unit
    from huying.handling.orders.models import WorkOrder

    people = Person.objects.filter(is_system=False)
    if Unit.objects.exists() or WorkOrder.objects.exists() or people.exists():
        environment.refuse("数据目录里已有别的中心的数据，不能再造演示数据。请用 HUYING_DATA 指定一个空目录。")


def _make(seed: int, days: int, size: Size) -> None:
    from huying.demo.build import build

    what = "六个区的市" if size is Size.CITY else "县级市"
    environment.out.print(f"正在造演示中心：{what}，{days} 天，种子 {seed}。人名、地名、单位和事情都是虚构的。")
    with environment.progress() as bar, _phases(bar) as told:
        made = build(seed=seed, days=days, size=size, progress=told)
    environment.out.print(f"来话来件 {made.contacts:,} 件，工单 {made.orders:,} 件，人员 {made.people} 人。")


@contextmanager
def _phases(bar):
    """One line of progress for each phase, in the order in which they begin."""
    tasks: dict[str, int] = {}

    def told(phase: str, share: float) -> None:
        if phase not in tasks:
            tasks[phase] = bar.add_task(phase, total=100)
        bar.update(tasks[phase], completed=round(share * 100))

    yield told


def _tell(folder) -> None:
    from huying.demo import accounts

    table = Table(title="演示账号（每个岗位一个；数据均为虚构）")
    for column in ("岗位", "登录名", "所在单位"):
        table.add_column(column, overflow="fold")
    rows = accounts.known_accounts()
    for row in rows:
        table.add_row(row.role, row.username + (" *" if row.second_factor else ""), row.unit)
    environment.out.print(table)
    password = accounts.kept_password(folder)
    if password:
        environment.out.print(
            f"统一密码：[bold]{escape(password)}[/]　也记在 {folder / accounts.FILE}（仅本机所有者可读）",
            soft_wrap=True,
        )
    else:
        environment.out.print("密码文件已被移走，密码见首次运行时的输出。")
    code_of = next((row.username for row in rows if row.second_factor), "")
    environment.out.print(f"* 管理员登录还需动态口令，运行 [bold]huying demo code {code_of}[/] 查看。", soft_wrap=True)
