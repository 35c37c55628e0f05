"""The sheet of label proposals: written for a person to mark 同意 or 不同意, read back for training."""

from collections.abc import Sequence
from pathlib import Path

from huying.base.errors import Invalid
from huying.base.tables import Column, read_table, write_table
from huying.engines.labels.proposals import KINDS, RELABEL, Confirmed, Proposal

YES, NO = "同意", "不同意"
CELL = 32_000  # an xlsx cell holds 32,767 characters
COLUMNS = (
    Column("kind", "种类", choices=KINDS, required=True, width=18),
    Column("subject", "原来", width=26),
    Column("target", "改为", width=26),
    Column("count", "件数", kind="integer", width=8),
    Column("confidence", "把握", kind="number", width=8),
    Column("reason", "理由", width=40),
    Column("evidence", "依据", width=60, max_length=CELL),
    Column("effect", "同意以后", width=40),
    Column("verdict", "意见（同意/不同意）", choices={"yes": YES, "no": NO}, width=14),
    Column("orders", "涉及的工单", kind="list", width=30, max_length=CELL),
    Column("key", "编号", width=16),
)


def write_proposals(proposals: Sequence[Proposal]) -> bytes:
    """An xlsx with an empty column for the verdict."""
    rows = [
        {
            "kind": one.kind,
            "subject": one.subject,
            "target": one.target,
            "count": one.count,
            "confidence": one.confidence,
            "reason": one.reason,
            "evidence": "\n".join(one.evidence)[:CELL],
            "effect": one.effect,
            "orders": list(one.orders),
            "key": one.key,
        }
        for one in proposals
    ]
    return write_table("标签治理建议", COLUMNS, rows)


def read_confirmed(path: Path) -> list[Confirmed]:
    """The proposals marked 同意, with what the person wrote as 改为. Raises :class:`Invalid` naming each bad line."""
    read = read_table(path.read_bytes(), COLUMNS)
    faults = [f"第 {one.line} 行“{one.column}”：{one.message}" for one in read.errors]
    agreed = []
    for row in read.rows:
        values = row.values
        if values["verdict"] != "yes":
            continue
        if values["kind"] == RELABEL and not values["target"]:
            faults.append(f"第 {row.line} 行同意了，但没有填“改为”哪个单位")
        agreed.append(Confirmed(values["kind"], values["subject"], values["target"], tuple(values["orders"])))
    if faults:
        raise Invalid(f"{path.name} 有填写不对的地方：{'；'.join(faults[:10])}。")
    if not agreed:
        raise Invalid(f"{path.name} 里没有一条标为“{YES}”；请在“意见”列填“{YES}”或“{NO}”再训练。")
    return agreed
