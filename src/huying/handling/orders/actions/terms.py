"""What a centre sets for itself, with effective dates: limits 时限, choices 中心设置, grounds for declining 不予受理情形.

A line that begins ends the one it follows on the day before; a past order is judged by the line of its day, so nothing
begins before today and nothing that has held is changed.
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from huying.base.calendars import clock
from huying.base.calendars.arithmetic import Unit as Measure
from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.handling.orders import rules
from huying.handling.orders.models import DeclineRule, LimitRule, Policy

KEEPERS = ("system_admin",)
Line = LimitRule | DeclineRule | Policy


def set_limit(
    *,
    actor: Person,
    purpose: str,
    amount: float,
    measure: str,
    effective_from: date,
    request_type: str = "",
    urgency: str = "",
    category_prefix: str = "",
) -> LimitRule:
    """How long something may take from a day on, for every order or for those that meet the conditions."""
    require_role(actor, *KEEPERS)
    if purpose not in LimitRule.Purpose.values or measure not in {str(one) for one in Measure}:
        raise Invalid("没有这种时限。", errors=[{"field": "purpose", "message": "请从所列各项中选择"}])
    whole = Measure(measure).days
    if not 0 < amount <= 1000 or (whole and amount != int(amount)):
        words = "须是 1 到 1000 的整数" if whole else "须大于 0，不超过 1000"
        raise Invalid("时限长短不对。", errors=[{"field": "amount", "message": words}])
    key = {
        "purpose": purpose,
        "request_type": request_type,
        "urgency": urgency,
        "category_prefix": category_prefix.strip(),
    }
    with transaction.atomic():
        replaced = _make_room(LimitRule, key, effective_from)
        row = LimitRule.objects.create(**key, amount=amount, measure=measure, effective_from=effective_from)
        old = [replaced.amount, replaced.measure] if replaced else None
        _record(actor, "terms.set_limit", row, {**key, "amount": amount, "measure": measure}, old, [amount, measure])
    return row


def set_policy(*, actor: Person, key: str, value: Any, effective_from: date) -> Policy:
    """The centre's choice from a day on; see :data:`rules.POLICIES`."""
    require_role(actor, *KEEPERS)
    kind = rules.POLICIES.get(key)
    if kind is None:
        raise Invalid("没有这项设置。", errors=[{"field": "key", "message": "没有这一项"}])
    why_not = kind.why_not(value)
    if why_not:
        raise Invalid(f"{kind.label}：{why_not}。", errors=[{"field": "value", "message": why_not}])
    with transaction.atomic():
        replaced = _make_room(Policy, {"key": key}, effective_from)
        row = Policy.objects.create(key=key, value=value, effective_from=effective_from)
        _record(actor, "terms.set_policy", row, {"key": key}, replaced.value if replaced else None, value)
    return row


def set_decline_rule(
    *, actor: Person, code: str, name: str, tell: str, effective_from: date, basis: str = ""
) -> DeclineRule:
    """A ground for not accepting, with the legal way that the citizen is told.

    The first one of a centre takes Huying's list over, so that the others stay in force.
    """
    require_role(actor, *KEEPERS)
    with transaction.atomic():
        if not DeclineRule.objects.exists():
            DeclineRule.objects.bulk_create(
                DeclineRule(code=known, name=words, tell=said, effective_from=clock.today())
                for known, (words, said) in rules.DEFAULT_DECLINES.items()
            )
            DeclineRule.objects.filter(code=code, effective_from=effective_from).delete()
        replaced = _make_room(DeclineRule, {"code": code}, effective_from)
        row = DeclineRule.objects.create(code=code, name=name, tell=tell, basis=basis, effective_from=effective_from)
        old = [replaced.name, replaced.tell] if replaced else None
        _record(actor, "terms.set_decline_rule", row, {"code": code}, old, [name, tell])
    return row


def end_line(*, actor: Person, line: Line, last_day: date, expected_version: int | None = None) -> Line:
    """The line's last day; what the table falls back to holds from the day after. One that has not begun is dropped."""
    require_role(actor, *KEEPERS)
    today = clock.today()
    with transaction.atomic():
        row = type(line)._default_manager.select_for_update().filter(pk=line.pk).first()
        if row is None or (row.effective_until is not None and row.effective_until < today):
            raise Conflict("这一行已经失效。", code="line_ended")
        if expected_version is not None and row.version != expected_version:
            raise Conflict("这一行刚被别人改过，请看最新内容后再办。", current={"version": row.version})
        if last_day < today - timedelta(days=1):
            raise Invalid("失效日不能早于今天。", errors=[{"field": "last_day", "message": "过早"}])
        before = str(row.effective_until or "")
        row.effective_until = last_day
        if last_day < row.effective_from:
            _record(actor, "terms.drop", row, {"table": type(row).__name__}, None, None)
            row.delete()
            return row
        row.version += 1
        row.save(update_fields=["effective_until", "version"])
        _record(actor, "terms.end", row, {"table": type(row).__name__}, before, str(last_day))
    return row


def _make_room(model: type, key: dict[str, str], begins: date) -> Any:
    """End the line with the same conditions the day before ``begins``; returns it, or None where there was none."""
    if begins < clock.today():
        raise Invalid("生效日不能早于今天。", errors=[{"field": "effective_from", "message": "过早"}])
    rows = model.objects.select_for_update().filter(**key)  # type: ignore[attr-defined]
    if rows.filter(effective_from__gte=begins).exists():
        raise Conflict("同样条件的一行已定在这一天或以后生效，请先让它失效。", code="line_exists")
    present = rows.filter(Q(effective_until__isnull=True) | Q(effective_until__gte=begins)).first()
    if present is not None:
        present.effective_until = begins - timedelta(days=1)
        present.version += 1
        present.save(update_fields=["effective_until", "version"])
    return present


def _record(actor: Person, verb: str, row: Any, payload: dict[str, Any], old: Any, new: Any) -> None:
    dates = {"from": str(row.effective_from), "until": str(row.effective_until or "")}
    record(actor=actor, verb=verb, subject=row, payload={**payload, **dates}, changes={"value": [old, new]})
