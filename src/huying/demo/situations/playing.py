"""The one player of situations: steps in a clerk's words become moves, which the orders' import plays by its tables.

A step names an action of the state tables, or one of the short ones: ``done`` (finish, signature and, with the last
unit, the audit), ``visit`` and ``missed``. What an action carries with it (a release, a redo, a signature still missing)
is added here, so that a file tells only what matters.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from huying.base.org.models import Person, Unit
from huying.demo.city import City
from huying.demo.situations.reading import Filed, Step, moment
from huying.handling.orders import rules
from huying.handling.orders.imports import ImportedOrder
from huying.handling.orders.pasts import PastMove

SIGNED_AFTER = timedelta(minutes=25)
SIGN_OFF, AUDIT = timedelta(minutes=35), timedelta(minutes=70)
OWN = {"web", "wechat", "app", "qr"}


@dataclass
class _Part:
    unit: Unit
    given_at: datetime
    state: str = "to_sign"
    lead: bool = False
    parent: int | None = None

    @property
    def open(self) -> bool:
        return self.state in ("to_sign", "open")


@dataclass
class Player:
    """Plays the steps of one order. ``master``: the order into which it may be merged."""

    city: City
    begin: date
    filed: Filed
    order: ImportedOrder
    master: "Player | None" = None
    moves: list[PastMove] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)
    concluded_at: datetime | None = None
    redone: int = 0

    def play(self) -> None:
        """All steps; moves stand in the sequence of the file."""
        own = self.order.channel in OWN
        self._make("submit", self.order.filed_at, to="to_review" if own else "to_dispatch", by=self._centre("agent"))
        for step in self.filed.steps:
            at = moment(self.begin, step.when, self.moves[-1].at)
            _ACTIONS.get(step.action, Player._plain)(self, step, max(at, self.moves[-1].at))

    def _make(self, action: str, at: datetime, *, by: Person | None = None, part: int | None = None, to: str = "",
              note: str = "", gives: tuple[Unit, ...] = (), data: dict | None = None) -> None:  # fmt: skip
        self.moves.append(PastMove(action, at, part, to, True, note, by, data or {}, gives))

    def _centre(self, role: str) -> Person:
        return self.city.staff.of(role)

    def _unit(self, name: str) -> Unit:
        """A unit by its short name; 属地 is the one of the place."""
        return self.city.ground.unit(name.strip(), self.filed.town)

    def _clerk(self, unit: Unit) -> Person:
        return self.city.clerk(unit, self.city.rng)

    def _index(self, name: str = "") -> int:
        """The open assignment of a unit; of the lead where none is named."""
        wanted = self._unit(name).pk if name else None
        for index in reversed(range(len(self.parts))):
            part = self.parts[index]
            if part.open and (part.unit.pk == wanted if wanted else part.lead):
                return index
        raise ValueError(f"{self.order.source_no}: no open assignment of {name or 'the lead'}")

    def _give(self, units: list[Unit], at: datetime, *, lead: bool, parent: int | None = None) -> tuple[Unit, ...]:
        for serial, unit in enumerate(units):
            self.parts.append(_Part(unit, at, lead=lead and not serial, parent=parent))
        return tuple(units)

    def _signed(self, index: int, at: datetime) -> None:
        """A unit that goes on has signed, soon after it was given the order."""
        part = self.parts[index]
        if part.state == "to_sign":
            when = min(at, max(self.moves[-1].at, part.given_at + SIGNED_AFTER))
            self._make("sign", when, part=index, by=self._clerk(part.unit))
            part.state = "open"

    # what steps mean

    def _plain(self, step: Step, at: datetime) -> None:
        """A move of the order that carries nothing with it; ``what`` says to which state where there are several."""
        role, to = _PLAIN[step.action]
        by = self.city.system if role == "system" else self._centre(role)
        data: dict[str, object] = {"rule": step.what} if step.action == "decline" else {}
        data = {"level": int(step.what)} if step.action == "supervise" else data
        self._make(step.action, at, by=by, to=to, note=step.note, data=data)
        if step.action == "reopen":  # the units are free
            for index, part in enumerate(self.parts):
                if part.state == "done":
                    self._make("release", at, part=index)
                    part.state = "gone"

    def _dispatch(self, step: Step, at: datetime) -> None:
        units = [self._unit(name) for name in step.what.split("+")]
        by = self._centre("panelist" if step.action == "designate" else "dispatcher")
        data = {} if step.action == "designate" else {"by": "person", "automatic": False}
        note = step.note or f"请{units[0].short_name}核实办理，按时回复。"
        self._make(step.action, at, by=by, note=note, gives=self._give(units, at, lead=True), data=data)

    def _object(self, step: Step, at: datetime) -> None:
        clause, _, suggested = step.what.partition(">")
        other = self._unit(suggested).pk if suggested else None
        index = self._index()
        by, data = self._clerk(self.parts[index].unit), {"clause": clause.strip(), "suggested": other}
        self._make("object_to_dispatch", at, part=index, by=by, note=step.note, data=data)

    def _accept(self, step: Step, at: datetime) -> None:
        index, unit = self._index(), self._unit(step.what)
        self.parts[index].state = "gone"
        gives = self._give([unit], at, lead=True)
        self._make("accept_objection", at, part=index, by=self._centre("dispatcher"), note=step.note, gives=gives)

    def _uphold(self, step: Step, at: datetime) -> None:
        self._make("uphold_dispatch", at, part=self._index(), by=self._centre("dispatcher"), note=step.note)

    def _reassign(self, step: Step, at: datetime) -> None:
        """To another unit; ``会商``: for the third time, so to the panel."""
        index, panel = self._index(), step.what == "会商"
        self.parts[index].state = "gone"
        gives = () if panel else self._give([self._unit(step.what)], at, lead=True)
        to = "consulting" if panel else "in_hand"
        self._make("reassign", at, to=to, by=self._centre("dispatcher"), note=step.note, gives=gives)
        self._make("release", at, part=index)

    def _assist(self, step: Step, at: datetime) -> None:
        gives = self._give([self._unit(step.what)], at, lead=False)
        self._make("add_assist", at, by=self._centre("dispatcher"), note=step.note, gives=gives)

    def _outreach(self, step: Step, at: datetime) -> None:
        missed = step.what.endswith("未接")
        index = self._index(step.what.removesuffix("未接").strip())
        self._signed(index, at)
        data = {"connected": not missed, "relayed": self.order.confidential}
        by, words = self._clerk(self.parts[index].unit), step.note or "已电话联系诉求人，核实了情况。"
        self._make("record_outreach", at, part=index, by=by, note=words, data=data)

    def _petition(self, step: Step, at: datetime) -> None:
        """``extend 3``, ``suspend 20`` (days until review), ``ask_ruling``."""
        index = self._index()
        self._signed(index, at)
        data: dict[str, object] = {"days": int(step.what)} if step.action == "extend" else {}
        if step.action == "suspend":
            data = {"review_on": (at + timedelta(days=int(step.what))).date().isoformat()}
        self._make(step.action, at, part=index, by=self._clerk(self.parts[index].unit), note=step.note, data=data)

    def _decide(self, step: Step, at: datetime) -> None:
        """``grant`` or ``refuse`` what the lead asked for last."""
        index, granted = self._index(), step.action == "grant"
        asked = next(m.action for m in reversed(self.moves) if m.action in _DECIDED)
        action, role = _DECIDED[asked]
        to = {"decide_suspension": "suspended", "decide_ruling": "submitted"}.get(action, "") if granted else "handling"
        self._make(action, at, part=index, to=to, by=self._centre(role), note=step.note, data={"granted": granted})
        if action == "decide_ruling" and granted:
            self.parts[index].state = "done"
            self._conclude(at)

    def _resume(self, step: Step, at: datetime) -> None:
        index = self._index()
        self._make("resume", at, part=index, by=self._clerk(self.parts[index].unit), note=step.note)

    def _delegate(self, step: Step, at: datetime) -> None:
        """To the unit below at the order's place; it answers with the next ``done 下级``."""
        index = self._index()
        self._signed(index, at)
        unit = self.parts[index].unit
        division = self.order.incident_division
        below = self.city.ground.below(unit, self.filed.town, division.code if division else "")
        if below is not None:
            by, gives = self._clerk(unit), self._give([below], at, lead=False, parent=index)
            self._make("delegate", at, part=index, by=by, note=step.note, gives=gives)

    def _done(self, step: Step, at: datetime) -> None:
        """``done solved`` (the lead) or ``done 住建局 solved``: answer and signature; with the last unit the audit."""
        name, _, conclusion = step.what.rpartition(" ")
        index = self._index(name)
        self._finish_below(index, at, step)
        self._signed(index, at)
        part = self.parts[index]
        data = {"conclusion": conclusion}
        self._make("finish", at, part=index, by=self._clerk(part.unit), note=step.note, data=data)
        self._make("sign_off", at + SIGN_OFF, part=index, by=self.city.leader(part.unit))
        part.state = "done"
        self._conclude(at + SIGN_OFF)

    def _finish_below(self, index: int, at: datetime, step: Step) -> None:
        for below, part in enumerate(self.parts):
            if part.parent == index and part.open:
                when = max(self.moves[-1].at, at - timedelta(hours=2))
                self._signed(below, when)
                words = f"{part.unit.short_name}已到现场办理，情况已报。"
                data = {"conclusion": "explained"}
                self._make("finish", when, part=below, by=self._clerk(part.unit), note=words, data=data)
                self._make("sign_off", min(at, when + SIGN_OFF), part=below, by=self.city.leader(part.unit))
                part.state = "done"

    def _conclude(self, at: datetime) -> None:
        if any(part.open for part in self.parts):
            return
        self._make("units_done", at)
        visited = self.order.citizen is not None and self.order.request_type != "consult"
        self.concluded_at = at + AUDIT
        auditor = self._centre("auditor")
        self._make("pass_audit", self.concluded_at, to="to_visit" if visited else "closed", by=auditor)

    def _failed(self, step: Step, at: datetime) -> None:
        """The audit that ``done`` let pass sends the answer back instead."""
        passed = self.moves.pop()
        assert passed.action == "pass_audit"
        index = max(i for i, part in enumerate(self.parts) if part.lead and part.state == "done")
        self._make("fail_audit", max(passed.at, at), by=passed.by, note=step.note)
        self._make("answer_again", self.moves[-1].at, part=index, note=step.note)
        self.parts[index].state = "open"

    def _visit(self, step: Step, at: datetime) -> None:
        """``visit solved satisfied``; ``missed`` where nobody answered."""
        reached = step.action == "visit"
        data: dict[str, object] = {"reached": reached, "band": rules.time_band(at)}
        to = "to_visit"
        if reached:
            solved, satisfied = step.what.split()
            data |= {"contacted": "yes", "solved": solved, "satisfied": satisfied}
            to = "closed" if solved == "solved" and satisfied != "dissatisfied" else "to_judge"
        self._make("record_visit", at, to=to, by=self._centre("visitor"), note=step.note, data=data)

    def _judge(self, step: Step, at: datetime) -> None:
        """``judge reasonable`` (a redo), ``judge unreasonable``, ``judge shelve 30``."""
        verdict, _, days = step.what.partition(" ")
        data: dict[str, object] = {"verdict": verdict}
        if verdict == "shelve":
            data["review_on"] = (at + timedelta(days=int(days))).date().isoformat()
        to = {"reasonable": "in_hand", "unreasonable": "closed", "shelve": "to_judge"}[verdict]
        self._make("judge", at, to=to, by=self._centre("judge"), note=step.note, data=data)
        if verdict == "reasonable":
            index = max(i for i, part in enumerate(self.parts) if part.lead and part.state == "done")
            self._make("redo", at, part=index, by=self._centre("judge"), note=step.note)
            self.parts[index].state, self.parts[index].given_at = "to_sign", at
            self.redone += 1

    def _difficult(self, step: Step, at: datetime) -> None:
        """``difficult 李副市长 > 住建局 > 30 > 5 现场会商 ; 20 开工``: leader, lead unit, days, milestones."""
        leader, unit, days, plan = (part.strip() for part in step.what.split(">"))
        stones = []
        for each in plan.split(";"):
            day, _, title = each.strip().partition(" ")
            stones.append([(at + timedelta(days=int(day))).date().isoformat(), title])
        data = {
            "leader": leader,
            "unit": self._unit(unit).pk,
            "due": (at + timedelta(days=int(days))).isoformat(),
            "milestones": len(stones),
            "plan": stones,
        }
        self._make("escalate_difficult", at, by=self._centre("duty_leader"), note=step.note, data=data)

    def _milestone(self, step: Step, at: datetime) -> None:
        by = self._centre("duty_leader")
        self._make("reach_milestone", at, by=by, note=step.note, data={"milestone": step.what})

    def _merge(self, step: Step, at: datetime) -> None:
        """Into the situation's first order; ends with it."""
        assert self.master is not None
        self.order.master = self.master.order
        self._make("merge", at, by=self._centre("dispatcher"), note=step.note or "同一事件，并入主单。")
        if self.master.concluded_at is not None:
            visited = self.order.citizen is not None
            self._make("follow_master", self.master.concluded_at, to="to_visit" if visited else "closed")


