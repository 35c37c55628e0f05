"""What a person typed into the search field: an order's number, a citizen's telephone number or its end, or words.

Numbers are looked up by index or by keyed hash; words and places go to the full-text index, never to the rows.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from huying.base.errors import Invalid
from huying.base.org.models import Person
from huying.base.org.roles import Reach
from huying.base.paging import COUNT_CAP, decoded, encoded
from huying.base.parties.selectors import keys_by_phone, keys_by_phone_tail
from huying.base.search.selectors import find, standing
from huying.base.search.sources import tag_of
from huying.engines.search.index import Sort, Wanted, key_at
from huying.handling.orders.indexing import KIND, tag
from huying.handling.orders.models import WorkOrder

_NUMBER = re.compile(r"(?=.*\d)[0-9A-Za-z-]{4,40}")
_TAIL = re.compile(r"\d{4}")
_PHONE = re.compile(r"[\d\s()（）+\-转]{7,24}")
ROUNDS, WIDE = 8, 500  # how often, and for how many hits, the index is asked again where SQL refused some
PLACES = 1 << 62


@dataclass(frozen=True)
class Meant:
    """Orders that fit by number or citizen (``condition``), or a ``question`` for the full-text index."""

    condition: Q | None = None
    question: str = ""


def meant(words: str, reader: Person) -> Meant:
    """What these words ask for. A number that is a citizen's and the beginning of an order's is taken for the citizen's;
    one that is neither is looked for as a word."""
    said = words.strip()
    citizens = _citizens(said)
    if citizens:
        return Meant(Q(citizen__in=citizens) & _not_hidden(reader))
    if _NUMBER.fullmatch(said):
        begins = Q(order_no__gte=said, order_no__lt=f"{said}\x7f")
        if WorkOrder.objects.filter(begins).exists():
            return Meant(begins)
    return Meant(question=said)


def _citizens(said: str) -> list[int]:
    if _TAIL.fullmatch(said):
        return keys_by_phone_tail(said)
    return keys_by_phone(said, area_code=settings.OPTIONS.area_code) if _PHONE.fullmatch(said) else []


def _not_hidden(reader: Person) -> Q:
    """To whom an order is confidential, its caller's number does not lead to it either."""
    return Q() if reader.reach is Reach.CENTRE else Q(confidential=False)


@dataclass(frozen=True)
class Narrowing:
    """A list's conditions as the index knows them. Where ``exact`` is false it lets through what SQL still refuses."""

    tags: tuple[tuple[str, ...], ...]
    since: datetime | None
    before: datetime | None
    by_due: bool
    exact: bool


@dataclass(frozen=True)
class Found:
    rows: list[WorkOrder]
    next: str | None
    count: int
    capped: bool
    notice: str


def scope_tags(reader: Person) -> tuple[tuple[str, ...], ...]:
    """The tags that keep hits within the reader's reach."""
    if reader.reach is Reach.CENTRE:
        return ()
    own = reader.unit_id if reader.reach is Reach.UNIT else None
    return ((tag("unit", own or 0),),)  # 0 is nobody's


def page_of_hits(rows: QuerySet[WorkOrder], narrowing: Narrowing, question: str, *, cursor: str, limit: int) -> Found:
    """A page of what the index finds, each hit checked against ``rows``: the reader's scope and the list's conditions.

    Scope and conditions are tags of the index, so that hits of a narrow scope are not buried under a city's; SQL has
    the last word about every one, because the index follows the rows by a moment.
    """
    wanted = Wanted(
        question=question,
        tags=((tag_of(KIND),), *narrowing.tags),
        since=_seconds(narrowing.since),
        before=_seconds(narrowing.before),
        sort=Sort.DUE if narrowing.by_due else Sort.NEWEST,
        limit=limit + 1 if narrowing.exact else WIDE,
    )
    after, known = _place(cursor)
    found: list[tuple[int, WorkOrder]] = []
    more = False
    for _ in range(ROUNDS):
        hits = find(replace(wanted, after=after))
        if after is None and narrowing.exact:
            known = hits.total
        fitting = rows.in_bulk(hits.keys)
        passed = 0
        for place in hits.places:
            passed, after = passed + 1, place
            if (row := fitting.get(key_at(place))) is not None:
                found.append((place, row))
                if len(found) == limit:
                    break
        more = hits.total > passed
        if len(found) == limit or not more:
            break
    count = known if known is not None else _count(rows, replace(wanted, after=None))
    following = encoded([after, count]) if more else None
    return Found([row for _, row in found], following, min(count, COUNT_CAP), count > COUNT_CAP, standing().told)


def _count(rows: QuerySet[WorkOrder], wanted: Wanted) -> int:
    """How many fit where SQL refuses some of the hits: the first ones are counted there, anything above says more."""
    hits = find(replace(wanted, limit=2 * COUNT_CAP))
    fitting = rows.order_by().filter(pk__in=hits.keys).count()
    return fitting if hits.total <= len(hits.places) else max(fitting, COUNT_CAP + 1)


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def is_place(cursor: str) -> bool:
    """Whether this cursor goes on in the index, as the pages before it did."""
    try:
        return len(decoded(cursor, 2)) == 2
    except Invalid:
        return False


def _place(cursor: str) -> tuple[int | None, int | None]:
    """Behind which place to go on, and the count that the first page found; nothing known on the first page."""
    if not cursor:
        return None, None
    place, count = decoded(cursor, 2)
    if not isinstance(place, int) or not 0 <= place < PLACES or not isinstance(count, int):
        raise Invalid("翻页标记无效，请从第一页重新打开。", code="bad_cursor")
    return place, count
