"""``huying worker``: background work in a process of its own, beside ``huying serve --no-worker``."""

import signal
import threading
from typing import Annotated

import typer

from huying.cli import environment, migrating

app = typer.Typer()


@app.command()
def worker(
    threads: Annotated[int, typer.Option(help="同时办理的线程数。", min=1, max=64)] = 2,
    external_threads: Annotated[int, typer.Option(help="对外发送（短信、事件推送）的线程数。", min=1, max=64)] = 2,
    metrics_port: Annotated[int, typer.Option(help="在本机此端口提供监控指标；0 为不提供。", min=0, max=65535)] = 0,
    retry_given_up: Annotated[bool, typer.Option("--retry-given-up", help="先把已放弃的事项重新排上。")] = False,
) -> None:
    """启动后台工作：排序事件、自动派单、到期提醒、推送。"""
    environment.ready()
    from huying.base.events.runtime import Worker

    waiting = migrating.pending()
    if waiting:
        environment.refuse(f"数据库表有 {len(waiting)} 处待升级，请先运行 huying migrate。")
    if retry_given_up:
        _retry()
    if metrics_port:
        from prometheus_client import start_http_server

        start_http_server(metrics_port, addr="127.0.0.1")
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    background = Worker(threads=threads, external_threads=external_threads)
    background.start()
    environment.tell("后台工作已启动。按 Ctrl-C 停止。")
    while not stopping.wait(1.0):
        if not background.alive:
            environment.refuse("后台线程意外结束，请看日志；服务管理器会重新启动。", code=3)
    background.stop()
    environment.tell("后台工作已停止。")


def _retry() -> None:
    from huying.base.events.actions import retry_given_up
    from huying.base.org.selectors import system_person

    environment.out.print(f"重新排上 {retry_given_up(actor=system_person())} 项。")
