"""A rule changed or rolled back: the version in force ends at the moment at which the next one begins; none is rewritten."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.base.versions import hold
from huying.handling.dispatch import knowledge, selectors
from huying.handling.dispatch.actions.rules import KEEPER, PART, refuse_errors
from huying.handling.dispatch.kinds import Rule, kind_of, problems, twins
from huying.handling.dispatch.models import DirectedRule
from huying.handling.dispatch.periods import begins, ends
from huying.handling.dispatch.scrutiny import errors_of, scrutinise


def replace_rule(
    *, actor: Person, rule: Rule, expected_version: int | None = None, reason: str = "", **values: Any
) -> Rule:
    """The next version of a rule, live from its first moment on (now, unless given); the present one ends there.

    Raises ``Invalid`` naming the fields, ``Conflict`` where the version read is no longer the present one.
    """
    require_role(actor, KEEPER)
    return _succeed(actor, rule, expected_version, reason, "dispatch.rule_replaced", values)


def restore_rule(*, actor: Person, rule: Rule, reason: str = "", **values: Any) -> Rule:
    """回滚: an earlier version's content anew, from now on and until further notice unless ``values`` say until when."""
    require_role(actor, KEEPER)
    kind = kind_of(rule)
    present = selectors.rule_history(kind.code, rule)[0]
    if present.pk == rule.pk and begins(rule) <= clock.now() < ends(rule):
        raise Conflict("这个版本正在生效，不必恢复。", code="in_force_already")
    content = {field.name: getattr(rule, field.name) for field in rule._meta.fields if field.name in kind.fields}
    content |= {"begins_at": None, "ends_at": None} if isinstance(rule, DirectedRule) else {}
    content["effective_from"] = clock.today()
    return _succeed(actor, present, None, reason, "dispatch.rule_restored", {**content, **values})


def _succeed(
    actor: Person, rule: Rule, expected_version: int | None, reason: str, verb: str, values: dict[str, Any]
) -> Rule:
    kind = kind_of(rule)
    with transaction.atomic():
        present: Rule = hold(rule, expected_version)
        following = kind.model(**values)
        following.lineage = present.lineage or present.public_id
        begun = following.effective_from <= clock.today()
        if isinstance(following, DirectedRule) and following.begins_at is None and begun:
            following.begins_at = clock.now()
        _end_before(present, following)
        wrong = problems(following)
        found = errors_of(scrutinise(knowledge.current(), following, instead_of=present)) if not wrong else []
        refuse_errors(kind.code, wrong or [(one.field, one.message) for one in found])
        present.version += 1
        present.save(update_fields=_ENDS if isinstance(present, DirectedRule) else _DAYS)
        if any(other.pk != present.pk for other in twins(following)):
            raise Conflict(f"同样的{kind.label}已在生效。", code="rule_exists")
        following.save(force_insert=True)
        payload = {"kind": kind.code, "unit": following.unit_id, "instead_of": present.public_id}
        record(
            actor=actor, verb=verb, subject=following, payload=payload, changes=_changes(present, following),
            reason=reason,
        )  # fmt: skip
        knowledge.bump(PART)
    return following


_DAYS = ["effective_until", "version"]
_ENDS = [*_DAYS, "ends_at"]


def _end_before(present: Rule, following: Rule) -> None:
    """To the moment for directed rules, to the day for the others; one that has ended before stays as it is."""
    start = begins(following)
    if ends(present) <= start:
        return
    if isinstance(present, DirectedRule):
        present.ends_at = max(start, begins(present))
        present.effective_until = clock.local(present.ends_at).date()
    else:
        present.effective_until = following.effective_from - timedelta(days=1)


def _changes(before: Rule, after: Rule) -> dict[str, list[Any]]:
    kept = ("id", "public_id", "version")
    columns = [field.attname for field in after._meta.concrete_fields if field.attname not in kept]
    pairs = {name: [_plain(getattr(before, name)), _plain(getattr(after, name))] for name in columns}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
