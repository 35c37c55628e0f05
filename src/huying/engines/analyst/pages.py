"""Self-contained, printable HTML: one style, tables, tiles and bars; nothing is loaded from anywhere."""

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
:root{--ink:#1d2733;--soft:#5b6b7d;--line:#dfe5ec;--ground:#f5f7fa;--blue:#1f5fa8;--good:#2c7a4b;--bad:#b3372f}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.7 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif}
main{max-width:980px;margin:0 auto;padding:40px 24px 64px}h1{font-size:30px;line-height:1.3;margin:0 0 4px}
h2{font-size:20px;margin:40px 0 10px;padding-top:14px;border-top:1px solid var(--line)}p{margin:.5em 0}
.lead{color:var(--soft);margin-bottom:24px}.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px}
.tile{background:#fff;border:1px solid var(--line);border-radius:8px;padding:14px 18px}
.tile b{display:block;font-size:28px;line-height:1.25;color:var(--blue);font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:14px}table{width:100%;border-collapse:collapse;background:#fff;
border:1px solid var(--line);font-size:14.5px;margin:10px 0}th,td{padding:7px 12px;text-align:left;vertical-align:top;
border-bottom:1px solid var(--line)}th{background:#eef2f7;font-weight:600;white-space:nowrap}tr:last-child td{border-bottom:0}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.bar{background:#e8edf3;border-radius:3px;
height:10px;min-width:120px;margin-top:8px}.bar i{display:block;height:10px;border-radius:3px;background:var(--blue)}
.case{background:#fff;border:1px solid var(--line);border-left:4px solid var(--good);border-radius:6px;padding:10px 16px;margin:8px 0}
.case.bad{border-left-color:var(--bad)}.case .who{font-size:14px;color:var(--soft)}.note{color:var(--soft);font-size:14px}
code{font-family:ui-monospace,Consolas,monospace;font-size:12.5px;overflow-wrap:anywhere}
@media print{body{background:#fff;font-size:11pt}main{max-width:none;padding:0}.tile,.case,table,tr{break-inside:avoid}
h2{break-after:avoid}.bar i,.tile b{print-color-adjust:exact;-webkit-print-color-adjust:exact}@page{size:A4;margin:16mm}}
"""


def page(title: str, body: Iterable[str]) -> str:
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><main>\n" + "\n".join(body) + "\n</main></body></html>\n"
    )


def heading(title: str, lead: str) -> str:
    return f'<h1>{escape(title)}</h1><p class="lead">{escape(lead)}</p>'


def section(title: str) -> str:
    return f"<h2>{escape(title)}</h2>"


def paragraph(words: str, kind: str = "") -> str:
    mark = f' class="{kind}"' if kind else ""
    return f"<p{mark}>{escape(words)}</p>"


def tiles(pairs: Iterable[tuple[str, str]]) -> str:
    made = "".join(
        f'<div class="tile"><b>{escape(value)}</b><span>{escape(label)}</span></div>' for value, label in pairs
    )
    return f'<div class="tiles">{made}</div>'


def table(head: Sequence[str], rows: Iterable[Sequence[object]], bar: int = -1) -> str:
    """Numbers are set to the right; the column `bar` holds shares from 0 to 1, drawn."""
    rows = list(rows)
    right = [bool(rows) and all(isinstance(row[place], int | float) for row in rows) for place in range(len(head))]
    first = "".join(f"<th{_side(right[place] and place != bar)}>{escape(name)}</th>" for place, name in enumerate(head))
    body = "".join(
        "<tr>" + "".join(_cell(value, right[place], place == bar) for place, value in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{first}</tr></thead><tbody>{body}</tbody></table>"


def bullets(lines: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def case(text: str, who: str, *, bad: bool) -> str:
    return f'<div class="case{" bad" if bad else ""}">{escape(text)}<div class="who">{escape(who)}</div></div>'


def percent(share: float) -> str:
    return f"{share * 100:.1f}%"


def per_hundred(limit: float) -> str:
    return f"每 100 件错派不超过 {limit * 100:g} 件"


def _side(right: bool) -> str:
    return ' class="n"' if right else ""


def _cell(value: object, right: bool, bar: bool) -> str:
    if bar and isinstance(value, int | float):
        return f'<td>{percent(value)}<div class="bar"><i style="width:{min(1.0, value) * 100:.1f}%"></i></div></td>'
    shown = f"{value:,}" if isinstance(value, int | float) else str(value)
    return f"<td{_side(right)}>{escape(shown)}</td>"
