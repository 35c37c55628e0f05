"""What every command needs: Django set up when asked for, one way to print, one way to show progress and to refuse."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def ready() -> None:
    """Set Django up. Called first inside a command, never at import."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huying.config.settings")
    os.environ.setdefault("HUYING_LOG_FORMAT", "console")
    django.setup()


def tell(message: str) -> None:
    """A service's word to whoever looks on. It may be lost with the disk of the log; the service goes on."""
    with suppress(OSError):
        out.print(message)


def refuse(message: str, *, code: int = 1) -> NoReturn:
    """Say in red what is wrong and what to do, and end with ``code``."""
    err.print(Text(message, style="red"), soft_wrap=True)
    raise typer.Exit(code)


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress bar on the error stream; silent where that is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as bar:
        yield bar
