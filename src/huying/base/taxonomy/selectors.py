"""Reading category trees, crosswalks between them, and the list of responsibilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from huying.base.caching import Versioned, version_of
from huying.base.calendars import clock
from huying.base.errors import NotFound
from huying.base.org.models import Unit
from huying.base.paging import keyset_page
from huying.base.taxonomy.models import Category, CategoryTree, Crosswalk, Responsibility

COUNT_CAP = 1000
MAX_HOPS = 8


def in_force(on: date) -> Q:
    return Q(effective_from__lte=on) & (Q(effective_until__isnull=True) | Q(effective_until__gte=on))


def trees() -> QuerySet[CategoryTree]:
    return CategoryTree.objects.order_by("code", "-effective_from", "-pk")


def current_tree(on: date | None = None, code: str = "") -> CategoryTree | None:
    """The edition in force on that day (default today); without ``code`` the one that came into force last."""
    found = CategoryTree.objects.filter(in_force(on or clock.today()))
    if code:
        found = found.filter(code=code)
    return found.order_by("-effective_from", "-pk").first()


def get_tree(code: str, edition: str = "") -> CategoryTree:
    """A tree by code, of this edition or the one in force (else the newest)."""
    editions = CategoryTree.objects.filter(code=code)
    found = editions.filter(edition=edition).first() if edition else current_tree(code=code)
    found = found or (None if edition else editions.order_by("-effective_from").first())
    if found is None:
        raise NotFound("没有这个分类体系或版本。", code="no_tree")
    return found


def get_category(pk: int) -> Category:
    found = Category.objects.select_related("tree").filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这个事项分类。", code="no_category")
    return found


def by_code(code: str, tree: CategoryTree | None = None) -> Category:
    """The category with this code, of the tree in force unless another is given."""
    chosen = tree or current_tree()
    found = Category.objects.filter(tree=chosen, code=code).first() if chosen else None
    if found is None:
        raise NotFound(f"没有代码为 {code} 的事项分类。", code="no_category")
    return found


@dataclass(frozen=True)
class CategoryPage:
    items: list[Category]
    next: str | None
    count: int
    count_capped: bool


def categories(
    words: str = "", tree: CategoryTree | None = None, *, retired: bool = False, cursor: str = "", limit: int = 50
) -> CategoryPage:
    """Categories in order of the tree; with ``words`` those whose name, way, code or pinyin contains them."""
    chosen = tree or current_tree()
    found = Category.objects.filter(tree=chosen).order_by("path")
    if not retired:
        found = found.filter(_still(clock.today()))
    for word in words.split():
        spelt = Q(pinyin__icontains=word.lower()) if word.isascii() else Q()
        found = found.filter(Q(full_name__icontains=word) | Q(code__startswith=word) | spelt)
    count = found.order_by()[: COUNT_CAP + 1].count()
    items, following = keyset_page(found, cursor=cursor, fields=("path",), limit=limit)
    return CategoryPage(items, following, min(count, COUNT_CAP), count > COUNT_CAP)


def _still(on: date) -> Q:
    return Q(retired_on__isnull=True) | Q(retired_on__gt=on)


def leaves(on: date | None = None, code: str = "") -> list[Category]:
    """The leaves of the tree in force, without retired ones; held in memory, so no query once warm."""
    day = on or clock.today()
    held = _everything.get()
    tree = _newest_in_force(held.trees, day, code)
    rows = held.categories.get(tree.pk, []) if tree else []
    kept = [row for row in rows if row.retired_on is None or row.retired_on > day]
    parents = {row.path[: -Category.steplen] for row in kept}
    return [row for row in kept if row.path not in parents]


def _newest_in_force(rows: Sequence[CategoryTree], day: date, code: str) -> CategoryTree | None:
    holding = [
        tree
        for tree in rows
        if tree.effective_from <= day
        and (tree.effective_until is None or tree.effective_until >= day)
        and code in ("", tree.code)
    ]
    return max(holding, key=lambda tree: (tree.effective_from, tree.pk), default=None)


@dataclass(frozen=True)
class _Held:
    trees: list[CategoryTree]
    categories: dict[int, list[Category]]


def _load() -> _Held:
    held = _Held(list(CategoryTree.objects.all()), {})
    for row in Category.objects.order_by("path"):
        held.categories.setdefault(row.tree_id, []).append(row)
    return held


_everything: Versioned[_Held] = Versioned(_load, lambda: version_of(CategoryTree, Category))
_everything.watch(CategoryTree, Category)


@dataclass(frozen=True)
class Translation:
    """A category as it reads in another tree or edition, and which share of the original's orders goes there."""

    category: Category
    share: float


def translate(category: Category, to_tree: CategoryTree, on: date | None = None) -> list[Translation]:
    """How ``category`` reads in ``to_tree``: along the crosswalks, edition by edition, shares multiplied.

    One that was split goes to several; what is retired on that day is left out; nothing is guessed where no crosswalk
    leads there. The greatest share comes first.
    """
    day = on or clock.today()
    here = {category.pk: 1.0}
    arrived: dict[int, float] = {}
    if category.tree_id == to_tree.pk:
        return [Translation(category, 1.0)]
    seen = {category.pk}
    for _ in range(MAX_HOPS):
        following: dict[int, float] = {}
        for walk in Crosswalk.objects.filter(source__in=here).select_related("target"):
            share = here[walk.source_id] * walk.share
            if walk.target.tree_id == to_tree.pk:
                arrived[walk.target_id] = arrived.get(walk.target_id, 0.0) + share
            elif walk.target_id not in seen:
                following[walk.target_id] = following.get(walk.target_id, 0.0) + share
        seen |= following.keys()
        here = following
        if not here:
            break
    found = Category.objects.filter(_still(day), pk__in=arrived).order_by("path")
    return sorted((Translation(row, arrived[row.pk]) for row in found), key=lambda one: -one.share)


def get_responsibility(public_id: str) -> Responsibility:
    found = Responsibility.objects.select_related("unit", "category").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这项权责。")
    return found


def responsibilities(
    *, unit: Unit | None = None, category: Category | None = None, on: date | None = None
) -> QuerySet[Responsibility]:
    """Lines of the 权责清单 in force on a day; of a category also those of the categories above it."""
    found = Responsibility.objects.select_related("unit", "category").filter(in_force(on or clock.today()))
    if unit is not None:
        found = found.filter(unit=unit)
    if category is not None:
        steps = range(Category.steplen, len(category.path) + 1, Category.steplen)
        found = found.filter(category__path__in=[category.path[:end] for end in steps])
    return found.order_by("unit__pinyin", "pk")
