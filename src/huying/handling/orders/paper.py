"""办理单: an order as an official sheet for print, A4, as a Word document that an office can go on writing in.

Type and sizes follow GB/T 9704-2012 as far as a form does: the title in 小标宋, text in 仿宋, page numbers below. Personal
values are masked as on the reader's screen. The library is imported where it is used.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from huying.base.calendars import clock
from huying.base.org.models import Person
from huying.base.tables import printable
from huying.handling.orders import selectors
from huying.handling.orders.models import DispatchedBy, WorkOrder
from huying.handling.orders.moves import CHANNELS, REQUEST_TYPES, URGENCIES
from huying.handling.orders.presenting import FLAGS
from huying.handling.orders.states import ASSIGNMENT_TABLE, CONCLUSIONS, ORDER_TABLE

TITLE, BODY, LABEL = "方正小标宋简体", "仿宋", "黑体"
PARTS = {"lead": "主办", "assist": "协办"}
LABEL_MM, WIDTH_MM = 24, 170  # of a text area of A4 with margins of 20 mm


def handling_sheet(reader: Person, order: WorkOrder) -> bytes:
    """The document's bytes. Everything that the reader sees of the order, and room for three signatures."""
    from docx import Document

    page = selectors.order_detail(reader, order)
    document = Document()
    _set_page(document)
    _title(document, page)
    _facts(document, page)
    _parts(document, page)
    _signatures(document)
    _timeline(document, selectors.timeline(reader, order))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _when(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = clock.local(moment)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def _set_page(document: Any) -> None:
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(22)
    section.left_margin = section.right_margin = Mm(20)
    style = document.styles["Normal"]
    _font(style, BODY)
    style.font.size = Pt(12)
    style.paragraph_format.space_after = Pt(0)
    _page_numbers(section.footer.paragraphs[0])


def _font(holder: Any, name: str) -> None:
    """A font for Chinese and for figures; Word keeps the two apart."""
    from docx.oxml.ns import qn

    holder.font.name = "Times New Roman"
    holder.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _run(paragraph: Any, text: str, *, font: str = BODY, points: float = 12, bold: bool = False) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(printable(text))
    run.font.size, run.font.bold, run.font.name = Pt(points), bold, "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _page_numbers(paragraph: Any) -> None:
    """第 n 页 共 m 页, counted by Word."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for before, field in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES"), (" 页", "")):
        _run(paragraph, before, points=10.5)
        if field:
            element = OxmlElement("w:fldSimple")
            element.set(qn("w:instr"), field)
            paragraph._p.append(element)


def _title(document: Any, page: dict[str, Any]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    centre = settings.OPTIONS.centre_name or "12345政务服务便民热线"
    for text, points in ((centre, 16), ("诉求办理单", 22)):
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(line, text, font=TITLE, points=points)
    number = document.add_paragraph()
    number.paragraph_format.space_before, number.paragraph_format.space_after = Pt(6), Pt(4)
    marks = "　".join(FLAGS[name] for name in page["flags"])
    _run(
        number,
        f"编号：{page['order_no']}　　{URGENCIES.get(page['urgency'], '')}{'　　' + marks if marks else ''}",
        points=10.5,
    )
    number.paragraph_format.tab_stops.add_tab_stop(document.sections[0].page_width)


def _table(document: Any, columns: int) -> Any:
    from docx.enum.table import WD_TABLE_ALIGNMENT

    table = document.add_table(rows=0, cols=columns)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    return table


def _row(table: Any, cells: list[tuple[str, bool]], widths: Sequence[float]) -> None:
    """A line of the form: texts with whether each is a label."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    row = table.add_row()
    for cell, (text, label), width in zip(row.cells, cells, widths, strict=True):
        cell.width = Mm(width)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        for number, line in enumerate(str(text).split("\n") or [""]):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
            if label:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(paragraph, line, font=LABEL if label else BODY, points=11)


def _facts(document: Any, page: dict[str, Any]) -> None:
    citizen = page["citizen"] or {}
    who = "匿名" if page["anonymous"] else f"{citizen.get('name_masked', '')} {citizen.get('phone_masked', '')}".strip()
    pairs = [
        (("诉求人", who or "未留"), ("受理时间", _when(page["filed_at"]))),
        (("渠道", CHANNELS.get(page["channel"], "")), ("承诺时间", _when(page["promised_at"]))),
        (("类型", REQUEST_TYPES.get(page["request_type"], "")), ("状态", ORDER_TABLE[page["state"]].label)),
    ]
    half = WIDTH_MM / 2 - LABEL_MM
    table = _table(document, 4)
    for left, right in pairs:
        _row(
            table,
            [(left[0], True), (left[1], False), (right[0], True), (right[1], False)],
            [LABEL_MM, half, LABEL_MM, half],
        )
    long = [
        ("标题", page["title"]),
        ("事项", (page["category"] or {}).get("name", "未分类")),
        ("事发地", f"{page['division']} {page['incident_place']}".strip() or "未写明"),
        ("被诉主体", f"{page['respondent']} {page['respondent_place']}".strip()),
        ("诉求内容", page["text"]),
        ("交办意见", page["opinion"]),
        ("办理结果", "\n".join(part for part in (CONCLUSIONS.get(page["conclusion"], ""), page["reply"]) if part)),
    ]
    wide = _table(document, 2)
    for label, text in long:
        if text or label in ("交办意见", "办理结果"):
            _row(wide, [(label, True), (text, False)], [LABEL_MM, WIDTH_MM - LABEL_MM])


def _parts(document: Any, page: dict[str, Any]) -> None:
    _heading(document, "承办情况")
    widths = [16, 54, 22, 39, 39]
    table = _table(document, 5)
    _row(table, [(text, True) for text in ("分工", "单位", "状态", "派单时间", "办结期限")], widths)
    for part in page["assignments"]:
        role = "二级" if part["parent_id"] else PARTS.get(part["part"], "")
        state = ASSIGNMENT_TABLE[part["state"]].label
        by = dict(DispatchedBy.choices).get(part["dispatched_by"], "")
        dispatched = f"{_when(part['dispatched_at'])}{f'（{by}）' if by else ''}"
        cells = (role, part["unit"]["name"], state, dispatched, _when(part["due_at"]))
        _row(table, [(text, False) for text in cells], widths)
    if not page["assignments"]:
        _row(table, [("", False), ("还没有派给单位", False), ("", False), ("", False), ("", False)], widths)


def _signatures(document: Any) -> None:
    """Room to sign: who handled it, who signed it off, the unit with its seal."""
    from docx.enum.table import WD_ROW_HEIGHT_RULE
    from docx.shared import Mm

    _heading(document, "签批")
    third = WIDTH_MM / 3
    table = _table(document, 3)
    blank = "\n\n年　　月　　日"
    _row(table, [(f"经办人{blank}", True), (f"审签领导{blank}", True), (f"承办单位（盖章）{blank}", True)], [third] * 3)
    table.rows[0].height, table.rows[0].height_rule = Mm(32), WD_ROW_HEIGHT_RULE.AT_LEAST


def _timeline(document: Any, steps: list[dict[str, Any]]) -> None:
    _heading(document, "办理经过")
    widths = [39, 26, 45, 60]
    table = _table(document, 4)
    _row(table, [(text, True) for text in ("时间", "环节", "办理人", "说明")], widths)
    for step in steps:
        who = " ".join(part for part in (step["by"]["unit"], step["by"]["name"]) if part)
        named = "、".join(unit["name"] for unit in step["named"])
        note = "\n".join(part for part in (named and f"→ {named}", step["note"]) if part)
        _row(table, [(text, False) for text in (_when(step["at"]), step["label"], who, note)], widths)


def _heading(document: Any, text: str) -> None:
    from docx.shared import Pt

    line = document.add_paragraph()
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(10), Pt(4)
    line.paragraph_format.keep_with_next = True
    _run(line, text, font=LABEL, points=12)
