"""Optimistic versions: who read an older state is told the present one instead of overwriting it."""

from typing import TypeVar

from django.db.models import Model

from huying.base.errors import Conflict

Row = TypeVar("Row", bound=Model)


def hold(row: Row, expected_version: int | None = None) -> Row:
    """The row as it is now, locked until the transaction ends. A stale ``expected_version`` is a :class:`Conflict`."""
    present = row._meta.default_manager.select_for_update().get(pk=row.pk)  # also where ``row`` is a lazy object
    version: int = present.version  # type: ignore[attr-defined]
    if expected_version is not None and version != expected_version:
        raise Conflict("内容刚被别人改过，请看最新内容后再提交。", current={"version": version})
    return present
