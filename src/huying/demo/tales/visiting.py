"""The end: visits until somebody answers, judgement of what did not content, redo, shelving."""

from datetime import timedelta

from huying.demo.lives.closing import at_hour
from huying.demo.tales.tale import Tale
from huying.handling.orders import rules

HOURS = (9.2, 15.1, 10.4, 16.2)
CONTENT, REDONE, UNHAPPY = "content", "redone", "unhappy"


def visit(tale: Tale, fate: str = "") -> None:
    """Three tries at most; by the link many answer themselves. ``fate``: what the citizen will say in the end."""
    fate = fate or _fate(tale)
    rng, city = tale.rng, tale.city
    if tale.happens("visit_by_link"):
        tale.at += timedelta(hours=rng.uniform(0.2, 20))
        _said(tale, fate, by=city.system)
        return
    start = rng.randrange(2)
    visitor = city.staff.of("visitor", rng)
    for attempt in range(3):
        tale.at = at_hour(tale.at, HOURS[(attempt + start) % 4] + rng.random(), 0 if attempt == 0 else 1)
        if not tale.happens("visit_unreached"):
            _said(tale, fate, by=visitor)
            return
        last = attempt == 2
        to = "closed" if last else "to_visit"
        tale.make("record_visit", to=to, by=visitor, data={"reached": False, "band": rules.time_band(tale.at)})


def _fate(tale: Tale) -> str:
    """Content, content after a redo, or not content: by the share of the unit's area, kept exactly."""
    city, ends = tale.city, tale.city.ends
    key, unhappy = city.fates.discontent(tale.call.scene.town.area, tale.lead, tale.order.filed_at)
    if city.drawn.happens(key, unhappy, tale.rng):
        return UNHAPPY
    return REDONE if city.drawn.happens("redone", ends["redone_and_content"], tale.rng) else CONTENT


def _said(tale: Tale, fate: str, *, by) -> None:
    city, rng, ends = tale.city, tale.rng, tale.city.ends
    if fate == CONTENT:
        level = "basic" if city.drawn.happens("basic", ends["basic"], rng) else "satisfied"
        _record(tale, "closed", by, "solved", level, "visit_good")
        return
    if fate == REDONE:
        solved = rng.choice(("unsolved", "unsolved", "partly"))
        _record(tale, "to_judge", by, solved, "dissatisfied" if solved == "unsolved" else "basic", "visit_bad")
        _redo(tale)
        visit(tale, CONTENT)
        return
    reason = {"unsolved": ends["unsolved_of_dissatisfied"], "partly": 0.18}
    solved = city.drawn.draw("unhappy", reason | {"solved": 1 - sum(reason.values())}, rng)
    _record(tale, "to_judge", by, solved, "dissatisfied", "visit_bad" if solved != "solved" else "visit_rude")
    _settled(tale, solved)


def _record(tale: Tale, to: str, by, solved: str, satisfied: str, code: str) -> None:
    facts = {
        "reached": True,
        "band": rules.time_band(tale.at),
        "contacted": "yes" if tale.rng.random() < 0.96 else "no",
        "solved": solved,
        "satisfied": satisfied,
    }
    words = tale.say(code)
    tale.make("record_visit", to=to, by=by, note=words, data=facts)


def _settled(tale: Tale, solved: str) -> None:
    """A person judges; what stays unsolved is done again once, shelved, or found to ask too much."""
    rng, staff = tale.rng, tale.city.staff
    if tale.rounds == 0 and rng.random() < 0.35:
        _redo(tale)
        tale.at = at_hour(tale.at, 9.5 + rng.random() * 7, 1)
        visitor = staff.of("visitor", rng)
        _record(tale, "to_judge", visitor, solved, "dissatisfied", "visit_bad" if solved != "solved" else "visit_rude")
    tale.work(rng.uniform(1, 8))
    judge = staff.of("judge")
    if solved == "solved" or rng.random() < 0.4:
        tale.make("judge", to="closed", by=judge, note=tale.say("judge_no"), data={"verdict": "unreasonable"})
        return
    review = (tale.at + timedelta(days=rng.randint(15, 45))).date()
    note, shelved = tale.say("judge_shelve"), {"verdict": "shelve", "review_on": review.isoformat()}
    tale.make("judge", to="to_judge", by=judge, note=note, data=shelved)
    tale.at = at_hour(tale.at, 9.0, (review - tale.at.date()).days)
    tale.make("close_shelved", by=tale.city.system, note="挂账复查日已到。")


def _redo(tale: Tale) -> None:
    """The same unit does it once more, this time to the end."""
    city, rng = tale.city, tale.rng
    assert tale.lead is not None
    tale.work(rng.uniform(1, 8))
    judge, note = city.staff.of("judge"), tale.say("judge_yes")
    tale.make("judge", to="in_hand", by=judge, note=note, data={"verdict": "reasonable"})
    tale.make("redo", part=tale.part, by=judge, note=note)
    tale.rounds += 1
    tale.towards(tale.holds("sign"), rng.uniform(0.2, 0.9))
    clerk = city.clerk(tale.lead, rng)
    tale.make("sign", part=tale.part, by=clerk)
    tale.work(rng.uniform(2, 12))
    tale.make("finish", part=tale.part, by=clerk, note=tale.say("solved"), data={"conclusion": "solved"})
    tale.work(rng.uniform(0.2, 2))
    tale.make("sign_off", part=tale.part, by=city.leader(tale.lead))
    tale.make("units_done")
    tale.work(rng.uniform(0.3, 3))
    tale.make("pass_audit", to="to_visit", by=city.staff.of("auditor"))
