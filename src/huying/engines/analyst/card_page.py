"""The model card for a person to read."""

from typing import Any

from huying.engines.analyst.pages import (
    bullets,
    heading,
    page,
    paragraph,
    per_hundred,
    percent,
    section,
    table,
    tiles,
)

_TESTED = "以下数字都在较晚的工单上测得：测试时的模型没有见过那些工单。"


def card_page(card: dict[str, Any]) -> str:
    window, orders, figures = card["window"], card["orders"], card["figures"]
    lead = f"由 {window['first_day']} 至 {window['last_day']} 的 {orders['used']:,} 件工单训练"
    body = [heading("派单模型说明书", lead), tiles(_tiles(card)), section("在较晚的工单上有多准")]
    if figures:
        body += [paragraph(_TESTED), table(("指标", "数值"), _rates(figures))]
    else:
        body.append(paragraph("工单太少，没有做留出测试，准确率未知。"))
    body += [section("可以自动派多少"), *_gates(card)]
    if card["confusions"]:
        body += [section("最常混淆的单位"), table(("实际承办", "模型首选", "件数"), card["confusions"][:10])]
    body += [section("使用限制"), bullets(card["limits_of_use"]), section("来源与校验"), *_source(card)]
    return page("派单模型说明书", body)


def _tiles(card: dict[str, Any]) -> list[tuple[str, str]]:
    figures = card["figures"]
    made = [(f"{card['orders']['used']:,}", "件工单"), (str(card["units"]["learned"]), "个承办单位")]
    if card["categories"]:
        made.append((str(card["categories"]), "类事项"))
    if "accuracy" in figures:
        made += [(percent(figures["accuracy"]), "首选单位准确率"), (percent(figures["top3"]), "前三个里有对的")]
    return made


def _rates(figures: dict[str, float]) -> list[tuple[str, str]]:
    names = {
        "accuracy": "首选承办单位准确率",
        "top3": "前三个里有正确单位",
        "macro_f1": "各单位平均 F1（小单位同样算）",
        "ece": "概率偏差（ECE，说的把握与实际差多少）",
    }
    rows = [(label, percent(figures[name])) for name, label in names.items() if name in figures]
    return [("测试工单", f"{int(figures['orders']):,} 件"), *rows] if "orders" in figures else rows


def _gates(card: dict[str, Any]) -> list[str]:
    rows = [
        (
            per_hundred(one["limit"]),
            one["coverage"] if one["threshold"] is not None else "—",
            f"{one['orders']:,} 件中错 {one['wrong']:,} 件" if one["threshold"] is not None else "证明不了，不自动派",
            percent(one["bound"]) if one["threshold"] is not None else "—",
            f"{one['threshold']:.3f}" if one["threshold"] is not None else "—",
        )
        for one in card["gate"]
    ]
    head = ("承诺", "可自动派", "测试时派出", "错派率上界（95% 把握）", "概率不低于")
    return [
        table(head, rows, bar=1),
        paragraph(
            "做法：门槛先在较早的工单上排定，再从严到宽在较晚的工单上逐个检验，错派率的精确上界超过承诺即停。", "note"
        ),
    ]


def _source(card: dict[str, Any]) -> list[str]:
    rows = [(name, str(value)) for name, value in card["source"].items()]
    rows.append(("给出 / 用上", f"{card['orders']['given']:,} 件 / {card['orders']['used']:,} 件"))
    rows += [(f"SHA-256 {name}", digest) for name, digest in card.get("sha256", {}).items()]
    signed = card.get("signed_by", "")
    rows.append(("签名", f"由密钥 {signed} 签名" if signed else "未签名（文件训练没有中心的密钥）；请核对上面的校验值"))
    return [table(("项目", "内容"), rows)]
