"""Editions of a category tree. Editions of one code follow each other; on no day are two in force."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction

from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org.models import Person
from huying.base.taxonomy.models import Category, CategoryTree, Crosswalk
from huying.base.trees import plant
from huying.base.versions import hold


def new_tree(*, actor: Person, code: str, name: str, edition: str, effective_from: date) -> CategoryTree:
    """The first edition of a tree, still empty."""
    for field, value, limit in (("code", code, 40), ("name", name, 80), ("edition", edition, 40)):
        if not value.strip() or len(value) > limit:
            raise Invalid("请填写代码、名称和版本。", errors=[{"field": field, "message": f"1 到 {limit} 个字"}])
    with transaction.atomic():
        if CategoryTree.objects.filter(code=code).exists():
            raise Conflict("这个代码已有分类体系，请建立它的新版本。", code="tree_exists")
        tree = CategoryTree.objects.create(code=code, name=name, edition=edition, effective_from=effective_from)
        _recorded(actor, "taxonomy.new_tree", tree, {"categories": 0})
    return tree


def new_edition(
    *,
    actor: Person,
    tree: CategoryTree,
    edition: str,
    effective_from: date,
    expected_version: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> CategoryTree:
    """A copy of ``tree`` from a day on; ``tree`` ends the day before. Each category gets its crosswalk to its copy.

    Retired categories are not copied. Past orders keep their category; figures translate them.
    """
    with transaction.atomic():
        old = hold(tree, expected_version)
        if CategoryTree.objects.filter(code=old.code, edition=edition).exists() or not edition.strip():
            raise Conflict(f"版本“{edition}”已存在，请另取版本名。", code="edition_exists")
        if CategoryTree.objects.filter(code=old.code, effective_from__gt=old.effective_from).exists():
            raise Conflict("这个版本之后已有更新的版本，请从最新的版本复制。", code="not_newest")
        if effective_from <= old.effective_from:
            raise Invalid("新版本须晚于旧版本启用。", errors=[{"field": "effective_from", "message": "过早"}])
        if old.effective_until is None or old.effective_until >= effective_from:
            old.effective_until = effective_from - timedelta(days=1)
        old.version += 1
        old.save(update_fields=["effective_until", "version"])
        fresh = CategoryTree.objects.create(
            code=old.code, name=old.name, edition=edition, effective_from=effective_from
        )
        count = _copy(old, fresh, progress)
        _recorded(actor, "taxonomy.new_edition", fresh, {"from": old.pk, "categories": count})
    return fresh


def _copy(old: CategoryTree, fresh: CategoryTree, progress: Callable[[int], None] | None) -> int:
    sources = list(Category.objects.filter(tree=old, retired_on__isnull=True).order_by("path"))
    copies: dict[str, Category] = {}
    pairs = []
    for source in sources:
        above = copies.get(source.path[: -Category.steplen])
        if source.depth > 1 and above is None:
            continue  # its parent is retired
        copies[source.path] = copy = Category(
            tree=fresh,
            code=source.code,
            name=source.name,
            full_name=source.full_name,
            pinyin=source.pinyin,
            deciding_place=source.deciding_place,
            must_ask=source.must_ask,
            provisional=source.provisional,
        )
        pairs.append((source, copy, above))
    parents = {id(copy): above for _, copy, above in pairs}
    plant([copy for _, copy, _ in pairs], lambda node: parents[id(node)], progress)
    Crosswalk.objects.bulk_create([Crosswalk(source=source, target=copy) for source, copy, _ in pairs], batch_size=500)
    return len(pairs)


def end_tree(
    *, actor: Person, tree: CategoryTree, effective_until: date, expected_version: int | None = None
) -> CategoryTree:
    """The tree's last day. It can only be brought forward: what is over stays over."""
    with transaction.atomic():
        row = hold(tree, expected_version)
        if effective_until < row.effective_from:
            raise Invalid("停用日期不能早于启用日期。", errors=[{"field": "effective_until", "message": "过早"}])
        if row.effective_until is not None and effective_until > row.effective_until:
            raise Invalid("不能延长已停用的版本。", errors=[{"field": "effective_until", "message": "过晚"}])
        row.effective_until, row.version = effective_until, row.version + 1
        row.save(update_fields=["effective_until", "version"])
        _recorded(actor, "taxonomy.end_tree", row, {})
    return row


def _recorded(actor: Person, verb: str, tree: CategoryTree, payload: dict) -> None:
    dates = {"effective_from": str(tree.effective_from), "effective_until": str(tree.effective_until or "")}
    record(
        actor=actor, verb=verb, subject=tree, payload={"code": tree.code, "edition": tree.edition, **dates, **payload}
    )
