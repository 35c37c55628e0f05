"""``huying serve``: one command for everything: pages, API, sockets and background work."""

import atexit
import errno
import os
import shutil
import signal
import socket
import tempfile
from contextlib import ExitStack
from typing import Annotated

import typer

from huying.cli import environment, migrating

app = typer.Typer()

GRACE = 15  # seconds that open requests get to end


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听的地址；0.0.0.0 为所有网卡。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="监听的端口。", min=1, max=65535)] = 8000,
    processes: Annotated[int, typer.Option(help="网页进程数；多于 1 时请用 PostgreSQL。", min=1, max=64)] = 1,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="不在此进程做后台工作（另用 huying worker）。")
    ] = False,
    no_migrate: Annotated[bool, typer.Option("--no-migrate", help="不自动升级数据库表。")] = False,
) -> None:
    """启动网页、接口、实时推送和后台工作。"""
    if processes > 1:
        _gather_metrics()
    environment.ready()
    prepare(migrate=not no_migrate)
    run(host, port, processes=processes, worker=not no_worker)


def _gather_metrics() -> None:
    """One folder in which all processes count, so that `/metrics` tells of all of them whichever answers."""
    folder = tempfile.mkdtemp(prefix="huying-metrics-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # read when the metrics are made, so before anything else


def prepare(*, migrate: bool) -> None:
    """Tables up to date before the first request; otherwise say what to do."""
    waiting = migrating.pending()
    if waiting and not migrate:
        environment.refuse(f"数据库表有 {len(waiting)} 处待升级，请先运行 huying migrate。")
    if waiting:
        environment.out.print("正在建立或升级数据库表 ……")
        migrating.bring_up()
    from huying.handling.dispatch import knowledge

    knowledge.current()  # rules and model are in memory before the first request


def run(host: str, port: int, *, processes: int = 1, worker: bool = True) -> None:
    """Serve until SIGTERM or Ctrl-C; then open requests and the obligation at hand are ended, nothing is cut off."""
    _refuse_if_taken(host, port)
    import uvicorn
    from django.db import connections
    from uvicorn.supervisors import Multiprocess

    from huying.base.events.runtime import Worker

    config = uvicorn.Config(
        "huying.config.asgi:application",
        host=host,
        port=port,
        workers=processes,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # which proxies are believed is said by HUYING_TRUSTED_PROXIES alone
        lifespan="off",
        timeout_graceful_shutdown=GRACE,
    )
    with ExitStack() as ending:
        if worker:
            background = Worker()
            background.start()
            ending.callback(background.stop)
        environment.tell(f"呼应已启动：[bold]http://{host}:{port}[/]　按 Ctrl-C 停止。")
        if processes == 1:
            _keep_running_after(signal.SIGINT, signal.SIGTERM)
            uvicorn.Server(config).run()
        else:
            connections.close_all()
            Multiprocess(config, sockets=[config.bind_socket()]).run()
    environment.tell("呼应已停止。")


def _refuse_if_taken(host: str, port: int) -> None:
    """Say which port is taken before anything is started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: a port just left is free
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                environment.refuse(f"端口 {port} 已被其他程序占用。请先停止那个程序，或用 --port 换一个端口。")
            environment.refuse(f"不能监听 {host}:{port}（{error.strerror}）。请检查 --host 和 --port。")


def _keep_running_after(*signals: int) -> None:
    """uvicorn raises the signal that stopped it once more when it is done; the background work must still end well."""
    for number in signals:
        signal.signal(number, lambda *_: None)
