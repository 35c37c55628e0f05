"""Keyset pages: a cursor says after which row to go on, so page 1,000 costs as much as page 1."""

import base64
import binascii
import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import orjson
from django.db.models import Q, QuerySet

from huying.base.errors import Invalid

LIMIT = 200
COUNT_CAP = 1000


def keyset_page(rows: QuerySet, *, cursor: str, fields: Sequence[str], limit: int) -> tuple[list[Any], str | None]:
    """One page of ``rows`` (already ordered by ``fields``, the last of them unique) and the cursor of the next.

    ``fields`` as in ``order_by`` and all in the same direction. Null values are not supported: filter or coalesce them.
    """
    limit = max(1, min(limit, LIMIT))
    if cursor:
        rows = rows.filter(after(fields, decoded(cursor, len(fields))))
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], encoded([getattr(last, name.lstrip("-")) for name in fields])


def capped_count(rows: QuerySet) -> tuple[int, bool]:
    """How many rows, counted up to :data:`COUNT_CAP`; True where there are more."""
    counted = rows.order_by()[: COUNT_CAP + 1].values("pk").count()
    return min(counted, COUNT_CAP), counted > COUNT_CAP


@dataclass(frozen=True)
class Keys:
    """Primary keys of one page in order, whether more follow, and how many rows there are in all (at most COUNT_CAP)."""

    page: list[int]
    more: bool
    count: int

    @property
    def capped(self) -> bool:
        return self.count > COUNT_CAP

    def cursor(self, *values: Any) -> str | None:
        """The cursor behind the row whose sorting values these are; None on the last page."""
        return encoded([*values, self.count]) if self.more else None


def counted_keys(parts: Sequence[QuerySet], *, cursor: str, fields: Sequence[str], limit: int) -> Keys:
    """Like :func:`keyset_page`, but only keys, and counted: the first page looks for as many keys as are ever counted,
    so that one walk answers both; the cursor carries the count on, so that a later page looks for its own rows only.

    ``parts`` have no row in common, and each is ordered by ``fields``; the page is of all of them together.
    """
    if not cursor:
        found = _first_keys(parts, fields, COUNT_CAP + 1)
        return Keys(found[:limit], len(found) > limit, len(found))
    *values, count = decoded(cursor, len(fields) + 1)
    if not isinstance(count, int):
        raise Invalid("翻页标记无效，请从第一页重新打开。", code="bad_cursor")
    found = _first_keys([rows.filter(after(fields, values)) for rows in parts], fields, limit + 1)
    return Keys(found[:limit], len(found) > limit, count)


def _first_keys(parts: Sequence[QuerySet], fields: Sequence[str], count: int) -> list[int]:
    """The first keys of all parts together. Several parts bring their sorting values, by which they are merged."""
    if len(parts) == 1:
        return list(parts[0].values_list("pk", flat=True)[:count])
    names = [name.lstrip("-") for name in fields]
    walks = [rows.values_list(*names, "pk")[:count] for rows in parts]
    merged = heapq.merge(*walks, reverse=fields[0].startswith("-"))
    return [row[-1] for row in islice(merged, count)]


def after(fields: Sequence[str], values: list[Any]) -> Q:
    """(a, b) after (x, y) is: a after x, or a = x and b after y. The first comparison alone lets the index begin there."""
    sign = "lt" if fields[0].startswith("-") else "gt"
    names = [name.lstrip("-") for name in fields]
    condition, equal = Q(), Q()
    for name, value in zip(names, values, strict=True):
        condition |= equal & Q(**{f"{name}__{sign}": value})
        equal &= Q(**{name: value})
    return Q(**{f"{names[0]}__{sign}e": values[0]}) & condition


def encoded(values: Sequence[Any]) -> str:
    """An opaque cursor of these values: numbers, strings, moments."""
    marked = [{"t": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(orjson.dumps(marked)).decode().rstrip("=")


def decoded(cursor: str, size: int) -> list[Any]:
    """The ``size`` values of a cursor. Raises :class:`Invalid` for one that was not made here."""
    try:
        marked = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [datetime.fromisoformat(v["t"]) if isinstance(v, dict) else v for v in marked]
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise Invalid("翻页标记无效，请从第一页重新打开。", code="bad_cursor") from error
    if len(values) != size or not all(isinstance(v, int | str | datetime) for v in values):
        raise Invalid("翻页标记无效，请从第一页重新打开。", code="bad_cursor")
    return values
