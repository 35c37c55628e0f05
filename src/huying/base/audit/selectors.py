"""Reading the audit log and checking that nobody altered it."""

from dataclasses import dataclass

from huying.base.audit.chain import GENESIS, SEALED_FIELDS, seal
from huying.base.audit.models import AuditAnchor, AuditEntry


@dataclass(frozen=True)
class ChainReport:
    """Result of a check: rows read, and the first broken link (position and what is wrong), if any."""

    checked: int
    unsealed: int
    broken_at: int | None = None
    reason: str = ""

    @property
    def sound(self) -> bool:
        return self.broken_at is None


def check_chain(progress=None) -> ChainReport:
    """Read the whole chain in order of position and stop at the first link that does not hold."""
    anchor = AuditAnchor.objects.order_by("-position").first()
    expected, previous = (anchor.position + 1, anchor.digest) if anchor else (1, GENESIS)
    rows = AuditEntry.objects.filter(position__gte=expected).order_by("position").values(*SEALED_FIELDS, "digest")
    checked = 0
    for row in rows.iterator(chunk_size=2000):
        if row["position"] != expected:
            return ChainReport(checked, 0, expected, "缺少这一条记录")
        if seal(previous, row) != row["digest"]:
            return ChainReport(checked, 0, expected, "内容与封印不符")
        previous, expected, checked = row["digest"], expected + 1, checked + 1
        if progress and checked % 1000 == 0:
            progress(checked)
    return ChainReport(checked, AuditEntry.objects.filter(position__isnull=True).count())
