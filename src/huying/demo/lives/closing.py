"""The end of the way: audit, visits, judgement, redo, coming back."""

from datetime import datetime, timedelta
from random import Random

from huying.base.calendars.clock import local
from huying.demo.agenda import Life
from huying.demo.city import Case, City, is_in
from huying.demo.lives import filing, handling
from huying.handling.orders import actions as orders
from huying.handling.orders.models import Assignment, WorkOrder
from huying.handling.visits import actions as visits

CALLS = (9.5, 15.0, 10.5, 16.5, 19.0)  # hours of the day at which visitors try


def life(city: City, case: Case) -> Life:
    yield city.work(case.rng.uniform(0.3, 5), case)
    if not is_in(case.order, "to_audit"):
        return
    auditor = city.staff.of("auditor")
    if city.happens(case, "audit_fails", rare=True):
        orders.fail_audit(actor=auditor, order=case.order, reason=case.words("fail_audit"))
        _work_again(city, case)
        return
    orders.pass_audit(actor=auditor, order=case.order)
    for child in WorkOrder.objects.filter(master=case.order, state="to_visit"):
        if child.pk in city.cases:
            city.start(visit(city, city.cases[child.pk]))
    yield from visit(city, case)


def visit(city: City, case: Case) -> Life:
    """The citizen answers by the link, or a visitor calls, up to three times in different parts of the day."""
    order, rng = case.order, case.rng
    if city.happens(case, "visit_by_link"):
        yield city.now + timedelta(hours=rng.uniform(0.2, 20))
        if is_in(order, "to_visit"):
            _record(city, case, "sms")
    day = 0 if local(city.now).hour < 12 else 1
    for attempt in range(4):
        if not is_in(order, "to_visit"):
            break
        yield at_hour(
            city.now, CALLS[(attempt + rng.randrange(2)) % len(CALLS)] + rng.random(), day or rng.randint(0, 1)
        )
        day = 1
        if not is_in(order, "to_visit"):
            break
        if city.happens(case, "visit_unreached"):
            visits.record(actor=city.staff.of("visitor", rng), order=order, reached=False)
        else:
            _record(city, case, "phone")
    if is_in(order, "to_judge"):
        yield from _judge(city, case)
    elif is_in(order, "closed") and city.happens(case, "reopened"):
        yield from _come_back(city, case)


def at_hour(now: datetime, hour: float, days: int) -> datetime:
    """The next moment with that hour of the day, so many days on."""
    wall = local(now)
    at = wall.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days, hours=hour)
    return at if at > wall else at + timedelta(days=1)


def _record(city: City, case: Case, channel: str) -> None:
    solved, satisfied = opinion(case.rng, city.shares, again=case.order.redo_count > 0)
    words = {"solved": "visit_good", "partly": "visit_partly", "unsolved": "visit_bad"}[solved]
    if satisfied == "dissatisfied":
        words = "visit_bad"
    visits.record(
        actor=city.system if channel == "sms" else city.staff.of("visitor", case.rng),
        order=case.order,
        reached=True,
        contacted="yes" if case.rng.random() < 0.95 else "no",
        solved=solved,
        satisfied=satisfied,
        words=case.words(words),
        channel=channel,
    )


def opinion(rng: Random, shares: dict[str, float], *, again: bool) -> tuple[str, str]:
    """Solved or not, satisfied or not. What was not solved makes most of the dissatisfaction; some are angry anyway."""
    calm = 3.0 if again else 1.0  # who was called back once is harder to content
    if rng.random() < shares["unsolved"] * calm:
        return "unsolved", "dissatisfied" if rng.random() < 0.8 else "basic"
    if rng.random() < shares["partly"]:
        return "partly", rng.choice(("basic", "basic", "satisfied", "dissatisfied"))
    if rng.random() < shares["dissatisfied_though_solved"]:
        return "solved", "dissatisfied"
    return "solved", "satisfied" if rng.random() < 0.8 else "basic"


def _judge(city: City, case: Case) -> Life:
    rng = case.rng
    yield city.work(rng.uniform(1, 9) * (2 if city.recent else 1))
    if not is_in(case.order, "to_judge"):
        return
    judge, chance = city.staff.of("judge"), rng.random()
    if chance < city.shares["judged_shelved"]:
        review_on = (city.now + timedelta(days=rng.randint(10, 30))).date()
        reason = case.words("judge_shelve")
        visits.judge(actor=judge, order=case.order, verdict="shelve", reason=reason, review_on=review_on)
    elif chance < city.shares["judged_shelved"] + city.shares["judged_reasonable"]:
        visits.judge(actor=judge, order=case.order, verdict="reasonable", reason=case.words("judge_yes"))
        _work_again(city, case)
    else:
        visits.judge(actor=judge, order=case.order, verdict="unreasonable", reason=case.words("judge_no"))


def _work_again(city: City, case: Case) -> None:
    """The lead unit takes it up once more."""
    lead = Assignment.objects.filter(order=case.order, part="lead", parent=None, state__in=("to_sign", "handling"))
    for assignment in lead.select_related("unit"):
        begin = handling.life if assignment.state == "to_sign" else handling.answer
        city.start(begin(city, case, assignment))


def _come_back(city: City, case: Case) -> Life:
    yield city.now + timedelta(days=case.rng.uniform(2, 9))
    if is_in(case.order, "closed"):
        orders.reopen(actor=city.staff.of("agent", case.rng), order=case.order, reason=case.words("reopen"))
        yield city.minutes(case.rng, 10, 120)
    if is_in(case.order, "to_dispatch"):
        filing.send(city, case)
        filing.received(city, case)
