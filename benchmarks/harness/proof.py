"""Holds the database against what the clients were told: nothing lost, nothing twice, every act written down once."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from benchmarks.harness.journey import MARK, Ledger
from benchmarks.harness.site import Site

TABLES = {"orders.workorder": "orders_workorder", "orders.assignment": "orders_assignment"}


@dataclass(frozen=True)
class Beginning:
    """How far the site had come before the load."""

    events: int
    audit: int
    serials: dict[str, int]

    @classmethod
    def of(cls, site: Site) -> "Beginning":
        return cls(
            site.number("SELECT max(id) FROM events_event"),
            site.number("SELECT max(id) FROM audit_auditentry"),
            _serials(site),
        )


@dataclass(frozen=True)
class Proof:
    """``lost`` and ``doubled`` count rows that should be there and are not, or are there once too often."""

    lost: int
    doubled: int
    gaps: int
    sentences: tuple[str, ...]


def prove(site: Site, ledger: Ledger, beginning: Beginning) -> Proof:
    """Read the database once the load is over and the worker has nothing left to do."""
    lost, doubled, gaps = Counter[str](), Counter[str](), _gaps(site, beginning)
    _orders(site, ledger, lost, doubled)
    _acts(site, ledger, beginning, lost, doubled)
    _obligations(site, lost, doubled)
    said = [f"{number} lost: {what}" for what, number in lost.items() if number]
    said += [f"{number} doubled: {what}" for what, number in doubled.items() if number]
    if gaps:
        said.append(f"{gaps} order numbers are missing")
    for table in ("events_event", "audit_auditentry"):
        first, last, number = site.query(
            f"SELECT min(position), max(position), count(position) FROM {table} WHERE position IS NOT NULL"
        )[0]
        if number and last - first + 1 != number:
            said.append(f"positions of {table} have gaps")
    said += _checked(site)
    return Proof(sum(lost.values()), sum(doubled.values()), gaps, tuple(said))


def _orders(site: Site, ledger: Ledger, lost: Counter, doubled: Counter) -> None:
    rows = site.query("SELECT public_id, order_no, text FROM orders_workorder WHERE text LIKE %s", (f"%{MARK}%",))
    present = {(public_id, number) for public_id, number, _ in rows}
    lost["orders"] = sum(told not in present for told in ledger.filed.values())
    doubled["orders"] = sum(times - 1 for times in Counter(text for *_, text in rows).values())
    doubled["order numbers"] = len(rows) - len({number for _, number, _ in rows})
    contacts = site.query(
        "SELECT c.order_id, count(*) FROM contacts_contact c JOIN orders_workorder o ON o.id = c.order_id"
        " WHERE o.text LIKE %s GROUP BY c.order_id",
        (f"%{MARK}%",),
    )
    lost["contacts"] = len(rows) - len(contacts)
    doubled["contacts"] = sum(times - 1 for _, times in contacts)


def _acts(site: Site, ledger: Ledger, beginning: Beginning, lost: Counter, doubled: Counter) -> None:
    """Each acknowledged act has one event, one audit row and one line of the timeline; each event one audit row."""
    keys = {table: dict(site.query(f"SELECT public_id, id FROM {name}")) for table, name in TABLES.items()}
    events = _written(site, "events_event", "type", beginning.events, "")
    audit = _written(site, "audit_auditentry", "verb", beginning.audit, " AND succeeded")
    steps: Counter = Counter()
    for order, assignment, action, times in site.query(
        "SELECT order_id, assignment_id, action, count(*) FROM orders_step GROUP BY 1, 2, 3"
    ):
        steps["orders.assignment" if assignment else "orders.workorder", assignment or order, action] += times
    told = [("orders.workorder", public_id, "filed") for public_id, _ in ledger.filed.values()]
    for table, public_id, action in [*told, *ledger.acted]:
        key = keys[table].get(public_id)
        verb = f"{table.partition('.')[2].removeprefix('work')}.{action}"
        for name, seen in (("events", events), ("audit rows", audit)):
            lost[name] += seen[verb, table, key] == 0
            doubled[name] += seen[verb, table, key] > 1
        if action != "filed":
            lost["lines of the timeline"] += steps[table, key, action] == 0
            doubled["lines of the timeline"] += steps[table, key, action] > 1
    for written, times in events.items():
        lost["audit rows of events"] += max(0, times - audit[written])
        doubled["audit rows of events"] += max(0, audit[written] - times)


def _written(site: Site, table: str, verb: str, after: int, where: str) -> Counter:
    rows = site.query(
        f"SELECT {verb}, subject_type, subject_id, count(*) FROM {table} WHERE id > %s{where} GROUP BY 1, 2, 3",
        (after,),
    )
    return Counter({tuple(written): times for *written, times in rows})


def _obligations(site: Site, lost: Counter, doubled: Counter) -> None:
    """What fell due was met, none given up; a unit is told of one lateness once."""
    lost["obligations given up"] = site.number("SELECT count(*) FROM events_obligation WHERE given_up_at IS NOT NULL")
    lost["obligations due and not met"] = site.backlog()["obligations"]
    late = site.query(
        "SELECT type, subject_id FROM events_event WHERE type LIKE %s GROUP BY type, subject_id HAVING count(*) > 1",
        ("%_overdue",),
    )
    doubled["obligations met"] = len(late)


def _serials(site: Site) -> dict[str, int]:
    return {str(day): last for day, last in site.query("SELECT day, last FROM orders_ordercounter")}


def _gaps(site: Site, beginning: Beginning) -> int:
    """A number is taken in the transaction that files the order, so that what was rolled back leaves no gap."""
    missing = 0
    for day, last in _serials(site).items():
        began = beginning.serials.get(day, 0)
        prefix = date.fromisoformat(day).strftime("%Y%m%d")
        numbers = site.query("SELECT order_no FROM orders_workorder WHERE order_no LIKE %s", (f"{prefix}%",))
        taken = {int(number[len(prefix) :]) for (number,) in numbers}
        missing += len(set(range(began + 1, last + 1)) - taken)
    return missing


def _checked(site: Site) -> list[str]:
    """What the installation's own check finds, the audit chain among it; but for the disk, which may be a small one."""
    try:
        site.run("check", "all")
    except RuntimeError as error:
        found = [line for line in str(error).splitlines() if "✗" in line]
        return [f"huying check: {line}" for line in found if "磁盘" not in line] if found else [str(error)[-500:]]
    return []
