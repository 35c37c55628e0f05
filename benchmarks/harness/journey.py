"""Orders on their way through people's hands, over HTTP, and a ledger of what each client was told.

A client behaves as our pages do: it sends a filing again with the same key until it has an answer; an action it sends
again with the version it saw, and where it is told that the order has moved on meanwhile it looks and goes on from there.
"""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from benchmarks.harness.http import Client
from benchmarks.harness.site import Colleague, Site

MARK = "受压编号"  # in the text of every order that a journey files
PATIENCE = 180.0  # seconds until a client gives a request up


@dataclass
class Ledger:
    """What the clients were told. ``acted``: (orders.workorder or orders.assignment, public id, action)."""

    filed: dict[str, tuple[str, str]] = field(default_factory=dict)
    acted: list[tuple[str, str, str]] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, number: int = 1) -> None:
        with self.lock:
            self.counts[name] += number

    def complain(self, words: str) -> None:
        with self.lock:
            self.wrong.append(words)

    def took(self, name: str, seconds: float) -> None:
        with self.lock:
            self.seconds.setdefault(name, []).append(seconds)


class GivenUp(Exception):
    """A client was not answered within its patience."""


class Journey:
    """Everybody who works at one site, as clients. ``race_every``: at each so-manyth order two dispatchers act at once."""

    def __init__(self, site: Site, ledger: Ledger, *, race_every: int = 10) -> None:
        self.site, self.ledger, self.race_every = site, ledger, race_every
        self.http = Client(site.port, resend=False)
        self.pairs = ThreadPoolExecutor(16)
        self.closing = threading.Event()  # no new order is begun; those begun are ended
        self._numbers = count(1)

    # ---- the way

    def go(self, number: int, steps: int) -> None:
        """File one order and take it on by at most ``steps`` actions."""
        public_id = self.file(number)
        page = self.look(public_id)
        for step in range(steps):
            if step == 0 and page["state"] == "to_dispatch" and number % self.race_every == 0:
                self.race(page, number)
                following = None
            else:
                following = self.step(page, number)
            page = following or self.look(public_id)
            if page["state"] in ("closed", "to_judge", "answered", "consulting"):
                return

    def file(self, number: int) -> str:
        text = f"河西路{number % 97 + 1}号门口路灯坏了，晚上看不清路，请尽快维修。{MARK}{number:06d}。"
        body = {"text": text, "channel": "phone", "phone": f"1380{number:07d}", "name": "示例"}
        headers = {**self._who("agent").headers, "Idempotency-Key": f"journey-{number}"}
        status, reply = self._until_answered("file", "POST", "/contacts/orders", body, headers)[:2]
        if status != 201:
            raise GivenUp(self._wrong("filing", status, reply))
        with self.ledger.lock:
            self.ledger.filed[f"journey-{number}"] = (reply["id"], reply["order_no"])
        return reply["id"]

    def look(self, public_id: str) -> dict[str, Any]:
        headers = self._who("duty_leader").headers
        status, reply, _ = self._until_answered("look", "GET", f"/orders/{public_id}", None, headers)
        if status != 200:
            raise GivenUp(self._wrong("looking", status, reply))
        return reply

    def step(self, page: dict[str, Any], number: int) -> dict[str, Any] | None:
        """The next action on an order, by whoever's turn it is; none where somebody else was first."""
        state, order = page["state"], ("orders.workorder", page)
        if state == "to_review":
            return self.act(self._who("reviewer"), *order, "approve", {})
        if state == "to_dispatch":
            return self.act(self._who("dispatcher"), *order, "dispatch", {"unit": self._unit(number)})
        if state == "to_audit":
            return self.act(self._who("auditor"), *order, "pass_audit", {})
        if state == "to_visit":
            said = {"reached": True, "contacted": "yes", "solved": "solved", "satisfied": "satisfied"}
            return self.act(self._who("visitor"), *order, "record_visit", said)
        lead = next((part for part in page["assignments"] if part["part"] == "lead" and not part["parent_id"]), None)
        return self._in_unit(lead) if state == "in_hand" and lead else None

    def _in_unit(self, part: dict[str, Any]) -> dict[str, Any] | None:
        role, action, values = {
            "to_sign": ("unit_clerk", "sign", {}),
            "handling": ("unit_clerk", "finish", {"conclusion": "solved", "answer": "路灯已修复，请放心。"}),
            "unit_approval": ("unit_leader", "sign_off", {}),
        }.get(part["state"], ("", "", {}))
        who = self.site.colleague(role, part["unit"]["id"]) if role else None
        return self.act(who, "orders.assignment", part, action, values) if who else None

    def withdraw(self, public_id: str) -> None:
        """The citizen calls again: it is mended. In whatever state the order is."""
        seen = {"id": public_id, "version": None}
        self.act(self._who("agent"), "orders.workorder", seen, "withdraw", {"reason": "诉求人来电说已修好。"})

    # ---- one action

    def act(
        self, who: Colleague, table: str, seen: dict[str, Any], action: str, values: dict[str, Any]
    ) -> dict[str, Any] | None:
        """The page after the action; none where the version seen is no longer the present one."""
        address = f"/{'orders' if table == 'orders.workorder' else 'assignments'}/{seen['id']}/actions/{action}"
        body = {"version": seen["version"], "values": values}
        status, reply, doubtful = self._until_answered("act", "POST", address, body, who.headers)
        if status == 200:
            with self.ledger.lock:
                self.ledger.acted.append((table, seen["id"], action))
            return reply
        if status == 409 and reply.get("current", {}).get("state") and "allowed_actions" in reply:
            self.ledger.add("answer lost, done all the same" if doubtful else "conflicts")
            return None
        self._wrong(action, status, reply)
        return None

    def race(self, page: dict[str, Any], number: int) -> None:
        """Two dispatchers send the order to two units from the same page: one wins, the other is told the present."""
        units = [self._unit(number), self._unit(number + 1)]
        before = self.ledger.counts["broken"] + self.ledger.counts["unavailable"]
        sent = [
            self.pairs.submit(self.act, self._who("dispatcher"), "orders.workorder", page, "dispatch", {"unit": unit})
            for unit in units
        ]
        won = [one.result() for one in sent if one.result() is not None]
        self.ledger.add("races")
        if len(won) > 1 or (not won and before == self.ledger.counts["broken"] + self.ledger.counts["unavailable"]):
            after = self.look(page["id"])
            if len(won) > 1 or not after["automatic"]:  # the automatic dispatch may have been faster than both
                self.ledger.complain(f"race {number}: {len(won)} of two won, the order is {after['state']}")

    # ---- talking

    def _until_answered(
        self, name: str, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any], bool]:
        """Status, body, and whether an earlier try may have been carried out without its answer coming through."""
        doubtful, deadline = False, time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            began = time.perf_counter()
            try:
                status, content = self.http.request(method, f"/api/v1{path}", body, headers)
            except (OSError, http.client.HTTPException):
                self.ledger.add("broken")
                doubtful = True
                time.sleep(0.2)
                continue
            if status == 503:
                doubtful = True
                self._hear_of_outage(content)
                continue
            self.ledger.took(name, time.perf_counter() - began)
            return status, json.loads(content), doubtful
        self.ledger.add("given up")
        raise GivenUp(f"{method} {path} was not answered in {PATIENCE:.0f} s")

    def _hear_of_outage(self, content: bytes) -> None:
        problem = json.loads(content)
        told = any("一" <= letter <= "鿿" for letter in problem["detail"])
        if not told or not problem.get("retry_after") or b"Traceback" in content:
            self.ledger.complain(f"an outage told badly: {content[:200]!r}")
        self.ledger.add("unavailable")
        time.sleep(min(1.0, problem.get("retry_after", 1)))

    def _wrong(self, what: str, status: int, reply: dict[str, Any]) -> str:
        words = f"{what}: {status} {json.dumps(reply, ensure_ascii=False)[:300]}"
        self.ledger.complain(words)
        return words

    def _who(self, role: str) -> Colleague:
        found = self.site.colleague(role)
        assert found is not None, f"nobody is {role}"
        return found

    def _unit(self, number: int) -> str:
        return self.site.units[number % len(self.site.units)]

    # ---- many at once

    def run(self, clients: int, orders: int, steps: Sequence[int]) -> float:
        """``clients`` share ``orders`` out; order n goes ``steps[n % len(steps)]`` actions far. Seconds it took."""
        return self.share_out(clients, lambda number: self.go(number, steps[number % len(steps)]), limit=orders)

    def share_out(self, clients: int, work: Callable[[int], None], limit: int | None = None) -> float:
        """Each client takes the next number until ``limit`` or :attr:`closing`; a request given up ends no client."""
        began = time.monotonic()

        def client(_: int) -> None:
            while not self.closing.is_set():
                number = next(self._numbers)
                if limit is not None and number > limit:
                    return
                try:
                    work(number)
                except GivenUp as error:
                    self.ledger.complain(str(error))

        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(client, range(clients)))
        return time.monotonic() - began
