"""``huying search``: the full-text index."""

import typer

from huying.cli import environment

app = typer.Typer(help="全文检索。", no_args_is_help=True)


@app.callback()
def search() -> None:
    """The index is kept up by the worker; these commands are for when it has to be made anew."""


@app.command()
def rebuild() -> None:
    """重新建立全文索引。建好之前检索照常使用旧的索引，可在服务运行时进行。"""
    environment.ready()
    from huying.base.search import following

    with environment.progress() as bar:
        task = bar.add_task("建立索引", total=None)
        rows = following.rebuild(lambda done, total: bar.update(task, completed=done, total=total))
    environment.out.print(f"已建立全文索引，{rows:,} 件可查。")
