"""Reading the audit log and checking that nobody altered it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet

from huying.base.audit.chain import GENESIS, SEALED_FIELDS, seal
from huying.base.audit.models import AuditAnchor, AuditEntry
from huying.base.errors import Invalid
from huying.base.events.models import Sequence


@dataclass(frozen=True)
class ChainReport:
    """Result of a check: rows read, rows not sealed yet, and the first broken link (position and what is wrong)."""

    checked: int
    unsealed: int
    broken_at: int | None = None
    reason: str = ""

    @property
    def sound(self) -> bool:
        return self.broken_at is None


def check_chain(progress: Callable[[int], None] | None = None) -> ChainReport:
    """Read the whole chain in order of position and stop at the first link that does not hold.

    Also found: rows cut off at the end (the sequencer remembers how far it sealed), and a beginning cut off behind an
    anchor that no purge confirmed.
    """
    head = Sequence.objects.filter(stream="audit").first()
    last = head.position if head else 0
    anchor = AuditAnchor.objects.order_by("-position").first()
    if anchor is not None and not _confirmed(anchor):
        return ChainReport(0, 0, anchor.position, "清理起点没有对应的清理记录")
    expected, previous = (anchor.position + 1, anchor.digest) if anchor else (1, GENESIS)
    rows = AuditEntry.objects.filter(position__gte=expected, position__lte=last).order_by("position")
    checked = 0
    for row in rows.values(*SEALED_FIELDS, "digest").iterator(chunk_size=2000):
        if row["position"] != expected:
            return ChainReport(checked, 0, expected, "缺少这一条记录")
        if seal(previous, row) != row["digest"]:
            return ChainReport(checked, 0, expected, "内容与封印不符")
        previous, expected, checked = row["digest"], expected + 1, checked + 1
        if progress and checked % 1000 == 0:
            progress(checked)
    if expected <= last:
        return ChainReport(checked, 0, expected, "末尾的记录不见了")
    if head is not None and checked and previous != head.digest:
        return ChainReport(checked, 0, last, "末尾封印与登记的不符")
    return ChainReport(checked, AuditEntry.objects.filter(position__isnull=True).count())


def _confirmed(anchor: AuditAnchor) -> bool:
    """A purge writes its anchor and the row that confirms it in one transaction; the row is sealed like all others."""
    confirmations = AuditEntry.objects.filter(verb="audit.purge", subject_id=anchor.pk).values_list(
        "changes", flat=True
    )
    wanted = (anchor.position, anchor.digest)
    return any((changes.get("position"), changes.get("digest")) == wanted for changes in confirmations)


def refusals_since(subject: Model, verb: str, since: datetime) -> int:
    """How often something was refused about one subject; reads that subject's rows only."""
    rows = AuditEntry.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk, at__gte=since)
    return rows.filter(verb=verb, succeeded=False).count()


@dataclass(frozen=True)
class Criteria:
    """What the reader of the log looks for. ``actor`` and ``subject`` are public ids; ``verb`` ending in ``.`` is a family."""

    actor: str = ""
    subject_type: str = ""
    subject: str = ""
    verb: str = ""
    since: datetime | None = None
    until: datetime | None = None
    succeeded: bool | None = None

    def as_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in vars(self).items() if value not in ("", None)}


def entries(criteria: Criteria) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.all()
    if criteria.actor:
        found = get_user_model().objects.filter(public_id=criteria.actor).values_list("pk", flat=True).first()
        rows = rows.filter(actor_id=found or -1)
    if criteria.subject_type:
        rows = rows.filter(subject_type=criteria.subject_type)
    if criteria.subject:
        rows = rows.filter(subject_id=_subject_id(criteria.subject_type, criteria.subject))
    if criteria.verb:
        rows = rows.filter(**{"verb__startswith" if criteria.verb.endswith(".") else "verb": criteria.verb})
    if criteria.since:
        rows = rows.filter(at__gte=criteria.since)
    if criteria.until:
        rows = rows.filter(at__lt=criteria.until)
    if criteria.succeeded is not None:
        rows = rows.filter(succeeded=criteria.succeeded)
    return rows


def _subject_id(subject_type: str, public_id: str) -> int:
    """The inner key of a subject; -1 where there is none (any more)."""
    try:
        model = apps.get_model(subject_type)
    except (LookupError, ValueError) as error:
        raise Invalid(
            "查对象须先选对象类别。", errors=[{"field": "subject_type", "message": "没有这个类别"}]
        ) from error
    if not any(field.name == "public_id" for field in model._meta.fields):
        return int(public_id) if public_id.isdigit() and len(public_id) < 19 else -1
    found = model._default_manager.filter(public_id=public_id).values_list("pk", flat=True).first()
    return found or -1


def actor_names(ids: set[int | None]) -> dict[int, tuple[str, str]]:
    """Public id and name of the people in a page of the log."""
    people = get_user_model().objects.filter(pk__in=ids - {None})
    return {pk: (public_id, name) for pk, public_id, name in people.values_list("pk", "public_id", "name")}
