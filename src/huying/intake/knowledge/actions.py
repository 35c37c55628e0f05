"""What is done with 统一口径: publish, revise, withdraw, confirm as read."""

from datetime import datetime
from typing import Any

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.base.org.roles import CENTRE_ROLES
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category
from huying.base.versions import hold
from huying.intake.knowledge.models import Bulletin, BulletinEdition, BulletinReceipt

KEEPERS = ("team_leader", "duty_leader")
READERS = tuple(sorted(CENTRE_ROLES))


def publish(
    *,
    actor: Person,
    title: str,
    text: str,
    division: Division | None = None,
    category: Category | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Bulletin:
    """发布: on every agent's board from ``valid_from`` (now) on. Raises ``Invalid`` naming the fields."""
    require_role(actor, *KEEPERS)
    now = clock.now()
    begins = valid_from or now
    _check(title, text, begins, valid_until, now)
    with transaction.atomic():
        bulletin = Bulletin.objects.create(
            title=title.strip(), text=text.strip(), division=division, category=category, valid_from=begins,
            valid_until=valid_until, published_at=now, published_by=actor,
        )  # fmt: skip
        _keep_edition(bulletin, actor, now)
        record(actor=actor, verb="bulletin.published", subject=bulletin, payload={"edition": 1})
    return bulletin


def revise(
    *,
    actor: Person,
    bulletin: Bulletin,
    title: str,
    text: str,
    valid_until: datetime | None = None,
    expected_version: int | None = None,
) -> Bulletin:
    """更新: a new edition, which everybody reads anew; receipts of earlier editions stay as they were."""
    require_role(actor, *KEEPERS)
    now = clock.now()
    with transaction.atomic():
        held = _standing(bulletin, expected_version)
        _check(title, text, held.valid_from, valid_until, now)
        held.title, held.text, held.valid_until, held.revised_at = title.strip(), text.strip(), valid_until, now
        held.edition += 1
        _save(held, "title", "text", "valid_until", "revised_at", "edition")
        _keep_edition(held, actor, now)
        record(actor=actor, verb="bulletin.revised", subject=held, payload={"edition": held.edition})
    return held


def withdraw(*, actor: Person, bulletin: Bulletin, expected_version: int | None = None) -> Bulletin:
    """撤下: no longer on the board, for example because the water runs again before the hour that was told."""
    require_role(actor, *KEEPERS)
    with transaction.atomic():
        held = _standing(bulletin, expected_version)
        held.withdrawn_at, held.withdrawn_by = clock.now(), actor
        _save(held, "withdrawn_at", "withdrawn_by")
        record(actor=actor, verb="bulletin.withdrawn", subject=held)
    return held


def confirm_read(*, actor: Person, bulletin: Bulletin, edition: int) -> Bulletin:
    """已阅, for the edition that the person saw; a second time is nothing. ``Conflict`` where a newer one stands."""
    require_role(actor, *READERS)
    with transaction.atomic():
        held = _standing(bulletin, None)
        if edition != held.edition:
            raise Conflict("口径刚更新过，请看最新内容。", code="newer_edition", current={"edition": held.edition})
        receipt, fresh = BulletinReceipt.objects.get_or_create(
            bulletin=held, edition=edition, person=actor, defaults={"at": clock.now()}
        )
        if fresh:
            payload = {"bulletin": held.pk, "edition": edition}
            record(actor=actor, verb="bulletin.read", subject=receipt, payload=payload)
    return held


def _standing(bulletin: Bulletin, expected_version: int | None) -> Bulletin:
    held = hold(bulletin, expected_version)
    if held.withdrawn_at is not None:
        raise Conflict("这条口径已撤下。", code="withdrawn_already", current={"version": held.version})
    return held


def _save(bulletin: Bulletin, *fields: str) -> None:
    bulletin.version += 1
    bulletin.save(update_fields=[*fields, "version"])


def _keep_edition(bulletin: Bulletin, actor: Person, now: datetime) -> None:
    BulletinEdition.objects.create(
        bulletin=bulletin, number=bulletin.edition, title=bulletin.title, text=bulletin.text,
        valid_until=bulletin.valid_until, at=now, by=actor,
    )  # fmt: skip


def _check(title: str, text: str, begins: datetime, until: datetime | None, now: datetime) -> None:
    errors: list[dict[str, Any]] = []
    if not title.strip():
        errors.append({"field": "title", "message": "请写标题"})
    if not text.strip():
        errors.append({"field": "text", "message": "请写对外怎么说"})
    if until is not None and until <= max(begins, now):
        errors.append({"field": "valid_until", "message": "失效时间须晚于现在和生效时间"})
    if errors:
        raise Invalid(f"{errors[0]['message']}。", errors=errors)
