"""Who may hold which roles, and who may change whom. Pure: refuses or returns."""

from collections.abc import Iterable

from huying.base.errors import Invalid, NotAllowed
from huying.base.org.access import require_role
from huying.base.org.models import Person, Unit, UnitKind
from huying.base.org.roles import ADMIN_ROLES, ROLES, UNIT_ROLES

ACCOUNTS = "system_admin"  # makes and closes accounts, keeps the units
RIGHTS = "security_admin"  # gives roles, tokens, lifts locks, resets second factors
FIRM = "firm_admin"  # keeps the agents of one outsourcing firm
UNIT_KEEPERS = (ACCOUNTS, "model_manager")
OUTSOURCED_ROLES = frozenset({"agent"})


def _bad_roles(message: str) -> Invalid:
    return Invalid(message, errors=[{"field": "roles", "message": message}])


def require_possible(roles: Iterable[str], unit: Unit | None, firm: Unit | None) -> list[str]:
    """The roles in the order of the catalogue. 三员 are separate persons; a unit's role needs a unit, a firm's a firm."""
    chosen = set(roles)
    unknown = chosen - ROLES.keys()
    if unknown:
        raise _bad_roles(f"没有这样的角色：{'、'.join(sorted(unknown))}。")
    admins = chosen & ADMIN_ROLES
    if len(admins) > 1:
        names = "、".join(ROLES[code].name for code in ROLES if code in admins)
        raise _bad_roles(f"{names}不得由同一人担任（三员分离）。")
    if chosen & UNIT_ROLES and unit is None:
        raise _bad_roles("承办单位的角色须先填所在单位。")
    if FIRM in chosen and firm is None:
        raise _bad_roles("外包公司管理员须先填所属公司。")
    return [code for code in ROLES if code in chosen]


def require_firm(firm: Unit | None) -> None:
    if firm is not None and firm.kind != UnitKind.FIRM:
        raise Invalid("所属公司须是外包公司。", errors=[{"field": "firm", "message": "不是外包公司"}])


def require_may_keep(actor: Person, *, firm_id: int | None, roles: Iterable[str]) -> None:
    """May ``actor`` make or change an account of this firm with these roles? A firm's administrator only its agents."""
    if actor.is_system or actor.has_role(ACCOUNTS):
        return
    if not actor.has_role(FIRM):
        raise NotAllowed("人员账号由系统管理员维护，外包公司人员由本公司管理员维护。", code="role")
    if firm_id is None or firm_id != actor.firm_id or set(roles) - OUTSOURCED_ROLES:
        raise NotAllowed("外包公司管理员只能维护本公司的坐席。", code="out_of_scope")


def require_may_grant(actor: Person, person: Person | None, roles: list[str], firm_id: int | None) -> None:
    """May ``actor`` give these roles? The security administrator, not to oneself; a firm's administrator 坐席 only."""
    if actor.is_system:
        return
    if person is not None and person.pk == actor.pk:
        raise NotAllowed("不能改自己的角色。", code="own_roles")
    if actor.has_role(FIRM) and firm_id is not None and firm_id == actor.firm_id and set(roles) <= OUTSOURCED_ROLES:
        return
    require_role(actor, RIGHTS)
