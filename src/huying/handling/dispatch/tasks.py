"""Background work of this room."""

from django.core.exceptions import ObjectDoesNotExist

from huying.base.calendars import clock
from huying.base.errors import Problem
from huying.base.events import obligations
from huying.base.events.models import Obligation
from huying.handling.dispatch.actions import automatic, trials
from huying.handling.dispatch.models import RuleTrial
from huying.handling.orders.models import WorkOrder


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
