"""From the call to the unit: filing, review, asking back, merging, dispatch by rule, model or person."""

from datetime import timedelta

from huying.base.events import obligations
from huying.demo.agenda import Life
from huying.demo.arrivals import Call
from huying.demo.city import Case, City, is_in
from huying.demo.lives import asides, handling
from huying.demo.sources import LOCAL
from huying.handling.orders import actions as orders
from huying.handling.orders.models import Assignment, WorkOrder
from huying.intake.contacts import actions as contacts
from huying.intake.contacts.actions import Filing

CITIZENS_OWN = {"web", "wechat", "app", "qr"}
WRONG_CATEGORY = 0.05
PLACE_NAMED = 0.85
RECLASSIFIED = 0.3
SENSITIVE_TO_NAME = {"欠薪", "学校", "治安", "村务", "违建"}


def file(city: City, call: Call) -> Case:
    """Write the order down as an agent (or the citizen on the page) would."""
    rng, scene = call.rng, call.scene
    own = call.channel in CITIZENS_OWN
    shares = city.shares
    anonymous = rng.random() < shares["anonymous"] * (2 if scene.matter.family in SENSITIVE_TO_NAME else 0.8)
    confidential = not anonymous and rng.random() < shares["confidential"]
    named = not own and rng.random() < shares["named_category"]
    filing = Filing(
        text=call.text,
        channel=call.channel,
        phone="" if anonymous else call.caller.phone,
        name="" if anonymous else call.caller.name,
        anonymous=anonymous,
        confidential=confidential,
        request_type=call.kind,
        urgency=scene.matter.urgency if not own else "",
        category=city.ground.categories[_category(city, call)] if named else None,
        caller_place=f"{call.caller.home[0].name}{call.caller.home[1].name}",
        caller_division=city.ground.divisions[call.caller.home[1].code],
        respondent=scene.slots["firm"] if scene.matter.place_kind == "firm" and rng.random() < 0.6 else "",
        number_called="12345" if call.channel == "phone" else "",
        started_at=city.now - timedelta(seconds=rng.randint(90, 420)),
    )
    if rng.random() < PLACE_NAMED:
        filing.incident_place = scene.place
        filing.incident_division = city.ground.divisions[scene.village.code]
    actor = city.system if own else city.staff.of("agent", rng)
    order = contacts.file_order(actor=actor, filing=filing)
    case = Case(call, city.ground.lead_of(scene.matter, scene.town.name), order, rng)
    city.cases[order.pk] = case
    return case


def _category(city: City, call: Call) -> str:
    """The agent's choice; now and then a neighbour in the tree."""
    code = call.scene.matter.code
    if call.rng.random() >= WRONG_CATEGORY:
        return code
    near = [other for other in city.ground.categories if len(other) == 6 and other[:2] == code[:2] and other != code]
    return call.rng.choice(near)


def life(city: City, call: Call) -> Life:
    """The order's way to its unit."""
    case = file(city, call)
    order = case.order
    asides.plan(city, case)
    obligations.run_due(50, kinds=["order.auto_dispatch"])
    if is_in(order, "to_review"):
        yield from _review(city, case)
    if is_in(order, "to_dispatch"):
        yield from _by_person(city, case)
    if is_in(order, "in_hand"):
        received(city, case)


def is_repeat(city: City, call: Call) -> bool:
    """The same citizen about an order that is still open: it is urged, not filed twice."""
    if not call.again:
        return False
    case = next((case for case in reversed(city.cases.values()) if case.call.scene is call.scene), None)
    if case is None or case.order.anonymous or not is_in(case.order, "in_hand", "to_dispatch", "to_audit"):
        return False
    orders.urge(actor=city.staff.of("agent", call.rng), order=case.order, words=call.text)
    return True


def _review(city: City, case: Case) -> Life:
    order, rng = case.order, case.rng
    yield city.minutes(rng, 5, 160 if not city.recent else 600)
    if not is_in(order, "to_review"):
        return
    reviewer = city.staff.of("reviewer", rng)
    if city.happens(case, "declined_at_review", rare=True):
        orders.decline(actor=reviewer, order=order, rule=rng.choice(("J01", "J04", "J07")), note=case.words("decline"))
        return
    if city.happens(case, "back_to_agent", rare=True):
        orders.back(actor=reviewer, order=order, reason=case.words("back"))
        yield city.minutes(rng, 10, 90)
        if is_in(order, "draft"):
            orders.submit(actor=city.staff.of("agent", rng), order=order)
        yield city.minutes(rng, 10, 60)
    if is_in(order, "to_review"):
        orders.approve(actor=reviewer, order=order)
        obligations.run_due(50, kinds=["order.auto_dispatch"])


def _by_person(city: City, case: Case) -> Life:
    order, rng = case.order, case.rng
    yield city.minutes(rng, 4, 75 if not city.recent else 240)
    if is_in(order, "to_dispatch") and city.happens(case, "need_info", rare=True):
        yield from _ask(city, case)
    if not is_in(order, "to_dispatch"):
        return
    dispatcher = city.staff.of("dispatcher", rng)
    if city.happens(case, "merged", rare=True) and (master := _like(city, case)) is not None:
        orders.merge(actor=dispatcher, order=order, master=master, note=case.words("merge"))
        return
    if city.happens(case, "unclear", rare=True):
        orders.unclear(actor=dispatcher, order=order, reason="职责交叉，目录无明确条款。")
        yield city.work(rng.uniform(2, 12))
        if is_in(order, "consulting"):
            basis = f"经会商，由{case.truth.short_name}承办，编办、司法会签。"
            orders.designate(actor=city.staff.of("panelist"), order=order, unit=case.truth, basis=basis)
        return
    send(city, case)


def _ask(city: City, case: Case) -> Life:
    orders.ask_info(actor=city.staff.of("dispatcher", case.rng), order=case.order, question=case.words("ask_info"))
    yield city.work(case.rng.uniform(1, 22))
    if is_in(case.order, "need_info"):
        orders.supplement(actor=city.staff.of("agent", case.rng), order=case.order, words=case.words("info_words"))
        yield city.minutes(case.rng, 5, 60)


def send(city: City, case: Case) -> None:
    """A dispatcher sends it: mostly to the right unit, with those who assist."""
    order, rng, scene = case.order, case.rng, case.call.scene
    assists = [city.ground.unit(short, scene.town.name) for short in scene.matter.assists if short != LOCAL]
    unit = case.truth
    if city.happens(case, "misdispatched"):
        unit = city.another_unit(rng, case.truth, assists)
    helping = [a for a in assists if a.pk != unit.pk][:1] if city.happens(case, "assist") else []
    unsure = order.category_id is None or rng.random() < RECLASSIFIED
    orders.dispatch(
        actor=city.staff.of("dispatcher", rng),
        order=order,
        unit=unit,
        assists=helping,
        opinion=case.words("opinion", unit),
        category=city.ground.categories[scene.matter.code] if unsure else None,
    )


def _like(city: City, case: Case) -> WorkOrder | None:
    """An order that is in hand about the same kind of matter in the same town."""
    for other in reversed(list(city.cases.values())[-250:]):
        scene = other.call.scene
        own = case.call.scene
        same = scene.matter.code[:4] == own.matter.code[:4] and scene.town.name == own.town.name
        if same and other.order.pk != case.order.pk and is_in(other.order, "in_hand", "to_audit"):
            return other.order
    return None


def received(city: City, case: Case) -> None:
    """The units have it: each begins."""
    for assignment in Assignment.objects.filter(order=case.order, state="to_sign").select_related("unit", "order"):
        city.start(handling.life(city, case, assignment))
