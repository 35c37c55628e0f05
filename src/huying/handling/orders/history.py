"""Versions of an order: who changed which field from what to what, out of the sealed log."""

from typing import Any

from django.db.models import Model, Q

from huying.base.audit.models import AuditEntry
from huying.base.org.models import Person, Unit
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.moves import CHANNELS, REQUEST_TYPES, URGENCIES
from huying.handling.orders.presenting import LABELS
from huying.handling.orders.states import CONCLUSIONS, ORDER_TABLE

MOST = 200
# The fields that mean something to a reader; counters, clocks of rounds and keys stay in the log.
FIELDS = {
    "state": "状态",
    "title": "标题",
    "text": "诉求内容",
    "category": "事项",
    "request_type": "类型",
    "urgency": "紧急程度",
    "channel": "渠道",
    "incident_place": "事发地",
    "incident_division": "区划",
    "respondent_place": "被诉地址",
    "opinion": "交办意见",
    "reply": "答复",
    "conclusion": "办结类型",
    "lead_unit": "主办单位",
    "promised_at": "承诺时间",
    "confidential": "保密",
    "difficult": "疑难",
    "sensitive": "敏感",
    "unreasonable": "不合理",
}
WORDS = {
    "state": {code: row.label for code, row in ORDER_TABLE.items()},
    "request_type": REQUEST_TYPES,
    "urgency": URGENCIES,
    "channel": CHANNELS,
    "conclusion": CONCLUSIONS,
}
NAMED: dict[str, tuple[type[Model], str]] = {
    "category": (Category, "full_name"),
    "incident_division": (Division, "full_name"),
    "lead_unit": (Unit, "name"),
}


def versions(order: WorkOrder) -> list[dict[str, Any]]:
    """What changed, the latest first. Words of people are in the log only as digests: that they changed is told, not how.

    Six statements, however long the history."""
    about = Q(subject_type=order._meta.label_lower, subject_id=order.pk) & ~Q(changes={})
    rows = list(AuditEntry.objects.filter(about, succeeded=True).order_by("-id")[:MOST])
    people = Person.objects.select_related("unit").in_bulk({row.actor_id for row in rows if row.actor_id})
    names = _names(rows)
    made = []
    for row in rows:
        changes = [_change(field, pair, names) for field, pair in row.changes.items() if field in FIELDS]
        person = people.get(row.actor_id)
        if changes:
            made.append(
                {
                    "at": row.at,
                    "action": LABELS.get(row.verb.partition(".")[2], row.verb),
                    "by": {
                        "name": person.name if person else "",
                        "unit": person.unit.name if person and person.unit else "",
                    },
                    "changes": changes,
                }
            )
    return made


def _names(rows: list[AuditEntry]) -> dict[str, dict[int, str]]:
    """The present names of what the keys in the log point to."""
    found = {}
    for field, (model, column) in NAMED.items():
        keys = {key for row in rows for key in row.changes.get(field, []) if isinstance(key, int)}
        found[field] = dict(model._default_manager.filter(pk__in=keys).values_list("pk", column)) if keys else {}
    return found


def _change(field: str, pair: list[Any], names: dict[str, dict[int, str]]) -> dict[str, Any]:
    old, new = (_said(field, value, names) for value in pair)
    return {"field": field, "label": FIELDS[field], "old": old, "new": new}


def _said(field: str, value: Any, names: dict[str, dict[int, str]]) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if field in names:
        return names[field].get(value, "")
    if isinstance(value, str) and value.startswith("#"):
        return "（文字）"
    return WORDS.get(field, {}).get(value, str(value))
