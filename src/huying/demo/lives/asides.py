"""What happens beside the way: urging, adding words, supervision, marks, difficult cases, withdrawing."""

from datetime import timedelta

from huying.demo.agenda import Life
from huying.demo.city import Case, City, is_in
from huying.demo.sources import table
from huying.demo.speech import expand
from huying.handling.orders import actions as orders
from huying.handling.orders.states import OPEN_STATES


def plan(city: City, case: Case) -> None:
    """Decide at filing what will happen beside; each is a small life of its own."""
    for what, told in (
        ("urged", _urge),
        ("supplemented", _add),
        ("withdrawn", _withdraw),
        ("sensitive", _sensitive),
        ("difficult", _difficult),
    ):
        if city.happens(case, what, rare=what in ("sensitive", "difficult")):
            city.start(told(city, case))
    city.start(_supervise(city, case))


def _says(case: Case, code: str) -> str:
    lines = table("texts/common")[code]
    slots = case.slots() | {"extra": case.rng.choice(("那边还是老样子。", "今天又出现了。", "我拍了照片。"))}
    return expand(case.rng, case.rng.choice(lines), slots)


def _urge(city: City, case: Case) -> Life:
    for _ in range(case.rng.choice((1, 1, 1, 2, 3))):
        yield city.now + timedelta(hours=case.rng.uniform(20, 90))
        if is_in(case.order, "in_hand", "to_dispatch", "to_audit"):
            orders.urge(actor=city.staff.of("agent", case.rng), order=case.order, words=_says(case, "urge"))


def _add(city: City, case: Case) -> Life:
    yield city.now + timedelta(hours=case.rng.uniform(1, 40))
    if is_in(case.order, "in_hand", "to_dispatch", "to_audit"):
        orders.add_words(actor=city.staff.of("agent", case.rng), order=case.order, words=_says(case, "add"))


def _withdraw(city: City, case: Case) -> Life:
    yield city.now + timedelta(hours=case.rng.uniform(2, 50))
    if is_in(case.order, "in_hand", "to_dispatch", "to_review"):
        orders.withdraw(actor=city.staff.of("agent", case.rng), order=case.order, reason=case.words("withdraw"))


def _sensitive(city: City, case: Case) -> Life:
    yield city.minutes(case.rng, 20, 300)
    if case.order.state in OPEN_STATES and is_in(case.order, *OPEN_STATES) and not case.order.sensitive:
        orders.mark_sensitive(actor=city.staff.of("duty_leader"), order=case.order, reason=case.words("sensitive"))


def _difficult(city: City, case: Case) -> Life:
    yield city.now + timedelta(hours=case.rng.uniform(6, 40))
    if not is_in(case.order, "in_hand") or case.order.difficult:
        return
    due = city.now + timedelta(days=20)
    first, second = (city.now + timedelta(days=days) for days in (5, 12))
    orders.escalate_difficult(
        actor=city.staff.of("duty_leader"),
        order=case.order,
        leader=f"{case.call.scene.slots['surname']}副县长",
        unit=case.truth,
        due=due,
        milestones=f"{first.date()} 现场会商，明确各方责任\n{second.date()} 拿出处置方案并与群众见面",
    )


def _supervise(city: City, case: Case) -> Life:
    """What has run over its time is chased."""
    if case.order.promised_at is None:
        return
    yield case.order.promised_at + timedelta(hours=case.rng.uniform(1, 20))
    if is_in(case.order, "in_hand", "to_audit") and city.happens(case, "supervised_when_late"):
        level = "1" if case.rng.random() < 0.8 else "2"
        actor = city.staff.of("supervisor")
        orders.supervise(actor=actor, order=case.order, level=level, note=case.words("supervise"))
