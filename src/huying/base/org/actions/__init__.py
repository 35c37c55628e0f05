"""Every write of this room, a verb each. One transaction, one event and one audit row."""

from huying.base.org.actions.entry import (
    change_password,
    confirm_second_factor,
    enrol_second_factor,
    note_login,
    note_logout,
    note_refused_login,
    reset_second_factor,
    unlock,
)
from huying.base.org.actions.people import (
    activate_person,
    close_unused_accounts,
    create_person,
    deactivate_person,
    reset_password,
    set_roles,
    update_person,
)
from huying.base.org.actions.sheets import export_people, export_units, import_people, import_units
from huying.base.org.actions.structure import abolish_unit, merge_units, move_unit, rename_unit, split_unit
from huying.base.org.actions.tokens import issue_token, revoke_token
from huying.base.org.actions.units import activate_unit, add_alias, create_unit, remove_alias, update_unit

__all__ = [
    "abolish_unit",
    "activate_person",
    "activate_unit",
    "add_alias",
    "change_password",
    "close_unused_accounts",
    "confirm_second_factor",
    "create_person",
    "create_unit",
    "deactivate_person",
    "enrol_second_factor",
    "export_people",
    "export_units",
    "import_people",
    "import_units",
    "issue_token",
    "merge_units",
    "move_unit",
    "note_login",
    "note_logout",
    "note_refused_login",
    "remove_alias",
    "rename_unit",
    "reset_password",
    "reset_second_factor",
    "revoke_token",
    "set_roles",
    "split_unit",
    "unlock",
    "update_person",
    "update_unit",
]
