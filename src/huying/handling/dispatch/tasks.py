"""Background work of this room."""

import subprocess
import sys
from datetime import time, timedelta

from django.core.exceptions import ObjectDoesNotExist

from huying.base.calendars import clock
from huying.base.errors import Problem
from huying.base.events import obligations
from huying.base.events.daily import once_a_day
from huying.base.events.models import Obligation
from huying.base.org.selectors import system_person
from huying.handling.dispatch import drift, nightly, watching
from huying.handling.dispatch.actions import automatic, automation, bursts, labels, proposals, trials
from huying.handling.dispatch.actions.decisions import WATCH
from huying.handling.dispatch.models import RuleTrial
from huying.handling.orders.models import WorkOrder

RENEW_S = 20
NIGHT = timedelta(hours=4)


@obligations.handler("order.auto_dispatch")
def auto_dispatch(obligation: Obligation) -> None:
    """The model's try at an order that waits for dispatch. An order somebody else dispatched is left as it is."""
    order = WorkOrder.objects.select_related("category").filter(pk=obligation.payload["workorder"]).first()
    if order is not None:
        automatic.dispatch_automatically(order)


@obligations.handler(trials.KIND, external=True)  # its progress is seen while it runs
def try_rule(obligation: Obligation) -> None:
    """A rule on trial. One that can't be read any more (its unit was removed) is given up, and says so."""
    trial = RuleTrial.objects.filter(pk=obligation.payload["trial"]).first()
    if trial is None or trial.state == RuleTrial.State.DONE:
        return
    try:
        trials.run_trial(trial, lambda done, total: obligations.renew(obligation))
    except (Problem, ObjectDoesNotExist):
        RuleTrial.objects.filter(pk=trial.pk).update(state=RuleTrial.State.FAILED, finished_at=clock.now())


@obligations.handler(bursts.TELL)
def tell_burst(obligation: Obligation) -> None:
    """Many orders with the same words: the team leader hears of it."""
    order = WorkOrder.objects.filter(pk=obligation.payload["workorder"]).first()
    if order is not None:
        bursts.tell_burst(order)


@obligations.handler(WATCH)
def watch_unit(obligation: Obligation) -> None:
    """A wrong automatic dispatch came to light: is it one too many?"""
    automation.watch_automation([obligation.payload["unit"]])


@obligations.handler("dispatch.look", external=True)  # reads for seconds; each of its actions commits by itself
def look(obligation: Obligation) -> None:
    """Every night: the mix of the orders, every unit's outcomes, what later orders prove, and what went over to whom."""
    drift.keep_day(actor=system_person())
    obligations.renew(obligation)
    since = clock.now() - timedelta(days=7)
    automation.watch_automation(sorted({one.unit for one in watching.outcomes(since=since)}))
    automation.prove_automation()
    proposals.gather_proposals(actor=system_person())
    obligations.renew(obligation)
    labels.gather_handovers(actor=system_person())


@obligations.handler("dispatch.nightly_training", external=True)  # minutes, in a process of its own
def nightly_training(obligation: Obligation) -> None:
    """A new model where enough was decided since the last one. It waits for a named person, unless the centre chose."""
    if clock.now() - obligation.due_at > NIGHT or nightly.kept_back()[0] is None:
        return  # a server started by day does not make up for the night
    child = subprocess.Popen([sys.executable, "-m", "huying.handling.dispatch.nightly"], stdout=subprocess.DEVNULL)
    while True:
        try:
            code = child.wait(timeout=RENEW_S)
        except subprocess.TimeoutExpired:
            obligations.renew(obligation)
            continue
        if code:
            raise obligations.TryAgain(f"训练没有完成（返回码 {code}）。")
        return


once_a_day("dispatch.look", time(1, 30))
once_a_day("dispatch.nightly_training", time(2, 30))
