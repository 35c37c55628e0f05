"""Scopes of API tokens: what a token may do of that which its owner may do."""

from huying.base.errors import Invalid

READ, WRITE = "read", "write"
_ROOM = "room:"
ROOMS: dict[str, str] = {
    "org": "组织",
    "places": "区划与点位",
    "taxonomy": "事项分类",
    "parties": "诉求人",
    "calendar": "工作日历",
    "files": "附件",
    "notices": "告知",
    "audit": "审计",
    "webhooks": "事件推送",
    "orders": "工单",
    "search": "查找",
    "assignments": "承办任务",
    "terms": "时限与设置",
    "dispatch": "派单",
    "linkage": "联动",
    "undertaking": "承办",
    "visits": "回访",
    "contacts": "来话来件",
    "seats": "坐席",
    "knowledge": "知识",
    "public": "公众服务",
}
SCOPES: dict[str, str] = {READ: "读取", WRITE: "写入"} | {
    f"{_ROOM}{code}": f"仅限{name}" for code, name in ROOMS.items()
}


def require_known(scopes: list[str]) -> list[str]:
    """The scopes, each once. Without 读取 or 写入 a token could do nothing; ``write`` includes ``read``."""
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown:
        raise Invalid("令牌范围不在可选项中。", errors=[{"field": "scopes", "message": "可选：" + "、".join(SCOPES)}])
    chosen = sorted(set(scopes))
    if not {READ, WRITE} & set(chosen):
        raise Invalid("令牌至少要有读取或写入范围。", errors=[{"field": "scopes", "message": "缺少 read 或 write"}])
    return chosen


def refusal(scopes: list[str], *, writing: bool, room: str) -> str:
    """Why a token with these scopes may not be used so, in Chinese; empty where it may."""
    if writing and WRITE not in scopes:
        return "此令牌只可读取。"
    rooms = [scope.removeprefix(_ROOM) for scope in scopes if scope.startswith(_ROOM)]
    if rooms and room not in rooms:
        return "此令牌不可用于这一部分。"
    return ""
