"""派单目录, 不得分派, 点位, 定向规则: made and ended, never rewritten, so that a past order finds the rule of its day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.base.versions import hold
from huying.handling.dispatch import knowledge
from huying.handling.dispatch.kinds import KINDS, Rule, kind_of, problems, twins
from huying.handling.dispatch.knowledge import Knowledge
from huying.handling.dispatch.models import DirectedRule
from huying.handling.dispatch.scrutiny import errors_of, scrutinise

KEEPER = "model_manager"
PART = "rules"


def create_rule(*, actor: Person, kind: str, **values: Any) -> Rule:
    """A new rule of ``kind`` (a key of ``KINDS``); seen by every process within a second.

    Raises ``Invalid`` naming the fields, ``Conflict`` where the same rule is already in force then.
    """
    require_role(actor, KEEPER)
    with transaction.atomic():
        rule = _make(actor, kind, values, knowledge.current())
        knowledge.bump(PART)
    return rule


def create_rules(*, actor: Person, kind: str, each: Iterable[dict[str, Any]]) -> list[Rule]:
    """Many new rules of one kind, all or none, an event each; every one is judged by the rulebook before the first.

    Raises as ``create_rule``.
    """
    require_role(actor, KEEPER)
    known = knowledge.current()
    with transaction.atomic():
        made = [_make(actor, kind, values, known) for values in each]
        knowledge.bump(PART)
    return made


def _make(actor: Person, kind: str, values: dict[str, Any], known: Knowledge) -> Rule:
    rule = KINDS[kind].model(**values)
    refuse_errors(kind, problems(rule) or [(one.field, one.message) for one in errors_of(scrutinise(known, rule))])
    same = twins(rule)
    if same:
        raise Conflict(
            f"同样的{KINDS[kind].label}已在生效，不必重复添加。",
            code="rule_exists",
            current={"id": same[0].public_id},
        )
    rule.save(force_insert=True)
    about = {"kind": kind, "unit": rule.unit_id, "category": rule.category_id}
    record(actor=actor, verb="dispatch.rule_created", subject=rule, payload=about, changes=described(rule))
    return rule


def refuse_errors(kind: str, found: Sequence[tuple[str, str]]) -> None:
    """``Invalid`` with every ``(field, message)``, if there is one."""
    if found:
        errors = [{"field": field, "message": message} for field, message in found]
        raise Invalid(f"{KINDS[kind].label}有误：{found[0][1]}。", errors=errors)


def end_rule(
    *,
    actor: Person,
    rule: Rule,
    last_day: date,
    at: datetime | None = None,
    expected_version: int | None = None,
    reason: str = "",
) -> Rule:
    """The rule holds up to and including ``last_day``. The day before its first day takes it back altogether.

    A directed rule may end in the middle of a day: ``at`` that moment.
    """
    require_role(actor, KEEPER)
    if at is not None and not isinstance(rule, DirectedRule):
        raise Invalid("只有定向规则可以写到时刻。", errors=[{"field": "at", "message": "请填失效日期"}])
    if last_day < rule.effective_from - timedelta(days=1):
        raise Invalid("失效日期早于生效日期。", errors=[{"field": "last_day", "message": "不早于生效日期的前一天"}])
    with transaction.atomic():
        present = hold(rule, expected_version)
        before, present.effective_until = present.effective_until, last_day
        columns = ["effective_until", "version"]
        if isinstance(present, DirectedRule):
            present.ends_at = at
            columns.append("ends_at")
        present.version += 1
        present.save(update_fields=columns)
        changes = {"effective_until": [before.isoformat() if before else None, last_day.isoformat()]}
        payload = {"kind": kind_of(present).code, "last_day": last_day.isoformat()}
        record(
            actor=actor, verb="dispatch.rule_ended", subject=present, payload=payload, changes=changes, reason=reason
        )
        knowledge.bump(PART)
    return present


def described(rule: Rule) -> dict[str, list[Any]]:
    """A new rule's columns for the audit; rules hold nothing of a citizen."""
    columns = [field.attname for field in rule._meta.concrete_fields if field.attname != "id"]
    values = {name: getattr(rule, name) for name in columns}
    return {
        name: [None, value.isoformat() if isinstance(value, date | datetime) else value]
        for name, value in values.items()
    }
