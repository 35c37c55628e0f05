"""Whether the audit log is whole."""

from huying.base.audit.selectors import check_chain
from huying.base.checks import Finding, bad, check, good


@check("审计链", group="audit")
def chain() -> Finding:
    report = check_chain()
    if not report.sound:
        return bad(
            f"第 {report.broken_at} 条：{report.reason}；此前 {report.checked} 条完好。",
            "请保护现场，通知审计管理员，用备份中的同一条比对，查清谁改动了数据库。",
        )
    return good(f"{report.checked} 条首尾相接，未被改动（另有 {report.unsealed} 条刚写入待封印）。")
