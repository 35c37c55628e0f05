"""In the units' hands: reaching the citizen, handing on, asking for time, answering, the centre's audit."""

from datetime import datetime, timedelta

from huying.base.org.models import Unit, UnitKind
from huying.demo.sources import table
from huying.demo.tales.tale import Tale
from huying.handling.orders import rules

LATEST = timedelta(days=150)  # what is still not concluded was mostly filed since
OLD_SHARE = 0.1


def handle(tale: Tale) -> bool:
    """Tell how the units worked until the answer passed the audit; False where the order ended or stands still."""
    if _withdrawn(tale):
        return False
    target = _target(tale)
    if _stuck(tale):
        _stand_still(tale)
        return False
    _assist(tale, target)
    _reach(tale, target)
    _hand_on(tale, target)
    onward = _petition(tale, target)
    if onward is not None:
        _answer(tale, onward)
    return _audit(tale)


def _withdrawn(tale: Tale) -> bool:
    if not tale.happens("withdrawn"):
        return False
    tale.work(tale.rng.uniform(1, 9))
    tale.make("withdraw", by=tale.city.staff.of("agent", tale.rng), note=tale.say("withdraw"))
    _cancel_all(tale)
    return True


def _cancel_all(tale: Tale) -> None:
    gone = {move.part for move in tale.moves if move.action in ("release", "accept_objection", "cancel")}
    for part in range(tale.given):
        if part not in gone:
            tale.make("cancel", part=part)


def _target(tale: Tale) -> datetime:
    """When it will be concluded: within its time, seldom after it, as the figures say."""
    city, rng, ends = tale.city, tale.rng, tale.city.ends
    start = tale.order.filed_at
    if tale.urgent:
        if city.fates.urgent_late(tale.call.scene.town.area, tale.call.scene.matter.family, start):
            return tale.due + timedelta(hours=rng.uniform(1, 20))
        return start + (tale.due - start) * min(0.97, rng.betavariate(2.6, 2.6 / ends["urgent_share"] - 2.6))
    late = city.shares["late"] if tale.cross is None else ends["cross_region_late"]
    if city.drawn.happens(f"late {tale.cross is not None}", late, rng):
        days = rng.uniform(0.15, 1.65) / 1.2 * ends["cross_region_late_days"]
        return rules.arithmetic.add_working_days(tale.due, round(days, 3), city.calendar)
    share = min(0.985, rng.betavariate(5, 5 / ends["general_share"] - 5))
    return rules.share_of_time(start, tale.due, share, "working", city.calendar)


def _stuck(tale: Tale) -> bool:
    """A few of what ought to be concluded are not: shelved, or simply late."""
    city, end = tale.city, tale.city.agenda.end
    if tale.urgent or tale.due > end or tale.order.request_type == "consult":
        return False
    recent = end - tale.order.filed_at < LATEST
    long = max(1.0, city.days / LATEST.days)  # how much of the whole the recent months are
    share = city.ends["not_concluded"] * 1.15
    share *= OLD_SHARE if not recent else 1 if long == 1 else long * (1 - OLD_SHARE) + OLD_SHARE
    return city.drawn.happens("stuck", share, tale.rng)


def _stand_still(tale: Tale) -> None:
    """Shelved until a day to come, or late, urged and supervised."""
    city, rng, staff = tale.city, tale.rng, tale.city.staff
    assert tale.lead is not None
    clerk = city.clerk(tale.lead, rng)
    _reach(tale, tale.due)
    if rng.random() < 0.45:
        tale.towards(tale.due, 0.6)
        review = (city.agenda.end + timedelta(days=rng.randint(8, 60))).date()
        tale.make("suspend", part=tale.part, by=clerk, note=tale.say("suspend"), data={"review_on": review.isoformat()})
        tale.work(rng.uniform(1, 6))
        leader, words = staff.of("duty_leader"), "同意挂账，到期复查。"
        tale.make("decide_suspension", part=tale.part, to="suspended", by=leader, note=words, data={"granted": True})
        return
    tale.at = max(tale.at, tale.due + timedelta(hours=rng.uniform(2, 30)))
    tale.make("supervise", by=staff.of("supervisor"), note=tale.say("supervise"), data={"level": rng.choice((1, 1, 2))})
    tale.at += timedelta(days=rng.uniform(1, 4))
    tale.make("urge", by=staff.of("agent", rng), note=tale.say("urged"))


