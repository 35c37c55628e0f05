"""The command line ``huying``: thin over the same actions that the pages use.

Every command has a file of its own that exports ``app`` (a ``typer.Typer`` with one ``@app.command()``, or with a
callback and several). It is imported only when the command is run or asked for help, and Django is set up inside the
command by :func:`huying.cli.environment.ready`, so that ``huying --help`` answers at once.
"""

from importlib import import_module
from importlib.util import find_spec

import typer
from typer.core import TyperGroup

COMMANDS = {
    "demo": "demo",
    "serve": "serving",
    "worker": "working",
    "import": "importing",
    "train": "training",
    "predict": "predicting",
    "analyse": "analysing",
    "try": "trying",
    "labels": "labelling",
    "replay": "replaying",
    "export": "exporting",
    "check": "checking",
    "migrate": "migrating",
    "createadmin": "administering",
    "backup": "backing_up",
    "restore": "restoring",
    "purge": "purging",
    "rekey": "rekeying",
    "search": "searching",
    "openapi": "describing",
}


class LazyCommands(TyperGroup):
    """The commands of :data:`COMMANDS`, each imported when it is needed."""

    def list_commands(self, ctx) -> list[str]:
        return [name for name, module in COMMANDS.items() if find_spec(f"huying.cli.{module}")]

    def get_command(self, ctx, cmd_name: str):
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = typer.main.get_command(import_module(f"huying.cli.{module}").app)
        command.name = cmd_name
        command.params = [p for p in command.params if p.name not in {"install_completion", "show_completion"}]
        return command


app = typer.Typer(
    cls=LazyCommands,
    no_args_is_help=True,
    add_completion=False,
    help="Huying 呼应：12345 政务服务便民热线平台。",
    pretty_exceptions_show_locals=False,
)


@app.callback(invoke_without_command=True)
def huying(
    ctx: typer.Context,
    version: bool = typer.Option(False, "--version", help="显示版本号。"),
) -> None:
    if version:
        from huying import __version__

        typer.echo(__version__)
        raise typer.Exit
