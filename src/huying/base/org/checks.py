"""Whether accounts are kept as 等保三级 asks."""

from collections.abc import Iterator

from django.conf import settings

from huying.base.checks import Finding, bad, check, good, warn
from huying.base.org import selectors
from huying.base.org.models import Person
from huying.base.org.roles import ADMIN_ROLES, ROLES

COMMON = ("12345", "123456", "admin", "Admin123!", "password", "Password1!", "huying", "Huying12345", "Huying@12345")


def _names(people: list[Person], most: int = 5) -> str:
    shown = "、".join(person.username for person in people[:most])
    return shown + (f" 等 {len(people)} 个" if len(people) > most else "")


@check("默认密码")
def default_passwords() -> Finding:
    """Only administrators and staff of the Django admin: a slow hash for each account and candidate."""
    weak = [person for person, _ in selectors.accounts_with_password(COMMON, selectors.powerful_accounts())]
    if not weak:
        return good("管理账号没有使用默认密码。")
    if settings.OPTIONS.demo:
        return warn(f"演示账号使用公开的密码：{_names(weak)}。", "演示数据不要用于真实业务。")
    return bad(f"管理账号使用默认密码：{_names(weak)}。", "请立即由系统管理员重置这些账号的密码。")


@check("长期不用的账号")
def unused_accounts() -> Finding:
    unused = selectors.unused_accounts()
    if not unused:
        return good("没有 90 天未使用的账号。")
    return warn(f"{len(unused)} 个账号 90 天未使用：{_names(unused)}。", "请在“人员”中停用，或确认仍需要。")


@check("三员")
def administrators() -> Iterator[Finding]:
    absent = [ROLES[code].name for code in sorted(ADMIN_ROLES) if not selectors.holders(code).exists()]
    if absent:
        yield warn(f"还没有{'、'.join(absent)}。", "请建立专人账号，三员不得由同一人担任。")
    open_ = selectors.second_factor_missing()
    if open_:
        yield warn(f"管理员尚未启用二次验证：{_names(open_)}。", "请本人登录，用手机验证器扫码启用。")
    if not absent and not open_:
        yield good("系统、安全、审计管理员齐备，均已启用二次验证。")