Played = Callable[[Player, Step, datetime], None]
_PLAIN = {
    "approve": ("reviewer", ""),
    "unclear": ("dispatcher", ""),
    "urge": ("agent", ""),
    "add_words": ("agent", ""),
    "withdraw": ("agent", ""),
    "mark_sensitive": ("duty_leader", ""),
    "supervise": ("supervisor", ""),
    "decline": ("reviewer", ""),
    "close_shelved": ("system", ""),
    "ask_info": ("reviewer", ""),
    "supplement": ("agent", "to_dispatch"),
    "reopen": ("agent", ""),
}
_DECIDED = {
    "extend": ("decide_extension", "dispatcher"),
    "suspend": ("decide_suspension", "duty_leader"),
    "ask_ruling": ("decide_ruling", "judge"),
}


def _transfer(player: Player, step: Step, at: datetime) -> None:
    """``transfer 122``: filed as a draft that goes to an emergency line; ``refused`` brings it back."""
    player.moves.pop()  # it was never submitted
    agent = player.city.staff.of("agent")
    player.moves.append(PastMove("transfer", at, note=step.note, by=agent, data={"target": step.what}))


def _refused(player: Player, step: Step, at: datetime) -> None:
    player.moves.append(PastMove("transfer_refused", at, note=step.note, by=player.city.staff.of("agent")))


_ACTIONS: dict[str, Played] = {
    "dispatch": Player._dispatch,
    "designate": Player._dispatch,
    "object": Player._object,
    "accept": Player._accept,
    "uphold": Player._uphold,
    "reassign": Player._reassign,
    "assist": Player._assist,
    "outreach": Player._outreach,
    "extend": Player._petition,
    "suspend": Player._petition,
    "ask_ruling": Player._petition,
    "grant": Player._decide,
    "refuse": Player._decide,
    "resume": Player._resume,
    "delegate": Player._delegate,
    "done": Player._done,
    "fail": Player._failed,
    "visit": Player._visit,
    "missed": Player._visit,
    "judge": Player._judge,
    "difficult": Player._difficult,
    "milestone": Player._milestone,
    "merge": Player._merge,
    "transfer": _transfer,
    "refused": _refused,
}
