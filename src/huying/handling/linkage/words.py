"""What the citizen is told when an order goes to another line, and the addresses of these lines."""

from huying.handling.orders.moves import TRANSFER_TARGETS

EMERGENCY = ("110", "119", "120", "122")
_TOLD = {
    "110": "您反映的情况需要公安机关马上处置。我现在为您转接 110，请不要挂机；如果断线，请直接拨打 110。请先确保自身安全。",
    "119": "您反映的情况需要消防救援。我现在为您转接 119，请不要挂机；如果断线，请直接拨打 119。请立即远离火源和烟雾，不要乘坐电梯。",
    "120": "您反映的情况需要医疗急救。我现在为您转接 120，请不要挂机；如果断线，请直接拨打 120。请说清地点，留人接应救护车。",
    "122": "您反映的情况需要交警到场。我现在为您转接 122，请不要挂机；如果断线，请直接拨打 122。请打开双闪，人员撤到护栏外。",
    "enterprise": "您反映的事项由企业直接处理更快。我现在为您转接该企业的客服；如果没有解决，热线会交监管部门继续办理，答复时间不变。",
    "centre": "您反映的事项属于外地。我现在为您转接当地 12345；我们会把您的诉求一并告知。",
}


def told(target: str) -> str:
    """What to say before a transfer."""
    return _TOLD.get(target, "")


def all_words() -> list[dict[str, str]]:
    return [{"target": code, "label": label, "told": told(code)} for code, label in TRANSFER_TARGETS.items()]
