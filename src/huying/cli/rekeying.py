"""``huying rekey``: seal citizens' values with the newest key."""

from typing import Annotated

import typer

from huying.cli import environment

app = typer.Typer()


@app.command()
def rekey(
    new_key: Annotated[bool, typer.Option("--new-key", help="先换一把新密钥；不加则接着上次没做完的。")] = False,
) -> None:
    """用最新的密钥重新加密号码、姓名等。可随时中断，再运行会接着做。"""
    environment.ready()
    from django.db import transaction

    from huying.base import vault
    from huying.base.events.recorder import record
    from huying.base.org.selectors import system_person
    from huying.base.vault.rekeying import reseal, waiting

    if new_key:
        vault.renew()
    ring = vault.keyring()
    with environment.progress() as bar:
        task = bar.add_task("重新加密", total=waiting())
        try:
            done = reseal(lambda count: bar.advance(task, count))
        except vault.VaultError as error:
            environment.refuse(f"有的值打不开（{error}）。请确认密钥文件是这里一直在用的那一份。")
    total = sum(done.values())
    with transaction.atomic():
        record(actor=system_person(), verb="vault.rekey", changes={"key": ring.active, "values": total})
    environment.out.print(f"已用密钥 {ring.active} 重新加密 {total} 个值。请另行备份新的密钥文件；旧备份仍需旧密钥。")