def _assist(tale: Tale, target: datetime) -> None:
    """Assisting units sign and answer before the lead."""
    city, rng, start = tale.city, tale.rng, tale.at
    units = [
        (part, unit)
        for part, unit in _given(tale)
        if part != tale.part and unit.pk != (tale.lead.pk if tale.lead else 0)
    ]
    for part, unit in units:
        tale.towards(target, 0.05)
        tale.make("sign", part=part, by=city.clerk(unit, rng))
        tale.towards(target, rng.uniform(0.2, 0.4))
        words = tale.say("assisted", unit)
        tale.make("finish", part=part, by=city.clerk(unit, rng), note=words, data={"conclusion": "explained"})
        tale.towards(target, 0.1)
        tale.make("sign_off", part=part, by=city.leader(unit))
    if not units:
        tale.at = start


def _given(tale: Tale) -> list[tuple[int, Unit]]:
    """Assignments still open to the units that help, by index."""
    gone = {move.part for move in tale.moves if move.action in ("release", "accept_objection")}
    found, index = [], 0
    for move in tale.moves:
        for unit in move.gives:
            if index not in gone:
                found.append((index, unit))
            index += 1
    return found


def _reach(tale: Tale, target: datetime) -> None:
    """The unit calls until somebody answers; nobody can be called where the order is anonymous."""
    if tale.order.anonymous or tale.lead is None:
        return
    caller = tale.city.handler(tale.lead, tale.rng)
    for _ in range(3):
        tale.towards(target, tale.rng.uniform(0.04, 0.25))
        connected = not tale.happens("outreach_fails")
        words = tale.say("outreach_yes" if connected else "outreach_no")
        facts = {"connected": connected, "relayed": tale.order.confidential}
        tale.make("record_outreach", part=tale.part, by=caller, note=words, data=facts)
        if connected:
            return


def _hand_on(tale: Tale, target: datetime) -> None:
    """A sub-centre hands the work to the street, a street to the community of the place; each waits for it."""
    assert tale.lead is not None
    _delegate(tale, tale.part, tale.lead, target)


def _delegate(tale: Tale, part: int, unit: Unit, target: datetime) -> None:
    city, rng, scene = tale.city, tale.rng, tale.call.scene
    below = city.ground.below(unit, scene.town.name, scene.village.code)
    sub_centre = unit.kind == UnitKind.SUB_CENTRE
    if below is None or not (sub_centre or tale.happens("delegated_by_street")):
        return
    clerk, child = city.clerk(unit, rng), tale.given
    tale.towards(target, 0.06)
    tale.make("delegate", part=part, by=clerk, note=tale.say("delegate", unit), gives=(below,))
    tale.towards(target, 0.05)
    tale.make("sign", part=child, by=city.clerk(below, rng))
    if sub_centre:
        _delegate(tale, child, below, target)
    tale.towards(target, rng.uniform(0.2, 0.6))
    conclusion = _conclusion(tale)
    answer = tale.say(conclusion, below)
    tale.make("finish", part=child, by=city.handler(below, rng), note=answer, data={"conclusion": conclusion})
    tale.towards(target, 0.08)
    tale.make("sign_off", part=child, by=city.leader(below))


def _petition(tale: Tale, target: datetime) -> datetime | None:
    """More time, shelving, a ruling. Returns the new target; None where a ruling has answered the order."""
    city, rng = tale.city, tale.rng
    if tale.urgent or tale.lead is None or tale.at >= tale.due:
        return target
    clerk = city.clerk(tale.lead, rng)
    if tale.happens("extension"):
        tale.towards(tale.due, rng.uniform(0.3, 0.7))
        days = rng.randint(2, 5)
        tale.make("extend", part=tale.part, by=clerk, note=tale.say("extend"), data={"days": days})
        return _extended(tale, target, days)
    if tale.happens("suspension"):
        return _suspended(tale, target, clerk)
    if not tale.leader and tale.happens("ruling"):
        tale.towards(tale.due, rng.uniform(0.2, 0.5))
        tale.make("ask_ruling", part=tale.part, by=clerk, note=tale.say("ruling"))
        tale.towards(tale.due, rng.uniform(0.1, 0.3))
        granted, judge = rng.random() < 0.5, city.staff.of("judge")
        to = "submitted" if granted else "handling"
        words = "已核对答复与政策依据。"
        tale.make("decide_ruling", part=tale.part, to=to, by=judge, note=words, data={"granted": granted})
        if granted:
            tale.make("units_done")
            return None
    return target


