"""Whether events flow and obligations are met."""

from datetime import timedelta

from django.db.models import Count, Min

from huying.base.calendars import clock
from huying.base.checks import Finding, bad, check, good, warn
from huying.base.events.figures import backlog
from huying.base.events.models import Obligation, Webhook, WebhookDelivery
from huying.base.events.obligations import known_kinds, open_obligations

LATE = timedelta(minutes=5)
START = "请确认 huying serve（或 huying worker）在运行。"


@check("事件排序")
def unsequenced() -> Finding:
    waiting = backlog()
    oldest = max((rows.oldest for rows in waiting.values()), default=timedelta(0))
    count = sum(rows.count for rows in waiting.values())
    if oldest > LATE:
        return bad(f"有 {count} 条事件或审计记录写入后 {oldest.seconds // 60} 分钟以上没有排序封印。", START)
    return good(f"没有积压（待排 {count} 条）。")


@check("待履行事项")
def overdue_obligations() -> list[Finding]:
    late = open_obligations().filter(due_at__lt=clock.now() - LATE)
    found = late.aggregate(count=Count("pk"), oldest=Min("due_at"))
    unknown = sorted(set(late.exclude(kind__in=known_kinds()).values_list("kind", flat=True).distinct()))
    findings = [_given_up()]
    if unknown:
        findings.append(warn(f"有本版本不认识的事项：{'、'.join(unknown)}。", "多半是降级或少装了模块，请恢复原版本。"))
    if found["count"]:
        minutes = int((clock.now() - found["oldest"]).total_seconds() // 60)
        findings.append(bad(f"{found['count']} 项到期未办，最久的已过 {minutes} 分钟。", START))
    return findings


def _given_up() -> Finding:
    rows = Obligation.objects.filter(given_up_at__isnull=False, done_at__isnull=True)
    kinds = rows.values("kind").annotate(count=Count("pk")).order_by("kind")
    if not kinds:
        return good("没有放弃的事项。")
    last = rows.order_by("-given_up_at").first()
    why = last.last_error.splitlines()[0] if last and last.last_error else "原因不明"
    told = "、".join(f"{row['kind']} {row['count']} 项" for row in kinds)
    return bad(
        f"多次失败后已放弃：{told}。最近一次：{why[:120]}", "排除原因后运行 huying worker --retry-given-up 重新办理。"
    )


@check("事件推送")
def webhooks() -> Finding:
    failed = WebhookDelivery.objects.filter(given_up_at__gte=clock.now() - timedelta(days=7), webhook__active=True)
    names = sorted(set(failed.values_list("webhook__name", flat=True)))
    if names:
        return warn(f"近 7 天有推送始终送不到：{'、'.join(names)}。", "请与对方核对地址，或在系统管理里停用。")
    return good(f"{Webhook.objects.filter(active=True).count()} 个在用，无送达失败。")
