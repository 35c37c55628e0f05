"""Whether the full-text index is there and keeps up."""

from huying.base.checks import Finding, bad, check, good, warn
from huying.base.search import selectors
from huying.base.search.selectors import State

START = "请确认 huying serve（或 huying worker）在运行；索引损坏时运行 huying search rebuild。"


@check("全文检索")
def keeps_up() -> Finding:
    found = selectors.standing()
    if found.state is State.ABSENT:
        return warn("还没有建立索引，词语和地点查不到。", START)
    if found.state is State.BUILDING:
        return warn(f"索引正在建立，已完成 {found.share:.0%}。", "建立期间词语检索可能不全，请等待。")
    if found.state is State.BEHIND:
        return bad(f"索引落后 {found.waiting} 个事件。", START)
    return good(f"{selectors.documents()} 件可查，没有落后。")
