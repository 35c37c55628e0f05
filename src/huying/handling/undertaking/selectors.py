"""Reads of this room: what waits by state, units to hand on to, clauses to cite, texts to answer with."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from treebeard.mp_tree import MP_Node

from huying.base.calendars import clock
from huying.base.errors import NotFound
from huying.base.notices.templates import moment
from huying.base.org.models import Person, Unit
from huying.base.taxonomy.selectors import in_force, responsibilities
from huying.handling.dispatch import knowledge
from huying.handling.dispatch.advising import clauses as catalogue_clauses
from huying.handling.orders import assigning
from huying.handling.orders.models import Assignment
from huying.handling.orders.selectors import present_load, visible_assignments
from huying.handling.orders.states import OPEN_ASSIGNMENT_STATES
from huying.handling.undertaking.models import ReplyTemplate
from huying.handling.undertaking.replies import DEFAULTS, filled

MOST_UNITS = 200
MOST_CLAUSES = 20


def counts(reader: Person, *, own: bool) -> dict[str, Any]:
    """Open assignments by state, of them those done again and those past their time; ``own``: not those below."""
    rows = visible_assignments(reader).filter(state__in=OPEN_ASSIGNMENT_STATES)
    if own:
        rows = rows.filter(unit=reader.unit)
    late = Count("pk", filter=Q(due_at__lt=clock.now(), clock_stopped_at__isnull=True))
    again = Count("pk", filter=Q(redo_round__gt=0))
    grouped = rows.values("state").annotate(n=Count("pk"), late=late, again=again).order_by()
    states, overdue, redo = {}, 0, 0
    for row in grouped:
        states[row["state"]] = row["n"]
        overdue, redo = overdue + row["late"], redo + row["again"]
    return {"states": states, "overdue": overdue, "redo": redo}


def units_below(assignment: Assignment) -> dict[str, Any]:
    """To whom the work can be handed on, with their present load, and when it would be due if it were done now."""
    at, order = clock.now(), assignment.order
    until = assigning.child_due(order, assignment, at)
    below = Unit.objects.filter(path__startswith=assignment.unit.path).exclude(pk=assignment.unit_id)
    units = list(below.filter(Q(active_until=None) | Q(active_until__gte=clock.today())).order_by("path")[:MOST_UNITS])
    load = present_load([unit.pk for unit in units])
    busy = set(
        order.assignments.filter(state__in=OPEN_ASSIGNMENT_STATES, unit__in=units).values_list("unit_id", flat=True)
    )
    return {
        "own_due_at": assignment.due_at,
        "due_at": until,
        "sign_due_at": assigning.sign_due(order, at, until),
        "units": [
            {
                "id": unit.public_id,
                "name": unit.name,
                "kind": unit.get_kind_display(),
                "level": unit.depth - assignment.unit.depth,
                "open": load[unit.pk][0],
                "overdue": load[unit.pk][1],
                "busy": unit.pk in busy,
            }
            for unit in units
        ],
    }


def clauses(assignment: Assignment) -> list[dict[str, str]]:
    """What an objection can cite about the order's matter: lines of the 派单目录, then of the 权责清单."""
    order = assignment.order
    found = [
        {
            "clause": row["clause"],
            "words": f"{row['category']}{'（' + row['division'] + '）' if row['division'] else ''}",
            "unit": row["unit"]["name"] if row["unit"] else "",
            "unit_id": row["unit"]["id"] if row["unit"] else "",
            "basis": row["basis"],
            "source": "派单目录",
        }
        for row in catalogue_clauses(knowledge.current(), order)
        if row["part"] == "lead"
    ]
    listed = responsibilities(category=order.category)[:MOST_CLAUSES] if order.category is not None else []
    found += [
        {
            "clause": row.matter,
            "words": row.category.full_name if row.category else "",
            "unit": row.unit.name,
            "unit_id": row.unit.public_id,
            "basis": row.basis,
            "source": "权责清单",
        }
        for row in listed
    ]
    return found[:MOST_CLAUSES]


def replies(reader: Person, assignment: Assignment) -> list[dict[str, Any]]:
    """The texts that fit this part, filled, the most particular first; Huying's own where the centre has none."""
    order, unit = assignment.order, assignment.unit
    rows = ReplyTemplate.objects.select_related("unit", "category").filter(in_force(clock.today()))
    rows = rows.filter(Q(unit=None) | Q(unit__path__in=_up(unit)))
    category = order.category
    rows = rows.filter(Q(category=None) | Q(category__in=_above(category))) if category else rows.filter(category=None)
    fitting = sorted(
        rows,
        key=lambda row: (-(row.category.depth if row.category else 0), -(row.unit.depth if row.unit else 0), row.pk),
    )
    values = _values(reader, assignment)
    texts = [(row.name, row.conclusion, row.body) for row in fitting]
    texts = texts or [(text.name, text.conclusion, text.body) for text in DEFAULTS]
    return [{"name": name, "conclusion": kind, "text": filled(body, values)} for name, kind, body in texts]


def _up(node: MP_Node) -> list[str]:
    return [node.path[:end] for end in range(node.steplen, len(node.path) + 1, node.steplen)]


def _above(category: Any) -> list[int]:
    same_tree = type(category).objects.filter(tree_id=category.tree_id, path__in=_up(category))
    return list(same_tree.values_list("pk", flat=True))


def _values(reader: Person, assignment: Assignment) -> dict[str, str]:
    order, today = assignment.order, clock.today()
    reached = assignment.outreach.filter(connected=True).order_by("-at").first()
    return {
        "order_no": order.order_no,
        "title": order.title,
        "place": order.incident_place,
        "category": order.category.name if order.category else "",
        "unit": assignment.unit.name,
        "filed": moment(order.filed_at),
        "promised": moment(order.promised_at) if order.promised_at else "",
        "contacted": moment(reached.at) if reached else "",
        "handler": reader.name,
        "today": f"{today.month}月{today.day}日",
    }


def templates(reader: Person) -> QuerySet[ReplyTemplate]:
    """The texts a keeper looks after: the administrator's all, a unit leader's own."""
    rows = ReplyTemplate.objects.select_related("unit", "category").order_by("-effective_from", "-pk")
    if reader.has_role("system_admin"):
        return rows
    return rows.filter(unit__path__startswith=reader.unit.path) if reader.unit is not None else rows.none()


def get_template(reader: Person, public_id: str) -> ReplyTemplate:
    found = templates(reader).filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这个答复模板，或不在您的范围内。")
    return found
