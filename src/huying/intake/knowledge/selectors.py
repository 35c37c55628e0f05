"""Reading 统一口径: the board as one person sees it, and the keeper's list with who has read what."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from huying.base.calendars import clock
from huying.base.errors import NotFound
from huying.base.org.models import Person
from huying.base.org.selectors import holders
from huying.base.paging import keyset_page
from huying.intake.knowledge.models import Bulletin, BulletinReceipt

MOST_ON_BOARD = 50


def bulletins(reader: Person) -> QuerySet[Bulletin]:
    """All bulletins with the number who read the present edition, and whether the reader did."""
    receipts = BulletinReceipt.objects.filter(bulletin=OuterRef("pk"), edition=OuterRef("edition"))
    counted = receipts.order_by().values("bulletin").annotate(number=Count("id")).values("number")
    return Bulletin.objects.select_related("division", "category", "published_by", "withdrawn_by").annotate(
        read_by=Coalesce(Subquery(counted), 0), own_read=Exists(receipts.filter(person=reader))
    )


def in_force(at: datetime) -> Q:
    begun = Q(withdrawn_at__isnull=True, valid_from__lte=at)
    return begun & (Q(valid_until__isnull=True) | Q(valid_until__gt=at))


def board(reader: Person) -> list[dict[str, Any]]:
    """What is in force now: unread first, then what was said last. One statement."""
    rows = bulletins(reader).filter(in_force(clock.now()))
    latest = Coalesce(F("revised_at"), F("published_at")).desc()
    return [bulletin_shown(row) for row in rows.order_by("own_read", latest, "-id")[:MOST_ON_BOARD]]


def page(reader: Person, *, cursor: str, limit: int) -> dict[str, Any]:
    """Every bulletin, the newest first, ended ones too."""
    rows = bulletins(reader).order_by("-published_at", "-id")
    found, following = keyset_page(rows, cursor=cursor, fields=("-published_at", "-id"), limit=limit)
    return {"items": [bulletin_shown(row) for row in found], "next": following}


def find(reader: Person, public_id: str) -> Bulletin:
    found = bulletins(reader).filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这条口径。")
    return found


def readers(bulletin: Bulletin) -> dict[str, Any]:
    """Who of the agents has read the present edition, and who has not; three statements."""
    receipts = BulletinReceipt.objects.filter(bulletin=bulletin, edition=bulletin.edition).select_related("person")
    read = [{"name": row.person.name, "at": row.at, "pk": row.person_id} for row in receipts.order_by("at", "id")]
    known = {row["pk"] for row in read}
    waiting = holders("agent").exclude(pk__in=known).order_by("staff_no", "name").values_list("name", flat=True)
    editions = bulletin.editions.select_related("by").order_by("-number")
    return {
        "read": [{"name": row["name"], "at": row["at"]} for row in read],
        "unread": list(waiting),
        "editions": [
            {"number": row.number, "title": row.title, "text": row.text, "at": row.at, "by": row.by.name}
            for row in editions
        ],
    }


def bulletin_shown(row: Bulletin) -> dict[str, Any]:
    now = clock.now()
    ended = row.withdrawn_at is not None or (row.valid_until is not None and row.valid_until <= now)
    return {
        "id": row.public_id,
        "version": row.version,
        "edition": row.edition,
        "title": row.title,
        "text": row.text,
        "division": {"id": row.division.code, "name": row.division.name} if row.division else None,
        "category": {"id": row.category.pk, "name": row.category.full_name} if row.category else None,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "published_at": row.published_at,
        "published_by": row.published_by.name,
        "revised_at": row.revised_at,
        "withdrawn_at": row.withdrawn_at,
        "withdrawn_by": row.withdrawn_by.name if row.withdrawn_by else "",
        "standing": "ended" if ended else "coming" if row.valid_from > now else "in_force",
        "read": row.own_read,  # type: ignore[attr-defined]
        "read_by": row.read_by,  # type: ignore[attr-defined]
    }
