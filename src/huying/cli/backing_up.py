"""``huying backup``: everything of this installation in one file, while it runs."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from huying.cli import environment

app = typer.Typer()


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="备份文件，如 /backup/huying-0701.tar。", show_default=False)],
    with_keys: Annotated[
        Path | None, typer.Option("--with-keys", help="把密钥另存到此文件（不要与备份放在一起）。", show_default=False)
    ] = None,
) -> None:
    """备份数据库、附件、模型和配置。密钥默认不在其中，没有密钥就恢复不了号码。"""
    environment.ready()
    from django.conf import settings

    from huying.cli.backups import BackupError, pack

    with environment.progress() as bar:
        task = bar.add_task("复制数据库", total=None)
        try:
            manifest = pack(target, lambda done, total: bar.update(task, completed=done, total=total))
        except BackupError as error:
            environment.refuse(str(error))
    rows = sum(manifest.counts.values())
    size = target.stat().st_size / 1024**2
    environment.out.print(f"已备份 {len(manifest.entries)} 个文件、{rows} 行数据（{size:.1f} MB）：{target}")
    if with_keys is not None:
        save_keys(settings.OPTIONS.keyring_path, with_keys)
        environment.out.print(f"密钥已另存：{with_keys}。请与备份分开保管。")
    else:
        environment.out.print("密钥不在备份里。请确认已另行保管，或加 --with-keys。")
    _note(rows)


def save_keys(source: Path, target: Path) -> None:
    """A copy that only its owner can read."""
    if target.exists():
        environment.refuse(f"{target} 已存在，请换一个文件名。")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    shutil.copyfile(source, target)


def _note(rows: int) -> None:
    """In the log, and as a mark whose time the monitoring reads."""
    from django.conf import settings
    from django.db import transaction

    from huying.base.events.recorder import record
    from huying.base.org.selectors import system_person
    from huying.config.options import BACKUP_MARK

    with transaction.atomic():
        record(actor=system_person(), verb="installation.backup", changes={"rows": rows})
    (settings.DATA / BACKUP_MARK).touch()
