"""试行: a rule is tried on past orders by a worker, with progress; nothing is changed by it."""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events import obligations
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.handling.dispatch import selectors
from huying.handling.dispatch.actions.rules import KEEPER, refuse_errors
from huying.handling.dispatch.kinds import KINDS, RELATED, Rule, problems
from huying.handling.dispatch.models import RuleTrial
from huying.handling.dispatch.trying import DAYS, Report, try_rule

KIND = "dispatch.try_rule"
LONGEST = 366


def start_trial(
    *, actor: Person, kind: str, days: int = DAYS, instead_of: Rule | None = None, **values: Any
) -> RuleTrial:
    """Have a rule tried on the orders of the last ``days``. Raises ``Invalid`` where it could not be a rule at all."""
    require_role(actor, KEEPER)
    if not 1 <= days <= LONGEST:
        raise Invalid("天数不对。", errors=[{"field": "days", "message": f"1 至 {LONGEST}"}])
    refuse_errors(kind, problems(KINDS[kind].model(**values)))
    kept = _kept(values) | ({"instead_of": instead_of.public_id} if instead_of is not None else {})
    with transaction.atomic():
        trial = RuleTrial.objects.create(kind=kind, values=kept, days=days, started_by=actor, started_at=clock.now())
        record(actor=actor, verb="dispatch.trial_started", subject=trial, payload={"kind": kind, "days": days})
        obligations.oblige(kind=KIND, key=f"{KIND}:{trial.pk}", due_at=clock.now(), payload={"trial": trial.pk})
    return trial


def run_trial(trial: RuleTrial, report: Report | None = None) -> None:
    """The worker's part: try, and keep the result. Run again, it begins anew."""
    rule, instead_of = rule_of(trial)

    def told(done: int, total: int) -> None:
        RuleTrial.objects.filter(pk=trial.pk).update(state=RuleTrial.State.RUNNING, done=done, total=total)
        if report is not None:
            report(done, total)

    tally = try_rule(rule, instead_of, days=trial.days, report=told)
    RuleTrial.objects.filter(pk=trial.pk).update(
        state=RuleTrial.State.DONE, result=tally.as_json(), finished_at=clock.now()
    )


def rule_of(trial: RuleTrial) -> tuple[Rule, Rule | None]:
    """The rule that is tried, and the version it would replace."""
    model = KINDS[trial.kind].model
    values = dict(trial.values)
    old = values.pop("instead_of", "")
    for name in ("begins_at", "ends_at"):
        if values.get(name):
            values[name] = datetime.fromisoformat(values[name])
    for name in ("effective_from", "effective_until"):
        if values.get(name):
            values[name] = datetime.fromisoformat(values[name]).date()
    return model(**values), selectors.find_rule(trial.kind, old) if old else None


def trial_for(kind: str, public_id: str, values: dict[str, Any]) -> RuleTrial | None:
    """The finished trial of exactly these values; ``Conflict`` where it tried something else or has not ended."""
    if not public_id:
        return None
    trial = selectors.find_trial(public_id)
    kept = {name: value for name, value in trial.values.items() if name != "instead_of"}
    periods = ("effective_from", "effective_until", "begins_at", "ends_at")
    same = {name: value for name, value in _kept(values).items() if name not in periods}
    if trial.kind != kind or {name: value for name, value in kept.items() if name not in periods} != same:
        raise Conflict("规则内容在试行后又改过，请重新试行。", code="trial_differs")
    if trial.state != RuleTrial.State.DONE:
        raise Conflict("试行还没有完成，请稍候。", code="trial_open")
    return trial


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, models.Model):
            made[f"{name}_id"] = value.pk
        elif name not in RELATED:
            made[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return made
