"""How categories of one tree or edition read in another."""

from collections.abc import Callable, Sequence

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Invalid, Problem
from huying.base.events.recorder import record, record_many
from huying.base.org.models import Person
from huying.base.taxonomy.models import Category, Crosswalk

_ROUNDING = 1e-6


Targets = Sequence[tuple[Category, float]]


def set_crosswalk(*, actor: Person, source: Category, targets: Targets, note: str = "") -> list[Crosswalk]:
    """Where ``source`` goes in the tree of ``targets``, instead of what was said before for that tree.

    The shares of one source in one tree add up to 1, so that nothing is lost or counted twice; no targets: it ends.
    """
    with transaction.atomic():
        rows = write_crosswalk(source, targets, note)
        record(actor=actor, verb="taxonomy.set_crosswalk", subject=source, payload=_payload(targets))
    return rows


def load_crosswalks(
    *, actor: Person, lines: Sequence[tuple[Category, Targets, str]], refused: Callable[[int, Problem], None]
) -> int:
    """Many at once: ``(source, targets, note)``; ``refused(index, problem)`` is told of each that can't stand. The
    number written. One audit row for all, one event for each.
    """
    done = []
    with transaction.atomic():
        for index, (source, targets, note) in enumerate(lines):
            try:
                write_crosswalk(source, targets, note)
            except Problem as problem:
                refused(index, problem)
            else:
                done.append((source, _payload(targets), clock.now()))
        record_many(actor=actor, verb="taxonomy.set_crosswalk", subjects=done, changes={"crosswalks": len(done)})
    return len(done)


def write_crosswalk(source: Category, targets: Targets, note: str) -> list[Crosswalk]:
    """Check and write; the caller's transaction, the caller records."""
    trees = {target.tree_id for target, _ in targets}
    if source.tree_id in trees or len(trees) > 1:
        raise Invalid("对照须指向同一个其他版本。", errors=[{"field": "targets", "message": "版本不对"}])
    if len({target.pk for target, _ in targets}) != len(targets) or any(share <= 0 for _, share in targets):
        raise Invalid("同一分类不能重复，比例须大于零。", errors=[{"field": "targets", "message": "重复或比例不对"}])
    if targets and abs(sum(share for _, share in targets) - 1) > _ROUNDING:
        raise Invalid("拆分的比例合计须为 1。", errors=[{"field": "targets", "message": "合计不为 1"}])
    before = Crosswalk.objects.filter(source=source)
    if trees:
        before = before.filter(target__tree_id=trees.pop())
    before.delete()
    return Crosswalk.objects.bulk_create(
        [Crosswalk(source=source, target=target, share=share, note=note[:200]) for target, share in targets]
    )


def _payload(targets: Targets) -> dict:
    return {"targets": [[target.pk, share] for target, share in targets]}
