"""``huying restore``: bring a backup back into an empty place."""

import os
from pathlib import Path
from typing import Annotated

import typer

from huying.cli import environment, migrating

app = typer.Typer()


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="备份文件。", exists=True, dir_okay=False, show_default=False)],
    keys: Annotated[
        Path | None, typer.Option(help="备份时的密钥文件。", exists=True, dir_okay=False, show_default=False)
    ] = None,
) -> None:
    """恢复备份。只在空的数据文件夹和空的数据库里进行，先核对再写入。"""
    if keys is not None:
        _place_keys(keys)
    environment.ready()
    from huying.cli.backups import BackupError, unpack
    from huying.cli.backups.manifest import key_mark

    with environment.progress() as bar:
        task = bar.add_task("核对并恢复", total=source.stat().st_size)
        try:
            manifest = unpack(source, lambda size: bar.advance(task, size))
        except BackupError as error:
            environment.refuse(str(error))
    rows = sum(manifest.counts.values())
    environment.out.print(f"已恢复 {len(manifest.entries)} 个文件、{rows} 行数据（备份于 {manifest.created_at}）。")
    if manifest.key_mark != key_mark():
        environment.refuse(
            "密钥与备份不配：号码、姓名打不开。请把备份时的密钥文件放到密钥位置（或清空后用 --keys 重新恢复）。", code=2
        )
    if migrating.pending():
        environment.out.print("备份来自较早的版本，请运行 huying migrate，再运行 huying check all。")
    else:
        _note(manifest.created_at)
        environment.out.print("请运行 huying check all 核对。")


def _place_keys(keys: Path) -> None:
    """Put the ring where this installation looks for it, before anything makes a new one. Never overwrites another."""
    from huying.base.vault import Keyring
    from huying.config.options import options

    target = options().keyring_path
    ring = Keyring.load(keys)
    if target.exists():
        if Keyring.load(target) == ring:
            return
        environment.refuse(f"{target} 已是另一份密钥；确认它没有用过，移走后再恢复。")
    ring.save(target)
    os.sync()


def _note(created_at: str) -> None:
    from django.db import transaction

    from huying.base.events.recorder import record
    from huying.base.org.selectors import system_person

    with transaction.atomic():
        record(actor=system_person(), verb="installation.restore", changes={"of": created_at})
