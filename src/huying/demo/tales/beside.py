"""What happens beside the way of an order in hand: urging, words added, marks, difficult cases, supervision."""

from datetime import datetime, timedelta

from huying.demo.sources import table
from huying.demo.speech import expand
from huying.demo.tales.tale import Tale
from huying.handling.orders.pasts import PastMove


def add(tale: Tale) -> None:
    """Put in what happened between dispatch and audit; the moves stay in the sequence of their times."""
    start, end = tale.handed_out_at, tale.concluded_at
    if start is None or end is None or end - start < timedelta(hours=1):
        return
    found: list[PastMove] = []
    for what, told in (("urged", _urged), ("supplemented", _supplemented), ("sensitive", _sensitive)):
        if tale.happens(what):
            found += told(tale, start, end)
    if tale.leader:
        found += _difficult(tale, start, end)
    found += _supervised(tale, end)
    if found:
        tale.moves = sorted([*tale.moves, *found], key=lambda move: move.at)  # stable: what is of one moment stays so


def _between(tale: Tale, start: datetime, end: datetime) -> datetime:
    """A moment of its own strictly between two others."""
    return start + (end - start) * tale.rng.uniform(0.03, 0.97) + timedelta(microseconds=tale.rng.randint(1, 900))


def _says(tale: Tale, code: str) -> str:
    scene = tale.call.scene
    more = tale.rng.choice(("那边还是老样子。", "今天又出现了。", "我拍了照片。", "邻居也能作证。"))
    slots = scene.slots | {"p": scene.place, "m": scene.phrase, "extra": more}
    return expand(tale.rng, tale.rng.choice(table("texts/common")[code]), slots)


def _urged(tale: Tale, start: datetime, end: datetime) -> list[PastMove]:
    agent = tale.city.staff.of("agent", tale.rng)
    times = sorted(_between(tale, start, end) for _ in range(tale.rng.choice((1, 1, 1, 2, 3))))
    return [PastMove("urge", at, by=agent, note=_says(tale, "urge")) for at in times]


def _supplemented(tale: Tale, start: datetime, end: datetime) -> list[PastMove]:
    agent = tale.city.staff.of("agent", tale.rng)
    return [PastMove("add_words", _between(tale, start, end), by=agent, note=_says(tale, "add"))]


def _sensitive(tale: Tale, start: datetime, end: datetime) -> list[PastMove]:
    leader = tale.city.staff.of("duty_leader")
    return [PastMove("mark_sensitive", _between(tale, start, end), by=leader, note=tale.say("sensitive"))]


def _difficult(tale: Tale, start: datetime, end: datetime) -> list[PastMove]:
    """Led by a named leader, with two milestones, of which those before the end were reached."""
    staff = tale.city.staff
    at = start + (end - start) * 0.1
    first, second = (at + (end - at) * share for share in (0.4, 0.8))
    plan = [
        [first.date().isoformat(), "现场会商，明确各方责任"],
        [second.date().isoformat(), "拿出处置方案并与群众见面"],
    ]
    facts = {
        "leader": tale.leader,
        "unit": tale.truth.pk,
        "due": (at + timedelta(days=20)).isoformat(),
        "milestones": len(plan),
        "plan": plan,
    }
    leader = staff.of("duty_leader")
    moves = [PastMove("escalate_difficult", at, by=leader, note=tale.say("difficult"), data=facts)]
    for day, (_, title) in zip((first, second), plan, strict=True):
        moves.append(PastMove("reach_milestone", day, by=leader, data={"milestone": title}))
    return moves


def _supervised(tale: Tale, end: datetime) -> list[PastMove]:
    """What has run over its time is chased; units that come last month after month are called in."""
    city, rng = tale.city, tale.rng
    if (note := city.fates.called_in(tale.lead, end)) and tale.handed_out_at is not None:
        at = tale.handed_out_at + (end - tale.handed_out_at) * 0.9
        return [PastMove("supervise", at, by=city.staff.of("duty_leader"), note=note, data={"level": 3})]
    if end <= tale.due or not tale.happens("supervised_when_late"):
        return []
    at = tale.due + (end - tale.due) * rng.uniform(0.1, 0.8)
    data = {"level": 1 if rng.random() < 0.8 else 2}
    return [PastMove("supervise", at, by=city.staff.of("supervisor"), note=tale.say("supervise"), data=data)]
