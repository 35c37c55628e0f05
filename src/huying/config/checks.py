"""Checks of the installation itself: database, keys, disk, clock, pages, and the settings that matter for safety."""

import shutil
import sqlite3
import stat
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from huying.base import vault
from huying.base.checks import Finding, bad, check, good, warn
from huying.base.events.models import Event
from huying.config.metrics import last_backup

LEAST_DISK_GB = 2.0
SMALL_DISK_GB = 10.0
LARGE_SQLITE = 100_000
OLD_BACKUP_DAYS = 2


@check("数据库", vital=True)
def database() -> list[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if connection.vendor == "sqlite":
        return [_sqlite()]
    return [good(f"PostgreSQL {connection.pg_version // 10000} 可用。")]


def _sqlite() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        synchronous = cursor.fetchone()[0]
        cursor.execute("PRAGMA journal_mode")
        journal = cursor.fetchone()[0]
    if synchronous < 2 or journal != "wal":
        return bad(
            f"SQLite 的写入设置不安全（synchronous={synchronous}，journal={journal}）。", "请恢复默认的数据库设置。"
        )
    return good(
        f"SQLite {sqlite3.sqlite_version} 可用，写入即落盘。工单超过 {LARGE_SQLITE // 10000} 万件请改用 PostgreSQL。"
    )


@check("数据库表", vital=True)
def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return bad(f"有 {len(waiting)} 处待升级。", "运行 huying migrate。")
    return good("已是最新。")


@check("密钥")
def keys() -> list[Finding]:
    path = settings.OPTIONS.keyring_path
    mode = stat.S_IMODE(path.stat().st_mode)
    findings = []
    if mode & 0o077:
        findings.append(bad(f"密钥文件别人可读（权限 {mode:o}）。", f"运行 chmod 600 {path}。"))
    if path.resolve().is_relative_to(settings.DATA) and not settings.OPTIONS.demo:
        findings.append(
            warn(
                "密钥与数据放在同一文件夹。",
                "请把密钥移到别处，用 HUYING_KEYS_FILE 指明，并单独备份：没有密钥，备份里的号码无法恢复。",
            )
        )
    ring = vault.keyring()
    return findings or [good(f"共 {len(ring.keys)} 把，现用 {ring.active}，只有运行账号可读。")]


@check("磁盘")
def disk() -> Finding:
    free = shutil.disk_usage(settings.DATA).free / 1024**3
    if free < LEAST_DISK_GB:
        return bad(f"数据盘只剩 {free:.1f} GB。", "请清理或扩容；写满后受理会中断。")
    if free < SMALL_DISK_GB:
        return warn(f"数据盘剩 {free:.1f} GB。", "请安排扩容，或运行 huying purge 清理过期数据。")
    return good(f"数据盘剩 {free:.0f} GB。")


@check("备份")
def backup_age() -> Finding:
    made = last_backup()
    if settings.OPTIONS.demo:
        return good("演示数据，不需要备份。")
    if made is None:
        return warn(
            "还没有备份过。", "运行 huying backup，并启用每天的定时备份（deploy/systemd/huying-backup.timer）。"
        )
    days = (time.time() - made) / 86400
    if days > OLD_BACKUP_DAYS:
        return bad(f"最近一次备份是 {days:.0f} 天前。", "看定时备份的日志（journalctl -u huying-backup），补做一次。")
    return good(f"最近一次备份在 {days * 24:.0f} 小时前。")


@check("时钟")
def clock_sanity() -> Finding:
    present = datetime.now(UTC)  # noqa: TID251  (the machine's own clock is what is looked at)
    last = Event.objects.order_by("-id").values_list("at", flat=True).first()
    mend = "请校准系统时间（chrony 或 ntpd）；承诺时间和审计都靠它。"
    if present.year < 2025:
        return bad(f"系统时间是 {present:%Y-%m-%d}，不对。", mend)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs((cursor.fetchone()[0] - datetime.now(UTC)).total_seconds())  # noqa: TID251
        if apart > 5:
            return bad(f"与数据库服务器相差 {apart:.0f} 秒。", mend)
    if last is not None and (last - present).total_seconds() > 60:
        return bad("最近的记录时间在将来，系统时间被拨回过。", mend)
    return good("与记录一致。")


@check("网页")
def pages() -> Finding:
    if (settings.WEBAPP / "index.html").exists():
        return good("已构建。")
    return bad("网页没有构建，浏览器打不开。", "从安装包安装，或在源码里运行 make web。")


@check("安全设置")
def safety() -> list[Finding]:
    options = settings.OPTIONS
    findings = []
    if settings.DEBUG:
        findings.append(bad("调试模式开着，出错时会泄露内部信息。", "去掉 HUYING_DEBUG。"))
    local = set(options.allowed_hosts) <= {"127.0.0.1", "localhost", "[::1]"}
    if not options.https and not local:
        findings.append(
            warn("没有声明使用 HTTPS，登录凭证可能被窃听。", "前置 nginx 配好证书，再设 HUYING_HTTPS=true。")
        )
    if "*" in options.allowed_hosts:
        findings.append(bad("接受任意主机名。", "在 HUYING_ALLOWED_HOSTS 里写明域名。"))
    if options.https and urlsplit(options.public_url).scheme != "https":
        findings.append(warn("短信里的链接不是 https。", "把 HUYING_PUBLIC_URL 改为 https:// 开头的地址。"))
    if options.webhook_private_targets:
        findings.append(warn("允许向内网地址推送事件。", "不需要时去掉 HUYING_WEBHOOK_PRIVATE_TARGETS。"))
    return findings or [good("调试关闭，主机名已限定。")]
