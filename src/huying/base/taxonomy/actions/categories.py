"""Single categories: added, renamed, retired; and those that an import meets before anybody made them."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction

from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org.models import Person
from huying.base.org.spelling import spell
from huying.base.taxonomy.actions.loading import MAX_DEPTH, write_full_names
from huying.base.taxonomy.models import Category, CategoryTree, DecidingPlace
from huying.base.trees import plant
from huying.base.versions import hold


def add_category(
    *,
    actor: Person,
    tree: CategoryTree,
    code: str,
    name: str,
    parent: Category | None = None,
    deciding_place: str = str(DecidingPlace.INCIDENT),
    must_ask: Sequence[str] = (),
) -> Category:
    """A new category, behind its siblings."""
    name = _name(name)
    if not code.strip() or len(code) > 40:
        raise Invalid("请填写代码。", errors=[{"field": "code", "message": "1 到 40 个字"}])
    if deciding_place not in DecidingPlace.values:
        raise Invalid(
            "没有这种地址。", errors=[{"field": "deciding_place", "message": "、".join(DecidingPlace.values)}]
        )
    with transaction.atomic():
        locked = hold(tree)
        if Category.objects.filter(tree=locked, code=code).exists():
            raise Conflict("这个代码已在这个版本中使用。", code="code_taken")
        above = Category.objects.get(pk=parent.pk) if parent is not None else None
        if above is not None and (above.tree_id != locked.pk or above.depth >= MAX_DEPTH):
            raise Invalid("上级分类不在这个版本中，或层级过深。", errors=[{"field": "parent", "message": "不可用"}])
        category = Category(
            tree=locked,
            code=code,
            name=name,
            full_name=f"{above.full_name}/{name}" if above else name,
            pinyin=spell(name)[:160],
            deciding_place=deciding_place,
            must_ask=list(must_ask),
        )
        plant([category], lambda _: above)
        payload = {"tree": locked.pk, "code": code, "parent": above.pk if above else None}
        record(actor=actor, verb="taxonomy.add_category", subject=category, payload=payload)
    return category


def rename_category(
    *,
    actor: Person,
    category: Category,
    name: str | None = None,
    deciding_place: str | None = None,
    must_ask: Sequence[str] | None = None,
    expected_version: int | None = None,
) -> Category:
    """Another name, deciding place or list of questions. A name that means something else is a new category."""
    with transaction.atomic():
        row = hold(category, expected_version)
        before = {"name": row.name, "deciding_place": row.deciding_place, "must_ask": row.must_ask}
        if name is not None:
            row.name = _name(name)
            row.pinyin = spell(row.name)[:160]
        if deciding_place is not None:
            if deciding_place not in DecidingPlace.values:
                message = "、".join(DecidingPlace.values)
                raise Invalid("没有这种地址。", errors=[{"field": "deciding_place", "message": message}])
            row.deciding_place = deciding_place
        if must_ask is not None:
            row.must_ask = list(must_ask)
        row.version += 1
        row.save(update_fields=["name", "pinyin", "deciding_place", "must_ask", "version"])
        write_full_names(row.tree)
        row.refresh_from_db(fields=["full_name"])
        after = {"name": row.name, "deciding_place": row.deciding_place, "must_ask": row.must_ask}
        changes = {field: [old, after[field]] for field, old in before.items() if old != after[field]}
        record(actor=actor, verb="taxonomy.rename_category", subject=row, payload={"code": row.code}, changes=changes)
    return row


def retire_category(*, actor: Person, category: Category, on: date, expected_version: int | None = None) -> Category:
    """From this day on nothing new is filed under the category nor under any below it. Past orders keep it."""
    with transaction.atomic():
        row = hold(category, expected_version)
        below = Category.objects.filter(path__startswith=row.path, retired_on__isnull=True).exclude(pk=row.pk)
        count = below.update(retired_on=on)
        row.retired_on, row.version = on, row.version + 1
        row.save(update_fields=["retired_on", "version"])
        payload = {"code": row.code, "on": str(on), "below": count}
        record(actor=actor, verb="taxonomy.retire_category", subject=row, payload=payload)
    return row


def confirm_category(*, actor: Person, category: Category, expected_version: int | None = None) -> Category:
    """A person has looked at a category that an import made, and lets it stand."""
    with transaction.atomic():
        row = hold(category, expected_version)
        row.provisional, row.version = False, row.version + 1
        row.save(update_fields=["provisional", "version"])
        record(actor=actor, verb="taxonomy.confirm_category", subject=row, payload={"code": row.code})
    return row


def ensure_categories(*, tree: CategoryTree, ways: Iterable[str]) -> dict[str, Category]:
    """The categories with these full names ("城乡建设/噪声"), missing ones made as provisional with a code of their own.

    A building block inside an import's action, which records. Names that can't be a category (empty, too long, deeper
    than six levels) are left out of the answer.
    """
    wanted = list(dict.fromkeys(way for way in (_tidy(way) for way in ways) if way))
    with transaction.atomic():
        locked = hold(tree)
        known = {row.full_name: row for row in Category.objects.filter(tree=locked)}
        fresh: dict[str, Category] = {}
        above: dict[str, str] = {}
        for way in wanted:
            parts = way.split("/")
            for end in range(1, len(parts) + 1):
                part_way = "/".join(parts[:end])
                if part_way not in known and part_way not in fresh:
                    fresh[part_way] = _provisional(locked, part_way, parts[end - 1])
                    above[part_way] = "/".join(parts[: end - 1])
        both = {**known, **fresh}
        plant(list(fresh.values()), lambda node: both.get(above[node.full_name]))
    return {way: both[way] for way in wanted}


def _provisional(tree: CategoryTree, way: str, name: str) -> Category:
    code = f"p{hashlib.sha256(way.encode()).hexdigest()[:12]}"
    return Category(tree=tree, code=code, name=name, full_name=way, pinyin=spell(name)[:160], provisional=True)


def _tidy(way: str) -> str:
    parts = [" ".join(part.split()) for part in way.split("/")]
    parts = [part for part in parts if part]
    fits = 0 < len(parts) <= MAX_DEPTH and all(len(part) <= 80 for part in parts)
    return "/".join(parts) if fits else ""


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > 80 or "/" in tidy:
        raise Invalid("请填写名称，不含“/”。", errors=[{"field": "name", "message": "1 到 80 个字，不含“/”"}])
    return tidy
