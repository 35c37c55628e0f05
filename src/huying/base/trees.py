"""Many nodes into a treebeard tree at once: paths are computed here, rows inserted in bulk.

``add_child`` costs several statements a node, and with a sort order moves later siblings; a tree of 2,000 categories
takes minutes that way. Here new nodes go behind their present siblings, in the order given. Which order people see is
the selectors' business.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F
from treebeard.mp_tree import MP_Node

from huying.base.errors import Conflict

BATCH = 500


def plant(
    nodes: Sequence[MP_Node],
    parent_of: Callable[[MP_Node], MP_Node | None],
    progress: Callable[[int], None] | None = None,
) -> None:
    """Insert unsaved ``nodes``, parents before their children; a parent may be saved already, or None for a root.

    ``progress`` is told the number of rows written. Raises :class:`Conflict` where somebody planted in the same tree
    at the same moment. Sets ``path``, ``depth`` and ``numchild`` of the nodes and ``numchild`` of saved parents.
    """
    if not nodes:
        return
    model = type(nodes[0])
    parents = [parent_of(node) for node in nodes]
    saved = {parent.pk: parent for parent in parents if parent is not None and parent.pk is not None}
    new_children: dict[int, int] = defaultdict(int)
    try:
        with transaction.atomic():
            last = _last_steps(model, list(saved.values()), any(parent is None for parent in parents))
            for node, parent in zip(nodes, parents, strict=True):
                _place(node, parent, last)
                if parent is not None and parent.pk is not None:
                    new_children[parent.pk] += 1
            for start in range(0, len(nodes), BATCH):
                model._default_manager.bulk_create(nodes[start : start + BATCH])
                if progress:
                    progress(min(start + BATCH, len(nodes)))
            for key, count in new_children.items():
                model._default_manager.filter(pk=key).update(numchild=F("numchild") + count)
    except IntegrityError as error:
        raise Conflict("有人正在同时改动这棵树，或代码重复，请稍后再试。", code="tree_busy") from error


def _last_steps(model: type[MP_Node], parents: list[MP_Node], roots: bool) -> dict[str, int]:
    """For the path of each parent ("" for the roots): the number of its last child's step."""
    wanted = {parent.path for parent in parents} | ({""} if roots else set())
    depths = {parent.depth + 1 for parent in parents} | ({1} if roots else set())
    last: dict[str, int] = {}
    for path in model._default_manager.filter(depth__in=depths).values_list("path", flat=True):
        above, step = path[: -model.steplen], path[-model.steplen :]
        if above in wanted:
            last[above] = max(last.get(above, 0), model._str2int(step))
    return last


def _place(node: MP_Node, parent: MP_Node | None, last: dict[str, int]) -> None:
    above = parent.path if parent is not None else ""
    last[above] = last.get(above, 0) + 1
    node.depth = parent.depth + 1 if parent is not None else 1
    node.path = node._get_path(above, node.depth, last[above])
    node.numchild = 0
    if parent is not None:
        parent.numchild += 1
