"""From the call to the right unit: review, asking back, merging, dispatch, objections, reassignment, consulting."""

from datetime import timedelta

from huying.base.org.models import Unit
from huying.demo.founding.rulebook import has_clause
from huying.demo.sources import LOCAL
from huying.demo.tales.tale import OWN, Tale

DECLINED_BY = ("J01", "J04", "J07")


def route(tale: Tale) -> bool:
    """Tell the way to the unit that handles it; False where the order ended before."""
    staff, rng = tale.city.staff, tale.rng
    own = tale.order.channel in OWN
    tale.make("submit", to="to_review" if own else "to_dispatch", by=None if own else staff.of("agent", rng))
    if own and not _review(tale):
        return False
    tale.minutes(2, 55)
    if not tale.urgent and tale.happens("need_info") and not _ask(tale):
        return False
    if _merged(tale):
        return False
    if tale.happens("unclear"):
        _consult(tale)
        return True
    _dispatch(tale)
    return True


def _review(tale: Tale) -> bool:
    staff, rng = tale.city.staff, tale.rng
    reviewer = staff.of("reviewer", rng)
    tale.minutes(5, 150)
    if tale.happens("declined_at_review"):
        tale.make("decline", by=reviewer, note=tale.say("decline"), data={"rule": rng.choice(DECLINED_BY)})
        return False
    if tale.happens("back_to_agent"):
        tale.make("back", by=reviewer, note=tale.say("back"))
        tale.minutes(10, 90)
        tale.make("submit", to="to_review", by=staff.of("agent", rng))
        tale.minutes(10, 60)
    tale.make("approve", by=reviewer)
    return True


def _ask(tale: Tale) -> bool:
    """Ask the citizen for what is missing; one in ten does not answer."""
    staff, rng = tale.city.staff, tale.rng
    tale.make("ask_info", by=staff.of("dispatcher", rng), note=tale.say("ask_info"))
    if rng.random() < 0.1:
        tale.at = tale.holds("supplement")
        tale.make("give_up_info", by=tale.city.system, note="诉求人未在期限内补充。")
        return False
    asked = tale.at
    tale.at = tale.city.calendar.add_time(tale.at, timedelta(hours=rng.uniform(0.5, 9)))
    tale.make("supplement", to="to_dispatch", by=staff.of("agent", rng), note=tale.say("info_words"))
    tale.due += tale.at - asked
    tale.minutes(5, 60)
    return True


def _merged(tale: Tale) -> bool:
    """Somebody else's order about the same matter is in hand: this one waits for it and ends with it."""
    master = tale.master
    if master is None or master.concluded_at is None or master.handed_out_at is None or tale.order.master is not None:
        return False
    if not master.handed_out_at < tale.at < master.concluded_at:
        return False
    tale.order.master = master.order
    tale.make("merge", by=tale.city.staff.of("dispatcher", tale.rng), note=tale.say("merge"))
    return True


def assists(tale: Tale) -> list[Unit]:
    """Who helps: by the division of work, or the neighbour across the border."""
    scene, ground = tale.call.scene, tale.city.ground
    found = [tale.cross] if tale.cross is not None else []
    if tale.happens("assist"):
        named = [short for short in scene.matter.assists if short != LOCAL]
        found += [ground.unit(short, scene.town.name) for short in named[:1]]
    return [unit for unit in found if unit.pk != tale.truth.pk]


def _consult(tale: Tale) -> None:
    staff, rng = tale.city.staff, tale.rng
    tale.make("unclear", by=staff.of("dispatcher", rng), note="职责交叉，目录无明确条款。")
    tale.work(rng.uniform(2, 9))
    basis = f"经会商，由{tale.truth.short_name}承办，编办、司法会签。"
    tale.make("designate", by=staff.of("panelist"), note=basis, gives=(tale.truth, *assists(tale)))
    _led(tale, tale.truth)
    _sign(tale)


def _led(tale: Tale, unit: Unit) -> None:
    tale.lead = unit
    tale.handed_out_at = tale.handed_out_at or tale.at


def _dispatch(tale: Tale) -> None:
    city, rng = tale.city, tale.rng
    automatic = has_clause(tale.call.scene.matter) and tale.cross is None and tale.happens("automatic")
    wrong = not automatic and _goes_astray(tale)
    helping = assists(tale)
    unit = (tale.cross or city.another_unit(rng, tale.truth, helping)) if wrong else tale.truth
    helping = [] if wrong else helping
    by = city.system if automatic else city.staff.of("dispatcher", rng)
    how = "catalogue" if automatic else "person"
    opinion = tale.say("opinion", unit)
    tale.part = tale.given
    tale.make("dispatch", by=by, note=opinion, gives=(unit, *helping), data={"by": how, "automatic": automatic})
    _led(tale, unit)
    if wrong:
        _found_wrong(tale, unit)
    elif tale.happens("objects_when_right"):
        _object(tale, unit, None)
        tale.work(rng.uniform(0.3, 3))
        tale.make("uphold_dispatch", part=tale.part, by=city.staff.of("dispatcher", rng), note=tale.say("objection_no"))
        tale.work(rng.uniform(0.2, 1.5))
        tale.make("sign", part=tale.part, by=city.clerk(unit, rng))
    else:
        _sign(tale)


def _goes_astray(tale: Tale) -> bool:
    ends = tale.city.ends
    if tale.cross is not None:
        return tale.city.drawn.happens("cross twice", ends["cross_region_twice"], tale.rng)
    return tale.happens("misdispatched")


def _object(tale: Tale, unit: Unit, suggested: Unit | None) -> None:
    """Within the time for signing, citing a clause of the catalogue."""
    tale.towards(tale.holds("sign"), tale.rng.uniform(0.15, 0.9))
    tale.make(
        "object_to_dispatch",
        part=tale.part,
        by=tale.city.clerk(unit, tale.rng),
        note=tale.say("objection"),
        data={
            "clause": f"派单目录第{tale.rng.randint(1, 15)}.{tale.rng.randint(1, 9)}条",
            "suggested": suggested.pk if suggested else None,
        },
    )


def _found_wrong(tale: Tale, unit: Unit) -> None:
    """The wrong unit objects, or has signed and says so later; the right one goes on."""
    city, rng = tale.city, tale.rng
    dispatcher = city.staff.of("dispatcher", rng)
    before, helping = tale.part, assists(tale)
    if tale.happens("objects_when_wrong"):
        _object(tale, unit, tale.truth)
        tale.work(rng.uniform(0.3, 4))
        tale.part = tale.given
        tale.make("accept_objection", part=before, by=dispatcher, note=tale.say("objection_yes"), gives=(tale.truth,))
    else:
        _sign(tale)
        tale.work(rng.uniform(0.5, 5))
        tale.part = tale.given
        reason = "单位反映非其职责，经核实改派。"
        tale.make("reassign", to="in_hand", by=dispatcher, note=reason, gives=(tale.truth,))
        tale.make("release", part=before)
    _led(tale, tale.truth)
    for helper in helping:
        tale.make("add_assist", by=dispatcher, gives=(helper,))
    _sign(tale)


def _sign(tale: Tale) -> None:
    """The lead signs; who is slow counts as having signed when the time is up."""
    until = tale.holds("sign")
    delay = tale.rng.expovariate(1 / 0.35)
    if delay >= 1:
        tale.at = until
        tale.make("sign", part=tale.part, by=tale.city.system)
        return
    tale.towards(until, delay)
    assert tale.lead is not None
    tale.make("sign", part=tale.part, by=tale.city.clerk(tale.lead, tale.rng))
