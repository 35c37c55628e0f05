"""What a centre keeps besides its rules: agreements with enterprises, 权责清单, reply templates."""

from datetime import date
from typing import Any

from huying.base.errors import Problem
from huying.base.org.models import Person
from huying.base.taxonomy import actions as taxonomy
from huying.demo.founding.ground import Ground
from huying.demo.founding.people import Staff
from huying.demo.sources import LOCAL, matters, table
from huying.handling.linkage import actions as linkage
from huying.handling.undertaking import actions as undertaking
from huying.handling.undertaking.replies import DEFAULTS

REGISTER = ("kind", "telephone", "working_days", "basis")


def write(actor: Person, ground: Ground, staff: Staff) -> None:
    """All of it, in force since the day in ``rules.toml``."""
    since = date.fromisoformat(table("rules")["effective_from"])
    _contracts(ground, staff.first("model_manager"), since)
    _responsibilities(actor, ground, since)
    _templates(ground, staff, since)


def _contracts(ground: Ground, keeper: Person, since: date) -> None:
    for row in table("furnishing")["contracts"]:
        linkage.create_contract(
            actor=keeper,
            enterprise=ground.units[row["enterprise"]],
            regulator=ground.units[row["regulator"]],
            category=ground.by_name(row["category"]),
            effective_from=since,
            **{name: row[name] for name in REGISTER if name in row},
        )


def _responsibilities(actor: Person, ground: Ground, since: date) -> None:
    """One line for each second level of the tree and each unit that leads in it; 属地 matters belong to no one unit."""
    words = table("furnishing")["responsibilities"]
    kinds = dict.fromkeys(
        (matter.code[:4], matter.path[1], matter.lead) for matter in matters() if matter.lead != LOCAL
    )
    lines: list[dict[str, Any]] = [
        {
            "unit": ground.units[lead],
            "category": ground.categories[code],
            "matter": words["matter"].format(kind=kind),
            "basis": words["basis"].format(city=ground.county.name),
            "effective_from": since,
        }
        for code, kind, lead in kinds
    ]
    taxonomy.load_responsibilities(actor=actor, lines=lines, refused=_refused)


def _refused(index: int, problem: Problem) -> None:
    raise ValueError(f"the demo's own data is faulty: line {index} of 权责清单: {problem.detail}")


def _templates(ground: Ground, staff: Staff, since: date) -> None:
    """The centre's own copy of what Huying brings, its additions, and those of a few units."""
    keeper = staff.first("system_admin")
    for text in DEFAULTS:
        undertaking.add_template(
            actor=keeper, name=text.name, body=text.body, conclusion=text.conclusion, effective_from=since
        )
    for row in table("furnishing")["templates"]:
        unit = ground.units[row["unit"]] if "unit" in row else None
        undertaking.add_template(
            actor=staff.leaders[unit.pk] if unit else keeper,
            name=row["name"],
            body=row["body"],
            conclusion=row["conclusion"],
            unit=unit,
            category=ground.by_name(row["category"]) if "category" in row else None,
            effective_from=since,
        )
