"""Which orders lie in the reach of which unit, kept ready for the lists of units."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db import models

from huying.base.org.models import Unit
from huying.base.retention import Retention

if TYPE_CHECKING:
    from huying.handling.orders.models import Assignment


class UnitOrderQuerySet(models.QuerySet["UnitOrder"]):
    def rows_of(self, assignments: Iterable["Assignment"]) -> list[tuple[int, int, datetime]]:
        """``(unit, order, filed_at)`` of the assignments' units and of every unit above, each once; one statement."""
        parts = list(assignments)
        above = {part.unit_id: _paths_to(part.unit) for part in parts}
        keys = dict(Unit.objects.filter(path__in=set(chain(*above.values()))).values_list("path", "pk"))
        found = {
            (keys[path], part.order_id): part.order.filed_at
            for part in parts
            for path in above[part.unit_id]
            if path in keys
        }
        return [(unit, order, filed_at) for (unit, order), filed_at in found.items()]

    def cover(self, assignments: Iterable["Assignment"]) -> None:
        """Put the orders of these assignments into the reach of their units and of every unit above."""
        made = [UnitOrder(unit_id=unit, order_id=order, filed_at=at) for unit, order, at in self.rows_of(assignments)]
        self.bulk_create(made, batch_size=500, ignore_conflicts=True)


def _paths_to(unit: Unit) -> list[str]:
    return [unit.path[:end] for end in range(Unit.steplen, len(unit.path) + 1, Unit.steplen)]


class UnitOrder(models.Model):
    """An order in the reach of a unit: the unit, or one below it, has or had a part in it.

    What a unit's lists read. It says again what assignments and the tree of units say, so that a page of a unit's
    orders, newest first, is one piece of an index however many orders the centre has and wherever the unit stands.
    """

    retention = Retention.CASE

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    order = models.ForeignKey("orders.WorkOrder", models.CASCADE, related_name="in_units", db_index=False)
    filed_at = models.DateTimeField()

    objects = UnitOrderQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "unit"], name="order_once_per_unit")]
        indexes = [models.Index(fields=["unit", "-filed_at", "-order"], name="unit_order_newest")]


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def bulk_create(self, objs: Iterable["Assignment"], *args: Any, **options: Any) -> list["Assignment"]:
        made = super().bulk_create(objs, *args, **options)
        UnitOrder.objects.cover(made)
        return made


AT_ONCE = 1000


def follow_unit(unit: Unit) -> None:
    """Put the orders of a unit that now stands elsewhere in the tree into the reach of those above it, and no others."""
    keys = list(UnitOrder.objects.filter(unit=unit).order_by("order").values_list("order", flat=True))
    parts = UnitOrder._meta.apps.get_model("orders", "Assignment").objects.select_related("unit", "order")
    for start in range(0, len(keys), AT_ONCE):
        batch = keys[start : start + AT_ONCE]
        UnitOrder.objects.filter(order__in=batch).delete()
        UnitOrder.objects.cover(parts.filter(order__in=batch))
