"""The model card: what the model learned from, how good it was on later orders, and where it must not be trusted."""

from typing import Any

from huying.engines.classify.bundle import LIMITS, Bundle
from huying.engines.classify.gate import smallest_sample

FORMAT = "huying-card-1"
CARD, PAGE = "card.json", "card.html"
FEW = 20


def card_of(bundle: Bundle, *, given: int, source: dict[str, Any]) -> dict[str, Any]:
    """`given`: rows offered for training; `source`: what the caller knows of them."""
    trained = bundle.card
    counts: dict[str, int] = trained["label_counts"]
    few = sorted(name for name, count in counts.items() if count < FEW)
    return {
        "format": FORMAT,
        "source": source,
        "window": {"first_day": trained["first_day"], "last_day": trained["last_day"]},
        "orders": {"given": given, "used": trained["orders"]},
        "units": {"learned": len(counts), "orders": counts, "few": few},
        "categories": len(bundle.category.labels) if bundle.category else 0,
        "figures": trained.get("figures", {}),
        "confusions": trained.get("confusions", []),
        "gate": gate_table(bundle),
        "limits_of_use": limits_of_use(bundle, few),
    }


def gate_table(bundle: Bundle) -> list[dict[str, Any]]:
    """What could go without a person at several limits, with what was tested on later orders."""
    rows = []
    for limit in sorted({*LIMITS, bundle.gate.limit}):
        gate = bundle.gate_at(limit)
        rows.append(
            {
                "limit": limit,
                "threshold": gate.threshold,
                "coverage": round(gate.coverage, 4),
                "orders": gate.n,
                "wrong": gate.errors,
                "bound": round(gate.bound, 4),
                "needed": smallest_sample(limit, gate.delta),
            }
        )
    return rows


def limits_of_use(bundle: Bundle, few: list[str]) -> list[str]:
    """Where the model must not be trusted, in a clerk's words."""
    said = [
        f"只学过 {bundle.card['first_day']} 至 {bundle.card['last_day']} 的工单；此后机构调整、新设街道、新的事项它不知道，"
        "须重新训练。",
        "单位是工单最后记录的承办单位；历史上派错而未改正的，它照样学了。先做标签治理再训练会更好。",
        "自动派单的上限，以今后的工单与测试时的工单相似为前提；上线后要看退单，退单多了应停用。",
        "没有可判断的内容、超过 4,000 字、大半不是中文、像是写给机器的指令、应转 110/119/120/122 或不予受理的，一律交人。",
    ]
    if few:
        shown = "、".join(few[:12]) + (f"等 {len(few)} 个" if len(few) > 12 else "")
        said.append(f"下列单位学到的工单不足 {FEW} 件，推荐时不可靠：{shown}。")
    if bundle.category is None:
        said.append("训练文件没有事项分类，不推荐事项。")
    if bundle.gate.threshold is None:
        said.append(f"工单还不足以证明每 100 件错派不超过 {bundle.gate.limit * 100:g} 件，不会自动派单。")
    return said
