"""Keeping what a person chose on a page, and filters under a name."""

import re
from typing import Any

import orjson
from django.db import IntegrityError, transaction

from huying.base.errors import Conflict, Invalid, NotAllowed
from huying.base.events.recorder import record
from huying.base.org.models import Person
from huying.base.org.preferences import PagePreference, SavedFilter
from huying.base.versions import hold
from huying.engines.text.identifiers import find_identifiers

MOST_BYTES = 8192
DEEPEST = 6
MOST_PAGES, MOST_FILTERS = 100, 50
_PAGE = re.compile(r"[a-z][a-z0-9._-]{0,39}")


def set_preference(
    *, actor: Person, page: str, document: dict[str, Any], expected_version: int | None = None
) -> PagePreference:
    """Keep what the actor chose on ``page``. Without a version the later choice counts: it is the same person's."""
    _check(page, document)
    with transaction.atomic():
        found = PagePreference.objects.select_for_update().filter(person=actor, page=page).first()
        if found is None:
            if PagePreference.objects.filter(person=actor).count() >= MOST_PAGES:
                raise Invalid(f"每人最多保存 {MOST_PAGES} 个页面的偏好。")
            found = PagePreference(person=actor, page=page, version=0)
        if expected_version is not None and found.version != expected_version:
            raise Conflict("这一页的偏好刚在别处改过。", current={"version": found.version})
        found.document, found.version = document, found.version + 1
        _kept(found)
        record(actor=actor, verb="preference.set", subject=found, payload={"page": page})
    return found


def _kept(preference: PagePreference) -> None:
    try:
        with transaction.atomic():
            preference.save()
    except IntegrityError:  # the first choice of two pages at once
        raise Conflict("这一页的偏好刚在别处改过。") from None


def save_filter(*, actor: Person, page: str, name: str, document: dict[str, Any], shared: bool = False) -> SavedFilter:
    """Keep conditions under a name that the actor has not used on this page."""
    _check(page, document, name)
    if SavedFilter.objects.filter(owner=actor, page=page).count() >= MOST_FILTERS:
        raise Invalid(f"一个页面最多保存 {MOST_FILTERS} 个筛选，请先删去不用的。")
    try:
        with transaction.atomic():
            made = SavedFilter.objects.create(owner=actor, page=page, name=name, document=document, shared=shared)
            record(actor=actor, verb="filter.save", subject=made, payload={"page": page, "shared": shared})
    except IntegrityError:
        raise Invalid("已有同名的筛选。", errors=[{"field": "name", "message": "已有同名的筛选"}]) from None
    return made


def change_filter(
    *,
    actor: Person,
    saved: SavedFilter,
    expected_version: int | None,
    name: str,
    document: dict[str, Any],
    shared: bool,
) -> SavedFilter:
    """Another name, other conditions, shared or not: its owner decides."""
    _own(actor, saved)
    _check(saved.page, document, name)
    try:
        with transaction.atomic():
            present = hold(saved, expected_version)
            changes = {"shared": [present.shared, shared]} if present.shared != shared else {}
            present.name, present.document, present.shared = name, document, shared
            present.version += 1
            present.save()
            record(actor=actor, verb="filter.change", subject=present, payload={"page": present.page}, changes=changes)
    except IntegrityError:
        raise Invalid("已有同名的筛选。", errors=[{"field": "name", "message": "已有同名的筛选"}]) from None
    return present


def remove_filter(*, actor: Person, saved: SavedFilter) -> None:
    """Forget a filter; who has it open keeps the conditions on the screen."""
    _own(actor, saved)
    with transaction.atomic():
        record(actor=actor, verb="filter.remove", subject=saved, payload={"page": saved.page})
        saved.delete()


def _own(actor: Person, saved: SavedFilter) -> None:
    if saved.owner_id != actor.pk:
        raise NotAllowed("别人共享的筛选由本人修改。", code="owner")


def _check(page: str, document: dict[str, Any], name: str = "") -> None:
    """A page's name, a size, and no number of a citizen: a filter is no place to keep one in plain."""
    if not _PAGE.fullmatch(page):
        raise Invalid("页面名称只用小写字母、数字、点和横线。", errors=[{"field": "page", "message": "不合格式"}])
    try:
        size = len(orjson.dumps(document))
    except (TypeError, ValueError):  # nested without end, or numbers that JSON cannot say
        raise Invalid("内容无法保存。", errors=[{"field": "document", "message": "不合格式"}]) from None
    if size > MOST_BYTES or _depth(document) > DEEPEST:
        raise Invalid("内容过多，没有保存。", errors=[{"field": "document", "message": "最多 8 kB"}])
    if any(find_identifiers(text) for text in (name, *_texts(document))):
        raise Invalid(
            "名称或条件里有电话或证件号码，不能保存；请去掉再存。",
            errors=[{"field": "document", "message": "含个人信息"}],
        )


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for each in inner for text in _texts(each)]
