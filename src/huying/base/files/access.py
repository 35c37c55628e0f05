"""Who may see a file: decided by the room that owns what the file is attached to."""

from collections.abc import Callable

from huying.base.org.models import Person

Rule = Callable[[Person, int], bool]
_rules: dict[str, Rule] = {}


def register(subject_type: str, rule: Rule) -> None:
    """``rule(person, subject_id)`` for files of ``orders.workorder`` and the like; called from the room's ready()."""
    _rules[subject_type] = rule


def allowed(person: Person, subject_type: str, subject_id: int) -> bool:
    """A type that no room has spoken for is seen by nobody."""
    rule = _rules.get(subject_type)
    return rule is not None and rule(person, subject_id)
