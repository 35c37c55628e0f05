"""Erasing what identifies a citizen once nothing needs it any more (个人信息保护法 第四十七条)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from huying.base.calendars import clock
from huying.base.events.recorder import record_many
from huying.base.org.models import Person
from huying.base.parties.models import Citizen
from huying.base.parties.selectors import EMPTY

BATCH = 500
_needed: dict[str, Callable[[datetime], Q]] = {}


def keep_while(relation: str, still_needed: Callable[[datetime], Q]) -> None:
    """Tell when a row of ``relation`` (such as ``orders.workorder``) still needs its citizen.

    ``still_needed(before)`` selects those rows (open, or closed after ``before``). Of a relation that nobody has told
    about, every row keeps its citizen, so that forgetting to tell can only keep too long.
    """
    _needed[relation] = still_needed


def expired_citizens(before: datetime) -> QuerySet[Citizen]:
    """Citizens made before ``before``, not erased yet, whom no row needs."""
    expired = Citizen.objects.filter(created_at__lt=before, erased_at__isnull=True, merged_into__isnull=True)
    for relation in Citizen._meta.related_objects:
        model, column = relation.related_model, relation.field.name
        if model is Citizen:
            continue
        needing = model._default_manager.filter(**{f"{column}_id": OuterRef("pk")})
        rule = _needed.get(model._meta.label_lower)
        expired = expired.exclude(Exists(needing.filter(rule(before)) if rule else needing))
    return expired


def erase_expired(*, actor: Person, before: datetime, limit: int = BATCH) -> int:
    """Erase phone, name and identity of the citizens who are expired; the number erased.

    The row stays, so that figures by citizen hold; call again until it returns 0. One audit row per batch.
    """
    now = clock.now()
    with transaction.atomic():
        rows = list(expired_citizens(before).order_by("pk")[:limit])
        Citizen.objects.filter(pk__in=[row.pk for row in rows]).update(**EMPTY, preferences={}, erased_at=now)
        if rows:
            subjects: list[tuple[Any, dict[str, Any], Any]] = [(row, {}, now) for row in rows]
            record_many(actor=actor, verb="citizen.erase", subjects=subjects, changes={"erased": len(rows)})
    return len(rows)