def _extended(tale: Tale, target: datetime, days: int) -> datetime:
    granted = tale.rng.random() < 0.85
    tale.towards(tale.due, tale.rng.uniform(0.1, 0.3))
    words = "同意。" if granted else "理由不充分，请按期办结。"
    dispatcher = tale.city.staff.of("dispatcher", tale.rng)
    tale.make("decide_extension", part=tale.part, by=dispatcher, note=words, data={"granted": granted})
    if not granted:
        return max(target, tale.at)
    tale.due = rules.extended(tale.due, days, tale.kind, tale.city.calendar)
    return rules.share_of_time(tale.at, tale.due, tale.rng.uniform(0.5, 0.95), tale.kind, tale.city.calendar)


def _suspended(tale: Tale, target: datetime, clerk) -> datetime:
    city, rng = tale.city, tale.rng
    tale.towards(tale.due, 0.4)
    away = timedelta(days=rng.randint(9, 20))
    review = (tale.at + away + timedelta(days=3)).date().isoformat()
    tale.make("suspend", part=tale.part, by=clerk, note=tale.say("suspend"), data={"review_on": review})
    tale.towards(tale.due, 0.2)
    leader, since = city.staff.of("duty_leader"), tale.at
    words = "同意挂账，到期复查。"
    tale.make("decide_suspension", part=tale.part, to="suspended", by=leader, note=words, data={"granted": True})
    tale.at += away
    tale.make("resume", part=tale.part, by=clerk, note="条件具备，恢复办理。")
    tale.due = rules.moved_on(tale.due, since, tale.at, tale.kind, city.calendar) or tale.due
    return rules.share_of_time(tale.at, tale.due, rng.uniform(0.3, 0.9), tale.kind, city.calendar)


def _conclusion(tale: Tale) -> str:
    known = table("figures")["conclusions"]
    return tale.city.drawn.draw(tale.order.request_type, known.get(tale.order.request_type) or known["help"], tale.rng)


def _ends(tale: Tale) -> str:
    """As what the lead unit concludes; a difficult case that comes so far, by a share of its own."""
    if not tale.leader:
        return _conclusion(tale)
    tale.ends = tale.ends or tale.city.drawn.draw("difficult", tale.city.difficult_ends, tale.rng)
    return tale.ends


def _answer(tale: Tale, target: datetime) -> None:
    """The answer, written so that it can be signed off and audited by the target."""
    city, rng = tale.city, tale.rng
    assert tale.lead is not None
    conclusion = _ends(tale)
    clerk, leader = city.clerk(tale.lead, rng), city.leader(tale.lead)
    tale.towards(target, rng.uniform(0.7, 0.9))
    words = tale.say(conclusion)
    tale.make("finish", part=tale.part, by=clerk, note=words, data={"conclusion": conclusion})
    if tale.happens("unit_sends_back"):
        tale.towards(target, 0.3)
        tale.make("send_back", part=tale.part, by=leader, note=tale.say("send_back"))
        tale.towards(target, 0.4)
        tale.make("finish", part=tale.part, by=clerk, note=tale.say(conclusion), data={"conclusion": conclusion})
    tale.towards(target, rng.uniform(0.3, 0.6))
    tale.make("sign_off", part=tale.part, by=leader)
    tale.make("units_done")
    tale.towards(target, 1.0)


def _audit(tale: Tale) -> bool:
    """The centre reads the answer; some have to be written again."""
    city, rng = tale.city, tale.rng
    auditor = city.staff.of("auditor")
    assert tale.lead is not None
    answered = any(move.action == "finish" and move.part == tale.part for move in tale.moves)
    if answered and not tale.urgent and tale.happens("audit_fails"):
        reason = tale.say("fail_audit")
        tale.make("fail_audit", by=auditor, note=reason)
        tale.make("answer_again", part=tale.part, note=reason)
        tale.work(rng.uniform(0.3, 2))
        conclusion = _ends(tale)
        clerk, words = city.clerk(tale.lead, rng), tale.say(conclusion)
        tale.make("finish", part=tale.part, by=clerk, note=words, data={"conclusion": conclusion})
        tale.work(rng.uniform(0.2, 1))
        tale.make("sign_off", part=tale.part, by=city.leader(tale.lead))
        tale.make("units_done")
        tale.work(rng.uniform(0.2, 1))
    visited = tale.order.citizen is not None and tale.order.request_type != "consult"
    tale.concluded_at = tale.concluded_at or tale.at
    tale.make("pass_audit", to="to_visit" if visited else "closed", by=auditor)
    return visited
