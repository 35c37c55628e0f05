"""The roles of a hotline, what each is called, and how far each one sees."""

from dataclasses import dataclass
from enum import StrEnum


class Reach(StrEnum):
    """How far a role sees: everything of the centre, a unit with all below it, or only an outsourcing firm's people."""

    CENTRE = "centre"
    UNIT = "unit"
    FIRM = "firm"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Role:
    code: str
    name: str
    reach: Reach
    sees_personal: bool = False
    second_factor: bool = False


_ROLES = (
    Role("agent", "坐席", Reach.CENTRE, sees_personal=True),
    Role("team_leader", "班长", Reach.CENTRE, sees_personal=True),
    Role("reviewer", "审核员", Reach.CENTRE, sees_personal=True),
    Role("dispatcher", "派单员", Reach.CENTRE),
    Role("duty_leader", "值班领导", Reach.CENTRE, sees_personal=True),
    Role("panelist", "会商成员（编办、司法）", Reach.CENTRE),
    Role("unit_clerk", "承办单位联络员", Reach.UNIT, sees_personal=True),
    Role("unit_leader", "承办单位审签领导", Reach.UNIT, sees_personal=True),
    Role("street_dispatcher", "街道二级派单员", Reach.UNIT, sees_personal=True),
    Role("grid_worker", "网格员", Reach.UNIT),
    Role("auditor", "办结审核员", Reach.CENTRE),
    Role("visitor", "回访员", Reach.CENTRE, sees_personal=True),
    Role("judge", "研判员", Reach.CENTRE),
    Role("supervisor", "督办员", Reach.CENTRE),
    Role("inspector", "质检员", Reach.CENTRE),
    Role("analyst", "分析员", Reach.CENTRE),
    Role("leader", "领导", Reach.CENTRE),
    Role("model_manager", "派单规则与模型管理员", Reach.CENTRE),
    Role("firm_admin", "外包公司管理员", Reach.FIRM),
    Role("system_admin", "系统管理员", Reach.NOTHING, second_factor=True),
    Role("security_admin", "安全管理员", Reach.NOTHING, second_factor=True),
    Role("audit_admin", "审计管理员", Reach.NOTHING, second_factor=True),
    Role("integrator", "接口账号", Reach.CENTRE),
)
ROLES: dict[str, Role] = {role.code: role for role in _ROLES}

CENTRE_ROLES = frozenset(role.code for role in _ROLES if role.reach is Reach.CENTRE)
UNIT_ROLES = frozenset(role.code for role in _ROLES if role.reach is Reach.UNIT)
ADMIN_ROLES = frozenset(role.code for role in _ROLES if role.second_factor)
